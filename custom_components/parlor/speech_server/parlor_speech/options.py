"""The command line."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
import os
from pathlib import Path

from . import __version__
from .languages import language_code

DEFAULT_HUB = "https://huggingface.co"


@dataclass(frozen=True, slots=True)
class Options:
    """What the server is told. `hub` is where models are downloaded from, `data` where they are kept."""

    uri: str
    whisper: str
    voices: tuple[str, ...]
    data: Path
    hub: str
    languages: tuple[str, ...]
    device: str
    compute: str
    threads: int
    beam: int
    window: str
    length_scale: float | None
    noise_scale: float | None
    noise_w: float | None
    volume: float
    speaker: str | None
    max_voices: int
    cache_mb: float
    unload_minutes: float
    max_seconds: float
    max_clients: int
    parent: int | None
    zeroconf: str | None
    healthcheck: bool
    log_level: str


def parse(arguments: Sequence[str] | None = None) -> Options:
    """Read the command line. Exits with code 2 and a message where it is wrong."""
    parser = argparse.ArgumentParser(prog="parlor-speech", description="Ears and voice of Parlor, as a Wyoming server.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--uri", required=True, help="tcp://0.0.0.0:10300 or unix:///run/parlor.sock")
    parser.add_argument(
        "--whisper",
        default="",
        help="model to hear with: auto (what suits this computer), a name such as base.en, owner/repository, a folder",
    )
    parser.add_argument(
        "--voice",
        dest="voices",
        action="append",
        default=[],
        help="voice to speak with: a name such as en_US-lessac-medium, a folder or .onnx file; several, by commas or by"
        " giving this again, are chosen from by name or language, the first being the default",
    )
    parser.add_argument("--data", type=Path, default=_default_data(), help="folder of downloaded models (%(default)s)")
    parser.add_argument(
        "--hub", default=os.environ.get("HF_ENDPOINT") or DEFAULT_HUB, help="where models come from (%(default)s)"
    )
    parser.add_argument(
        "--language",
        dest="languages",
        action="append",
        default=[],
        help="language that is spoken here; several, by commas or by giving this again, are told apart (any)",
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--compute", default="auto", help="CTranslate2 compute type (%(default)s: the fastest)")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads to hear with (0: as CTranslate2 likes)")
    parser.add_argument("--beam", type=int, default=1, help="beam size (%(default)s)")
    parser.add_argument(
        "--window",
        choices=("auto", "short", "full"),
        default="auto",
        help="encode what was said or always 30 seconds; auto is short except on a GPU",
    )
    _add_voice_options(parser)
    parser.add_argument(
        "--unload-minutes",
        type=_not_negative,
        default=0.0,
        help="put a model out of memory after so many minutes without use; it is loaded again while somebody speaks"
        " (0: never)",
    )
    parser.add_argument("--max-seconds", type=float, default=60.0, help="longest utterance (%(default)g)")
    parser.add_argument("--max-clients", type=int, default=32, help="connections at once (%(default)s)")
    parser.add_argument("--parent", type=int, metavar="PID", help="end when this process ends")
    parser.add_argument(
        "--zeroconf", nargs="?", const="", metavar="NAME", help="let Home Assistant find this server, under this name"
    )
    parser.add_argument("--healthcheck", action="store_true", help="ask the server at --uri how it is, and exit")
    parser.add_argument("--log-level", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
    found = vars(parser.parse_args(arguments))
    languages = tuple(dict.fromkeys(map(language_code, _parted(found["languages"]))))
    return Options(**found | {"voices": _listed(found["voices"]), "languages": languages})


def _add_voice_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--length-scale", type=_above_zero, help="pace of voices: above 1 is slower, below is faster")
    parser.add_argument("--noise-scale", type=_not_negative, help="how much the sound of voices varies (usually 0.667)")
    parser.add_argument("--noise-w", type=_not_negative, help="how much the rhythm of voices varies (usually 0.8)")
    parser.add_argument("--volume", type=_not_negative, default=1.0, help="loudness of voices (%(default)g)")
    parser.add_argument("--speaker", help="speaker of voices that have several, by name or number")
    parser.add_argument("--max-voices", type=int, default=2, help="voices in memory at once (%(default)s)")
    parser.add_argument(
        "--cache-mb", type=_not_negative, default=16.0, help="memory for short sentences said before (%(default)g)"
    )


def _listed(values: Sequence[str]) -> tuple[str, ...]:
    """Return each name once; a path may have commas in it."""
    names = [name for value in values for name in ([value] if Path(value).exists() else _parted([value]))]
    return tuple(dict.fromkeys(name for name in names if name))


def _parted(values: Sequence[str]) -> list[str]:
    parts = [part.strip() for value in values for part in value.split(",")]
    return [part for part in parts if part]


def _not_negative(text: str) -> float:
    number = float(text)
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is below zero or no number")
    return number


def _above_zero(text: str) -> float:
    number = _not_negative(text)
    if not number:
        raise argparse.ArgumentTypeError("0 would be no speech at all")
    return number


def _default_data() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "parlor-speech"
