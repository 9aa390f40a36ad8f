"""A pipeline that lets local intents run before a Parlor agent is told of, and mended."""

from http import HTTPStatus

from homeassistant.components.assist_pipeline import Pipeline, async_get_pipelines, async_update_pipeline
from homeassistant.components.assist_pipeline.runtime import KEY_ASSIST_PIPELINE
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.parlor.const import DOMAIN
from custom_components.parlor.issues.local_intents import LOCAL_INTENTS
from tests.flow_texts import ENGLISH, placeholders_of
from tests.parlor_entry import agent, async_add_parlor

AGENT = "conversation.parlor"


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return an entry with its pipeline."""
    assert await async_setup_component(hass, "repairs", {})
    return await async_add_parlor(hass, agent())


def parlors(hass: HomeAssistant) -> Pipeline:
    """Return the pipeline that Parlor has made."""
    return next(one for one in async_get_pipelines(hass) if one.conversation_engine == AGENT)


def issues(hass: HomeAssistant) -> dict[str, str]:
    """Return the issues with the pipelines that they name."""
    return {
        issue_id: (issue.translation_placeholders or {})["pipeline"]
        for (domain, issue_id), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active and issue.translation_key == LOCAL_INTENTS
    }


async def prefer_local(hass: HomeAssistant, *, on: bool = True) -> None:
    """Change the pipeline as the user does in its dialog."""
    await async_update_pipeline(hass, parlors(hass), prefer_local_intents=on)
    await hass.async_block_till_done()


async def test_it_comes_and_goes_by_itself(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """With the switch in the pipeline's settings; Parlor's own begins without it."""
    assert issues(hass) == {}
    await prefer_local(hass)
    assert issues(hass) == {f"local_intents.{parlors(hass).id}": "Parlor"}
    await prefer_local(hass, on=False)
    assert issues(hass) == {}


async def test_every_pipeline_has_its_own(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Those of other agents have none; neither has one that gets another agent, or is deleted."""
    await prefer_local(hass)
    store = hass.data[KEY_ASSIST_PIPELINE].pipeline_store
    first = parlors(hass)
    settings = {name: value for name, value in first.to_json().items() if name != "id"}
    second = await store.async_create_item({**settings, "name": "Cellar"})
    await hass.async_block_till_done()
    assert sorted(issues(hass).values()) == ["Cellar", "Parlor"]
    await async_update_pipeline(hass, second, conversation_engine="conversation.home_assistant")
    await hass.async_block_till_done()
    assert list(issues(hass).values()) == ["Parlor"]
    store.async_set_preferred_item(second.id)
    await store.async_delete_item(first.id)
    await hass.async_block_till_done()
    assert issues(hass) == {}


async def test_an_agent_that_is_renamed(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """The pipeline then has no Parlor agent until it is given the new name."""
    await prefer_local(hass)
    pipeline = parlors(hass)
    er.async_get(hass).async_update_entity(AGENT, new_entity_id="conversation.butler")
    await hass.async_block_till_done()
    assert issues(hass) == {}
    await async_update_pipeline(hass, pipeline, conversation_engine="conversation.butler")
    await hass.async_block_till_done()
    assert list(issues(hass).values()) == ["Parlor"]


async def test_an_ignored_one_stays_ignored(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """When the entry is loaded again; when it is disabled or removed there is nothing to tell of."""
    await prefer_local(hass)
    [issue_id] = issues(hass)
    ir.async_ignore_issue(hass, DOMAIN, issue_id, ignore=True)
    assert await hass.config_entries.async_reload(entry.entry_id)
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.dismissed_version
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is None
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    assert issues(hass) == {issue_id: "Parlor"}
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert issues(hass) == {}


@pytest.mark.parametrize("deleted", [False, True], ids=["there", "deleted meanwhile"])
async def test_it_is_mended(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client: ClientSessionGenerator, *, deleted: bool
) -> None:
    """With one click in Repairs, over the interface that the frontend uses."""
    assert entry.domain == DOMAIN
    await prefer_local(hass)
    [issue_id] = issues(hass)
    client = await hass_client()
    answer = await client.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id})
    assert answer.status == HTTPStatus.OK
    form = await answer.json()
    assert (form["type"], form["step_id"]) == ("form", "confirm")
    assert form["description_placeholders"] == {"pipeline": "Parlor"}
    if deleted:
        store = hass.data[KEY_ASSIST_PIPELINE].pipeline_store
        await store.async_delete_item(parlors(hass).id)
    answer = await client.post(f"/api/repairs/issues/fix/{form['flow_id']}", json={})
    assert (await answer.json())["type"] == "create_entry"
    await hass.async_block_till_done()
    assert issues(hass) == {}
    assert deleted or parlors(hass).prefer_local_intents is False


def test_texts() -> None:
    """Title and description name the pipeline, and nothing that the issue does not bring."""
    texts = ENGLISH["issues"]["local_intents"]
    step = texts["fix_flow"]["step"]["confirm"]
    for text in (texts["title"], step["title"], step["description"]):
        assert placeholders_of(text) == {"pipeline"}
