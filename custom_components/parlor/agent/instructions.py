"""What the model is told about its task: Parlor's own instructions and the user's, which are a template."""

from collections.abc import Sequence
from functools import cache
import json
import logging
from pathlib import Path
from typing import cast

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import TemplateError
from homeassistant.helpers.event import (
    TrackTemplate,
    TrackTemplateResult,
    TrackTemplateResultInfo,
    async_track_template_result,
)
from homeassistant.helpers.template import Template
from homeassistant.helpers.template.render_info import RenderInfo

_LOGGER = logging.getLogger(__name__)
_FILE = Path(__file__).parent / "prompts" / "en.json"


class Instructions:
    """The instructions of one agent: Parlor's own and what the user added, a template.

    `text` stands in the prefix that the server caches, so it holds only what never changes by itself. What depends on
    the time or on states is `now`, which stands in the context block: rendered when it is set up and whenever something
    that the template names has changed, not for every turn. A template that fails adds nothing.
    """

    def __init__(self, hass: HomeAssistant, template: str | None) -> None:
        """Take the user's instructions, a template, if there are any."""
        self._hass = hass
        self._parts = [Template(part, hass) for part in _parts(template or "")]
        self._fixed: dict[Template, str] = {}
        self._moving: dict[Template, str] = {}
        self._tracker: TrackTemplateResultInfo | None = None

    @property
    def text(self) -> str:
        """Return the instructions that stay the same, several lines."""
        return "\n".join([*prompt_texts()["instructions"], *filter(None, self._fixed.values())])

    @property
    def now(self) -> str:
        """Return the instructions of this moment; mostly there are none."""
        return "\n".join(filter(None, self._moving.values()))

    async def async_start(self) -> None:
        """Read the texts, render the template and follow what it depends on."""
        await self._hass.async_add_executor_job(prompt_texts)
        variables = {"ha_name": self._hass.config.location_name}
        for part in self._parts:
            info = part.async_render_to_info(variables)
            rendered = self._moving if _moves(info) else self._fixed
            rendered[part] = self._read(info.exception or info.result())
        if self._moving:
            tracked = [TrackTemplate(part, variables) for part in self._moving]
            self._tracker = async_track_template_result(self._hass, tracked, self._rendered)

    @callback
    def async_stop(self) -> None:
        """Follow nothing any more."""
        if self._tracker is not None:
            self._tracker.async_remove()
            self._tracker = None

    @callback
    def _rendered(self, _event: Event[EventStateChangedData] | None, updates: list[TrackTemplateResult]) -> None:
        for update in updates:
            self._moving[update.template] = self._read(update.result)

    def _read(self, result: object) -> str:
        if isinstance(result, TemplateError):
            _LOGGER.warning("The instructions of the conversation agent do not render: %s", result)
            return ""
        return str(result).strip()


def _moves(info: RenderInfo) -> bool:
    """Return whether what was rendered can be another thing by itself: with the time, or with a state."""
    states = info.entities or info.domains or info.domains_lifecycle
    return bool(info.has_time or info.all_states or info.all_states_lifecycle or states)


def _parts(template: str) -> list[str]:
    """Return the lines of a template that can be rendered alone, so that one that moves leaves the others in place."""
    lines = [line for line in template.splitlines() if line.strip()]
    alone = "{%" not in template and "{#" not in template
    return lines if alone and all(line.count("{{") == line.count("}}") for line in lines) else ["\n".join(lines)]


def claim_reminder() -> str:
    """Return what the model is told when it claimed a deed without a call."""
    return "".join(prompt_texts()["claim_reminder"])


def answer_reminder() -> str:
    """Return what the model is told when it said of a state what is not so; `{states}` stands for what is."""
    return "".join(prompt_texts()["answer_reminder"])


@cache
def prompt_texts() -> dict[str, Sequence[str]]:
    """Return the texts of the prompt; the first call blocks."""
    return cast("dict[str, Sequence[str]]", json.loads(_FILE.read_text(encoding="utf-8")))
