"""Say so where a home does not fit into the context of its model."""

from collections.abc import Callable
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..agent.prompt import Overflow, Prompt
from ..const import DOMAIN

_KEY: Final = "home_does_not_fit"


@callback
def async_watch_home_fit(hass: HomeAssistant, subentry: ConfigSubentry, prompt: Prompt) -> Callable[[], None]:
    """Keep the issue of one conversation agent as its prompt is; return what ends that and takes the issue back."""
    issue_id = f"{_KEY}_{subentry.subentry_id}"

    @callback
    def tell(overflow: Overflow | None) -> None:
        if overflow is None:
            ir.async_delete_issue(hass, DOMAIN, issue_id)
            return
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=_KEY,
            translation_placeholders={
                "agent": subentry.title,
                "url": overflow.url,
                "model": overflow.model,
                "entities": str(overflow.entities),
                "tokens": str(overflow.tokens),
                "room": str(overflow.room),
                "context_length": str(overflow.context_length),
            },
        )

    @callback
    def end() -> None:
        unlisten()
        tell(None)

    unlisten = prompt.listen(tell)
    tell(prompt.overflow)
    return end
