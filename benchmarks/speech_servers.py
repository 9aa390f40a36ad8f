"""Speech servers as programs of their own: Parlor's, and those that a user would otherwise install.

The latter are installed from the package index into an environment in the cache folder, once.
"""

from pathlib import Path
import subprocess
import sys

from demo.installation import VOICE, WHISPER
from demo.speech import parlor_speech

from .places import CACHE, ENVIRONMENT

# PyAV 19 no longer takes an argument with which faster-whisper 1.2 opens files.
_PACKAGES = ("wyoming-faster-whisper", "wyoming-piper", "av<19", "onnx", "espeakng-loader", "scipy")
"""The servers, and what makes the models and the clips that they are measured with."""
_INSTALL_SECONDS = 600


def prepare() -> bool:
    """Install the others unless they are there; returns whether they are."""
    complete = ENVIRONMENT / ".complete"
    if complete.exists() and complete.read_text("utf-8") == " ".join(_PACKAGES):
        return True
    uv = [sys.executable, "-m", "uv"]
    python = str(program("python"))
    CACHE.mkdir(parents=True, exist_ok=True)
    commands = [
        [*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(ENVIRONMENT)],
        [*uv, "pip", "install", "--quiet", "--python", python, *_PACKAGES],
    ]
    for command in commands:
        if subprocess.run(command, check=False, timeout=_INSTALL_SECONDS).returncode != 0:  # noqa: S603 - own commands
            return False
    complete.write_text(" ".join(_PACKAGES), "utf-8")
    return True


def program(name: str) -> Path:
    """Return a program of the others' environment."""
    return ENVIRONMENT / "bin" / name


def parlor_ears_and_voice(*arguments: str) -> list[str]:
    """Return the command of Parlor's server with the demo's models; sentences said before are made anew."""
    return parlor_speech("--whisper", WHISPER, "--voice", VOICE, "--cache-mb", "0", *arguments)


def wyoming_ears(model: Path = WHISPER) -> list[str]:
    """Return the command of wyoming-faster-whisper with a model, the demo's where none is given."""
    command = [program("wyoming-faster-whisper"), "--model", model, "--language", "en", "--data-dir", CACHE]
    return [*map(str, command), "--local-files-only"]


def wyoming_voice() -> list[str]:
    """Return the command of wyoming-piper with the demo's voice."""
    return [
        str(program("wyoming-piper")),
        "--voice",
        VOICE.stem,
        "--data-dir",
        str(VOICE.parent),
        "--download-dir",
        str(CACHE),
    ]
