"""The action `parlor.install_blueprints`: put Parlor's blueprints into the configuration."""

from typing import Final

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.service import async_register_admin_service
import probatio

from ..const import DOMAIN
from ..issues.blueprints import remove_offer
from ..shipped import Fate, ShippedBlueprints
from .entries import loaded_entry

_SCHEMA: Final = probatio.Schema({})


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register the action, for administrators only: it writes into the configuration."""
    async_register_admin_service(
        hass, DOMAIN, "install_blueprints", _async_install, _SCHEMA, supports_response=SupportsResponse.OPTIONAL
    )


async def _async_install(call: ServiceCall) -> ServiceResponse:
    """Install the blueprints; return their paths by what became of each."""
    loaded_entry(call.hass)
    try:
        plan = await ShippedBlueprints(call.hass).async_install()
    except (HomeAssistantError, OSError) as error:
        # The disk is full, or the folder cannot be written to.
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="blueprints_not_installed",
            translation_placeholders={"error": str(error)},
        ) from error
    remove_offer(call.hass)
    return {fate.value: [path for path, what in plan.fates.items() if what is fate] for fate in Fate}
