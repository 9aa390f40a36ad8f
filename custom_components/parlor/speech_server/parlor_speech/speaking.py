"""The voice's side of a connection: synthesize, and synthesize-start, -chunk and -stop, answered with audio."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from functools import partial
import logging
import time
from typing import TYPE_CHECKING

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.tts import SynthesizeStopped

from .errors import Code, SpeechError
from .part import Part
from .peer import Peer, Work
from .requests import Manner, VoiceRequest, text_of
from .sentences import Piece, Sentences
from .sound import CACHED_CHARACTERS, CLAUSE_PAUSE, SENTENCE_PAUSE, WIDTH, SoundCache, silence

if TYPE_CHECKING:
    from .voice_card import VoiceCard
    from .voices import Voices

_LOGGER = logging.getLogger(__name__)

_MAX_PENDING = 400_000
"""Characters that may wait to be spoken."""

_CHUNK_BYTES = 8192
_SILENCE_SECONDS = 0.05
"""What is sent where there is nothing to say: players choke on audio without samples."""


class Speaking:
    """Speak one text at a time, sentence by sentence, while more of it comes in."""

    def __init__(self, voice: "Part[Voices]", sounds: SoundCache, peer: Peer) -> None:
        """Wait for text."""
        self._voice = voice
        self._sounds = sounds
        self._peer = peer
        self._work = Work(peer)
        self._stream: _Text | None = None
        self.handlers = {
            "synthesize": self._synthesize,
            "synthesize-start": self._start,
            "synthesize-chunk": self._chunk,
            "synthesize-stop": self._stop,
        }

    @property
    def working(self) -> bool:
        """Whether an answer is being made."""
        return self._work.going

    async def close(self) -> None:
        """Stop working for a client that is gone: the sentence being made is the last."""
        await self._work.cancel()

    async def _synthesize(self, event: Event) -> None:
        if self._stream is not None:
            # The whole text once more, for servers that do not know the events around it.
            return
        text = _Text()
        text.add(text_of(event.data))
        text.end()
        request = VoiceRequest.of(event.data)
        self._voice.check_state()
        await self._work.begin(self._speak(text, request, streaming=False))

    async def _start(self, event: Event) -> None:
        if self._stream is not None:
            await self._work.cancel()
            self._stream = None
            raise SpeechError(Code.BAD_EVENT, "synthesize-start before the synthesize-stop of the text before")
        # From here on, chunks and stop belong to this text, even where it cannot be spoken.
        self._stream = text = _Text()
        request = VoiceRequest.of(event.data)
        self._voice.check_state()
        await self._work.begin(self._speak(text, request, streaming=True))

    async def _chunk(self, event: Event) -> None:
        if self._stream is None:
            raise SpeechError(Code.BAD_EVENT, "synthesize-chunk without synthesize-start")
        try:
            self._stream.add(text_of(event.data))
        except SpeechError:
            await self._work.cancel()
            raise

    async def _stop(self, _event: Event) -> None:
        if self._stream is None:
            raise SpeechError(Code.BAD_EVENT, "synthesize-stop without synthesize-start")
        self._stream.end()
        self._stream = None

    async def _speak(self, text: "_Text", request: VoiceRequest, *, streaming: bool) -> None:
        began = time.monotonic()
        card = (await self._voice.ready()).choose(request)
        self._voice.wake(partial(_load, card))
        pause: bytes | None = None
        async for piece in text.pieces(card.language):
            pcm = await self._sound(card, piece.text, request.manner)
            if not pcm:
                # Signs that the voice does not know.
                continue
            if pause is None:
                await self._begin_audio(card.rate)
                _LOGGER.info("First sound after %.0f ms", (time.monotonic() - began) * 1000)
            await self._send_audio((pause or b"") + pcm, card.rate)
            pause = silence(SENTENCE_PAUSE if piece.ends else CLAUSE_PAUSE, card.rate)
        if pause is None:
            await self._begin_audio(card.rate)
            await self._send_audio(silence(_SILENCE_SECONDS, card.rate), card.rate)
        await self._peer.send(AudioStop().event())
        if streaming:
            await self._peer.send(SynthesizeStopped().event())

    async def _sound(self, card: "VoiceCard", text: str, manner: Manner) -> bytes:
        """Return text as PCM: as it was said before, or made now, after what others wait for."""
        key = (card.name, manner, text)
        pcm = self._sounds.get(key)
        if pcm is not None:
            _LOGGER.debug("Said before: %.1f s of sound", len(pcm) / WIDTH / card.rate)
            return pcm
        pcm = await self._voice.run(partial(_say, card, text, manner))
        if len(text) <= CACHED_CHARACTERS:
            self._sounds.put(key, pcm)
        return pcm

    async def _begin_audio(self, rate: int) -> None:
        await self._peer.send(AudioStart(rate=rate, width=WIDTH, channels=1).event())

    async def _send_audio(self, pcm: bytes, rate: int) -> None:
        for start in range(0, len(pcm), _CHUNK_BYTES):
            chunk = AudioChunk(rate=rate, width=WIDTH, channels=1, audio=pcm[start : start + _CHUNK_BYTES])
            await self._peer.send(chunk.event())


def _load(card: "VoiceCard", voices: "Voices") -> None:
    voices.wake(card)


def _say(card: "VoiceCard", text: str, manner: Manner, voices: "Voices") -> bytes:
    return voices.say(card, text, manner)


class _Text:
    """Text that comes in while it is spoken."""

    def __init__(self) -> None:
        self._pending: deque[str] = deque()
        self._characters = 0
        self._ended = False
        self._more = asyncio.Event()

    def add(self, text: str) -> None:
        """Add text. Raises SpeechError(TOO_LONG) where too much waits already."""
        self._characters += len(text)
        if self._characters > _MAX_PENDING:
            raise SpeechError(Code.TOO_LONG, f"More than {_MAX_PENDING} characters are waiting to be spoken")
        self._pending.append(text)
        self._more.set()

    def end(self) -> None:
        """Say that this was all."""
        self._ended = True
        self._more.set()

    async def pieces(self, language: str) -> AsyncIterator[Piece]:
        """Yield what can be spoken, as soon as it can be."""
        splitter = Sentences(language)
        while True:
            while self._pending:
                text = self._pending.popleft()
                self._characters -= len(text)
                for piece in splitter.add(text):
                    yield piece
            if self._ended:
                break
            self._more.clear()
            await self._more.wait()
        for piece in splitter.finish():
            yield piece
