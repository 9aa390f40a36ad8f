"""One turn of the demo: words or a recording go through the Assist pipeline, and what came of it is noted."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
import time
from typing import Any

from homeassistant.components import stt, tts
from homeassistant.components.assist_pipeline import PipelineEvent, PipelineEventType
from homeassistant.components.assist_pipeline.models import PipelineStage
from homeassistant.components.assist_pipeline.pipeline import Pipeline, PipelineInput, PipelineRun, async_get_pipeline
from homeassistant.components.conversation.agent_manager import async_get_agent
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Context, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import chat_session

from custom_components.parlor.agent.record import TurnEvent
from custom_components.parlor.conversation import ParlorConversation

from .spoken import Recording
from .watch import HouseStates, async_settled, watched_states

_WAV_HEADER_BYTES = 44
_TURN_LIMIT_SECONDS = 120


@dataclass(slots=True)
class Turn:
    """What one turn did. Times are milliseconds after the end of speech; None where nothing of the kind happened.

    `marks` are the times of what the pipeline told on its way: listened (the microphone was closed), heard (there are
    words), token (the first part of a reply or the first call), replied (the reply is whole).
    """

    heard: str = ""
    route: str | None = None
    calls: list[dict[str, Any]] = field(default_factory=list)
    before: HouseStates = field(default_factory=dict)
    after: HouseStates = field(default_factory=dict)
    reply: str = ""
    audio: Path | None = None
    ms_to_action: float | None = None
    ms_to_audio: float | None = None
    marks: dict[str, float] = field(default_factory=dict)
    problem: str | None = None


async def async_run_turn(
    hass: HomeAssistant,
    said: Recording | str,
    audio_file: Path,
    *,
    pipeline_id: str | None = None,
    device_id: str | None = None,
    limit: float = _TURN_LIMIT_SECONDS,
) -> Turn:
    """Run one turn through a pipeline, or the preferred one; the spoken answer is written to `audio_file`.

    `device_id` is the device that is spoken through, `limit` the most seconds that the turn may take.
    """
    pipeline = async_get_pipeline(hass, pipeline_id)
    watcher = _Watcher(hass, audio_file)
    watcher.turn.before = watched_states(hass)
    agent = async_get_agent(hass, pipeline.conversation_engine)
    unsubscribe = [hass.bus.async_listen(EVENT_STATE_CHANGED, watcher.state_changed)]
    if isinstance(agent, ParlorConversation):
        unsubscribe.append(agent.turns.listen(watcher.turn_ended))
    began = time.monotonic()
    try:
        async with asyncio.timeout(limit):
            await _async_execute(hass, pipeline, said, watcher, device_id)
            await watcher.async_audio_done()
            await async_settled(hass)
    except TimeoutError:
        watcher.turn.problem = f"nothing came within {limit:g} seconds"
    finally:
        for stop in unsubscribe:
            stop()
    ended = began
    if isinstance(said, Recording) and said.ended:
        ended = said.ended
        watcher.mark("listened", said.taken)
    return watcher.finish(ended)


async def _async_execute(
    hass: HomeAssistant, pipeline: Pipeline, said: Recording | str, watcher: _Watcher, device_id: str | None
) -> None:
    spoken = isinstance(said, Recording)
    run = PipelineRun(
        hass,
        context=Context(),
        pipeline=pipeline,
        start_stage=PipelineStage.STT if spoken else PipelineStage.INTENT,
        end_stage=PipelineStage.TTS,
        event_callback=watcher.pipeline_event,
        tts_audio_output="wav",
    )
    with chat_session.async_get_chat_session(hass) as session:
        if isinstance(said, Recording):
            pipeline_input = PipelineInput(
                run=run,
                session=session,
                device_id=device_id,
                stt_stream=said.async_play(),
                stt_metadata=stt.SpeechMetadata(
                    language=pipeline.stt_language or pipeline.language,
                    format=stt.AudioFormats.WAV,
                    codec=stt.AudioCodecs.PCM,
                    bit_rate=stt.AudioBitRates.BITRATE_16,
                    sample_rate=stt.AudioSampleRates.SAMPLERATE_16000,
                    channel=stt.AudioChannels.CHANNEL_MONO,
                ),
            )
        else:
            watcher.turn.heard = said
            pipeline_input = PipelineInput(run=run, session=session, device_id=device_id, intent_input=said)
        await pipeline_input.execute(validate=True)


class _Watcher:
    """Collects what the pipeline and the house report during a turn."""

    def __init__(self, hass: HomeAssistant, audio_file: Path) -> None:
        self._hass = hass
        self._audio_file = audio_file
        self._token: str | None = None
        self._reading: asyncio.Task[None] | None = None
        self._acted: float | None = None
        self._sounded: float | None = None
        self._marks: dict[str, float] = {}
        self.turn = Turn()

    def mark(self, name: str, moment: float | None = None) -> None:
        """Note the first time that something happened, by default now."""
        self._marks.setdefault(name, time.monotonic() if moment is None else moment)

    @callback
    def state_changed(self, event: Event[EventStateChangedData]) -> None:
        """Note the first change of the house."""
        if self._acted is None and event.data["entity_id"] in self.turn.before:
            self._acted = time.monotonic()

    @callback
    def turn_ended(self, event: TurnEvent) -> None:
        """Note which way the agent took, and its calls."""
        self.turn.route = event.record.route
        self.turn.calls = [{"name": call.tool_name, "arguments": call.arguments} for call in event.calls]

    @callback
    def pipeline_event(self, event: PipelineEvent) -> None:
        """Take in one event of the pipeline."""
        data: Mapping[str, Any] = event.data or {}
        match event.type:
            case PipelineEventType.RUN_START:
                self._token = data["tts_output"]["token"]
            case PipelineEventType.STT_END:
                self.mark("heard")
                self.turn.heard = data["stt_output"]["text"]
            case PipelineEventType.INTENT_PROGRESS:
                delta = data.get("chat_log_delta") or {}
                if delta.get("content") or delta.get("tool_calls"):
                    self.mark("token")
                if data.get("tts_start_streaming"):
                    self._read_audio()
            case PipelineEventType.INTENT_END:
                self.mark("replied")
                speech = data["intent_output"]["response"]["speech"]
                self.turn.reply = speech.get("plain", {}).get("speech", "")
            case PipelineEventType.TTS_END:
                self._read_audio()
            case PipelineEventType.ERROR:
                self.turn.problem = f"{data['code']}: {data['message']}"

    def _read_audio(self) -> None:
        if self._reading is None:
            self._reading = self._hass.async_create_task(self._async_read_audio(), "demo reads the spoken answer")

    async def _async_read_audio(self) -> None:
        stream = tts.async_get_stream(self._hass, self._token or "")
        if stream is None:
            self.turn.problem = "the pipeline promised audio and made none"
            return
        audio = bytearray()
        async for chunk in stream.async_stream_result():
            audio += chunk
            if self._sounded is None and len(audio) > _WAV_HEADER_BYTES:
                self._sounded = time.monotonic()
        if len(audio) > _WAV_HEADER_BYTES:
            await asyncio.to_thread(self._audio_file.write_bytes, audio)
            self.turn.audio = self._audio_file

    async def async_audio_done(self) -> None:
        """Wait for the spoken answer, where there is one."""
        if self._reading is None:
            return
        try:
            await self._reading
        except (HomeAssistantError, OSError) as error:
            # The voice failed, or what Home Assistant converts sound with is missing.
            self.turn.problem = f"no spoken answer: {error}"

    def finish(self, ended: float) -> Turn:
        """Return the turn, its times counted from the end of speech."""
        self.turn.after = watched_states(self._hass)
        self.turn.ms_to_action = _milliseconds(self._acted, ended)
        self.turn.ms_to_audio = _milliseconds(self._sounded, ended)
        self.turn.marks = {name: round((moment - ended) * 1000, 1) for name, moment in self._marks.items()}
        return self.turn


def _milliseconds(moment: float | None, since: float) -> float | None:
    return None if moment is None else round((moment - since) * 1000, 1)
