"""The ears' side of a connection: transcribe, audio-start, audio-chunk and audio-stop, answered with a transcript."""

import logging
import time
from typing import TYPE_CHECKING

from wyoming.asr import Transcript
from wyoming.event import Event

from .audio import Recording
from .errors import Code, SpeechError
from .part import Part
from .peer import Peer, Work
from .requests import AudioFormat, TranscribeRequest

if TYPE_CHECKING:
    from .whisper import Whisper

_LOGGER = logging.getLogger(__name__)


class Hearing:
    """Collect one utterance at a time and answer it. After an error, the rest of its utterance is passed over."""

    def __init__(self, ears: "Part[Whisper]", max_seconds: float, peer: Peer) -> None:
        """Wait for an utterance."""
        self._ears = ears
        self._max_seconds = max_seconds
        self._peer = peer
        self._work = Work(peer)
        self._request = TranscribeRequest()
        self._recording: Recording | None = None
        self._passing_over = False
        self.handlers = {
            "transcribe": self._transcribe,
            "audio-start": self._start,
            "audio-chunk": self._chunk,
            "audio-stop": self._stop,
        }

    def pass_over(self, failed: str) -> None:
        """Drop the utterance, as its event of type `failed` could not be served, with what is still to come of it."""
        self._recording = None
        self._passing_over = failed != "audio-stop"

    @property
    def working(self) -> bool:
        """Whether an answer is being made."""
        return self._work.going

    async def close(self) -> None:
        """Stop working for a client that is gone."""
        await self._work.cancel()

    async def _transcribe(self, event: Event) -> None:
        self._recording = None
        self._passing_over = False
        self._request = TranscribeRequest.of(event.data)
        self._ears.check()

    async def _start(self, event: Event) -> None:
        if self._passing_over:
            return
        if self._recording is not None:
            raise SpeechError(Code.BAD_EVENT, "audio-start before the audio-stop of the audio before")
        self._ears.check()
        self._recording = Recording(AudioFormat.of(event.data), self._max_seconds)

    async def _chunk(self, event: Event) -> None:
        if self._passing_over:
            return
        if self._recording is None:
            raise SpeechError(Code.BAD_EVENT, "audio-chunk without audio-start")
        if AudioFormat.of(event.data) != self._recording.format:
            raise SpeechError(Code.BAD_AUDIO, "The chunk's format is not that of audio-start")
        self._recording.add(event.payload or b"")

    async def _stop(self, _event: Event) -> None:
        recording, self._recording = self._recording, None
        if self._passing_over:
            self._passing_over = False
            return
        if recording is None:
            raise SpeechError(Code.BAD_EVENT, "audio-stop without audio-start")
        request, self._request = self._request, TranscribeRequest()
        await self._work.begin(self._answer(recording, request))

    async def _answer(self, recording: Recording, request: TranscribeRequest) -> None:
        began = time.monotonic()
        samples = recording.finish()
        heard = await self._ears.run(lambda whisper: whisper.transcribe(samples, request.language, request.hints))
        _LOGGER.info(
            "Heard %.1f s of audio in %.0f ms (window %g s)",
            recording.seconds,
            (time.monotonic() - began) * 1000,
            heard.window,
        )
        await self._peer.send(Transcript(text=heard.text, language=heard.language).event())
