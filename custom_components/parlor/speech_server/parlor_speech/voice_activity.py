"""Where in a stream somebody speaks: the Silero model that comes with faster-whisper, run as the audio arrives."""

import numpy as np
import numpy.typing as npt

_FRAME = 512
"""Samples that the model looks at at once: 32 ms."""

_CONTEXT = 64
"""Samples before a frame that it is shown again."""

_STATE = (1, 1, 128)
_BEGINS = 0.5
_GOES_ON = 0.35
"""Probabilities: somebody who speaks goes on speaking until it is clearly over."""


class VoiceActivity:
    """Follow one stream of 16 kHz samples. `position` counts those that were looked at.

    `spoken` counts the frames with speech in them, `last` is the position right after the last of them.
    """

    def __init__(self) -> None:
        """Begin in silence. The engine of the ears must be there: it has imported and loaded what is used here."""
        from faster_whisper.vad import get_vad_model  # noqa: PLC0415

        self._session = get_vad_model().session
        self._h = np.zeros(_STATE, np.float32)
        self._c = np.zeros(_STATE, np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)
        self._speaking = False
        self.position = 0
        self.spoken = 0
        self.last = 0

    def add(self, samples: npt.NDArray[np.float32]) -> None:
        """Look at more samples, in -1 to 1; what is less than a frame waits for the next."""
        samples = np.concatenate((self._rest, samples))
        whole = samples.size - samples.size % _FRAME
        for start in range(0, whole, _FRAME):
            self._look(samples[start : start + _FRAME])
        self._rest = samples[whole:]

    def _look(self, frame: npt.NDArray[np.float32]) -> None:
        shown = np.concatenate((self._context, frame)).reshape(1, -1)
        output, self._h, self._c = self._session.run(None, {"input": shown, "h": self._h, "c": self._c})
        self._context = frame[-_CONTEXT:]
        self.position += _FRAME
        self._speaking = float(output.reshape(-1)[0]) >= (_GOES_ON if self._speaking else _BEGINS)
        if self._speaking:
            self.spoken += 1
            self.last = self.position
