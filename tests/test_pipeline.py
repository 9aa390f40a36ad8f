"""The Assist pipeline: made once, as it should be, and taken away again."""

from typing import Any

from homeassistant.components.assist_pipeline import Pipeline, async_get_pipelines, async_update_pipeline
from homeassistant.components.assist_pipeline.pipeline import PipelineStorageCollection
from homeassistant.components.assist_pipeline.runtime import KEY_ASSIST_PIPELINE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest

from tests.parlor_entry import agent, async_add_parlor, ears, model_server, voice, wyoming_server

pytestmark = pytest.mark.usefixtures("socket_enabled")

NOT_PREFERRED = {"preferred": False}
PREFERRED = {"preferred": True}


@pytest.fixture
async def store(hass: HomeAssistant) -> PipelineStorageCollection:
    """Return the pipelines of a Home Assistant without Parlor: its own one, preferred."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "assist_pipeline", {})
    return hass.data[KEY_ASSIST_PIPELINE].pipeline_store


def _pipelines(hass: HomeAssistant, name: str = "Parlor") -> list[Pipeline]:
    return [pipeline for pipeline in async_get_pipelines(hass) if pipeline.name == name]


@pytest.mark.parametrize(
    ("home", "heard", "spoken", "languages"),
    [
        pytest.param(("en", "GB"), ("de", "en"), ("en_US", "en_GB"), ("en", "en_GB"), id="the country's own"),
        pytest.param(("de", None), ("de", "en"), ("de_DE",), ("de", "de_DE"), id="the language's own"),
        pytest.param(("de", None), ("de",), ("en_US",), ("de", None), id="no such voice"),
        pytest.param(("fi", None), ("en",), ("en_US",), (None, None), id="neither"),
    ],
)
async def test_whole_pipeline(
    hass: HomeAssistant,
    home: tuple[str, str | None],
    heard: tuple[str, ...],
    spoken: tuple[str, ...],
    languages: tuple[str | None, str | None],
) -> None:
    """Ears and voice are used in the home's language; Home Assistant's local intents are not put before the agent."""
    hass.config.language, hass.config.country = home
    async with wyoming_server(hass, hears=heard, speaks=spoken) as uri:
        entry = await async_add_parlor(hass, model_server(), agent(), ears(uri), voice(uri), data=PREFERRED)
        (pipeline,) = _pipelines(hass)
    expected = {
        "id": entry.data["pipeline_id"],
        "name": "Parlor",
        "language": home[0],
        "conversation_engine": "conversation.parlor",
        "conversation_language": "*",
        "prefer_local_intents": False,
        "stt_engine": "stt.parlor_ears" if languages[0] else None,
        "stt_language": languages[0],
        "tts_engine": "tts.parlor_voice" if languages[1] else None,
        "tts_language": languages[1],
        "tts_voice": None,
        "wake_word_entity": None,
        "wake_word_id": None,
    }
    assert pipeline.to_json() == expected


async def test_text_only_pipeline(hass: HomeAssistant) -> None:
    """Without ears and voice the pipeline has none."""
    await async_add_parlor(hass, model_server(), agent())
    (pipeline,) = _pipelines(hass)
    assert (pipeline.stt_engine, pipeline.tts_engine) == (None, None)


@pytest.mark.parametrize("data", [PREFERRED, NOT_PREFERRED], ids=["asked for", "not asked for"])
async def test_preferred(hass: HomeAssistant, store: PipelineStorageCollection, data: dict[str, Any]) -> None:
    """The pipeline is preferred if the user has asked for that, and only then."""
    before = store.async_get_preferred_item()
    entry = await async_add_parlor(hass, model_server(), agent(), data=data)
    preferred = store.async_get_preferred_item()
    assert preferred == (entry.data["pipeline_id"] if data is PREFERRED else before)


async def test_made_once(hass: HomeAssistant, store: PipelineStorageCollection) -> None:
    """A pipeline that the user deletes does not come back, and one that is preferred since stays so."""
    entry = await async_add_parlor(hass, model_server(), agent(), data=PREFERRED)
    (own,) = _pipelines(hass, "Home Assistant")
    store.async_set_preferred_item(own.id)
    await hass.config_entries.async_reload(entry.entry_id)
    assert len(_pipelines(hass)) == 1
    assert store.async_get_preferred_item() == own.id

    await store.async_delete_item(entry.data["pipeline_id"])
    await hass.config_entries.async_reload(entry.entry_id)
    assert _pipelines(hass) == []


async def test_not_before_there_is_an_agent(hass: HomeAssistant, store: PipelineStorageCollection) -> None:
    """Without an agent there is no pipeline; with the first one it is made."""
    registry = er.async_get(hass)
    entry = await async_add_parlor(hass, model_server(), agent())
    await store.async_delete_item(entry.data["pipeline_id"])
    hass.config_entries.async_update_entry(entry, data=NOT_PREFERRED)
    registry.async_update_entity("conversation.parlor", disabled_by=er.RegistryEntryDisabler.USER)
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.data == NOT_PREFERRED

    registry.async_update_entity("conversation.parlor", disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    assert len(_pipelines(hass)) == 1


async def _user_made(store: PipelineStorageCollection, engine: str) -> Pipeline:
    """Make a pipeline as a user does by hand."""
    return await store.async_create_item(
        {
            "name": "By hand",
            "language": "en",
            "conversation_engine": engine,
            "conversation_language": "en",
            "stt_engine": None,
            "stt_language": None,
            "tts_engine": None,
            "tts_language": None,
            "tts_voice": None,
            "wake_word_entity": None,
            "wake_word_id": None,
        }
    )


async def test_existing_pipeline_is_found(hass: HomeAssistant, store: PipelineStorageCollection) -> None:
    """A pipeline with Parlor's agent is used as it is, and is not deleted with Parlor: it is the user's."""
    found = await _user_made(store, "conversation.parlor")
    entry = await async_add_parlor(hass, model_server(), agent(), data=PREFERRED)
    assert entry.data["pipeline_id"] == found.id
    assert _pipelines(hass) == []
    assert store.async_get_preferred_item() == found.id

    await hass.config_entries.async_remove(entry.entry_id)
    assert _pipelines(hass, "By hand") == [found]


@pytest.mark.parametrize("data", [PREFERRED, NOT_PREFERRED], ids=["preferred", "not preferred"])
async def test_removal(hass: HomeAssistant, store: PipelineStorageCollection, data: dict[str, Any]) -> None:
    """Removing Parlor removes its pipeline; what was preferred before is preferred again."""
    await _user_made(store, "conversation.home_assistant")
    before = store.async_get_preferred_item()
    entry = await async_add_parlor(hass, model_server(), agent(), data=data)
    await hass.config_entries.async_remove(entry.entry_id)
    assert _pipelines(hass) == []
    assert store.async_get_preferred_item() == before


async def test_removal_when_the_one_before_is_gone(hass: HomeAssistant, store: PipelineStorageCollection) -> None:
    """Where the pipeline that was preferred before is gone, another one is preferred."""
    before = store.async_get_preferred_item()
    other = await _user_made(store, "conversation.home_assistant")
    entry = await async_add_parlor(hass, model_server(), agent(), data=PREFERRED)
    await store.async_delete_item(before)
    await hass.config_entries.async_remove(entry.entry_id)
    assert async_get_pipelines(hass) == [other]
    assert store.async_get_preferred_item() == other.id


async def test_removal_of_the_last_pipeline(hass: HomeAssistant, store: PipelineStorageCollection) -> None:
    """Home Assistant can not be without a pipeline: the last one becomes its own."""
    before = store.async_get_preferred_item()
    entry = await async_add_parlor(hass, model_server(), agent(), data=PREFERRED)
    await store.async_delete_item(before)
    await hass.config_entries.async_remove(entry.entry_id)
    (left,) = async_get_pipelines(hass)
    assert left.name == "Home Assistant"
    assert (left.conversation_engine, left.stt_engine, left.tts_engine) == ("conversation.home_assistant", None, None)


async def test_removal_spares_what_the_user_changed(hass: HomeAssistant, store: PipelineStorageCollection) -> None:
    """A pipeline that the user has given another agent is the user's."""
    entry = await async_add_parlor(hass, model_server(), agent())
    (pipeline,) = _pipelines(hass)
    await async_update_pipeline(hass, pipeline, conversation_engine="conversation.home_assistant")
    await hass.config_entries.async_remove(entry.entry_id)
    assert store.data[pipeline.id].conversation_engine == "conversation.home_assistant"
