"""Errors in the language of the home."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations
from yarl import URL

from .const import DOMAIN
from .inference import InferenceError


@callback
def plain_words(hass: HomeAssistant, error: InferenceError) -> str:
    """Return what is wrong with a model server, without a password that its address may hold."""
    texts = async_get_cached_translations(hass, hass.config.language, "exceptions", DOMAIN)
    template = texts.get(f"component.{DOMAIN}.exceptions.{error.key}.message", error.key)
    given = error.placeholders
    return template.format(**{**given, "url": without_user(given["url"])})


def without_user(address: str) -> str:
    """Return an address without the name and password that may stand before its host."""
    try:
        return str(URL(address).with_user(None)) if "@" in address else address
    except ValueError:
        # What was typed as an address is none.
        return ""
