"""The house of the blueprints."""

from collections.abc import AsyncGenerator
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest

from tests.blueprints.house import BlueprintHouse, blueprint_house


@pytest.fixture
async def house(
    hass: HomeAssistant, socket_enabled: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncGenerator[BlueprintHouse]:
    """Return a house with the blueprints, at noon."""
    async with blueprint_house(hass, monkeypatch, tmp_path) as house:
        yield house
