"""The command line."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
import os
from pathlib import Path

from . import __version__

DEFAULT_HUB = "https://huggingface.co"


@dataclass(frozen=True, slots=True)
class Options:
    """What the server is told. `hub` is where models are downloaded from, `data` where they are kept."""

    uri: str
    whisper: str
    voice: str
    data: Path
    hub: str
    language: str | None
    device: str
    compute: str
    threads: int
    beam: int
    window: str
    length_scale: float | None
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
        "--whisper", default="", help="model to hear with: a name such as base.en, owner/repository, or a folder"
    )
    parser.add_argument(
        "--voice", default="", help="voice to speak with: a name such as en_US-lessac-medium, a folder or .onnx file"
    )
    parser.add_argument("--data", type=Path, default=_default_data(), help="folder of downloaded models (%(default)s)")
    parser.add_argument(
        "--hub", default=os.environ.get("HF_ENDPOINT") or DEFAULT_HUB, help="where models come from (%(default)s)"
    )
    parser.add_argument("--language", help="language heard where a client names none; else it is recognised")
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
    parser.add_argument("--length-scale", type=float, help="pace of the voice: above 1 is slower, below is faster")
    parser.add_argument("--max-seconds", type=float, default=60.0, help="longest utterance (%(default)g)")
    parser.add_argument("--max-clients", type=int, default=32, help="connections at once (%(default)s)")
    parser.add_argument("--parent", type=int, metavar="PID", help="end when this process ends")
    parser.add_argument(
        "--zeroconf", nargs="?", const="", metavar="NAME", help="let Home Assistant find this server, under this name"
    )
    parser.add_argument("--healthcheck", action="store_true", help="ask the server at --uri how it is, and exit")
    parser.add_argument("--log-level", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
    return Options(**vars(parser.parse_args(arguments)))


def _default_data() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "parlor-speech"
