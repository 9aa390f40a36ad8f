"""Set-up of Parlor."""

from homeassistant.config_entries import ConfigFlow

from .const import DOMAIN


class ParlorConfigFlow(ConfigFlow, domain=DOMAIN):
    """Set up Parlor."""

    VERSION = 1
    MINOR_VERSION = 1
