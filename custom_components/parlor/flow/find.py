"""Where a home's Ollama server usually is."""

import asyncio
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.hassio import is_hassio

from ..inference import InferenceError, Limits, OllamaClient
from .address import OLLAMA_PORT

DEFAULT_URL: Final = f"http://localhost:{OLLAMA_PORT}"

# This machine, the machine around this container, and the names that containers, apps and machines get for Ollama. The
# addresses are those of the machine as seen from Home Assistant OS and from Docker's own network.
COMMON_HOSTS: Final = (
    "host.docker.internal",
    "172.30.32.1",
    "172.17.0.1",
    "ollama",
    "core-ollama",
    "local-ollama",
    "homeassistant.local",
    "ollama.local",
)
_URLS: Final = (DEFAULT_URL, *(f"http://{host}:{OLLAMA_PORT}" for host in COMMON_HOSTS))
# A form waits for this, so it is not for long: whoever is not there by then can still be typed.
_SECONDS: Final = 1.0
_LIMITS: Final = Limits(connect=_SECONDS, lookup=_SECONDS)


async def async_find_server(hass: HomeAssistant) -> str:
    """Return the address of the first Ollama server at a usual place, or the usual one where there is none.

    All are asked at once, and no longer than for a second. As everywhere, nothing outside of the home is asked.
    """
    urls = dict.fromkeys((*_URLS[:1], *app_urls(hass), *_URLS[1:]))
    tasks = {url: asyncio.create_task(_answers(hass, url)) for url in urls}
    await asyncio.wait(tasks.values(), timeout=_SECONDS)
    found = [url for url, task in tasks.items() if task.done() and task.result()]
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)
    return found[0] if found else DEFAULT_URL


def app_urls(hass: HomeAssistant) -> list[str]:
    """Return the addresses of the apps (add-ons) of Home Assistant OS that are an Ollama server by their name."""
    if not is_hassio(hass):
        return []
    # The libraries of this integration are installed only where the Supervisor is.
    from homeassistant.components.hassio import HassioNotReadyError, get_apps_list  # noqa: PLC0415

    try:
        slugs = [app["slug"] for app in get_apps_list(hass)]
    except HassioNotReadyError:
        # Home Assistant has just started.
        return []
    return [f"http://{slug.replace('_', '-')}:{OLLAMA_PORT}" for slug in slugs if "ollama" in slug]


async def _answers(hass: HomeAssistant, url: str) -> bool:
    client = OllamaClient(hass, url, limits=_LIMITS)
    try:
        await client.version()
    except InferenceError:
        # Nobody there, or somebody else.
        return False
    finally:
        await client.aclose()
    return True
