"""A house that can be heard, with Parlor's blueprints installed in it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.parlor.actions import summarize
from demo.ollama import STAND_IN, OllamaStandIn
from tests.loud_house import CEILING, LoudHouse, loud_house
from tests.parlor_entry import agent, model_server

SPEAKERS = {"entity_id": [CEILING]}
NOTHING: dict[str, Any] = {"text": "", "facts": {"sections": []}}


def told(text: str) -> dict[str, Any]:
    """Return a summary that says something."""
    return {"text": text, "facts": {"sections": [{"key": "open", "facts": [{"text": text}]}]}}


@dataclass(slots=True)
class BlueprintHouse:
    """The house, and what its automations ask to have summarised."""

    loud: LoudHouse
    server: OllamaStandIn
    freezer: FrozenDateTimeFactory
    asked: list[dict[str, Any]] = field(default_factory=list)
    summaries: list[dict[str, Any] | HomeAssistantError] = field(default_factory=list)

    @property
    def hass(self) -> HomeAssistant:
        """Return Home Assistant."""
        return self.loud.hass

    @property
    def said(self) -> list[str]:
        """Return what was announced."""
        return self.loud.ceiling.texts

    async def automate(self, name: str, **inputs: Any) -> None:
        """Make an automation of a blueprint."""
        config = {"id": "tested", "alias": "Tested", "use_blueprint": {"path": f"parlor/{name}.yaml", "input": inputs}}
        assert await async_setup_component(self.hass, AUTOMATION, {AUTOMATION: [config]})
        await self.settle()
        state = self.hass.states.get("automation.tested")
        assert state is not None
        assert state.state == "on", state.attributes

    async def settle(self) -> None:
        """Let everything run that does not wait for something: automations may, so that they never come to rest."""
        for _turn in range(300):
            await asyncio.sleep(0)

    async def idle(self) -> None:
        """Wait until the automation has come to its end."""
        await self.settle()
        await self.until(lambda: self._running == 0)
        await self.settle()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so; the clock stands still meanwhile."""
        while not condition():  # nothing tells when
            await asyncio.sleep(0)

    @property
    def _running(self) -> int:
        state = self.hass.states.get("automation.tested")
        assert state is not None
        return int(state.attributes["current"])

    async def switch(self, entity_id: str, *states: str, **attributes: Any) -> None:
        """Let an entity go through states, then wait until the automation is done."""
        for state in states:
            self.hass.states.async_set(entity_id, state, attributes)
            await self.settle()
        await self.idle()

    async def clock(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        """Let it be a time of the day, some days on, in the home's time zone."""
        await self.at(dt_util.now().replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=days))

    async def later(self, **time: float) -> None:
        """Let time pass."""
        await self.at(dt_util.now() + timedelta(**time))

    async def at(self, moment: datetime) -> None:
        """Let it be a moment."""
        self.freezer.move_to(moment)
        async_fire_time_changed(self.hass, moment)
        await self.settle()

    async def _summarize(self, call: ServiceCall) -> ServiceResponse:
        # What the real action would refuse is refused here too.
        summarize._SCHEMA(dict(call.data))
        self.asked.append(dict(call.data))
        summary = self.summaries.pop(0) if self.summaries else NOTHING
        if isinstance(summary, HomeAssistantError):
            raise summary
        return summary

    def stand_in_for_summaries(self) -> None:
        """Let the tests say what the summaries say."""
        self.hass.services.async_register(
            "parlor", "summarize", self._summarize, supports_response=SupportsResponse.ONLY
        )


@asynccontextmanager
async def blueprint_house(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> AsyncGenerator[BlueprintHouse]:
    """Build the house and install the blueprints in it; from then on it is noon until somebody moves the clock."""
    async with OllamaStandIn((STAND_IN,)) as server:
        parts = (model_server(server.url), agent())
        async with loud_house(hass, monkeypatch, folder, *parts, preferred=True) as loud:
            installed = await hass.services.async_call(
                "parlor", "install_blueprints", {}, blocking=True, return_response=True
            )
            assert installed
            assert installed["installed"]
            # Servers are connected to by the real clock.
            with freeze_time(dt_util.now().replace(hour=12, minute=0, second=0, microsecond=0)) as frozen:
                assert isinstance(frozen, FrozenDateTimeFactory)
                house = BlueprintHouse(loud, server, frozen)
                house.stand_in_for_summaries()
                yield house
                if hass.services.has_service(AUTOMATION, "turn_off"):
                    await hass.services.async_call(AUTOMATION, "turn_off", {"entity_id": "all"}, blocking=True)
