"""The Assist pipeline that Parlor makes at its first set-up and takes away when it is removed."""

from collections.abc import Collection

from homeassistant.components.assist_pipeline import Pipeline, async_get_pipelines, async_update_pipeline
from homeassistant.components.assist_pipeline.pipeline import PipelineStorageCollection
from homeassistant.components.assist_pipeline.runtime import KEY_ASSIST_PIPELINE
from homeassistant.components.conversation import HOME_ASSISTANT_AGENT
from homeassistant.components.stt import async_get_speech_to_text_engine
from homeassistant.components.tts.helper import get_engine_instance
from homeassistant.const import MATCH_ALL, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util import language as language_util

from .const import (
    CONF_PIPELINE_BEFORE,
    CONF_PIPELINE_ID,
    CONF_PIPELINE_MADE,
    CONF_PREFERRED,
    DOMAIN,
    SUBENTRY_CONVERSATION,
    SUBENTRY_STT,
    SUBENTRY_TTS,
)
from .data import ParlorConfigEntry

PIPELINE_NAME = "Parlor"


async def async_ensure_pipeline(hass: HomeAssistant, entry: ParlorConfigEntry) -> None:
    """Find or make the pipeline of a Parlor agent, once in the life of the entry.

    Needs the entities of the entry, so it comes after its platforms are set up; without a conversation entity the next
    set-up tries again. What was done is recorded in the entry's data: a pipeline that the user deletes stays deleted.
    """
    agents = agent_entity_ids(hass, entry)
    if CONF_PIPELINE_ID in entry.data or not agents:
        return
    store = _store(hass)
    before = store.async_get_preferred_item()
    found = next((known for known in async_get_pipelines(hass) if known.conversation_engine in agents), None)
    pipeline = found or await store.async_create_item(_settings(hass, entry, agents[0]))
    if entry.data.get(CONF_PREFERRED):
        store.async_set_preferred_item(pipeline.id)
    done = {CONF_PIPELINE_ID: pipeline.id, CONF_PIPELINE_MADE: found is None, CONF_PIPELINE_BEFORE: before}
    hass.config_entries.async_update_entry(entry, data={**entry.data, **done})


async def async_remove_pipeline(hass: HomeAssistant, entry: ParlorConfigEntry) -> None:
    """Remove the pipeline that Parlor made, unless the user has given it another agent since.

    The pipeline that was preferred before is preferred again. Where no other is left, Home Assistant needs one to
    prefer: Parlor's becomes one for Home Assistant's own agent, without ears and voice.
    """
    pipeline = _made_pipeline(hass, entry)
    if pipeline is None:
        return
    store = _store(hass)
    if store.async_get_preferred_item() == pipeline.id:
        others = [known.id for known in async_get_pipelines(hass) if known.id != pipeline.id]
        if not others:
            await _async_hand_over(hass, pipeline)
            return
        before = entry.data[CONF_PIPELINE_BEFORE]
        store.async_set_preferred_item(before if before in others else others[0])
    await store.async_delete_item(pipeline.id)


@callback
def agent_entity_ids(hass: HomeAssistant, entry: ParlorConfigEntry) -> list[str]:
    """Return the ids of the entry's conversation entities that are enabled, in the order of their subentries."""
    return _entity_ids(hass, entry, Platform.CONVERSATION, SUBENTRY_CONVERSATION)


def _settings(hass: HomeAssistant, entry: ParlorConfigEntry, agent: str) -> dict[str, str | bool | None]:
    """Return what the store needs to make a pipeline of one Parlor agent and, where there are any, ears and voice.

    Local intents stay behind the agent: they run before it, unlock without asking, and report success unseen.
    """
    ears = next(iter(_entity_ids(hass, entry, Platform.STT, SUBENTRY_STT)), None)
    voice = next(iter(_entity_ids(hass, entry, Platform.TTS, SUBENTRY_TTS)), None)
    ears_engine = async_get_speech_to_text_engine(hass, ears) if ears else None
    voice_engine = get_engine_instance(hass, voice) if voice else None
    ears_language = _language(hass, ears_engine.supported_languages) if ears_engine else None
    voice_language = _language(hass, voice_engine.supported_languages) if voice_engine else None
    return {
        "name": PIPELINE_NAME,
        "language": hass.config.language,
        "conversation_engine": agent,
        "conversation_language": MATCH_ALL,
        "prefer_local_intents": False,
        "stt_engine": ears if ears_language else None,
        "stt_language": ears_language,
        "tts_engine": voice if voice_language else None,
        "tts_language": voice_language,
        "tts_voice": None,
        "wake_word_entity": None,
        "wake_word_id": None,
    }


def _language(hass: HomeAssistant, supported: Collection[str]) -> str | None:
    """Return the supported language that is nearest to the home's."""
    return next(iter(language_util.matches(hass.config.language, supported, country=hass.config.country)), None)


def _made_pipeline(hass: HomeAssistant, entry: ParlorConfigEntry) -> Pipeline | None:
    """Return the pipeline that Parlor made, if it is still there and still Parlor's."""
    if KEY_ASSIST_PIPELINE not in hass.data or not entry.data.get(CONF_PIPELINE_MADE):
        return None
    pipeline = _store(hass).data.get(entry.data[CONF_PIPELINE_ID])
    agents = agent_entity_ids(hass, entry)
    return pipeline if pipeline and pipeline.conversation_engine in agents else None


async def _async_hand_over(hass: HomeAssistant, pipeline: Pipeline) -> None:
    """Make a pipeline one of Home Assistant's own agent."""
    await async_update_pipeline(
        hass,
        pipeline,
        name="Home Assistant",
        conversation_engine=HOME_ASSISTANT_AGENT,
        conversation_language=pipeline.language,
        stt_engine=None,
        stt_language=None,
        tts_engine=None,
        tts_language=None,
        tts_voice=None,
    )


@callback
def _entity_ids(hass: HomeAssistant, entry: ParlorConfigEntry, domain: str, subentry_type: str) -> list[str]:
    """Return the ids of an entry's enabled entities of one kind, in the order of their subentries."""
    registry = er.async_get(hass)
    ids = [
        registry.async_get_entity_id(domain, DOMAIN, subentry.subentry_id)
        for subentry in entry.subentries.values()
        if subentry.subentry_type == subentry_type
    ]
    return [found for found in ids if found and not registry.entities[found].disabled]


def _store(hass: HomeAssistant) -> PipelineStorageCollection:
    """Return the pipeline store, the only way to make and prefer a pipeline from Python."""
    return hass.data[KEY_ASSIST_PIPELINE].pipeline_store
