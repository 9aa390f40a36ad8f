"""Languages are known before a server answers."""

import json
from pathlib import Path

from faster_whisper.tokenizer import _LANGUAGE_CODES
import pytest

from custom_components.parlor.speech.languages import WHISPER_LANGUAGES, voice_language


def test_whisper() -> None:
    """The list is Whisper's own."""
    assert sorted(WHISPER_LANGUAGES) == sorted(_LANGUAGE_CODES)


@pytest.mark.parametrize(
    ("voice", "language"),
    [
        (None, None),
        ("", None),
        ("en_GB-alba-medium", "en_GB"),
        ("/voices/de_DE-thorsten-medium.onnx", "de_DE"),
        ("pkd", None),
        ("/no/such/voice.onnx", None),
    ],
)
def test_named(voice: str | None, language: str | None) -> None:
    """Piper's names begin with the language."""
    assert voice_language(voice) == language


@pytest.mark.parametrize(
    ("config", "language"),
    [
        pytest.param(json.dumps({"language": {"code": "nl_BE"}}), "nl_BE", id="told"),
        pytest.param(json.dumps({"language": {"code": 7}}), None, id="no text"),
        pytest.param(json.dumps({"audio": {}}), None, id="not told"),
        pytest.param("{", None, id="damaged"),
    ],
)
def test_from_the_file(tmp_path: Path, config: str, language: str | None) -> None:
    """The file beside a model tells its language, whether the model or its folder was given."""
    (tmp_path / "mine.onnx.json").write_text(config, encoding="utf-8")
    assert voice_language(str(tmp_path / "mine.onnx")) == language
    assert voice_language(str(tmp_path)) == language
