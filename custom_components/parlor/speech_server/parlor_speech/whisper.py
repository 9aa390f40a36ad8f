"""The ears' engine: a Whisper model, and how a short command is decoded with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
import logging
from pathlib import Path
import time

from ctranslate2 import get_cuda_device_count
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens
from faster_whisper.vad import get_vad_model
import numpy as np
import numpy.typing as npt

from .audio import SAMPLE_RATE
from .ending import Ending, ending_of
from .endpoint import STOPS
from .errors import Code, SpeechError, first_line
from .gate import Speech, find_speech
from .inventions import is_loop, is_unfounded
from .languages import known
from .memory import give_back

_LOGGER = logging.getLogger(__name__)

Samples = npt.NDArray[np.float32]

FULL_WINDOW = 30.0
"""Seconds of the window that Whisper was trained with."""

_SHORT_WINDOWS = (5.0, 8.0, 12.0, 18.0)
_MARGIN = 2.5
"""Seconds that a short window is longer than the audio: with less, decoders tend to run on."""

_FRAMES_PER_SECOND = 100
_MAX_TOKENS = 448
_MAX_NEW_TOKENS = _MAX_TOKENS // 2
_MAX_HINT_TOKENS = _MAX_TOKENS // 2 - 1
_SMALL_MODEL_BYTES = 100_000_000
_SMALL_MODEL_HINT_TOKENS = 48
"""A small model loses what was said over a long prompt."""

_DOUBTFUL_LOGPROB = -0.8
"""Mean log probability of a token below which a reading is tried again, with a full window and without hints."""

_REPETITIVE = 2.4
"""Compression ratio above which a text repeats itself."""

_NO_SPEECH = 0.6
_NO_SPEECH_LOGPROB = -1.0

_SURE_OF_LANGUAGE = 0.8
"""Share of the likeliest language among those in question from which on a short window is enough to tell."""


class Window(StrEnum):
    """How much the encoder is given: what the audio needs, or always 30 seconds; auto is short except on a GPU."""

    AUTO = "auto"
    SHORT = "short"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Settings:
    """How to load and decode: `threads` of 0 leaves the number to CTranslate2. `languages` are those of the house."""

    device: str = "cpu"
    compute: str = "auto"
    threads: int = 0
    beam: int = 1
    window: Window = Window.AUTO
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcription:
    """What was heard, empty for silence and noise; its language; the longest window in seconds it was read with.

    `ending` and `closed` say how sure the end is, as in Ending.
    """

    text: str
    language: str | None
    window: float
    ending: float = 0.0
    closed: float = 1.0


@dataclass(frozen=True, slots=True)
class _Reading:
    """One decoding: `doubtful` is reason to try another, `nothing` means no words, or none that can have been said."""

    text: str
    logprob: float
    no_speech: float
    doubtful: bool
    nothing: bool
    ending: Ending


class Whisper:
    """A model that was loaded, and may rest meanwhile. Belongs to one thread, but for `languages`."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Load the model of a CTranslate2 folder and warm it up. Raises SpeechError."""
        _check(folder, settings)
        self._settings = settings
        self._used = time.monotonic()
        try:
            self._load(folder)
            # Loaded here, on the thread of the ears: who follows a microphone must not wait for it.
            get_vad_model()
            self._decode(np.zeros(SAMPLE_RATE, np.float32), self.languages[0], (), _SHORT_WINDOWS[0])
        except Exception as err:
            # CTranslate2, tokenizers and JSON raise what they like over a broken file.
            reason = first_line(err)
            raise SpeechError(Code.MODEL_CORRUPT, f"{folder} holds no usable Whisper model: {reason}") from err

    def transcribe(self, audio: Samples, languages: Sequence[str], hints: Sequence[str]) -> Transcription:
        """Return what is said in 16 kHz mono audio of any length.

        `hints` are words that the speaker is likely to use, the likeliest first; what Whisper has no room for is left
        out. `languages` are codes such as "en" or "en-US": one is what is spoken, of several the one spoken is
        recognised. Where the model knows none of them, it is one of the configured ones; without these, any.
        """
        speech = find_speech(audio)
        if not speech.samples.size:
            return Transcription("", None, 0.0)
        self.wake()
        among = known(languages, self.languages) or known(self._settings.languages, self.languages) or self.languages
        pieces = [self._piece(piece, among, hints) for piece in _pieces(speech) if piece.samples.size]
        if not pieces:
            return Transcription("", None, 0.0)
        text = " ".join(piece.text for piece in pieces if piece.text)
        last = pieces[-1]
        window = max(piece.window for piece in pieces)
        return Transcription(text, pieces[0].language, window, last.ending, last.closed)

    def rest(self, seconds: float) -> bool:
        """Put the weights out of memory unless they were used in the last seconds; return whether they are out."""
        model = self._model.model
        if model.model_is_loaded and time.monotonic() - self._used >= seconds:
            model.unload_model()
            give_back()
            _LOGGER.info("Ears rest")
        return not model.model_is_loaded

    def wake(self) -> None:
        """Load the weights again if they are out of memory. Raises SpeechError."""
        self._used = time.monotonic()
        if self._model.model.model_is_loaded:
            return
        try:
            self._model.model.load_model()
        except (RuntimeError, ValueError) as err:
            # The files are gone or broken by now, or there is no memory for them.
            raise SpeechError(
                Code.MODEL_MISSING, f"The Whisper model cannot be loaded again: {first_line(err)}"
            ) from err
        _LOGGER.info("Ears loaded again")

    def _load(self, folder: Path) -> None:
        settings = self._settings
        self._model = WhisperModel(
            str(folder),
            device=settings.device,
            compute_type=settings.compute,
            cpu_threads=settings.threads,
            local_files_only=True,
        )
        tokens = self._model.hf_tokenizer
        spoken = [code for code in self._model.supported_languages if tokens.token_to_id(f"<|{code}|>") is not None]
        self.languages: tuple[str, ...] = tuple(spoken) or ("en",)
        small = (folder / "model.bin").stat().st_size < _SMALL_MODEL_BYTES
        self._hint_tokens = _SMALL_MODEL_HINT_TOKENS if small else _MAX_HINT_TOKENS
        gpu = self._model.model.device == "cuda"
        self._full = settings.window is Window.FULL or (settings.window is Window.AUTO and gpu)

    def _piece(self, speech: Speech, among: Sequence[str], hints: Sequence[str]) -> Transcription:
        audio = speech.samples
        window = FULL_WINDOW if self._full else _window_for(audio.size / SAMPLE_RATE)
        language = self._language(audio, among, window)
        reading = self._decode(audio, language, hints, window)
        if reading.doubtful and (window < FULL_WINDOW or hints):
            _LOGGER.debug("Reading again: mean log probability %.2f in a window of %g s", reading.logprob, window)
            window = FULL_WINDOW
            again = self._decode(audio, language, (), window)
            if not again.doubtful or again.logprob > reading.logprob:
                reading = again
        unfounded = is_unfounded(reading.text, language, speech, reading.logprob, reading.no_speech)
        text = "" if reading.nothing or unfounded else reading.text
        return Transcription(text, language, window, reading.ending.words, reading.ending.closed)

    def _decode(self, audio: Samples, language: str, hints: Sequence[str], window: float) -> _Reading:
        tokenizer = self._tokenizer(language)
        prompt = _prompt(tokenizer, hints, self._hint_tokens)
        most = min(_MAX_NEW_TOKENS, int(32 + 20 * audio.size / SAMPLE_RATE), _MAX_TOKENS - len(prompt))
        result = self._model.model.generate(
            self._encode(audio, window),
            [prompt],
            beam_size=self._settings.beam,
            # CTranslate2 allows half of this for new tokens.
            max_length=min(_MAX_TOKENS, max(2 * most, len(prompt) + most)),
            return_scores=True,
            return_logits_vocab=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
        )[0]
        tokens = result.sequences_ids[0]
        logprob = result.scores[0] * len(tokens) / (len(tokens) + 1)
        text = tokenizer.decode(tokens).strip()
        silence = not text or (result.no_speech_prob > _NO_SPEECH and logprob < _NO_SPEECH_LOGPROB)
        repeats = bool(text) and (get_compression_ratio(text) > _REPETITIVE or is_loop(text))
        runaway = len(tokens) >= most or repeats
        unsure = not silence and (logprob < _DOUBTFUL_LOGPROB or _is_echo(text, hints))
        nothing, doubtful = silence or runaway, runaway or unsure
        if self._settings.beam == 1:
            ending = ending_of(tokens, result.logits[0], tokenizer)
        else:
            # Of several beams CTranslate2 tells nothing but their mean.
            ending = Ending(logprob, float(text.endswith(STOPS)))
        return _Reading(text, logprob, result.no_speech_prob, doubtful=doubtful, nothing=nothing, ending=ending)

    def _encode(self, audio: Samples, window: float) -> object:
        features = self._model.feature_extractor(audio)
        return self._model.encode(pad_or_trim(features, int(window * _FRAMES_PER_SECOND)))

    def _tokenizer(self, language: str) -> Tokenizer:
        multilingual = self._model.model.is_multilingual
        return Tokenizer(self._model.hf_tokenizer, multilingual, task="transcribe", language=language)

    def _language(self, audio: Samples, among: Sequence[str], window: float) -> str:
        """Return which of the languages is spoken; what a short window leaves in doubt is looked at with a full one."""
        if len(among) == 1:
            return among[0]
        best, share = self._likeliest(audio, among, window)
        if share < _SURE_OF_LANGUAGE and window < FULL_WINDOW:
            best, share = self._likeliest(audio, among, FULL_WINDOW)
        return best

    def _likeliest(self, audio: Samples, among: Sequence[str], window: float) -> tuple[str, float]:
        """Return the likeliest of the languages, and its share of the probability of all of them."""
        found = self._model.model.detect_language(self._encode(audio, window))[0]
        likely = {token[2:-2]: probability for token, probability in found}
        best = max(among, key=lambda language: likely.get(language, 0.0))
        return best, likely.get(best, 0.0) / (sum(likely.get(language, 0.0) for language in among) or 1.0)


