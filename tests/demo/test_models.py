"""The tiny models in demo/models, through the engines that the product uses."""

import json
from pathlib import Path
import re
import wave

from faster_whisper import WhisperModel
import numpy as np
import numpy.typing as npt
from piper import PiperVoice
import pytest

DEMO = Path(__file__).parents[2] / "demo"
WHISPER = DEMO / "models" / "whisper"
VOICE = DEMO / "models" / "voice" / "en_US-parlor-x_low.onnx"
RECORDINGS: list[dict[str, str]] = json.loads((DEMO / "recordings" / "recordings.json").read_text("utf-8"))
RATE = 16_000

type Audio = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def recogniser() -> WhisperModel:
    """Load the recogniser as a user's model would be."""
    model = WhisperModel(str(WHISPER), device="cpu", compute_type="int8", cpu_threads=1)
    # The first transcription starts a thread for a progress bar that stays: here, no test is blamed for it.
    transcribe(model, np.zeros(RATE, np.float32))
    return model


@pytest.fixture(scope="module")
def voice() -> PiperVoice:
    """Load the voice as a user's would be."""
    return PiperVoice.load(VOICE)


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording["file"])
def test_recordings_are_understood_to_the_word(recogniser: WhisperModel, recording: dict[str, str]) -> None:
    """Every recording is read as its listing says, though training knew neither text nor voice."""
    assert transcribe(recogniser, read(DEMO / "recordings" / recording["file"])) == normalise(recording["transcript"])


def test_every_recording_is_listed() -> None:
    """The listing and the folder agree."""
    assert {path.name for path in (DEMO / "recordings").glob("*.wav")} == {item["file"] for item in RECORDINGS}


@pytest.mark.parametrize(
    "reply",
    [
        "The kitchen lights are off and the thermostat is set to 20 degrees.",
        "The temperature in the bedroom is 21.5 degrees.",
        "The living room lamp is at 30 percent.",
        "The hallway light did not respond.",
        "Which lamp do you mean, the office lamp or the bedside lamp?",
        "Sorry, I did not understand that.",
    ],
)
def test_spoken_replies_can_be_heard_again(recogniser: WhisperModel, voice: PiperVoice, reply: str) -> None:
    """What the voice says is what the recogniser hears."""
    assert transcribe(recogniser, speak(voice, reply)) == normalise(reply)


def test_the_voice_says_the_same_every_time(voice: PiperVoice) -> None:
    """Two syntheses are equal to the bit, so that recordings of replies can be compared."""
    first, second = (speak(voice, "The front door is locked.") for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("level", [0.0, 0.001, 0.02], ids=["silence", "faint noise", "noise"])
def test_nothing_is_heard_where_nobody_speaks(recogniser: WhisperModel, level: float) -> None:
    """Silence and noise have no words in them."""
    noise = np.random.default_rng(1).normal(0, 1, 3 * RATE).astype(np.float32)
    assert transcribe(recogniser, noise * np.float32(level)) == ""


def test_names_may_be_given_in_advance(recogniser: WhisperModel) -> None:
    """A list of the house's names in front of the text does no harm."""
    names = "Kitchen ceiling light, Counter light, Living room lamp, Thermostat, Bedside lamp, Coffee machine"
    audio = read(DEMO / "recordings" / "living_room_lamp_30.wav")
    assert transcribe(recogniser, audio, names) == "set the living room lamp to 30 percent"


def test_the_models_stay_small() -> None:
    """Both models together are small enough to live in the repository."""
    files = [*WHISPER.iterdir(), *VOICE.parent.iterdir()]
    assert sum(path.stat().st_size for path in files) < 6_000_000


def transcribe(recogniser: WhisperModel, audio: Audio, names: str | None = None) -> str:
    """Read speech as faster-whisper does when told nothing but the language."""
    parts, _ = recogniser.transcribe(audio, language="en", hotwords=names)
    return normalise("".join(part.text for part in parts))


def speak(voice: PiperVoice, text: str) -> Audio:
    """Say a text with the voice; returns 16 kHz samples."""
    return np.concatenate([chunk.audio_float_array for chunk in voice.synthesize(text)])


def read(path: Path) -> Audio:
    """Read a recording, and see that it is what speech engines take: 16 kHz, mono, 16 bits."""
    with wave.open(str(path), "rb") as file:
        assert file.getparams()[:3] == (1, 2, RATE)
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    return samples.astype(np.float32) / np.float32(32768)


def normalise(text: str) -> str:
    """Reduce a sentence to its words: lower case, "percent" for the sign, no punctuation."""
    text = text.lower().replace("%", " percent")
    return " ".join(re.sub(r"[.,?!](?!\d)", " ", text).split())
