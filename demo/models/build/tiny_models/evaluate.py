"""Measure the finished models through faster-whisper and Piper, and write what came out.

    python -m tiny_models.evaluate [--clips 100]

Writes demo/models/evaluation.json and the table in demo/models/README.md.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
import json
import re
from typing import Final

from faster_whisper import WhisperModel
import numpy as np

from tiny_models import audio, dataset, grammar
from tiny_models.espeak import Audio
from tiny_models.paths import DATA, MODELS, PACKAGE, RECORDINGS, WHISPER
from tiny_models.scoring import error_rate

_SETS: Final = {
    "trained-voices": "voices of the training set, echo, noise and filters added",
    "held-out-voices": "voices that training never heard (m4, f2, Michael, Alicia, Lee, steph2)",
    "held-out-accent": "the accent that training never heard (en-gb-scotland)",
    "plain-espeak": "espeak-ng as it comes, common voices",
    "silence-around": "espeak-ng as it comes, with up to 4 s of silence on both sides",
    "piper": "the demo's own Piper voice, clean",
}
_BY_VOICE: Final = "held-out-voices"


@dataclass(frozen=True, slots=True)
class Score:
    """How well one set of clips was read: word error rate and exact sentences, in percent."""

    clips: int
    word_error_rate: float
    exact_sentences: float


def main() -> None:
    """Measure everything and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=100)
    clips: int = parser.parse_args().clips
    model = WhisperModel(str(WHISPER), device="cpu", compute_type="int8", cpu_threads=2)
    results: dict[str, dict[str, Score]] = {}
    voices: dict[str, float] = {}
    for name, spoken in _all_sets(clips):
        for mode, read in _modes(model).items():
            pairs = [(text, read(samples)) for samples, text, _ in spoken]
            results.setdefault(name, {})[mode] = _score(pairs)
            print(name, mode, results[name][mode], flush=True)
            if name == _BY_VOICE and mode == "default":
                voices = _by_voice(pairs, [voice for *_, voice in spoken])
    results["silence and noise"] = {
        mode: _score([("", read(clip)) for clip in _empty_clips()]) for mode, read in _modes(model).items()
    }
    _write(results, voices)


def _modes(model: WhisperModel) -> dict[str, Callable[[Audio], str]]:
    def default(samples: Audio) -> str:
        return "".join(part.text for part in model.transcribe(samples, language="en")[0])

    def greedy(samples: Audio) -> str:
        parts, _ = model.transcribe(samples, language="en", beam_size=1, without_timestamps=True, temperature=0)
        return "".join(part.text for part in parts)

    return {"default": default, "greedy": greedy}


def _all_sets(clips: int) -> Iterator[tuple[str, list[tuple[Audio, str, str]]]]:
    for name in _SETS:
        stored = zip(dataset.load_clips(DATA / f"test-{name}.npz"), range(clips), strict=False)
        yield name, [(clip.audio, clip.text, clip.voice) for clip, _ in stored]
    replies = (PACKAGE / "replies.txt").read_text("utf-8").splitlines()
    yield "replies", [(dataset.speak_with_piper(text), text, "piper") for text in replies]
    recorded = json.loads((RECORDINGS / "recordings.json").read_text("utf-8"))
    yield (
        "recordings",
        [(audio.read(RECORDINGS / item["file"]), item["transcript"], item["voice"]) for item in recorded],
    )


def _empty_clips() -> Iterable[Audio]:
    noise = np.random.default_rng(5)
    for seconds in (0.5, 2, 5, 8):
        length = int(seconds * audio.RATE)
        yield np.zeros(length, np.float32)
        for level in (1e-4, 1e-3, 1e-2, 0.1):
            yield noise.normal(0, level, length).astype(np.float32)


def _score(pairs: list[tuple[str, str]]) -> Score:
    exact = sum(grammar.normalise(text) == grammar.normalise(heard) for text, heard in pairs)
    rate = error_rate(pairs)
    return Score(len(pairs), round(rate, 2), round(100 * exact / len(pairs), 1))


def _by_voice(pairs: list[tuple[str, str]], voices: list[str]) -> dict[str, float]:
    variants = [voice.partition("+")[2] for voice in voices]
    return {
        variant: round(
            error_rate(pair for pair, other in zip(pairs, variants, strict=True) if other == variant),
            1,
        )
        for variant in sorted(set(variants))
    }


def _write(results: dict[str, dict[str, Score]], voices: dict[str, float]) -> None:
    told = {
        "sets": {name: {mode: asdict(score) for mode, score in modes.items()} for name, modes in results.items()},
        "held_out_voices_word_error_rate": voices,
    }
    (MODELS / "evaluation.json").write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    card = MODELS / "README.md"
    table = _table(results, voices)
    whole = re.sub(
        r"(?s)(?<=<!-- measured -->\n).*(?=<!-- end -->)",
        lambda _: table,
        card.read_text("utf-8"),
    )
    card.write_text(whole, "utf-8")


def _table(results: dict[str, dict[str, Score]], voices: dict[str, float]) -> str:
    names = _SETS | {
        "replies": "the house's replies, spoken by the demo's Piper voice",
        "recordings": "the recordings in `demo/recordings`",
    }
    lines = [
        "| Spoken by | Clips | `transcribe()` default: word errors | exact | Greedy: word errors | exact |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, label in names.items():
        modes = results[name]
        cells = " | ".join(
            f"{modes[mode].word_error_rate} % | {modes[mode].exact_sentences} %" for mode in ("default", "greedy")
        )
        lines.append(f"| {label} | {modes['default'].clips} | {cells} |")
    silent = results["silence and noise"]
    wrong = [round(silent[mode].clips * (1 - silent[mode].exact_sentences / 100)) for mode in ("default", "greedy")]
    silence = (
        f"Of {silent['default'].clips} clips of digital silence and white noise, {wrong[0]} (default) and "
        f"{wrong[1]} (greedy) were given any text."
    )
    spread = ", ".join(f"{voice} {rate} %" for voice, rate in voices.items())
    lines += ["", f"Held-out voices one by one (default, word errors): {spread}.", silence, ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