def _check(folder: Path, settings: Settings) -> None:
    """Raise SpeechError unless the files are there: for a tokenizer, faster-whisper would ask the network."""
    if not folder.is_dir():
        raise SpeechError(Code.MODEL_MISSING, f"{folder} is not a folder")
    for name in ("model.bin", "config.json", "tokenizer.json"):
        if not (folder / name).is_file():
            raise SpeechError(Code.MODEL_MISSING, f"{folder} holds no {name}; a CTranslate2 Whisper model is needed")
    if settings.device == "cuda" and not get_cuda_device_count():
        raise SpeechError(Code.INTERNAL, "CTranslate2 finds no CUDA device; --device auto runs without one")


def _prompt(tokenizer: Tokenizer, hints: Sequence[str], most: int) -> list[int]:
    kept: list[int] = []
    for hint in hints:
        spelled = tokenizer.encode(f", {hint}" if kept else f" {hint}")
        # A name that reads like one of Whisper's own marks must not become one.
        tokens = [token for token in spelled if token < tokenizer.eot]
        if len(kept) + len(tokens) > most:
            break
        kept += tokens
    before = [tokenizer.sot_prev, *kept] if kept else []
    return [*before, *tokenizer.sot_sequence, tokenizer.no_timestamps]


def _window_for(seconds: float) -> float:
    return next((window for window in _SHORT_WINDOWS if window >= seconds + _MARGIN), FULL_WINDOW)


def _pieces(speech: Speech) -> list[Speech]:
    """Cut what is longer than a window at its quietest places, and the silence off the pieces."""
    audio = speech.samples
    longest = int((FULL_WINDOW - 1) * SAMPLE_RATE)
    if audio.size <= longest:
        return [speech]
    pieces = []
    step = SAMPLE_RATE // 10
    while audio.size > longest:
        steps = audio[longest // 2 : longest]
        loudness = np.square(steps[: steps.size // step * step]).reshape(-1, step).mean(axis=1)
        cut = longest // 2 + int(loudness.argmin()) * step + step // 2
        pieces.append(audio[:cut])
        audio = audio[cut:]
    return [find_speech(piece) for piece in (*pieces, audio)]


def _is_echo(text: str, hints: Sequence[str]) -> bool:
    """Whether a text is nothing but hints, one after the other, as they stand in the prompt."""
    parts = [part.strip(" .").casefold() for part in text.split(",")]
    return len(parts) > 1 and {hint.casefold() for hint in hints}.issuperset(parts)
