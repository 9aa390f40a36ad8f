"""Bringing entries that were made by earlier versions up to date."""

import asyncio
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .const import CONF_FALLBACK, CONF_SHARED_UNASKED, CONF_URI, FALLBACK_PREFIX, SUBENTRY_STT, SUBENTRY_TTS
from .network import Allowed, NotAtHome, home_addresses, is_shared
from .speech.address import TcpAddress, parse_uri
from .speech.errors import SpeechBadAddress

VERSION: Final = 1
MINOR_VERSION: Final = 2
"""What entries are now. 2: shared addresses of speech servers are asked about, as those of model servers are."""

_LOOKUP_S: Final = 5.0


async def async_migrate(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Bring an entry up to date; False where it was made by a later version that is too different."""
    if entry.version > VERSION:
        return False
    if entry.minor_version < MINOR_VERSION:
        await _async_mark_shared(hass, entry)
        hass.config_entries.async_update_entry(entry, minor_version=MINOR_VERSION)
    return True


async def _async_mark_shared(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Mark the speech servers that are used at shared addresses: they go on, and a repair issue asks about them."""
    for subentry in list(entry.subentries.values()):
        if subentry.subentry_type not in (SUBENTRY_STT, SUBENTRY_TTS):
            continue
        marks = {
            prefix + CONF_SHARED_UNASKED: True
            for key, prefix in ((CONF_URI, ""), (CONF_FALLBACK, FALLBACK_PREFIX))
            if key in subentry.data and await _async_may_be_shared(hass, subentry.data[key])
        }
        if marks:
            data: dict[str, Any] = {**subentry.data, **marks}
            hass.config_entries.async_update_subentry(entry, subentry, data=data)


async def _async_may_be_shared(hass: HomeAssistant, uri: str) -> bool:
    """Tell whether a speech server has only shared addresses; where its name is not known now, it may."""
    try:
        address = parse_uri(uri)
    except SpeechBadAddress:  # it never worked
        return False
    if not isinstance(address, TcpAddress):
        return False
    try:
        async with asyncio.timeout(_LOOKUP_S):
            found = await home_addresses(hass, address.host, address.port, Allowed(shared=True))
    except NotAtHome:  # it is refused now, which another issue tells
        return False
    except OSError:  # the network is down, or the resolver does not answer
        return True
    return all(map(is_shared, found))
