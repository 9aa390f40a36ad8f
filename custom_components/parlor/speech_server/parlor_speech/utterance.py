"""One utterance on its way in: collected, read at its pauses, and ended when the speaker is done."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
import logging
import time
from typing import TYPE_CHECKING

from .audio import SAMPLE_RATE, Recording
from .endpoint import DEFAULT, FEWEST_FRAMES, PATIENCE, PAUSE, Words, has_ended, silence, told_after
from .habit import Habit
from .part import Part
from .requests import TranscribeRequest
from .voice_activity import VoiceActivity

if TYPE_CHECKING:
    from .whisper import Samples, Transcription, Whisper

_LOGGER = logging.getLogger(__name__)

_AHEAD = 1.0
"""Seconds that a microphone may be ahead of the clock: what comes faster is a file, in which nobody waits."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of the audio up to the last speech in it, which ended at `last`."""

    heard: "Transcription"
    last: int


class Utterance:
    """Collect audio and read it. Belongs to the event loop.

    `told` is called with what was read at a pause that goes on, `ended` once when the speaker is done. Both come only
    for audio that arrives as it is spoken: a recording that is sent faster is read when the client says that it is all.
    """

    def __init__(
        self,
        recording: Recording,
        request: TranscribeRequest,
        ears: "Part[Whisper]",
        habit: Habit,
        *,
        told: Callable[[str], Awaitable[None]],
        ended: Callable[[], Awaitable[None]],
    ) -> None:
        """Begin to listen."""
        self.recording = recording
        self._request = request
        self._patience = PATIENCE.get(request.patience, DEFAULT)
        self._ears = ears
        self._habit = habit
        self._told = told
        self._ended = ended
        self._began = time.monotonic()
        self._activity: VoiceActivity | None = None
        self._live = True
        self._over = False
        self._looked_at = 0
        self._early: asyncio.Task[None] | None = None
        self._reading: Reading | None = None
        self._told_last = 0

    async def add(self, payload: bytes) -> None:
        """Take in PCM, and look whether the speaker pauses or is done. Raises SpeechError(TOO_LONG)."""
        self.recording.add(payload)
        self._live = self._live and self.recording.seconds <= time.monotonic() - self._began + _AHEAD
        if not self._live or self._over or self._ears.engine is None:
            # While the engine is loaded on its own thread, nothing of it may be imported here.
            return
        if self._activity is None:
            self._activity = VoiceActivity()
        samples = self.recording.samples(self._looked_at)
        self._looked_at += samples.size
        self._activity.add(samples)
        await self._look(self._activity)

    async def read(self) -> "Transcription":
        """Return what was said. Raises SpeechError and what the engine raises."""
        samples = self.recording.finish()
        if self._early is not None:
            # One decode at a time: what it reads may be all that there is.
            await asyncio.wait([self._early])
        reading = self._valid()
        heard = reading.heard if reading else await self._ears.run(partial(_transcribe, samples, self._request))
        self._habit.note(heard.text)
        return heard

    def close(self) -> None:
        """Stop reading; a decode that runs ends by itself and is not heard of."""
        if self._early is not None:
            self._early.cancel()

    async def _look(self, activity: VoiceActivity) -> None:
        reading = self._valid()
        spoken = activity.spoken >= FEWEST_FRAMES
        if spoken and reading is None and silence(activity) >= PAUSE and not self._is_reading():
            self._early = asyncio.create_task(self._read_early(activity.last))
        words = None if reading is None else self._words(reading.heard)
        after = None if words is None else told_after(words, self._patience)
        if words is not None and after is not None and silence(activity) >= after and self._told_last != activity.last:
            self._told_last = activity.last
            await self._told(words.text)
        if has_ended(activity, self._patience, words):
            self._over = True
            await self._ended()

    def _words(self, heard: "Transcription") -> Words:
        return Words(heard.text, heard.language, heard.ending, heard.closed if self._habit.closes else 1.0)

    def _is_reading(self) -> bool:
        return self._early is not None and not self._early.done()

    def _valid(self) -> Reading | None:
        """Return the reading that has all that was spoken, if there is one."""
        activity, reading = self._activity, self._reading
        if not self._live or activity is None or reading is None:
            return None
        return reading if reading.last == activity.last else None

    async def _read_early(self, last: int) -> None:
        samples = self.recording.samples()
        try:
            heard = await self._ears.run(partial(_transcribe, samples, self._request))
        except Exception as err:  # noqa: BLE001
            # Too many are waiting, the model is not there yet, or the engine failed: the reading at the end will tell.
            _LOGGER.debug("Not read early: %r", err)
            return
        self._reading = Reading(heard, last)
        _LOGGER.debug("Read %.1f s at a pause", samples.size / SAMPLE_RATE)


def _transcribe(samples: "Samples", request: TranscribeRequest, whisper: "Whisper") -> "Transcription":
    languages = (request.language,) if request.language else request.languages
    return whisper.transcribe(samples, languages, request.hints)
