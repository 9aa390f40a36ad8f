"""From the text of a reply to its sound, sent on while the text is still being written."""

from collections.abc import AsyncGenerator, AsyncIterable
import contextlib
from dataclasses import dataclass
from typing import Any, Final

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeStopped, SynthesizeVoice

from .errors import SpeechBadSpeed, SpeechError, SpeechNoAudio, SpeechNotWyoming
from .exchange import async_sending
from .fallback import Speech, another, in_use
from .info import ServerInfo
from .languages import base_language
from .replay import Replay
from .server import SpeechServer
from .status import Role
from .wav import PcmFormat, Sound
from .wyoming_client import WyomingConnection

TEXT_LIMIT: Final = 50_000
"""Characters of one reply; about an hour of speech."""
AUDIO_LIMIT_BYTES: Final = 512 * 1024 * 1024
SLOWEST: Final = 0.25
FASTEST: Final = 4.0
"""Paces that Parlor's own server takes."""
REPLAY_WAIT_S: Final = 10.0
AUDIO_SILENCE_LIMIT_S: Final = 30.0
"""How long a sentence may take to become sound, once all of the text is sent."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a reply is spoken: in which language; by which voice, None being the default; how fast, 1 being its pace.

    A voice that a fallback does not have is spoken by one of its own in that language. The pace is kept by Parlor's own
    servers alone.
    """

    language: str | None = None
    voice: SynthesizeVoice | None = None
    speed: float = 1.0


async def async_synthesize(
    speech: Speech, text: AsyncIterable[str], manner: Manner
) -> AsyncGenerator[PcmFormat | bytes]:
    """Yield the format of the audio once, then its PCM.

    The text is kept: if the server cannot be reached, or fails before the first sound, the fallback speaks all of it;
    where there is none, the same server once it is ready again. Raises SpeechError, and what the text raises.
    """
    async with Replay(text, TEXT_LIMIT) as reply:
        server = in_use(speech, Role.VOICE)
        spoken = False
        try:
            async with contextlib.aclosing(_async_attempt(server, reply, _wish(speech, server, manner))) as audio:
                async for part in audio:
                    spoken = True
                    yield part
        except SpeechError as err:  # the server failed, in whatever way; most are final for it
            server.async_report(err)
            if spoken:
                raise
            second = another(speech, Role.VOICE, server, err)
            if second is None and not (err.passing and await speech.async_wait_ready(Role.VOICE, REPLAY_WAIT_S)):
                raise
        else:
            return
        second = second or in_use(speech, Role.VOICE)
        try:
            async with contextlib.aclosing(_async_attempt(second, reply, _wish(speech, second, manner))) as audio:
                async for part in audio:
                    yield part
        except SpeechError as err:  # twice is once too often
            second.async_report(err)
            raise


async def async_say(speech: Speech, message: str, manner: Manner) -> Sound:
    """Return a whole message as sound. Raises SpeechError."""

    async def text() -> AsyncGenerator[str]:
        yield message

    parts = [part async for part in async_synthesize(speech, text(), manner)]
    audio_format = next(part for part in parts if isinstance(part, PcmFormat))
    return Sound(audio_format, b"".join(part for part in parts if isinstance(part, bytes)))


def voice_for(info: ServerInfo | None, language: str, name: str | None, speaker: str | None) -> SynthesizeVoice | None:
    """Return the voice to ask a server for: by name, or else by language; None for the server's first, its default."""
    voices = info.voices if info else ()
    exact = [voice for voice in voices if language in voice.languages]
    near = [voice for voice in voices if base_language(language) in map(base_language, voice.languages)]
    best = next(iter((*exact, *near, *voices)), None)
    if name is None and speaker is None and (best is None or best is voices[0]):
        return None
    name = name or (best.name if best else None)
    return SynthesizeVoice(name=name, speaker=speaker) if name else None


def speed_of(option: object) -> float:
    """Return the pace that an option asks for, None being the voice's own. Raises SpeechBadSpeed."""
    try:
        speed = 1.0 if option is None else float(str(option))
    except ValueError:  # a word
        speed = 0.0
    if not SLOWEST <= speed <= FASTEST:
        raise SpeechBadSpeed(speed=str(option))
    return speed


@dataclass(frozen=True, slots=True)
class _Wish:
    """Which voice is to speak, and at what pace, for which the protocol has no field of its own."""

    voice: SynthesizeVoice | None
    speed: float

    @property
    def context(self) -> dict[str, Any] | None:
        return None if self.speed == 1 else {"parlor": {"speed": self.speed}}


def _wish(speech: Speech, server: SpeechServer, manner: Manner) -> _Wish:
    """Return what to ask a server for: the voice was chosen among those of the first."""
    voices = server.info.voices if server.info else ()
    named = manner.voice.name if manner.voice else None
    if server is speech.in_order[0] or manner.language is None or named in [voice.name for voice in voices]:
        return _Wish(manner.voice, manner.speed)
    return _Wish(voice_for(server.info, manner.language, None, None), manner.speed)


async def _async_attempt(server: SpeechServer, reply: Replay[str], wish: _Wish) -> AsyncGenerator[PcmFormat | bytes]:
    streams_text = server.info is not None and server.info.streams_text
    async with await server.async_connect() as connection:
        send = _async_send_pieces if streams_text else _async_send_whole
        async with (
            async_sending(connection, send(connection, reply, wish), AUDIO_SILENCE_LIMIT_S),
            contextlib.aclosing(_async_receive(connection, streams_text=streams_text)) as audio,
        ):
            async for part in audio:
                yield part


async def _async_send_pieces(connection: WyomingConnection, reply: Replay[str], wish: _Wish) -> None:
    """Send the text as it comes."""
    await connection.send(SynthesizeStart(voice=wish.voice, context=wish.context))
    async for piece in reply:
        await connection.send(SynthesizeChunk(text=_sendable(piece)))
    await connection.send(SynthesizeStop())


async def _async_send_whole(connection: WyomingConnection, reply: Replay[str], wish: _Wish) -> None:
    """Send the text once it is complete, to a server that takes no pieces."""
    text = "".join([piece async for piece in reply])
    await connection.send(Synthesize(text=_sendable(text), voice=wish.voice, context=wish.context))


async def _async_receive(connection: WyomingConnection, *, streams_text: bool) -> AsyncGenerator[PcmFormat | bytes]:
    """Yield the format and the PCM up to the end of all sentences."""
    audio_format: PcmFormat | None = None
    size = 0
    while True:
        event = await connection.receive()
        if SynthesizeStopped.is_type(event.type) or (AudioStop.is_type(event.type) and not streams_text):
            break
        if not AudioStart.is_type(event.type) and not AudioChunk.is_type(event.type):
            continue
        told = connection.parse(_format, event)
        if audio_format is None:
            audio_format = told
            yield told
        size += len(event.payload or b"")
        if told != audio_format or size > AUDIO_LIMIT_BYTES:
            raise SpeechNotWyoming(uri=connection.uri)
        if event.payload:
            yield event.payload
    if not size:
        raise SpeechNoAudio


def _format(event: Event) -> PcmFormat:
    """Read the format of an audio event. Raises KeyError, TypeError and ValueError."""
    audio = PcmFormat(*(int(event.data[key]) for key in ("rate", "width", "channels")))
    if not (1000 <= audio.rate <= 384_000 and 1 <= audio.width <= 4 and 1 <= audio.channels <= 8):
        raise ValueError("no such audio")
    return audio


def _sendable(text: str) -> str:
    """Return text that can be encoded: a model may write half of a surrogate pair."""
    return text.encode(errors="replace").decode()
