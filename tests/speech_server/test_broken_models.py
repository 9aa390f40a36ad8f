"""Models that are missing or broken: a code and a plain message, whatever the libraries make of them."""

from collections.abc import Callable
from pathlib import Path
import shutil

import faster_whisper.utils
import pytest

from parlor_speech.errors import SpeechError
from parlor_speech.piper_voice import Voice, VoiceSettings
from parlor_speech.whisper import Settings, Whisper

from .process import VOICE, WHISPER

Break = Callable[[Path], object]


def _cut(name: str) -> Break:
    return lambda folder: (folder / name).write_bytes(
        (folder / name).read_bytes()[: (folder / name).stat().st_size // 2]
    )


def _write(name: str, content: bytes) -> Break:
    return lambda folder: (folder / name).write_bytes(content)


def _drop(name: str) -> Break:
    return lambda folder: (folder / name).unlink()


@pytest.mark.parametrize(
    ("break_it", "code"),
    [
        pytest.param(_cut("model.bin"), "model_corrupt", id="cut"),
        pytest.param(_write("model.bin", b""), "model_corrupt", id="empty"),
        pytest.param(_write("model.bin", b"<html>Not found</html>" * 100), "model_corrupt", id="web page"),
        pytest.param(_write("model.bin", bytes(100_000)), "model_corrupt", id="zeros"),
        pytest.param(_write("tokenizer.json", b"{"), "model_corrupt", id="tokenizer cut"),
        pytest.param(_write("vocabulary.json", b"[]"), "model_corrupt", id="no words"),
        pytest.param(_write("config.json", b"?"), "model_corrupt", id="config broken"),
        pytest.param(_write("preprocessor_config.json", b"[1]"), "model_corrupt", id="features are a list"),
        pytest.param(
            _write("preprocessor_config.json", b'{"feature_size": 128}'), "model_corrupt", id="features do not fit"
        ),
        pytest.param(_drop("model.bin"), "model_missing", id="no model"),
        pytest.param(_drop("tokenizer.json"), "model_missing", id="no tokenizer"),
        pytest.param(shutil.rmtree, "model_missing", id="no folder"),
    ],
)
def test_ears(tmp_path: Path, break_it: Break, code: str) -> None:
    """Ears."""
    folder = tmp_path / "whisper"
    shutil.copytree(WHISPER, folder)
    break_it(folder)
    with pytest.raises(SpeechError) as raised:
        Whisper(folder, Settings(device="cpu"))
    assert raised.value.code == code
    assert "\n" not in raised.value.message


def _silero(folder: Path) -> None:
    shutil.copy(Path(faster_whisper.utils.get_assets_path()) / "silero_vad_v6.onnx", folder / "voice.onnx")


@pytest.mark.parametrize(
    ("break_it", "code"),
    [
        pytest.param(_cut("voice.onnx"), "voice_corrupt", id="cut"),
        pytest.param(_write("voice.onnx", b""), "voice_corrupt", id="empty"),
        pytest.param(_write("voice.onnx", b"<html>Not found</html>"), "voice_corrupt", id="web page"),
        pytest.param(_silero, "voice_corrupt", id="another model"),
        pytest.param(_cut("voice.onnx.json"), "voice_corrupt", id="config cut"),
        pytest.param(_write("voice.onnx.json", b"\xff"), "voice_corrupt", id="config is not text"),
        pytest.param(_write("voice.onnx.json", b"[]"), "voice_corrupt", id="config is a list"),
        pytest.param(_write("voice.onnx.json", b"{}"), "voice_corrupt", id="config is empty"),
        pytest.param(_drop("voice.onnx"), "voice_missing", id="no model"),
        pytest.param(_drop("voice.onnx.json"), "voice_missing", id="no config"),
        pytest.param(shutil.rmtree, "voice_missing", id="no folder"),
    ],
)
def test_voice(tmp_path: Path, break_it: Break, code: str) -> None:
    """Voice."""
    folder = tmp_path / "voice"
    folder.mkdir()
    shutil.copy(VOICE, folder / "voice.onnx")
    shutil.copy(f"{VOICE}.json", folder / "voice.onnx.json")
    break_it(folder)
    with pytest.raises(SpeechError) as raised:
        Voice(folder / "voice.onnx", VoiceSettings())
    assert raised.value.code == code
    assert "\n" not in raised.value.message
