"""What servers say of themselves is read with care."""

from typing import Any

import pytest
from wyoming.event import Event

from custom_components.parlor.speech.info import parse_info
from custom_components.parlor.speech.status import EngineState, Role, parse_status
from tests.speech.peer import info, status


def _changed(**changes: Any) -> Event:
    event = info().event()
    for part, values in changes.items():
        event.data[part][0].update(values)
    return event


def test_whole_info() -> None:
    """Languages of ears are sorted; those of voices come in the order of the voices."""
    found = parse_info(info(hears=("nl", "de"), speaks=("nl_NL", "de_DE")).event())
    assert found.languages == ("de", "nl")
    assert found.voice_languages == ("nl_NL", "de_DE")


@pytest.mark.parametrize(
    ("event", "hears", "speaks", "voices"),
    [
        pytest.param(Event("info", {}), False, False, 0, id="nothing"),
        pytest.param(info(speaks=()).event(), True, False, 0, id="ears only"),
        pytest.param(info(hears=()).event(), False, True, 1, id="voice only"),
        pytest.param(_changed(asr={"installed": False}), False, True, 1, id="ears not installed"),
        pytest.param(_changed(tts={"installed": False}), True, False, 0, id="voice not installed"),
        pytest.param(_changed(tts={"voices": []}), True, True, 0, id="no voices"),
    ],
)
def test_installed(event: Event, hears: bool, speaks: bool, voices: int) -> None:
    """Only what is installed counts."""
    found = parse_info(event)
    assert (found.hears, found.speaks, len(found.voices)) == (hears, speaks, voices)


def test_odd_values() -> None:
    """Values of the wrong kind are left out."""
    event = info(speaks=("en_US", "de_DE")).event()
    event.data["tts"][0]["voices"][0]["name"] = 7
    event.data["tts"][0]["voices"][1].update(languages=["de_DE", 7], speakers=None, description=7)
    event.data["asr"][0]["models"][0]["languages"] = 7
    found = parse_info(event)
    assert found.languages == ()
    assert [(voice.languages, voice.speakers, voice.description) for voice in found.voices] == [
        (("de_DE",), (), "de_DE-voice")
    ]


@pytest.mark.parametrize(
    "data",
    [{"asr": 7}, {"asr": [7]}, {"asr": [{"name": "x"}]}, {"tts": [{"voices": 7}]}, {"satellite": [1]}],
    ids=str,
)
def test_no_info(data: dict[str, Any]) -> None:
    """What cannot be read is refused."""
    with pytest.raises(ValueError, match="info"):
        parse_info(Event("info", data))


def test_status() -> None:
    """Each engine tells how far it is."""
    parts = status("downloading", "failed")
    parts["ears"]["progress"] = 1
    parts["voice"] |= {"code": "voice_missing", "message": "no such file"}
    found = parse_status(Event("parlor-status", {"version": 1, **parts}))
    assert (found.of(Role.EARS).state, found.ears.progress) == (EngineState.DOWNLOADING, 1.0)
    assert (found.of(Role.VOICE).state, found.voice.code, found.voice.message) == (
        EngineState.FAILED,
        "voice_missing",
        "no such file",
    )


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"version": 2, **status()}, id="another version"),
        pytest.param({"version": 1, "ears": status()["ears"]}, id="no voice"),
        pytest.param({"version": 1, **status("asleep")}, id="unknown state"),
    ],
)
def test_no_status(data: dict[str, Any]) -> None:
    """What cannot be read is refused."""
    with pytest.raises(ValueError, match=r"status|EngineState"):
        parse_status(Event("parlor-status", data))
