"""Collect a fact sheet: what is so in the home and what has happened, read by code alone."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import batched
import logging
from typing import Final

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError, UnknownUser
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..home import Home, HomeEntity
from .budget import SHEET_TOKENS, fit
from .look import Describe, Found, Look, SectionMissingError
from .request import SummaryRequest
from .sections import SECTIONS
from .sheet import FactSheet
from .wording import Wording, async_wording

_LOGGER = logging.getLogger(__name__)
# A calendar or a weather service that takes longer is left out.
_SECTION_LIMIT: Final = 30
_CHUNK: Final = 250


async def async_collect(
    hass: HomeAssistant,
    home: Home,
    request: SummaryRequest,
    *,
    describe: Describe | None = None,
    tokens: int = SHEET_TOKENS,
) -> FactSheet:
    """Return the fact sheet of a period, in about so many tokens besides the texts that were handed in.

    `describe` says what the picture of a camera shows. A section that cannot be read is named in the sheet's `left_out`
    and the others come. Raises ServiceValidationError if the period ends before it begins or a section is not known,
    UnknownUser if whoever asks does not exist.
    """
    request = _checked(request)
    check = await _async_check(hass, request)
    chosen = await _async_entities(home, request)
    entities = {entity_id: chosen[entity_id] for entity_id in chosen if check(entity_id)} if check else chosen
    wording = await async_wording(hass, request.language, entities.values())
    look = Look(
        hass=hass,
        home=home,
        request=request,
        entities=entities,
        wording=wording,
        now=dt_util.now(),
        describe=describe,
        is_whole=request.entity_ids is None,
        may_read=check or _anything,
    )
    keys = [key for key in SECTIONS if request.sections is None or key in request.sections]
    outcomes = await asyncio.gather(*(_async_section(look, key) for key in keys))
    found = {key: one for key, one in zip(keys, outcomes, strict=True) if isinstance(one, Found)}
    missing = [one for one in outcomes if isinstance(one, str)]
    missing += [one for found_one in found.values() if not found_one.facts for one in found_one.left_out]
    if denied := len(chosen) - len(entities):
        missing.append(wording.text("without", "denied", count=denied))
    sections, dropped = fit(found, look, tokens=tokens)
    missing += [wording.text("without", "no_room", section=wording.heading(key)) for key in dropped]
    sources = dict.fromkeys(source for section in sections for source in found[section.key].sources)
    return FactSheet(
        start=request.start,
        end=request.end,
        language=wording.language,
        sections=sections,
        sources=tuple(sources),
        left_out=tuple(missing),
    )


def _checked(request: SummaryRequest) -> SummaryRequest:
    """Return the request with its period in local time."""
    start, end = dt_util.as_local(request.start), dt_util.as_local(request.end)
    if end <= start:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="summary_period",
            translation_placeholders={"start": f"{start:%Y-%m-%d %H:%M}", "end": f"{end:%Y-%m-%d %H:%M}"},
        )
    unknown = [key for key in request.sections or () if key not in SECTIONS]
    if unknown:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="summary_section",
            translation_placeholders={"section": ", ".join(unknown), "sections": ", ".join(SECTIONS)},
        )
    return replace(request, start=start, end=end)


async def _async_entities(home: Home, request: SummaryRequest) -> Mapping[str, HomeEntity]:
    if request.entity_ids is None:
        return home.entities
    exposed = home.entities
    # In the order of the catalogue, so that the same house gives the same sheet.
    entities = {entity_id: exposed[entity_id] for entity_id in exposed if entity_id in request.entity_ids}
    for batch in batched(sorted(request.entity_ids - entities.keys()), _CHUNK, strict=False):
        for entity_id in batch:
            if entity := home.entity(entity_id):
                entities[entity_id] = entity
        await asyncio.sleep(0)
    return entities


async def _async_check(hass: HomeAssistant, request: SummaryRequest) -> Callable[[str], bool] | None:
    """Return what says whether the user who asks may read an entity; None where everything may be read."""
    if request.context is None or request.context.user_id is None:
        return None
    user = await hass.auth.async_get_user(request.context.user_id)
    if user is None:
        raise UnknownUser(context=request.context)
    if user.is_admin or user.permissions.access_all_entities(POLICY_READ):
        return None
    return lambda entity_id: user.permissions.check_entity(entity_id, POLICY_READ)


async def _async_section(look: Look, key: str) -> Found | str:
    """Return what a section found, or why it is missing."""
    wording: Wording = look.wording
    try:
        async with asyncio.timeout(_SECTION_LIMIT):
            return await SECTIONS[key](look)
    except SectionMissingError as error:
        # There is no recorder, or the period lies ahead.
        return wording.text("without", error.reason, section=wording.heading(key))
    except Exception:
        # Calendars, lists and weather reports are other integrations', which may raise whatever they like.
        _LOGGER.exception("The section %s of a fact sheet could not be read", key)
        return wording.text("without", "failed", section=wording.heading(key))


def _anything(_entity_id: str) -> bool:
    return True
