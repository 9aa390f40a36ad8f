"""Where models and voices are: in a folder of the user's, or downloaded once by name."""

from pathlib import Path

from .errors import Code, SpeechError


def find_whisper(name: str) -> Path:
    folder = Path(name)
    if not folder.is_dir():
        raise SpeechError(Code.MODEL_MISSING, f"{name} is not a folder")
    return folder


def find_voice(name: str) -> Path:
    path = Path(name)
    if path.is_dir():
        return next(path.glob("*.onnx"))
    return path
