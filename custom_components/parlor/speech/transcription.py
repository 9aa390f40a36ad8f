"""From an utterance to its words, over servers that may fail in between."""

from collections.abc import AsyncIterable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from wyoming.asr import Transcribe, Transcript, TranscriptChunk
from wyoming.audio import AudioChunk, AudioStart, AudioStop

from .errors import SpeechError
from .exchange import async_sending
from .fallback import Speech, another, in_use
from .listening import async_ended_by_silence
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


@dataclass(frozen=True, slots=True)
class Wish:
    """How an utterance is to be heard.

    `languages` are those that may be spoken, the likeliest first; servers other than Parlor's are told that one alone.
    `names` are what the speaker may say that no dictionary has, the likeliest first. `is_whole` is asked at a pause
    whether what was heard so far is a whole sentence: then the utterance ends there.
    """

    languages: Sequence[str]
    names: Sequence[str] = ()
    is_whole: Callable[[str], bool] | None = None

    def request(self, *, own_server: bool) -> Transcribe:
        """Return the event that begins an utterance."""
        several = own_server and len(self.languages) > 1
        own: dict[str, Any] = {"partials": True} if self.is_whole else {}
        own |= {"languages": list(self.languages)} if several else {}
        return Transcribe(
            language=None if several else self.languages[0],
            transcript_names=list(self.names) or None,
            context={"parlor": own} if own else None,
        )


async def async_transcribe(speech: Speech, stream: AsyncIterable[bytes], wish: Wish) -> str:
    """Return the words of an utterance; empty for silence and noise.

    `stream` is 16 kHz, 16-bit, mono PCM, with or without a WAV header, and is sent on while it comes. It is kept as
    well: if the server cannot be reached, or fails, the fallback hears it all, while it still goes on; where there is
    none, the same server once it is ready again. Raises SpeechError, and what the stream raises.
    """
    async with Replay(without_header(stream), UTTERANCE_LIMIT_S * HEARD.rate * HEARD.width) as utterance:
        server = in_use(speech, Role.EARS)
        try:
            return await _async_attempt(server, utterance, wish)
        except SpeechError as err:  # the server failed, in whatever way; most are final for it
            server.async_report(err)
            second = another(speech, Role.EARS, server, err)
            if second is None:
                if not err.passing:
                    raise
                async with async_ended_by_silence(utterance):
                    await utterance.ended.wait()
                if not await speech.async_wait_ready(Role.EARS, REPLAY_WAIT_S):
                    raise
        second = second or in_use(speech, Role.EARS)
        try:
            async with async_ended_by_silence(utterance):
                return await _async_attempt(second, utterance, wish)
        except SpeechError as err:  # twice is once too often
            second.async_report(err)
            raise


async def _async_attempt(server: SpeechServer, utterance: Replay[bytes], wish: Wish) -> str:
    request = wish.request(own_server=server.status is not None)
    async with await server.async_connect() as connection:
        # A transcript may come before the utterance has ended.
        async with async_sending(connection, _async_send(connection, utterance, request), TRANSCRIPT_LIMIT_S):
            while not Transcript.is_type((event := await connection.receive()).type):
                if TranscriptChunk.is_type(event.type) and wish.is_whole is not None:
                    heard = connection.parse(TranscriptChunk.from_event, event).text
                    if wish.is_whole(str(heard)):
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
