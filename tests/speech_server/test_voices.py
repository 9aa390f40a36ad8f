"""Several voices side by side: found by name or language, in memory as far as there is room, spoken with as asked."""

import json
from pathlib import Path

import numpy as np
import pytest
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Info
from wyoming.tts import Synthesize, SynthesizeVoice

from parlor_speech.errors import Code, SpeechError
from parlor_speech.piper_voice import Voice, VoiceSettings
from parlor_speech.requests import Manner, VoiceRequest
from parlor_speech.voice_card import read_card
from parlor_speech.voices import Voices

from .client import Client, audio_of
from .process import VOICE, SpeechProcess
from .voice_copies import make_voice

NAMES = ("en_US-amy-low", "en_GB-alan-medium", "de_DE-eva-high")


@pytest.fixture
def models(tmp_path: Path) -> dict[str, Path]:
    """Return three voices that differ in their rate."""
    return {name: make_voice(tmp_path, name, rate=rate) for name, rate in zip(NAMES, (8000, 16000, 22050), strict=True)}


class _Loader:
    """Load voices and remember which."""

    def __init__(self) -> None:
        self.loaded: list[str] = []

    def __call__(self, model: Path) -> Voice:
        """Load one."""
        self.loaded.append(model.stem)
        return Voice(model, VoiceSettings())


@pytest.mark.parametrize(
    ("request_", "chosen"),
    [
        pytest.param(VoiceRequest(), "en_US-amy-low", id="nothing"),
        pytest.param(VoiceRequest(name="de_DE-eva-high"), "de_DE-eva-high", id="name"),
        pytest.param(
            VoiceRequest(name="de_DE-eva-high", language="en_GB"), "de_DE-eva-high", id="name before language"
        ),
        pytest.param(VoiceRequest(language="en_GB"), "en_GB-alan-medium", id="language"),
        pytest.param(VoiceRequest(language="en-gb"), "en_GB-alan-medium", id="language as others write it"),
        pytest.param(VoiceRequest(language="de"), "de_DE-eva-high", id="family"),
        pytest.param(VoiceRequest(language="de_AT"), "de_DE-eva-high", id="another country"),
        pytest.param(VoiceRequest(language="fr_FR"), "en_US-amy-low", id="language without a voice"),
        pytest.param(VoiceRequest(name="de_DE-gone-low"), "de_DE-eva-high", id="voice that is gone"),
        pytest.param(VoiceRequest(name="nobody"), "en_US-amy-low", id="no such voice"),
    ],
)
def test_a_voice_is_chosen(models: dict[str, Path], request_: VoiceRequest, chosen: str) -> None:
    """The voice is that of the name, else of the language, else the first."""
    assert Voices(models, _Loader(), 1).choose(request_).name == chosen


def test_few_voices_are_in_memory(models: dict[str, Path]) -> None:
    """Voices are loaded when they are needed; the one that was not used for longest makes room."""
    load = _Loader()
    voices = Voices(models, load, 2)
    assert load.loaded == ["en_US-amy-low"]
    us, gb, de = voices.cards
    for card in (gb, us, gb, us):
        assert voices.say(card, "Hello.", Manner())
    assert load.loaded == ["en_US-amy-low", "en_GB-alan-medium"]
    voices.say(de, "Hello.", Manner())
    voices.say(us, "Hello.", Manner())
    assert load.loaded[2:] == ["de_DE-eva-high"]
    voices.say(gb, "Hello.", Manner())
    assert load.loaded[3:] == ["en_GB-alan-medium"]


def test_a_voice_that_cannot_be_had_does_not_silence_others(models: dict[str, Path]) -> None:
    """What is broken or absent is missing; the first that speaks is the default."""
    models["en_US-amy-low"].write_bytes(b"<html>")
    Path(f"{models['en_GB-alan-medium']}.json").write_text('{"audio": {}}')
    gone = SpeechError(Code.VOICE_MISSING, "gone")
    voices = Voices({"fr_FR-gone-low": gone, **models}, _Loader(), 2)
    assert [card.name for card in voices.cards] == ["de_DE-eva-high"]
    assert voices.missing == ("fr_FR-gone-low", "en_US-amy-low", "en_GB-alan-medium")
    with pytest.raises(SpeechError) as raised:
        Voices({"fr_FR-gone-low": gone, "en_US-amy-low": models["en_US-amy-low"]}, _Loader(), 2)
    assert raised.value is gone


