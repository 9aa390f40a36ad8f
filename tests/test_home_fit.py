"""A home that does not fit into the context of its model is said in a repair issue, with figures."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.parlor.agent import ahead
from custom_components.parlor.const import DOMAIN
from tests.talking_house import House, talking_house
from tests.test_reading_ahead import read_ahead

pytestmark = pytest.mark.usefixtures("socket_enabled")

ISSUE = "home_does_not_fit_agent"


def issue(hass: HomeAssistant) -> ir.IssueEntry | None:
    """Return the issue of the agent."""
    return ir.async_get(hass).async_get_issue(DOMAIN, ISSUE)


async def test_a_home_that_fits_is_no_issue(hass: HomeAssistant) -> None:
    """As most do."""
    async with talking_house(hass) as house:
        await read_ahead(house, 1)
        assert issue(hass) is None


async def test_the_issue_comes_and_goes_by_itself(hass: HomeAssistant) -> None:
    """It says which model needs how much where there is room for what, and goes once the home fits, or the agent."""
    async with talking_house(hass, server={"num_ctx": 1000}, instructions="Be brief and friendly. " * 40) as house:
        await hass.async_block_till_done()
        found = issue(hass)
        assert found is not None
        assert not found.is_fixable
        assert found.severity is ir.IssueSeverity.WARNING
        told = found.translation_placeholders
        assert told is not None
        assert told["url"] == house.server.url
        assert (told["model"], told["context_length"]) == ("parlor-stand-in:latest", "1000")
        assert int(told["tokens"]) > int(told["room"]) > 0
        assert (await house.say("tell me a joke")).error is not None
        await _shorten(house)
        assert issue(hass) is None
    assert issue(hass) is None


async def test_the_issue_goes_with_the_agent(hass: HomeAssistant) -> None:
    """Nothing is left behind."""
    async with talking_house(hass, server={"num_ctx": 600}) as house:
        await hass.async_block_till_done()
        assert issue(hass) is not None
        await hass.config_entries.async_unload(house.entry.entry_id)
        assert issue(hass) is None


async def _shorten(house: House) -> None:
    """Let the model have a longer context, as a user does."""
    [server] = [one for one in house.entry.subentries.values() if one.subentry_type == "model_server"]
    data = {**server.data, "num_ctx": 8192}
    house.hass.config_entries.async_update_subentry(house.entry, server, data=data)
    await house.hass.async_block_till_done()
    async_fire_time_changed(house.hass, dt_util.utcnow() + timedelta(seconds=ahead.QUIET_SECONDS + 1))
    await house.hass.async_block_till_done()
