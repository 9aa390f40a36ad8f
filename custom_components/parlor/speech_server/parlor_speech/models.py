"""Where models and voices are: with the user, or downloaded by name, once, and never asked for on the network again."""

from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
import re

from .errors import Code, SpeechError
from .family import family, find
from .hub import Hub, RemoteFile

Progress = Callable[[float], None]
"""Gets how much is there, 0 to 1."""

_WHISPER_FILES = ("model.bin", "config.json", "preprocessor_config.json", "tokenizer.json", "vocabulary.*")
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")

_VOICES = "rhasspy/piper-voices"
_VOICE_NAME = re.compile(r"(?P<family>[a-z]+)_(?P<region>[A-Za-z]+)-(?P<voice>[^-/.]+)-(?P<quality>[^-/.]+)")


def is_path(name: str) -> bool:
    """Whether a model is meant by its place rather than by its name."""
    return name.startswith(("/", ".", "~")) or name.endswith(".onnx") or Path(name).exists()


def short_name(name: str) -> str:
    """Return what to call a model in a list: its name, or that of its file or folder."""
    return Path(name).name.removesuffix(".onnx") if is_path(name) else name


def find_whisper(name: str, data: Path, hub: Hub, progress: Progress) -> Path:
    """Return the folder of a Whisper model given as a folder, a family name or owner/repository.

    Downloads into `data` what is not there yet. Raises SpeechError.
    """
    if is_path(name):
        return Path(name).expanduser()
    known_as = find(name)
    repository = known_as.repository if known_as else name
    if not _REPOSITORY.fullmatch(repository):
        known = ", ".join(model.name for model in family())
        raise SpeechError(Code.MODEL_MISSING, f"There is no Whisper model named {name}; there are {known}")
    folder = data / "whisper" / repository.replace("/", "--")
    if folder.is_dir():
        return folder
    progress(0.0)
    # A folder under its own name is whole; what is still coming in has another.
    arriving = folder.with_name(f"{folder.name}.partial")
    files = [file for file in hub.files(repository) if any(fnmatch(file.path, pattern) for pattern in _WHISPER_FILES)]
    if not any(file.name == "model.bin" for file in files):
        raise SpeechError(Code.MODEL_MISSING, f"{repository} holds no model for faster-whisper")
    _bring(hub, repository, files, arriving, progress)
    arriving.rename(folder)
    return folder


def find_voices(names: Sequence[str], data: Path, hub: Hub, progress: Progress) -> dict[str, Path | SpeechError]:
    """Return the .onnx file of each voice by its short name, or why it cannot be had.

    `progress` is that of all of them.
    """
    found: dict[str, Path | SpeechError] = {}
    for number, name in enumerate(names):
        try:
            found[short_name(name)] = find_voice(name, data, hub, partial(_share, progress, number, len(names)))
        except SpeechError as err:
            # One voice that cannot be had must not silence the others.
            found[short_name(name)] = err
    return found


def find_voice(name: str, data: Path, hub: Hub, progress: Progress) -> Path:
    """Return the .onnx file of a voice given as that file, as the folder that holds it, or by its name.

    Downloads into `data` what is not there yet. Raises SpeechError.
    """
    if is_path(name):
        return _voice_at(Path(name).expanduser())
    match = _VOICE_NAME.fullmatch(name)
    if match is None:
        raise SpeechError(Code.VOICE_MISSING, f"There is no voice named {name}; names are like en_US-lessac-medium")
    folder = data / "voices" / name
    voice = folder / f"{name}.onnx"
    if folder.is_dir():
        return voice
    progress(0.0)
    place = "{family}/{family}_{region}/{voice}/{quality}".format(**match.groupdict())
    wanted = (voice.name, f"{voice.name}.json")
    try:
        files = [file for file in hub.files(_VOICES, place) if file.name in wanted]
    except SpeechError as err:
        if err.code is Code.MODEL_MISSING:
            raise SpeechError(Code.VOICE_MISSING, f"{hub.url} has no voice named {name}") from err
        raise
    if len(files) != len(wanted):
        raise SpeechError(Code.VOICE_MISSING, f"{hub.url} has no voice named {name}")
    arriving = folder.with_name(f"{name}.partial")
    _bring(hub, _VOICES, files, arriving, progress)
    arriving.rename(folder)
    return voice


def _share(progress: Progress, number: int, count: int, done: float) -> None:
    progress((number + done) / count)


def _voice_at(path: Path) -> Path:
    if not path.is_dir():
        return path
    voices = sorted(path.glob("*.onnx"))
    if len(voices) != 1:
        raise SpeechError(Code.VOICE_MISSING, f"{path} holds {len(voices)} voices; name the .onnx file to speak with")
    return voices[0]


def _bring(hub: Hub, repository: str, files: list[RemoteFile], folder: Path, progress: Progress) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        # A folder that may not be written, or a file in its place.
        raise SpeechError(Code.DOWNLOAD_FAILED, f"{folder} cannot be made: {err.strerror}") from err
    total = sum(file.size for file in files) or 1
    done = 0

    def arrived(have: int) -> None:
        progress((done + have) / total)

    arrived(0)
    for file in files:
        target = folder / file.name
        if not target.exists():
            hub.fetch(repository, file, target, arrived)
        done += file.size
        arrived(0)
