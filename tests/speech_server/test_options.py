"""The command line's options."""

from pathlib import Path

import pytest

from parlor_speech.options import parse

_URI = ("--uri", "unix:///s")


@pytest.mark.parametrize(
    ("arguments", "voices"),
    [
        pytest.param([], (), id="none"),
        pytest.param(["--voice", "a"], ("a",), id="one"),
        pytest.param(["--voice", "a", "--voice", "b"], ("a", "b"), id="given twice"),
        pytest.param(["--voice", "a, b,,c "], ("a", "b", "c"), id="by commas"),
        pytest.param(["--voice", "a,b", "--voice", "a"], ("a", "b"), id="one of them again"),
        pytest.param(["--voice", ""], (), id="empty"),
    ],
)
def test_voices_are_listed(arguments: list[str], voices: tuple[str, ...]) -> None:
    """Voices are given by commas or one by one."""
    assert parse([*_URI, *arguments]).voices == voices


@pytest.mark.parametrize(
    ("arguments", "languages"),
    [
        pytest.param([], (), id="none"),
        pytest.param(["--language", "en"], ("en",), id="one"),
        pytest.param(["--language", "en-US, de_AT,EN"], ("en", "de"), id="by commas"),
        pytest.param(["--language", "en", "--language", "nb"], ("en", "no"), id="given twice"),
        pytest.param(["--language", ""], (), id="empty"),
    ],
)
def test_languages_are_listed(arguments: list[str], languages: tuple[str, ...]) -> None:
    """Languages are given by commas or one by one, and become Whisper's codes."""
    assert parse([*_URI, *arguments]).languages == languages


def test_a_path_may_have_commas(tmp_path: Path) -> None:
    """A path that is there is one voice, whatever its name."""
    model = tmp_path / "a,b.onnx"
    model.touch()
    assert parse([*_URI, "--voice", str(model)]).voices == (str(model),)


@pytest.mark.parametrize(
    ("arguments", "minutes"), [([], 0), (["--unload-minutes", "0"], 0), (["--unload-minutes", "1.5"], 1.5)]
)
def test_models_stay_unless_told_otherwise(arguments: list[str], minutes: float) -> None:
    """Nothing is put out of memory by default."""
    assert parse([*_URI, *arguments]).unload_minutes == minutes


@pytest.mark.parametrize(
    "arguments",
    [
        ["--unload-minutes", "-1"],
        ["--length-scale", "0"],
        ["--length-scale", "slow"],
        ["--noise-scale", "-1"],
        ["--noise-w", "nan"],
        ["--volume", "inf"],
        ["--cache-mb", "-5"],
    ],
    ids=" ".join,
)
def test_what_is_no_measure_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What is no measure is refused with a message."""
    with pytest.raises(SystemExit) as raised:
        parse([*_URI, *arguments])
    assert raised.value.code == 2
    assert arguments[0] in capsys.readouterr().err
