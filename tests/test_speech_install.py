"""The step that installs the speech libraries, with the real installer and a package that needs no network."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any
import zipfile

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import Event, HomeAssistant
from homeassistant.data_entry_flow import EVENT_DATA_ENTRY_FLOW_PROGRESS_UPDATE, FlowResultType
from homeassistant.setup import async_setup_component
import pytest

from custom_components.parlor.const import DOMAIN
from custom_components.parlor.speech import async_environment_ready, environment
from demo.ollama import STAND_IN, OllamaStandIn
from tests.flow_steps import async_answer
from tests.flow_texts import _translated

__all__ = ["_translated"]

pytestmark = pytest.mark.usefixtures("socket_enabled", "_translated")

PACKAGE = "parlor_flow_test"


@pytest.fixture
async def ollama(hass: HomeAssistant, tmp_path: Path) -> AsyncGenerator[OllamaStandIn]:
    """Return a running model server, for a Home Assistant that has a cache of its own."""
    assert await async_setup_component(hass, "homeassistant", {})
    hass.config.config_dir = str(tmp_path)
    async with OllamaStandIn((STAND_IN,)) as stand_in:
        yield stand_in


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Require nothing but a package that is not installed; return its file."""
    wheel = tmp_path / f"{PACKAGE}-1.0-py3-none-any.whl"
    info = f"{PACKAGE}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", f"{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"{PACKAGE} @ {wheel.as_uri()}\n", encoding="utf-8")
    monkeypatch.setattr(environment, "REQUIREMENTS_FILE", requirements)
    return wheel


async def _to_install(hass: HomeAssistant, ollama: OllamaStandIn) -> Any:
    """Go through the flow up to the installation."""
    result: Any = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    for user_input in ({"url": ollama.url}, {"model": STAND_IN.name}, {"place": "local"}, {}):
        result = await async_answer(hass.config_entries.flow, result, user_input, until="speech_install")
    assert (result["type"], result["step_id"]) == (FlowResultType.SHOW_PROGRESS, "speech_install")
    return result


@pytest.mark.usefixtures("package")
async def test_install(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """The libraries are installed while the flow shows how far that is; then the flow goes on."""
    told: list[float] = []

    async def tell(event: Event) -> None:
        told.append(event.data["progress"])

    hass.bus.async_listen(EVENT_DATA_ENTRY_FLOW_PROGRESS_UPDATE, tell)
    flow_id = (await _to_install(hass, ollama))["flow_id"]
    await hass.async_block_till_done()

    assert 0.0 in told
    assert told[-1] == 1.0
    assert await async_environment_ready(hass)
    result = await hass.config_entries.flow.async_configure(flow_id)
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "assistant")


async def test_install_fails(hass: HomeAssistant, ollama: OllamaStandIn, package: Path) -> None:
    """The installer's words are shown, and speech can run somewhere else."""
    package.unlink()  # noqa: ASYNC240 - one file in a temporary folder
    flow_id = (await _to_install(hass, ollama))["flow_id"]
    await hass.async_block_till_done()
    result: Any = await hass.config_entries.flow.async_configure(flow_id)
    assert result["step_id"] == "speech_install_failed"
    assert PACKAGE in result["description_placeholders"]["error"]

    result = await hass.config_entries.flow.async_configure(flow_id, {})
    assert result["step_id"] == "speech"
    result = await hass.config_entries.flow.async_configure(flow_id, {"place": "none"})
    assert result["step_id"] == "assistant"


@pytest.mark.usefixtures("package")
async def test_closing_the_flow_ends_the_installation(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """Nobody waits for an installation any more once the flow is closed."""
    flow_id = (await _to_install(hass, ollama))["flow_id"]
    (task,) = [task for task in asyncio.all_tasks() if task.get_name() == "parlor speech installation"]
    hass.config_entries.flow.async_abort(flow_id)
    await asyncio.wait([task])
    assert task.cancelled()
    assert not await async_environment_ready(hass)
