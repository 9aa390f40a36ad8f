"""Blueprints are put into the configuration when the user wants it, and never over what the user has edited."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from homeassistant.components.automation.helpers import async_get_blueprints
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.parlor import shipped
from custom_components.parlor.issues.blueprints import BlueprintsFlow
from custom_components.parlor.repairs import async_create_fix_flow
from tests.parlor_entry import agent, async_add_parlor, model_server

pytestmark = pytest.mark.usefixtures("socket_enabled")

RAIN, NIGHT = "automation/parlor/rain.yaml", "script/parlor/night.yaml"
AUTOMATION = """blueprint:
  name: {name}
  domain: automation
triggers: []
actions: []
"""
SCRIPT = """blueprint:
  name: {name}
  domain: script
sequence: []
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two blueprints, as if they came with Parlor."""
    folder = tmp_path / "shipped"
    for file, text in ((RAIN, AUTOMATION), (NIGHT, SCRIPT)):
        (folder / file).parent.mkdir(parents=True)
        (folder / file).write_text(text.format(name="First"), encoding="utf-8")
    monkeypatch.setattr(shipped, "SHIPPED", folder)
    return folder


@pytest.fixture
async def entry(hass: HomeAssistant, source: Path, tmp_path: Path) -> AsyncGenerator[MockConfigEntry]:
    """Set up Parlor with a configuration folder of its own."""
    config = tmp_path / "config"
    config.mkdir()
    (config / "configuration.yaml").write_text("", encoding="utf-8")
    hass.config.config_dir = str(config)
    entry = await async_add_parlor(hass, model_server(), agent())
    yield entry
    if hass.config_entries.async_get_entry(entry.entry_id):
        await hass.config_entries.async_unload(entry.entry_id)


async def install(hass: HomeAssistant, **call: Any) -> Any:
    """Call the action; return its response."""
    return await hass.services.async_call(
        "parlor", "install_blueprints", {}, blocking=True, return_response=True, **call
    )


def installed(hass: HomeAssistant, file: str) -> Path:
    """Return where a blueprint is, or would be."""
    return Path(hass.config.path("blueprints", file))


def edit(file: Path, text: str) -> None:
    """Change a file."""
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def read(file: Path) -> bytes:
    """Return what a file holds."""
    return file.read_bytes()


def put_in_the_way(folder: Path) -> None:
    """Make a file where a folder should be."""
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("no folder", encoding="utf-8")


async def open_offer(hass: HomeAssistant) -> BlueprintsFlow:
    """Return the flow of the offer."""
    flow = await async_create_fix_flow(hass, "blueprints", None)
    assert isinstance(flow, BlueprintsFlow)
    flow.hass, flow.handler, flow.issue_id = hass, "parlor", "blueprints"
    return flow


def offered(hass: HomeAssistant) -> bool:
    """Return whether the user is asked."""
    return ir.async_get(hass).async_get_issue("parlor", "blueprints") is not None


async def test_nothing_without_consent(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """It is offered, and nothing is written."""
    assert offered(hass)
    assert not installed(hass, RAIN).exists()


async def test_installed(hass: HomeAssistant, entry: MockConfigEntry, source: Path) -> None:
    """They appear in Home Assistant's list at once; a second time there is nothing to do."""
    assert await async_setup_component(hass, "automation", {})
    before = await async_get_blueprints(hass).async_get_blueprints()
    assert "parlor/rain.yaml" not in before
    assert await install(hass) == {"installed": [RAIN, NIGHT], "updated": [], "kept": [], "current": []}
    assert "parlor/rain.yaml" in await async_get_blueprints(hass).async_get_blueprints()
    assert read(installed(hass, RAIN)) == read(source / RAIN)
    assert not offered(hass)
    assert await install(hass) == {"installed": [], "updated": [], "kept": [], "current": [RAIN, NIGHT]}


async def test_a_newer_version(hass: HomeAssistant, entry: MockConfigEntry, source: Path) -> None:
    """What nobody has edited is updated; what the user has edited is left alone, now and later."""
    await install(hass)
    edit(installed(hass, RAIN), "# mine\n")
    mine = read(installed(hass, RAIN))
    for version in ("# second\n", "# third\n"):
        edit(source / RAIN, version)
        edit(source / NIGHT, version)
        assert await install(hass) == {"installed": [], "updated": [NIGHT], "kept": [RAIN], "current": []}
    assert read(installed(hass, RAIN)) == mine
    assert read(installed(hass, NIGHT)) == read(source / NIGHT)


async def test_what_came_by_another_way(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """A file that was there before is the user's."""
    installed(hass, RAIN).parent.mkdir(parents=True)
    installed(hass, RAIN).write_text(AUTOMATION.format(name="Mine"), encoding="utf-8")
    assert await install(hass) == {"installed": [NIGHT], "updated": [], "kept": [RAIN], "current": []}


async def test_what_was_deleted(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """It comes back when it is asked for."""
    await install(hass)
    installed(hass, RAIN).unlink()
    assert (await install(hass))["installed"] == [RAIN]


async def test_remembered_over_a_restart(hass: HomeAssistant, entry: MockConfigEntry, source: Path) -> None:
    """What was installed then can be updated now, and is offered."""
    await install(hass)
    edit(source / NIGHT, "# second\n")
    await hass.config_entries.async_reload(entry.entry_id)
    assert offered(hass)
    assert (await install(hass))["updated"] == [NIGHT]


async def test_the_offer(hass: HomeAssistant, entry: MockConfigEntry, source: Path) -> None:
    """Whoever accepts has them; the form names them."""
    flow = await open_offer(hass)
    shown = await flow.async_step_init()
    assert shown["menu_options"] == ["install", "decline"]
    assert shown["description_placeholders"] == {"count": "2", "names": f"- `{RAIN}`\n- `{NIGHT}`"}
    assert (await flow.async_step_install())["type"] == "create_entry"
    assert read(installed(hass, RAIN)) == read(source / RAIN)


async def test_declined(hass: HomeAssistant, entry: MockConfigEntry, source: Path) -> None:
    """It is not offered again until there is something else."""
    flow = await open_offer(hass)
    await flow.async_step_decline()
    await hass.config_entries.async_reload(entry.entry_id)
    assert not offered(hass)
    assert not installed(hass, RAIN).exists()
    edit(source / RAIN, "# second\n")
    await hass.config_entries.async_reload(entry.entry_id)
    assert offered(hass)


async def test_a_folder_that_cannot_be_written(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """The error says so, and so does the offer."""
    put_in_the_way(Path(hass.config.path("blueprints")))
    with pytest.raises(HomeAssistantError) as raised:
        await install(hass)
    assert raised.value.translation_key == "blueprints_not_installed"
    flow = await open_offer(hass)
    assert (await flow.async_step_install())["reason"] == "not_installed"


async def test_administrators_only(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """It writes into the configuration."""
    guest = MockUser(name="Guest")
    guest.add_to_hass(hass)
    with pytest.raises(Unauthorized):
        await install(hass, context=Context(user_id=guest.id))


async def test_removed(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """The files stay when Parlor goes: automations may use them."""
    await install(hass)
    await hass.config_entries.async_remove(entry.entry_id)
    assert installed(hass, RAIN).exists()
    assert not offered(hass)
