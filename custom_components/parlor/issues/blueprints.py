"""The offer to install Parlor's blueprints, or newer versions of them: only the user may say yes."""

import logging
from typing import Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..shipped import ShippedBlueprints

_LOGGER = logging.getLogger(__name__)
BLUEPRINTS: Final = "blueprints"


async def async_offer(hass: HomeAssistant) -> None:
    """Raise the offer if there is something to install that the user has not declined, and remove it if not."""
    shipped = ShippedBlueprints(hass)
    try:
        is_wanted, plan = await shipped.async_is_wanted(), await shipped.async_plan()
    except OSError as error:
        # The folder of blueprints cannot be read; that is no reason not to start.
        _LOGGER.warning("Parlor's blueprints could not be compared with the installed ones: %s", error)
        return
    if not is_wanted:
        remove_offer(hass)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        BLUEPRINTS,
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=BLUEPRINTS,
        translation_placeholders={"count": str(len(plan.to_write))},
    )


@callback
def remove_offer(hass: HomeAssistant) -> None:
    """Remove the offer."""
    ir.async_delete_issue(hass, DOMAIN, BLUEPRINTS)


class BlueprintsFlow(RepairsFlow):
    """Ask whether the blueprints shall be installed."""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Offer both answers."""
        plan = await ShippedBlueprints(self.hass).async_plan()
        return self.async_show_menu(
            step_id="init",
            menu_options=["install", "decline"],
            description_placeholders={
                "count": str(len(plan.to_write)),
                "names": "\n".join(f"- `{path}`" for path in plan.to_write),
            },
        )

    async def async_step_install(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Install them."""
        try:
            await ShippedBlueprints(self.hass).async_install()
        except (HomeAssistantError, OSError) as error:
            # The disk is full, or the folder cannot be written to.
            return self.async_abort(reason="not_installed", description_placeholders={"error": str(error)})
        return self.async_create_entry(data={})

    async def async_step_decline(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Say nothing of them until there are others."""
        await ShippedBlueprints(self.hass).async_decline()
        return self.async_create_entry(data={})
