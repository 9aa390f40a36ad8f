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

_LOGGER = logging.getLogger(__name__)
_FILE = Path(__file__).parent / "prompts" / "en.json"


class Instructions:
    """The text at the head of every prompt.

    The user's part is rendered when it is set up and whenever something that its template names has changed, not for
    every turn: it stands in the prefix that the server caches. A template that fails adds nothing.
    """

    def __init__(self, hass: HomeAssistant, template: str | None) -> None:
        """Take the user's instructions, a template, if there are any."""
        self._hass = hass
        self._template = Template(template, hass) if template and template.strip() else None
        self._added = ""
        self._tracker: TrackTemplateResultInfo | None = None

    @property
    def text(self) -> str:
        """Return the instructions, several lines."""
        own = "\n".join(prompt_texts()["instructions"])
        return f"{own}\n{self._added}" if self._added else own

    async def async_start(self) -> None:
        """Read the texts, render the template and follow what it depends on."""
        await self._hass.async_add_executor_job(prompt_texts)
        if self._template is None:
            return
        variables = {"ha_name": self._hass.config.location_name}
        self._tracker = async_track_template_result(
            self._hass, [TrackTemplate(self._template, variables)], self._rendered
        )
        self._tracker.async_refresh()

    @callback
    def async_stop(self) -> None:
        """Follow nothing any more."""
        if self._tracker is not None:
            self._tracker.async_remove()
            self._tracker = None

    @callback
    def _rendered(self, _event: Event[EventStateChangedData] | None, updates: list[TrackTemplateResult]) -> None:
        result = updates[0].result
        if isinstance(result, TemplateError):
            _LOGGER.warning("The instructions of the conversation agent do not render: %s", result)
            self._added = ""
        else:
            self._added = str(result).strip()


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