def test_a_voice_that_breaks_later_is_told(models: dict[str, Path]) -> None:
    """A voice that cannot be loaded when it is needed is an error of that request; the others still speak."""
    voices = Voices(models, _Loader(), 2)
    models["de_DE-eva-high"].unlink()
    us, _, de = voices.cards
    with pytest.raises(SpeechError, match="not a file"):
        voices.say(de, "Hello.", Manner())
    assert voices.say(us, "Hello.", Manner())


def test_a_card_tells_what_a_voice_is(tmp_path: Path) -> None:
    """A card tells language, quality, speakers in their order, and what to call the voice."""
    card = read_card(make_voice(tmp_path, "nl_BE-nathalie-medium", quality="medium", speakers=("zoe", "ann")))
    assert (card.language, card.quality, card.speakers) == ("nl_BE", "medium", ("zoe", "ann"))
    assert card.description == "nathalie (medium)"
    assert read_card(VOICE).speakers == ()


@pytest.mark.parametrize(
    ("wished", "configured", "number"),
    [
        (None, None, None),
        ("ann", None, 1),
        ("1", None, 1),
        ("7", None, None),
        ("nobody", None, None),
        (None, "ann", 1),
        ("nobody", "ann", 1),
        ("zoe", "ann", 0),
    ],
)
def test_a_speaker_is_found(tmp_path: Path, wished: str | None, configured: str | None, number: int | None) -> None:
    """The speaker is the one wished for, by name or number, else the configured one; the voice speaks with it."""
    model = make_voice(tmp_path, "nl_BE-nathalie-medium", speakers=("zoe", "ann"))
    voice = Voice(model, VoiceSettings(speaker=configured))
    assert voice._speaker(wished) == number
    assert voice.say("Hello.", Manner(speaker=wished))


@pytest.mark.parametrize(
    ("settings", "manner", "louder", "longer"),
    [
        pytest.param(VoiceSettings(volume=0.5), Manner(), 0.5, 1, id="quiet server"),
        pytest.param(VoiceSettings(), Manner(volume=0.5), 0.5, 1, id="quiet request"),
        pytest.param(VoiceSettings(length_scale=2), Manner(), 1, 2, id="slow server"),
        pytest.param(VoiceSettings(), Manner(speed=0.5), 1, 2, id="slow request"),
        pytest.param(VoiceSettings(length_scale=2), Manner(speed=2), 1, 1, id="fast request to a slow server"),
        pytest.param(VoiceSettings(noise_scale=0.1, noise_w=0.1), Manner(), 1, 1, id="noise"),
    ],
)
def test_a_voice_speaks_as_it_is_told(settings: VoiceSettings, manner: Manner, louder: float, longer: float) -> None:
    """Pace and loudness are those of the server's settings and the request together."""
    text = "The kitchen lights are on."
    plain = np.frombuffer(Voice(VOICE, VoiceSettings()).say(text, Manner()), "<i2").astype(int)
    told = np.frombuffer(Voice(VOICE, settings).say(text, manner), "<i2").astype(int)
    assert told.size == pytest.approx(longer * plain.size, rel=0.15)
    assert np.abs(told).max() == pytest.approx(louder * np.abs(plain).max(), rel=0.05)


