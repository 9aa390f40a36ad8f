"""Make the demo's recordings: held-out sentences spoken by held-out voices."""

import json
from pathlib import Path
from typing import Final
import wave

import numpy as np

from tiny_models import audio, grammar
from tiny_models.espeak import Audio, Prosody, Synthesiser
from tiny_models.paths import RECORDINGS

_VOICES: Final = (
    ("en-us+m4", Prosody(rate=165, pitch=45)),
    ("en+f2", Prosody(rate=170, pitch=55)),
    ("en-us+Michael", Prosody(rate=160, pitch=50)),
)
_LEAD, _TRAIL = 0.3, 0.6  # seconds of silence
_LOUDEST = 0.5


def main() -> None:
    """Write the recordings and the file that lists them."""
    RECORDINGS.mkdir(parents=True, exist_ok=True)
    synthesiser = Synthesiser()
    listing = []
    for number, (name, sentence) in enumerate(grammar.recorded_sentences().items()):
        voice, prosody = _VOICES[number % len(_VOICES)]
        text = grammar.spell_out(sentence[0].lower() + sentence[1:])
        said = synthesiser.say(text, voice, prosody)
        speech, _ = audio.trim(audio.resample(said.audio, synthesiser.rate))
        _write(RECORDINGS / f"{name}.wav", speech)
        listing.append({"file": f"{name}.wav", "text": text, "transcript": sentence, "voice": voice})
    text = json.dumps(listing, indent=2)
    (RECORDINGS / "recordings.json").write_text(f"{text}\n", "utf-8")


def _write(path: Path, speech: Audio) -> None:
    lead, trail = (np.zeros(int(seconds * audio.RATE)) for seconds in (_LEAD, _TRAIL))
    whole = np.concatenate([lead, speech / np.abs(speech).max() * _LOUDEST, trail])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(audio.RATE)
        file.writeframes(np.round(whole * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    main()
