"""Speak, degrade and store the training and test sentences.

Training shards hold log-mel features as faster-whisper computes them, so that training and use
see the same numbers; test sets hold audio. Every shard has its own seed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import Pool
from pathlib import Path
import random
import sys
import zlib

from faster_whisper.feature_extractor import FeatureExtractor
import numpy as np
import numpy.typing as npt
from piper import PiperVoice, SynthesisConfig

from tiny_models import audio, grammar, halves, voices
from tiny_models.espeak import Audio, Phoneme, Prosody, Synthesiser, Utterance
from tiny_models.paths import DATA, VOICE

ESPEAK_SHARDS = 48
PIPER_SHARDS = 6
HALF_SHARDS = 6
PIPER_HALF_SHARDS = 2
SHARD_SIZE = 1000
TEST_SIZE = 300
PAUSES = 100
PHONEME_CLASSES = 256
"""Frame labels: 0 is silence, the rest are IPA symbols by their checksum."""

_MAX_SECONDS = 11.0
_SILENT_SHARE = 0.04
_FRAME = 320  # samples per encoder position


@dataclass(frozen=True, slots=True)
class Clip:
    """Speech at 16 kHz, its text ("" for none), who spoke, and where.

    `labels` has a phoneme class for every 20 ms, or is empty where they are unknown; `end` is
    where the speech ends, in seconds.
    """

    audio: Audio
    text: str
    voice: str
    labels: npt.NDArray[np.int16]
    end: float


@dataclass(frozen=True, slots=True)
class Example:
    """A training example; `features` is (80, frames of 10 ms)."""

    features: npt.NDArray[np.float16]
    text: str
    labels: npt.NDArray[np.int16]
    end: float


def training_shards(*, halves: bool = False) -> list[Path]:
    """Return the files of the training set that exist, those of whole sentences or those of beginnings."""
    return sorted(DATA.glob("half-*.npz" if halves else "train-*.npz"))


def load_examples(path: Path) -> Iterator[Example]:
    """Read a training shard."""
    with np.load(path) as shard:
        features, labels = shard["features"], shard["labels"]
        frames = np.cumsum(shard["frames"])[:-1]
        counts = np.cumsum(shard["counts"])[:-1]
        for mel, text, label, end in zip(
            np.split(features, frames, axis=1),
            shard["texts"],
            np.split(labels, counts),
            shard["ends"],
            strict=True,
        ):
            yield Example(np.ascontiguousarray(mel), str(text), label, float(end))


def load_clips(path: Path) -> Iterator[Clip]:
    """Read a test set."""
    with np.load(path) as stored:
        samples = stored["audio"].astype(np.float32) / 32767
        pieces = np.split(samples, np.cumsum(stored["lengths"])[:-1])
        for piece, text, voice in zip(pieces, stored["texts"], stored["voices"], strict=True):
            yield Clip(piece, str(text), str(voice), np.zeros(0, np.int16), len(piece) / audio.RATE)


def speak_with_piper(text: str, length_scale: float = 1.0) -> Audio:
    """Speak with the finished voice."""
    config = SynthesisConfig(length_scale=length_scale)
    chunks = _voice().synthesize(text, config)
    return np.concatenate([chunk.audio_float_array for chunk in chunks]).astype(np.float32)


def main() -> None:
    """Make what is missing: "test", "espeak", "piper" or "halves" data, or all of it."""
    wanted = sys.argv[1:] or ["test", "espeak", "piper", "halves"]
    voices.prepare()
    DATA.mkdir(parents=True, exist_ok=True)
    jobs: list[Callable[[], None]] = []
    if "test" in wanted:
        jobs += [*(partial(_make_test, name) for name in TEST_SETS), _make_pauses]
    if "espeak" in wanted:
        jobs += [partial(_make_shard, "train-espeak", n) for n in range(ESPEAK_SHARDS)]
    if "piper" in wanted:
        jobs += [partial(_make_shard, "train-piper", n) for n in range(PIPER_SHARDS)]
    if "halves" in wanted:
        jobs += [partial(_make_shard, "half-espeak", n) for n in range(HALF_SHARDS)]
        jobs += [partial(_make_shard, "half-piper", n) for n in range(PIPER_HALF_SHARDS)]
    with Pool(2) as pool:
        for _ in pool.imap_unordered(_run, jobs):
            pass


def _run(job: Callable[[], None]) -> None:
    job()


def _make_shard(kind: str, number: int) -> None:
    path = DATA / f"{kind}-{number:03}.npz"
    if path.exists():
        return
    rng = random.Random(f"{kind.replace('-', ' ')} {number}")
    noise = np.random.default_rng(rng.getrandbits(64))
    draw = _DRAWN[kind]
    extract = _extractor()
    rows = []
    for _ in range(SHARD_SIZE):
        clip = draw(rng, noise)
        rows.append((extract(clip.audio).astype(np.float16), clip))
    _save(
        path,
        features=np.concatenate([mel for mel, _ in rows], axis=1),
        frames=np.array([mel.shape[1] for mel, _ in rows]),
        texts=np.array([clip.text for _, clip in rows]),
        labels=np.concatenate([clip.labels for _, clip in rows]),
        counts=np.array([len(clip.labels) for _, clip in rows]),
        ends=np.array([clip.end for _, clip in rows]),
    )
    print(path.name, flush=True)


def _espeak_clip(rng: random.Random, noise: np.random.Generator) -> Clip:
    if rng.random() < _SILENT_SHARE:
        silence = audio.no_speech(rng, noise)
        return Clip(silence, "", "", np.zeros(0, np.int16), len(silence) / audio.RATE)
    text = grammar.sentence(rng, "train")
    return _spoken(text, voices.training_voice(rng), rng, noise) or _espeak_clip(rng, noise)


def _spoken(text: str, voice: str, rng: random.Random, noise: np.random.Generator) -> Clip | None:
    """Speak with espeak, with everything varied; None when it came out too long."""
    written = text if rng.random() < 0.5 else grammar.spell_out(text)
    return _varied(_synthesiser().say(written, voice, voices.prosody(rng)), text, voice, rng, noise)


def _espeak_half(rng: random.Random, noise: np.random.Generator) -> Clip:
    """Speak a beginning as one who stops: cut off a whole sentence, or with the tone of a clause of its own."""
    while True:
        half = halves.half(rng, "train")
        written = half if rng.random() < 0.5 else half.spelled_out()
        voice, prosody = voices.training_voice(rng), voices.prosody(rng)
        if rng.random() < 0.5:
            said = _synthesiser().say(written.before + rng.choice(("", ",")), voice, prosody)
        else:
            said = _synthesiser().say(f"{written.before} {written.after}", voice, prosody)
            if (following := len(written.before) + 1) not in said.words:
                continue
            said = said.until(following)
        if clip := _varied(said, half.before, voice, rng, noise):
            return clip


def _varied(said: Utterance, text: str, voice: str, rng: random.Random, noise: np.random.Generator) -> Clip | None:
    stretch = rng.uniform(0.88, 1.12) if rng.random() < 0.7 else 1.0
    whole = audio.resample(said.audio, _synthesiser().rate, stretch=stretch, linear=rng.random() < 0.15)
    speech, cut = audio.trim(whole)
    padded, front = audio.pad(speech, rng)
    if len(padded) > _MAX_SECONDS * audio.RATE:
        return None
    heard = audio.degrade(padded, rng, noise)
    scale = audio.RATE * stretch / _synthesiser().rate
    labels = _frame_labels(said.phonemes, scale, front - cut, len(heard))
    return Clip(heard, text, voice, labels, (front + len(speech)) / audio.RATE)


def _frame_labels(phonemes: list[Phoneme], scale: float, shift: int, length: int) -> npt.NDArray[np.int16]:
    labels = np.zeros(length // _FRAME + 1, np.int16)
    starts = [round((phoneme.start * scale + shift) / _FRAME) for phoneme in phonemes]
    for phoneme, start, end in zip(phonemes, starts, [*starts[1:], None], strict=True):
        if phoneme.symbol and end is not None:
            label = 1 + zlib.crc32(phoneme.symbol.encode()) % (PHONEME_CLASSES - 1)
            labels[max(0, start) : max(0, end)] = label
    return labels


def _piper_clip(rng: random.Random, noise: np.random.Generator) -> Clip:
    return _piper_spoken(lambda: grammar.sentence(rng, "train"), rng, noise)


def _piper_half(rng: random.Random, noise: np.random.Generator) -> Clip:
    return _piper_spoken(lambda: halves.half(rng, "train").before, rng, noise)


def _piper_spoken(draw: Callable[[], str], rng: random.Random, noise: np.random.Generator) -> Clip:
    while True:
        text = draw()
        written = text if rng.random() < 0.5 else grammar.spell_out(text)
        clean = rng.random() < 0.25
        scale = 1.0 if clean else rng.uniform(0.75, 1.3)
        speech = speak_with_piper(written, scale)
        if clean and len(speech) < _MAX_SECONDS * audio.RATE:
            end = len(speech) / audio.RATE
            return Clip(speech, text, "piper", np.zeros(0, np.int16), end)
        padded, front = audio.pad(speech, rng)
        if len(padded) < _MAX_SECONDS * audio.RATE:
            end = (front + len(speech)) / audio.RATE
            heard = audio.degrade(padded, rng, noise)
            return Clip(heard, text, "piper", np.zeros(0, np.int16), end)


_DRAWN: dict[str, Callable[[random.Random, np.random.Generator], Clip]] = {
    "train-espeak": _espeak_clip,
    "train-piper": _piper_clip,
    "half-espeak": _espeak_half,
    "half-piper": _piper_half,
}


def _make_test(name: str) -> None:
    path = DATA / f"test-{name}.npz"
    if path.exists():
        return
    rng = random.Random(f"test {name}")
    noise = np.random.default_rng(rng.getrandbits(64))
    clips: list[Clip] = []
    while len(clips) < TEST_SIZE:
        if clip := TEST_SETS[name](rng, noise):
            clips.append(clip)
    samples = np.concatenate([clip.audio for clip in clips])
    _save(
        path,
        audio=np.round(samples * 32767).astype(np.int16),
        lengths=np.array([len(clip.audio) for clip in clips]),
        texts=np.array([clip.text for clip in clips]),
        voices=np.array([clip.voice for clip in clips]),
    )
    print(path.name, flush=True)


def _make_pauses() -> None:
    """Speak sentences with a place to pause, after words that cannot be all, in two pieces each."""
    path = DATA / "test-pauses.npz"
    if path.exists():
        return
    rng = random.Random("test pauses")
    chosen: list[tuple[halves.Half, str]] = []
    pieces: list[Audio] = []
    while len(chosen) < PAUSES:
        half, voice = halves.half(rng, "test"), voices.held_out_voice(rng)
        if not halves.cannot_be_all(half.before):
            continue
        parts = _spoken_in_two(half.spelled_out(), voice, voices.prosody(rng), whole=rng.random() < 0.5)
        if parts is not None:
            chosen.append((half, voice))
            pieces += parts
    _save(
        path,
        audio=np.round(np.concatenate(pieces) * 32767).astype(np.int16),
        lengths=np.array([len(piece) for piece in pieces]),
        before=np.array([half.before for half, _ in chosen]),
        after=np.array([half.after for half, _ in chosen]),
        voices=np.array([voice for _, voice in chosen]),
    )
    print(path.name, flush=True)


def _spoken_in_two(written: halves.Half, voice: str, prosody: Prosody, *, whole: bool) -> list[Audio] | None:
    """Speak a sentence as a `whole`, and cut it, or its halves apart; None where espeak joins the words there."""
    rate, say = _synthesiser().rate, _synthesiser().say
    if not whole:
        said = [say(f"{written.before},", voice, prosody).audio, say(written.after, voice, prosody).audio]
    else:
        both = say(f"{written.before} {written.after}", voice, prosody)
        start = both.words.get(len(written.before) + 1)
        if start is None:
            return None
        said = [both.audio[:start], both.audio[start:]]
    return [audio.trim(audio.resample(part, rate))[0] for part in said]


def _test_voice(draw: Callable[[random.Random], str], rng: random.Random, noise: np.random.Generator) -> Clip | None:
    return _spoken(grammar.sentence(rng, "test"), draw(rng), rng, noise)


def _test_plain(rng: random.Random, _noise: np.random.Generator) -> Clip:
    """Speak as the command line tool does when it is told nothing but a common voice."""
    voice = rng.choice(("en-us", "en", "en-gb-x-rp", "en-us+f2", "en-us+m4", "en+f3", "en+m1"))
    text = grammar.sentence(rng, "test")
    said = _synthesiser().say(text, voice, Prosody())
    heard = audio.resample(said.audio, _synthesiser().rate)
    return Clip(heard, text, voice, np.zeros(0, np.int16), len(heard) / audio.RATE)


def _test_silence_around(rng: random.Random, noise: np.random.Generator) -> Clip:
    clip = _test_plain(rng, noise)
    front, back = (np.zeros(int(audio.RATE * rng.uniform(0.5, 4)), np.float32) for _ in "fb")
    heard = np.concatenate([front, clip.audio, back])
    if rng.random() < 0.5:
        heard = heard + noise.normal(0, 10 ** (rng.uniform(-70, -50) / 20), len(heard))
    return Clip(heard.astype(np.float32), clip.text, clip.voice, clip.labels, clip.end)


def _test_piper(rng: random.Random, _noise: np.random.Generator) -> Clip:
    text = grammar.sentence(rng, "test")
    speech = speak_with_piper(text)
    return Clip(speech, text, "piper", np.zeros(0, np.int16), len(speech) / audio.RATE)


TEST_SETS: dict[str, Callable[[random.Random, np.random.Generator], Clip | None]] = {
    "trained-voices": partial(_test_voice, voices.training_voice),
    "held-out-voices": partial(_test_voice, voices.held_out_voice),
    "held-out-accent": partial(_test_voice, voices.held_out_accent),
    "plain-espeak": _test_plain,
    "silence-around": _test_silence_around,
    "piper": _test_piper,
}
"""Sentences that training never saw, spoken by different voices."""


@cache
def _synthesiser() -> Synthesiser:
    return Synthesiser(voices.prepare())


@cache
def _extractor() -> Callable[[Audio], npt.NDArray[np.float32]]:
    extractor: Callable[[Audio], npt.NDArray[np.float32]] = FeatureExtractor()
    return extractor


@cache
def _voice() -> PiperVoice:
    return PiperVoice.load(VOICE)


def _save(path: Path, **arrays: npt.NDArray[np.generic]) -> None:
    half_done = path.with_name(f"new-{path.name}")
    np.savez(half_done, allow_pickle=False, **arrays)
    half_done.rename(path)


if __name__ == "__main__":
    main()
