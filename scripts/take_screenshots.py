"""Take the pictures of the documentation: a browser walks through Parlor in the demo house, as its user does.

Run: .venv/bin/python scripts/take_screenshots.py. Needs a Chromium and, in the environment, the package playwright.
The model is the demo's stand-in, at the speed of a small GPU; ears and voice are the tiny models.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
import shutil
import sys

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.runner import create_event_loop
from PIL import Image
from playwright.async_api import Locator, Page, async_playwright

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

from custom_components.parlor.turn_event import EVENT_TURN  # noqa: E402 - found by the line above
from demo.house import running_house  # noqa: E402 - as above
from demo.house.start import PASSWORD, USERNAME, DemoHouse  # noqa: E402 - as above
from demo.installation import async_install_parlor  # noqa: E402 - as above
from demo.ollama import OllamaStandIn  # noqa: E402 - as above

_WIDTH, _HEIGHT = 1000, 900
_QUALITY = 82
_MOST_BYTES = 120_000
_PATIENCE_MS = 60_000
# What an opened dialog, or a page that was just loaded, takes to stand still.
_SETTLES_MS = 2_500
_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run"),
)
_SAID = (
    "turn off the kitchen lights and set the thermostat to 20",
    "unlock the front door",
    "yes",
)


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--browser", default=shutil.which("chromium"), help="a Chromium (the one on the PATH)")
    parser.add_argument("--out", type=Path, default=PROJECT / "docs" / "images", metavar="FOLDER")
    options = parser.parse_args()
    if not options.browser:
        parser.error("there is no chromium on the PATH: say where one is with --browser")
    options.out.mkdir(parents=True, exist_ok=True)
    with asyncio.Runner(loop_factory=create_event_loop) as runner:
        runner.run(_async_take(Camera(options.out), options.browser))


class Camera:
    """Keeps pictures as WebP files in a folder."""

    def __init__(self, folder: Path) -> None:
        """Take none yet."""
        self._folder = folder

    async def take(self, name: str, seen: Page | Locator) -> None:
        """Keep what is seen. Raises ValueError where that is too much for a page of the documentation."""
        picture = Image.open(BytesIO(await seen.screenshot()))
        packed = BytesIO()
        picture.save(packed, "WEBP", quality=_QUALITY, method=6)
        if len(packed.getvalue()) > _MOST_BYTES:
            raise ValueError(f"{name} has {len(packed.getvalue())} bytes, more than {_MOST_BYTES}")
        await asyncio.to_thread((self._folder / f"{name}.webp").write_bytes, packed.getvalue())


async def _async_take(camera: Camera, browser: str) -> None:
    async with (
        OllamaStandIn(prefill_rate=2000, decode_rate=40, load_seconds=1) as server,
        running_house() as house,
        _async_page(house, browser) as page,
    ):
        await _async_try_model(page, house, server.url, camera)
        await async_install_parlor(house.hass, server.url, None, local_route=True)
        await _async_talk(page, house, camera)
        await _async_look_around(page, house, camera)


@asynccontextmanager
async def _async_page(house: DemoHouse, browser: str) -> AsyncIterator[Page]:
    """Open a page of the house, logged in."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=_FLAGS)
        page = await chromium.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, color_scheme="light")
        page.set_default_timeout(_PATIENCE_MS)
        await page.goto(house.url)
        await page.locator("input[name=username]").fill(USERNAME)
        await page.locator("input[name=password]").fill(PASSWORD)
        await page.get_by_role("button", name="Log in").click()
        await page.wait_for_function("() => document.querySelector('home-assistant')?.hass?.user")
        yield page
        await chromium.close()


async def _async_open(page: Page, house: DemoHouse, path: str) -> None:
    await page.goto(house.url + path)
    await page.wait_for_timeout(2 * _SETTLES_MS)


async def _async_try_model(page: Page, house: DemoHouse, url: str, camera: Camera) -> None:
    """Begin to add Parlor, up to what the trial of the model has shown, and leave it at that."""
    await _async_open(page, house, "/config/integrations/dashboard/add?domain=parlor")
    await page.get_by_role("button", name="OK").click()
    await page.locator("dialog-data-entry-flow ha-input input").first.fill(url)
    await page.get_by_role("button", name="Submit").click()
    await page.get_by_text("Language model").wait_for()
    await page.get_by_role("button", name="Submit").click()
    await page.get_by_text("Use this model").wait_for()
    await page.wait_for_timeout(_SETTLES_MS)
    await camera.take("check", _dialog(page, "dialog-data-entry-flow"))
    for flow in house.hass.config_entries.flow.async_progress_by_handler("parlor"):
        house.hass.config_entries.flow.async_abort(flow["flow_id"])


async def _async_talk(page: Page, house: DemoHouse, camera: Camera) -> None:
    """Type to Assist."""
    await _async_open(page, house, "/home/overview?conversation=1")
    field = page.locator("ha-voice-command-dialog input").last
    for words in _SAID:
        ended = asyncio.Event()
        house.hass.bus.async_listen_once(EVENT_TURN, callback(lambda _event, ended=ended: ended.set()))
        await field.fill(words)
        await field.press("Enter")
        await ended.wait()
        await page.wait_for_timeout(_SETTLES_MS)
    await page.mouse.move(_WIDTH / 2, _HEIGHT / 2)
    await page.mouse.wheel(0, 100 * _HEIGHT)
    await page.wait_for_timeout(_SETTLES_MS)
    await camera.take("assist", _dialog(page, "ha-voice-command-dialog"))


async def _async_look_around(page: Page, house: DemoHouse, camera: Camera) -> None:
    """Show the integration's page, an agent's settings and figures, and a summary."""
    await _async_open(page, house, "/config/integrations/integration/parlor")
    await camera.take("integration", page)
    await page.get_by_role("button", name="Configure").nth(1).click()
    await page.wait_for_timeout(_SETTLES_MS)
    await camera.take("agent", _dialog(page, "dialog-data-entry-flow"))
    await _async_open(page, house, f"/config/devices/device/{_agent(house.hass)}")
    await camera.take("figures", page)
    action = '{"action": "parlor.summarize", "data": {"sections": ["open"], "length": "short", "audience": "spoken"}}'
    await page.evaluate("(action) => localStorage.setItem('panel-dev-action-state-service-data', action)", action)
    await _async_open(page, house, "/config/tools/action")
    await page.get_by_role("button", name="Perform action").click()
    await page.get_by_text("Copy to clipboard").last.wait_for()
    await page.locator("ha-card").last.evaluate("card => card.scrollIntoView()")
    await page.wait_for_timeout(_SETTLES_MS)
    await camera.take("summarize", page)


def _dialog(page: Page, tag: str) -> Locator:
    """Return the visible part of an open dialog."""
    return page.locator(f"{tag} dialog").last


def _agent(hass: HomeAssistant) -> str:
    """Return the id of the agent's device."""
    agent = er.async_get(hass).async_get("conversation.parlor")
    if agent is None or agent.device_id is None:
        raise RuntimeError("the demo house has no agent")
    return agent.device_id


if __name__ == "__main__":
    main()
