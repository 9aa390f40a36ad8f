"""The ears' side of a connection: transcribe, audio-start, audio-chunk and audio-stop, answered with a transcript."""

import logging
import time
from typing import TYPE_CHECKING

from wyoming.asr import Transcript, TranscriptChunk
from wyoming.event import Event

from .audio import Recording
from .errors import Code, SpeechError
from .habit import Habit
from .part import Part
from .peer import Peer, Work
from .requests import AudioFormat, TranscribeRequest
from .utterance import Utterance

if TYPE_CHECKING:
    from .whisper import Whisper

_LOGGER = logging.getLogger(__name__)


class Hearing:
    """Collect one utterance at a time and answer it. After an error, the rest of its utterance is passed over."""

    def __init__(self, ears: "Part[Whisper]", habit: Habit, max_seconds: float, peer: Peer) -> None:
        """Wait for an utterance."""
        self._ears = ears
        self._habit = habit
        self._max_seconds = max_seconds
        self._peer = peer
        self._work = Work(peer)
        self._request = TranscribeRequest()
        self._utterance: Utterance | None = None
        self._passing_over = False
        self.handlers = {
            "transcribe": self._transcribe,
            "audio-start": self._start,
            "audio-chunk": self._chunk,
            "audio-stop": self._stop,
        }

    def pass_over(self, failed: str) -> None:
        """Drop the utterance, as its event of type `failed` could not be served, with what is still to come of it."""
        self._drop()
        self._passing_over = failed != "audio-stop"

    @property
    def working(self) -> bool:
        """Whether an answer is being made."""
        return self._work.going

    async def close(self) -> None:
        """Stop working for a client that is gone."""
        self._drop()
        await self._work.cancel()

    async def _transcribe(self, event: Event) -> None:
        self._drop()
        self._passing_over = False
        self._request = TranscribeRequest.of(event.data)
        self._ears.check()

    async def _start(self, event: Event) -> None:
        if self._passing_over:
            return
        if self._utterance is not None:
            raise SpeechError(Code.BAD_EVENT, "audio-start before the audio-stop of the audio before")
        self._ears.check()
        self._ears.wake(_load)
        request, self._request = self._request, TranscribeRequest()
        recording = Recording(AudioFormat.of(event.data), self._max_seconds)
        tell = self._tell if request.partials else self._keep_to_itself
        self._utterance = Utterance(recording, request, self._ears, self._habit, told=tell, ended=self._end)

    async def _chunk(self, event: Event) -> None:
        if self._passing_over:
            return
        if self._utterance is None:
            raise SpeechError(Code.BAD_EVENT, "audio-chunk without audio-start")
        if AudioFormat.of(event.data) != self._utterance.recording.format:
            raise SpeechError(Code.BAD_AUDIO, "The chunk's format is not that of audio-start")
        await self._utterance.add(event.payload or b"")

    async def _stop(self, _event: Event) -> None:
        if self._passing_over:
            self._passing_over = False
            return
        if self._utterance is None:
            raise SpeechError(Code.BAD_EVENT, "audio-stop without audio-start")
        await self._begin_answer(self._utterance)

    async def _end(self) -> None:
        """Answer before the client says that it was all; what still comes of the utterance is passed over."""
        if self._utterance is not None:
            self._passing_over = True
            await self._begin_answer(self._utterance)

    async def _tell(self, text: str) -> None:
        await self._peer.send(TranscriptChunk(text=text).event())

    async def _keep_to_itself(self, _text: str) -> None:
        """Tell nobody: a client that did not ask would take each reading for a piece of the transcript."""

    async def _begin_answer(self, utterance: Utterance) -> None:
        self._utterance = None
        await self._work.begin(self._answer(utterance))

    async def _answer(self, utterance: Utterance) -> None:
        began = time.monotonic()
        try:
            heard = await utterance.read()
        finally:
            utterance.close()
        _LOGGER.info(
            "Heard %.1f s of audio; the words came after %.0f ms (window %g s)",
            utterance.recording.seconds,
            (time.monotonic() - began) * 1000,
            heard.window,
        )
        await self._peer.send(Transcript(text=heard.text, language=heard.language).event())

    def _drop(self) -> None:
        """Forget the utterance that is on its way in, if any."""
        if self._utterance is not None:
            self._utterance.close()
            self._utterance = None


def _load(whisper: "Whisper") -> None:
    whisper.wake()
