"""The demo house with ears of several kinds, each spoken to through the Assist pipeline."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
import logging
import time
from types import MappingProxyType

from homeassistant.components import stt
from homeassistant.components.assist_pipeline import PipelineEvent, PipelineEventType
from homeassistant.components.assist_pipeline.models import PipelineStage
from homeassistant.components.assist_pipeline.pipeline import PipelineInput, PipelineRun, async_get_pipeline
from homeassistant.config_entries import SOURCE_USER, ConfigFlowContext, ConfigSubentry
from homeassistant.const import CONF_HOST, CONF_PORT, STATE_UNAVAILABLE
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import chat_session, entity_registry as er

from custom_components.parlor.agent.route import is_whole_sentence
from custom_components.parlor.const import CONF_PLACE, CONF_URI, DOMAIN, PLACE_SERVER, SUBENTRY_STT
from demo.house import running_house
from demo.installation import async_install_parlor
from demo.ollama import OllamaStandIn
from demo.spoken import Recording

_READY_SECONDS = 60.0

METADATA = stt.SpeechMetadata(
    language="en",
    format=stt.AudioFormats.WAV,
    codec=stt.AudioCodecs.PCM,
    bit_rate=stt.AudioBitRates.BITRATE_16,
    sample_rate=stt.AudioSampleRates.SAMPLERATE_16000,
    channel=stt.AudioChannels.CHANNEL_MONO,
)


@dataclass(frozen=True, slots=True)
class Heard:
    """The words, and seconds from the last voiced sample to them; None where they came before it."""

    text: str
    after: float | None


@dataclass(frozen=True, slots=True)
class House:
    """A running house; `ears` are the speech-to-text entities by the name given to their server."""

    hass: HomeAssistant
    ears: Mapping[str, str]

    def is_whole(self, text: str) -> bool:
        """Say whether Parlor knows a text to be a whole sentence."""
        (entry,) = self.hass.config_entries.async_entries(DOMAIN)
        return is_whole_sentence(self.hass, entry.runtime_data.home, "en", text)

    async def async_hear(self, ears: str, said: Recording) -> Heard:
        """Speak to one of the ears in real time. Raises RuntimeError where nothing is heard."""
        listener = _Listener()
        await _async_run(self.hass, self.ears[ears], said, listener)
        if listener.text is None:
            raise RuntimeError(f"{ears} heard nothing of {said.path.name}: {listener.problem}")
        return Heard(listener.text, None if said.ended is None else listener.at - said.ended)


@asynccontextmanager
async def house_with(parlor: Mapping[str, str], others: Mapping[str, int]) -> AsyncIterator[House]:
    """Run the demo house with Parlor's ears at addresses, and others at ports, by Home Assistant's own integration."""
    logging.getLogger("homeassistant").setLevel(logging.ERROR)
    async with OllamaStandIn() as model_server, running_house() as house:
        await async_install_parlor(house.hass, model_server.url, None, local_route=True)
        (entry,) = house.hass.config_entries.async_entries(DOMAIN)
        for name, uri in parlor.items():
            data = MappingProxyType({CONF_PLACE: PLACE_SERVER, CONF_URI: uri})
            ears = ConfigSubentry(data=data, subentry_type=SUBENTRY_STT, title=name, unique_id=None)
            house.hass.config_entries.async_add_subentry(entry, ears)
        await house.hass.async_block_till_done()
        added = {name: await _async_add_wyoming(house.hass, port) for name, port in others.items()}
        own = {name: _ears_of(house.hass, name) for name in parlor}
        await _async_ready(house.hass, [*own.values(), *added.values()])
        yield House(house.hass, own | added)


class _Listener:
    """Notes when the words come."""

    def __init__(self) -> None:
        self.text: str | None = None
        self.at = 0.0
        self.problem = ""

    @callback
    def __call__(self, event: PipelineEvent) -> None:
        if event.type is PipelineEventType.STT_END:
            self.text, self.at = (event.data or {})["stt_output"]["text"], time.monotonic()
        elif event.type is PipelineEventType.ERROR:
            self.problem = (event.data or {})["message"]


async def _async_run(hass: HomeAssistant, ears: str, said: Recording, listener: _Listener) -> None:
    run = PipelineRun(
        hass,
        context=Context(),
        pipeline=replace(async_get_pipeline(hass), stt_engine=ears, stt_language=METADATA.language),
        start_stage=PipelineStage.STT,
        end_stage=PipelineStage.STT,
        event_callback=listener,
    )
    with chat_session.async_get_chat_session(hass) as session:
        heard = PipelineInput(run=run, session=session, stt_stream=said.async_play(), stt_metadata=METADATA)
        await heard.execute(validate=True)


async def _async_add_wyoming(hass: HomeAssistant, port: int) -> str:
    """Add a server as a user does whose Home Assistant has no Parlor; return its speech-to-text entity."""
    data = {CONF_HOST: "127.0.0.1", CONF_PORT: port}
    context = ConfigFlowContext(source=SOURCE_USER)
    result = await hass.config_entries.flow.async_init("wyoming", context=context, data=data)
    if result["type"] is not FlowResultType.CREATE_ENTRY:
        raise RuntimeError(f"Home Assistant did not take the server at port {port}: {result.get('errors')}")
    await hass.async_block_till_done()
    entries = er.async_entries_for_config_entry(er.async_get(hass), result["result"].entry_id)
    return next(entry.entity_id for entry in entries if entry.domain == stt.DOMAIN)


def _ears_of(hass: HomeAssistant, title: str) -> str:
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    ids = [subentry.subentry_id for subentry in entry.subentries.values() if subentry.title == title]
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    own = (entity for entity in entities if entity.domain == stt.DOMAIN)
    return next(entity.entity_id for entity in own if entity.config_subentry_id in ids)


async def _async_ready(hass: HomeAssistant, entities: Sequence[str]) -> None:
    async with asyncio.timeout(_READY_SECONDS):
        while not all(_is_there(hass, ears) for ears in entities):  # noqa: ASYNC110 # a few times, once
            await asyncio.sleep(0.05)


def _is_there(hass: HomeAssistant, entity_id: str) -> bool:
    state = hass.states.get(entity_id)
    return state is not None and state.state != STATE_UNAVAILABLE
