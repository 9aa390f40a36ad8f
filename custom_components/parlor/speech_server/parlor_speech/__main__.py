"""Run the speech server: `python -m parlor_speech --uri ... --whisper ... --voice ...`."""

import asyncio
import logging
import os
import sys
from typing import TYPE_CHECKING

from .models import find_voice, find_whisper
from .options import Options, parse
from .part import Part, Report
from .server import Server
from .session import Parts
from .status import State, StatusBoard
from .wire import Limits

if TYPE_CHECKING:
    from .piper_voice import Voice
    from .whisper import Whisper

_LOGGER = logging.getLogger("parlor_speech")


def main() -> None:
    """Run until told to stop."""
    options = parse()
    logging.basicConfig(
        level=options.log_level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # No library downloads anything by itself: what is needed is fetched by name, once, by this program.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    sys.exit(asyncio.run(_run(options)))


async def _run(options: Options) -> int:
    board = StatusBoard()
    ears: "Part[Whisper]" = Part("ears", options.whisper, _ears(options), board)
    voice: "Part[Voice]" = Part("voice", options.voice, _voice(options), board)
    try:
        server = Server(options.uri, Parts(ears, voice, board, Limits(), options.max_seconds), options.max_clients)
        await server.listen()
    except (OSError, ValueError) as err:
        # An address that is taken, forbidden or none.
        _LOGGER.error("Cannot listen: %s", err)
        return 1
    starting = [asyncio.create_task(part.start()) for part in (ears, voice)]
    await server.run(options.parent)
    for task in starting:
        task.cancel()
    for part in (ears, voice):
        part.stop()
    if ears.busy or voice.busy:
        # A thread within a model or a download cannot be interrupted, and the interpreter would wait for it.
        await asyncio.sleep(0.5)
    if ears.busy or voice.busy:
        logging.shutdown()
        os._exit(0)
    return 0


def _ears(options: Options):
    if options.whisper is None:
        return None
    name = options.whisper

    def prepare(report: Report) -> "Whisper":
        # Importing the engines takes a second, in which the server answers already.
        from .whisper import Settings, Whisper, Window  # noqa: PLC0415

        folder = find_whisper(name)
        report(State.LOADING, None)
        settings = Settings(
            options.device, options.compute, options.threads, options.beam, Window(options.window), options.language
        )
        return Whisper(folder, settings)

    return prepare


def _voice(options: Options):
    if options.voice is None:
        return None
    name = options.voice

    def prepare(report: Report) -> "Voice":
        from .piper_voice import Voice, VoiceSettings  # noqa: PLC0415

        model = find_voice(name)
        report(State.LOADING, None)
        return Voice(model, VoiceSettings(options.device, options.length_scale))

    return prepare


if __name__ == "__main__":
    main()
