"""Start the demo house in this process, in a configuration folder of its own, and stop it again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import shutil
import tempfile

from homeassistant import bootstrap
from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.auth.providers import homeassistant as password_provider
from homeassistant.components.http.config import async_get_and_load_store
from homeassistant.components.onboarding.const import STEPS
from homeassistant.core import HomeAssistant
from homeassistant.runner import RuntimeConfig

from ..ports import free_port, listen_on
from .seed import async_furnish, async_seed

HOUSE = Path(__file__).parent
PROJECT = HOUSE.parent.parent
USERNAME = "demo"
PASSWORD = "demo"  # noqa: S105 - of a house that only this machine can reach and that is gone when the demo ends


@dataclass(frozen=True, slots=True)
class DemoHouse:
    """A running demo house."""

    hass: HomeAssistant
    url: str


@asynccontextmanager
async def running_house(port: int | None = None, *, annex: Path | None = None) -> AsyncIterator[DemoHouse]:
    """Run the demo house while the context lasts; its web interface listens on 127.0.0.1, on any port if none is given.

    An `annex` is a folder with more of what makes the house: `rooms/*.yaml` and `registry.yaml`.

    Raises RuntimeError when Home Assistant does not start, or starts without the demo's configuration.
    """
    port = port or free_port()
    folder = await asyncio.to_thread(tempfile.mkdtemp, prefix="parlor-demo-")
    try:
        config = Path(folder, "config")
        await asyncio.to_thread(_write_config, config, port, annex)
        hass = await bootstrap.async_setup_hass(RuntimeConfig(config_dir=str(config), skip_pip=True, log_no_color=True))
        if hass is None:
            raise RuntimeError("Home Assistant did not start")
        try:
            if hass.config.recovery_mode:
                raise RuntimeError("Home Assistant started in recovery mode: the demo's configuration has an error")
            await hass.async_start()
            await hass.async_block_till_done()
            await _async_keep_address(hass)
            await _async_add_owner(hass)
            await async_seed(hass)
            if annex is not None:
                await async_furnish(hass, annex / "registry.yaml")
            yield DemoHouse(hass, f"http://127.0.0.1:{port}")
        finally:
            await hass.async_stop(force=True)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder)


def _write_config(config: Path, port: int, annex: Path | None) -> None:
    shutil.copytree(HOUSE, config, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    if annex is not None:
        shutil.copytree(annex / "rooms", config / "rooms", dirs_exist_ok=True)
    (config / "custom_components").symlink_to(PROJECT / "custom_components", target_is_directory=True)
    storage = config / ".storage"
    storage.mkdir()
    # Onboarding would offer integrations that reach outside the house.
    onboarding = {"version": 4, "minor_version": 1, "key": "onboarding", "data": {"done": STEPS}}
    (storage / "onboarding").write_text(json.dumps(onboarding))
    listen_on(config, port)


async def _async_keep_address(hass: HomeAssistant) -> None:
    """Confirm where the web interface listens: Home Assistant takes it back after five minutes, by a restart."""
    store = await async_get_and_load_store(hass)
    if store.pending is not None:
        await store.async_promote_pending()


async def _async_add_owner(hass: HomeAssistant) -> None:
    provider = password_provider.async_get_provider(hass)
    await provider.async_add_auth(USERNAME, PASSWORD)
    user = await hass.auth.async_create_user("Demo", group_ids=[GROUP_ID_ADMIN])
    await hass.auth.async_link_user(user, await provider.async_get_or_create_credentials({"username": USERNAME}))
