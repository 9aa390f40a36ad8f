"""Make the Piper voice: the ONNX model and the settings that piper-tts reads beside it."""

import json
from typing import Any

import onnx

from tiny_models.audio import RATE
from tiny_models.paths import VOICE
from tiny_models.voice_graph import build
from tiny_models.voice_units import PAD, SILENCE, Bank, cut_units

_SILENT_MARKS = "_ ˈˌʲː\u0329"
_PAUSES = "^$.,?!;:"
# Single code points of sounds that only exist as part of a longer one, so that none goes missing.
_NEAREST = dict(
    pair.split("=") for pair in "e=eɪ a=æ o=oʊ u=uː ɑ=ɑː ɜ=ɜː ɔ=ɔː i=iː x=k g=ɡ r=ɹ ɬ=l ʔ=t ɒ=ɑː y=iː ø=ɜː".split()
)


def main() -> None:
    """Cut the units and write the voice."""
    bank = cut_units()
    VOICE.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(build(bank), VOICE)
    settings = json.dumps(_settings(bank), ensure_ascii=False, indent=1)
    VOICE.with_suffix(".onnx.json").write_text(settings + "\n", "utf-8")
    seconds = len(bank.recording) / RATE
    print(f"{len(bank.symbols)} sounds, {len(bank.starts)} units, {seconds:.0f} s")


def _settings(bank: Bank) -> dict[str, Any]:
    clusters = [list(symbol) for symbol in bank.symbols if len(symbol) > 1]
    return {
        "audio": {"sample_rate": RATE, "quality": "x_low"},
        "espeak": {"voice": "en-us"},
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_map": {},
        "phoneme_id_map": _phoneme_ids(bank),
        "vowel_clusters": [*clusters, ["o", "ː", "ɹ"]],
        "num_symbols": 256,
        "num_speakers": 1,
        "speaker_id_map": {},
        "piper_version": "1.8.0",
        "language": {
            "code": "en_US",
            "family": "en",
            "region": "US",
            "name_native": "English",
            "name_english": "English",
            "country_english": "United States",
        },
        "dataset": "parlor",
    }


def _phoneme_ids(bank: Bank) -> dict[str, list[int]]:
    sounds = {symbol: [number + 2] for number, symbol in enumerate(bank.symbols)}
    nearest = {
        symbol: sounds[sound]
        for symbol, sound in {**_NEAREST, "oːɹ": "ɔːɹ"}.items()
        if symbol not in sounds and sound in sounds
    }
    return {
        **{mark: [PAD] for mark in _SILENT_MARKS},
        **{mark: [SILENCE] for mark in _PAUSES},
        **sounds,
        **nearest,
    }


if __name__ == "__main__":
    main()
