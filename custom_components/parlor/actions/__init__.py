"""The actions that Parlor adds to Home Assistant, one module each."""

from homeassistant.core import HomeAssistant, callback

from . import announce, ask, install_blueprints, summarize

_ACTIONS = (announce, ask, install_blueprints, summarize)


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register every action; each raises a translated error when it is called without a loaded entry."""
    for action in _ACTIONS:
        action.async_register(hass)