async def test_a_server_has_several_voices(models: dict[str, Path], tmp_path: Path) -> None:
    """A server describes all of its voices, and speaks with the one asked for, one in memory at a time."""
    us, gb, de = models.values()
    arguments: list[str | Path] = [
        "--voice",
        f"{us},{gb}",
        "--voice",
        de,
        "--voice",
        tmp_path / "gone.onnx",
        "--max-voices",
        "1",
    ]
    with SpeechProcess(*arguments) as speech:
        assert speech.settled()["voice"]["state"] == "ready"
        async with Client(speech.socket) as client:
            await client.send(Event("describe"))
            (program,) = Info.from_event(await client.receive()).tts
            voices = [(voice.name, voice.languages, voice.description, voice.installed) for voice in program.voices]
            assert voices == [
                ("en_US-amy-low", ["en_US"], "amy (x_low)", True),
                ("en_GB-alan-medium", ["en_GB"], "alan (x_low)", True),
                ("de_DE-eva-high", ["de_DE"], "eva (x_low)", True),
                ("gone", [], "gone", False),
            ]
            for voice, text, rate in (
                (None, "Hello there.", 8000),
                (SynthesizeVoice(name="en_GB-alan-medium"), "Hello there.", 16000),
                (SynthesizeVoice(language="de_DE"), "Hello there.", 22050),
                (None, "Hello again.", 8000),
            ):
                await client.send(Synthesize(text=text, voice=voice))
                events = await client.receive_until("audio-stop")
                assert (events[-1].type, events[0].data["rate"]) == ("audio-stop", rate)
        assert speech.log.count("makes room") == 3


async def test_no_voice_at_all_is_told(tmp_path: Path) -> None:
    """Where no voice can be had, the first one's failure is what is told."""
    with SpeechProcess("--voice", f"{tmp_path}/a.onnx,{tmp_path}/b.onnx") as speech:
        status = speech.settled()["voice"]
    assert (status["state"], status["code"], status["name"]) == ("failed", "voice_missing", "a, b")
    assert "a.onnx.json" in status["message"]


async def test_a_client_sets_the_pace(client: Client) -> None:
    """A client sets pace and loudness for one text, in the request's context."""
    sounds = {}
    for speed, volume in ((1.0, 1.0), (0.5, 1.0), (1.0, 0.25)):
        context = {"parlor": {"speed": speed, "volume": volume}}
        await client.send(Synthesize(text="The hall is warm.", context=context))
        sounds[speed, volume] = np.frombuffer(audio_of(await client.receive_until("audio-stop")), "<i2").astype(int)
    assert sounds[0.5, 1.0].size > 1.6 * sounds[1.0, 1.0].size
    assert np.abs(sounds[1.0, 0.25]).max() < 0.3 * np.abs(sounds[1.0, 1.0]).max()


@pytest.mark.parametrize(
    ("own", "says"),
    [
        pytest.param({"speed": 0}, "speed", id="no speed"),
        pytest.param({"speed": "fast"}, "speed", id="words"),
        pytest.param({"speed": True}, "speed", id="true"),
        pytest.param({"speed": 1e9}, "speed", id="too fast"),
        pytest.param({"volume": -1}, "volume", id="less than silent"),
        pytest.param({"volume": [1]}, "volume", id="list"),
    ],
)
async def test_a_pace_that_is_none_is_refused(client: Client, own: object, says: str) -> None:
    """A pace or loudness out of bounds is refused, and the connection goes on."""
    await client.send(Synthesize(text="Hello.", context={"parlor": own}))
    error = Error.from_event(await client.receive())
    assert (error.code, says in error.text) == ("bad_event", True)
    await client.send(Synthesize(text="Hello.", context={"parlor": "x", "other": 1}))
    assert (await client.receive_until("audio-stop"))[-1].type == "audio-stop"


@pytest.mark.parametrize(
    "config",
    [
        pytest.param({"audio": {"sample_rate": "fast"}}, id="rate is a word"),
        pytest.param({"num_speakers": 2, "speaker_id_map": {"a": "b"}}, id="speakers without numbers"),
        pytest.param({"num_speakers": 2, "speaker_id_map": [1]}, id="speakers are a list"),
        pytest.param({"audio": 5}, id="audio is a number"),
    ],
)
def test_a_card_of_anything_is_refused(tmp_path: Path, config: dict[str, object]) -> None:
    """Whatever stands in the description of a voice: a code and a plain message."""
    model = make_voice(tmp_path, "en_US-amy-low")
    path = Path(f"{model}.json")
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | config))
    with pytest.raises(SpeechError) as raised:
        read_card(model)
    assert raised.value.code is Code.VOICE_CORRUPT
