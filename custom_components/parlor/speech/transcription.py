"""From an utterance to its words, over a process that may die in between."""

from collections.abc import AsyncIterable, Callable, Sequence
from typing import Final

from wyoming.asr import Transcribe, Transcript, TranscriptChunk
from wyoming.audio import AudioChunk, AudioStart, AudioStop

from .errors import SpeechError
from .exchange import async_sending
from .replay import Replay
from .server import SpeechServer
from .status import Role
from .wav import HEARD, without_header
from .wyoming_client import WyomingConnection

UTTERANCE_LIMIT_S: Final = 60
REPLAY_WAIT_S: Final = 15.0
"""How long a speaker is kept waiting for ears that start again."""
TRANSCRIPT_LIMIT_S: Final = 60.0
"""How long the transcript may take after the last sample; a large model on a small computer needs tens of seconds."""
CHUNK_BYTES: Final = 32 * 1024
_TELL_ME: Final = {"parlor": {"partials": True}}
"""Asks Parlor's own server to tell what it heard at a pause; other servers pass it over."""


async def async_transcribe(
    server: SpeechServer,
    stream: AsyncIterable[bytes],
    language: str,
    *,
    names: Sequence[str] = (),
    is_whole: Callable[[str], bool] | None = None,
) -> str:
    """Return the words of an utterance; empty for silence and noise.

    `stream` is 16 kHz, 16-bit, mono PCM, with or without a WAV header, and is sent on while it comes. It is kept as
    well: if the server cannot be reached, or dies, it is sent once more as soon as the server is ready again.
    `names` are what the speaker may say that no dictionary has, the likeliest first. `is_whole` is asked at a pause
    whether what was heard so far is a whole sentence: then the utterance ends there. Raises SpeechError, and what the
    stream raises.
    """
    request = Transcribe(
        language=language, transcript_names=list(names) or None, context=_TELL_ME if is_whole else None
    )
    async with Replay(without_header(stream), UTTERANCE_LIMIT_S * HEARD.rate * HEARD.width) as utterance:
        try:
            return await _async_attempt(server, utterance, request, is_whole)
        except SpeechError as err:  # the server failed, in whatever way; most are final
            server.async_report(err)
            if not err.passing:
                raise
            await utterance.ended.wait()
            if not await server.async_wait_ready(Role.EARS, REPLAY_WAIT_S):
                raise
        try:
            return await _async_attempt(server, utterance, request, is_whole)
        except SpeechError as err:  # twice is once too often
            server.async_report(err)
            raise


async def _async_attempt(
    server: SpeechServer, utterance: Replay[bytes], request: Transcribe, is_whole: Callable[[str], bool] | None
) -> str:
    async with await server.async_connect() as connection:
        # A transcript may come before the utterance has ended.
        async with async_sending(connection, _async_send(connection, utterance, request), TRANSCRIPT_LIMIT_S):
            while not Transcript.is_type((event := await connection.receive()).type):
                if TranscriptChunk.is_type(event.type) and is_whole is not None:
                    heard = connection.parse(TranscriptChunk.from_event, event).text
                    if is_whole(str(heard)):
                        utterance.stop()
        return str(connection.parse(Transcript.from_event, event).text).strip()


async def _async_send(connection: WyomingConnection, utterance: Replay[bytes], request: Transcribe) -> None:
    await connection.send(request, AudioStart(rate=HEARD.rate, width=HEARD.width, channels=HEARD.channels))
    async for pcm in utterance:
        for at in range(0, len(pcm), CHUNK_BYTES):
            await connection.send(_chunk(pcm[at : at + CHUNK_BYTES]))
    await connection.send(AudioStop())


def _chunk(pcm: bytes) -> AudioChunk:
    return AudioChunk(rate=HEARD.rate, width=HEARD.width, channels=HEARD.channels, audio=pcm)
