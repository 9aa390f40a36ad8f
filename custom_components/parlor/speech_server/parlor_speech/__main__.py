"""Run the speech server: `python -m parlor_speech --uri ... --whisper ... --voice ...`."""

import asyncio
from collections.abc import Callable
import contextlib
import logging
import os
import sys
from typing import TYPE_CHECKING

from .announce import Announcement
from .choice import AUTO, choose
from .errors import Code, SpeechError
from .healthcheck import check
from .hub import Hub
from .machine import CPU, look, usable_device
from .models import find_voices, find_whisper, short_name
from .options import Options, parse
from .part import Part, Report, Resting
from .server import Server
from .session import Parts
from .sound import SoundCache
from .status import State, StatusBoard
from .wire import Limits

if TYPE_CHECKING:
    from .voices import Voices
    from .whisper import Whisper

_LOGGER = logging.getLogger("parlor_speech")

_LAST_JOB_SECONDS = 0.5


def main() -> None:
    """Run until told to stop; the exit code is 1 where the address cannot be had."""
    options = parse()
    if options.healthcheck:
        sys.exit(asyncio.run(check(options.uri)))
    logging.basicConfig(
        level=options.log_level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # No library downloads anything by itself: what is needed is fetched by name, once, by this program.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    sys.exit(asyncio.run(_run(options)))


async def _run(options: Options) -> int:
    board = StatusBoard()
    hub = Hub(options.hub, board.contacts)
    ears_rest, voice_rest = _resting(options)
    ears = Part("ears", short_name(options.whisper), _ears(options, hub), board, ears_rest)
    voice = Part("voice", ", ".join(map(short_name, options.voices)), _voice(options, hub), board, voice_rest)
    sounds = SoundCache(int(options.cache_mb * 1024 * 1024))
    parts = Parts(ears, voice, board, Limits(), options.max_seconds, sounds)
    try:
        server = Server(options.uri, parts, options.max_clients)
        await server.listen()
    except (OSError, ValueError) as err:
        # An address that is taken, forbidden or none at all.
        _LOGGER.critical("Cannot listen: %s", err)
        return 1
    starting = [asyncio.create_task(ears.start()), asyncio.create_task(voice.start())]
    async with contextlib.AsyncExitStack() as stack:
        await _announce(stack, server, options.zeroconf)
        await server.run(options.parent)
    for task in starting:
        task.cancel()
    ears.stop()
    voice.stop()
    if ears.busy or voice.busy:
        await asyncio.sleep(_LAST_JOB_SECONDS)
    if ears.busy or voice.busy:
        # A thread within a model or a download cannot be interrupted, and the interpreter would wait for it.
        logging.shutdown()
        os._exit(0)
    return 0


def _resting(options: Options) -> "tuple[Resting[Whisper] | None, Resting[Voices] | None]":
    after = options.unload_minutes * 60
    if not after:
        return None, None
    return (
        Resting(after, lambda whisper, seconds: whisper.rest(seconds)),
        Resting(after, lambda voices, seconds: voices.rest(seconds)),
    )


async def _announce(stack: contextlib.AsyncExitStack, server: Server, name: str | None) -> None:
    if name is None or server.tcp is None:
        return
    try:
        await stack.enter_async_context(Announcement(name, *server.tcp))
    except SpeechError as err:
        # A server that nobody finds can still be given by its address.
        _LOGGER.warning("%s", err.message)


def _ears(options: Options, hub: Hub) -> "Callable[[Report], Whisper] | None":
    if not options.whisper:
        return None

    def prepare(report: Report) -> "Whisper":
        device = usable_device(options.device)
        try:
            return _whisper(options, device, hub, report)
        except SpeechError as err:
            # A GPU that another program has filled, or a driver without its device.
            if device in (options.device, CPU) or err.code not in (Code.MODEL_CORRUPT, Code.INTERNAL):
                raise
            _LOGGER.warning("The GPU cannot be used, so the CPU hears: %s", err.message)
            return _whisper(options, CPU, hub, report)

    return prepare


def _whisper(options: Options, device: str, hub: Hub, report: Report) -> "Whisper":
    """Find, or choose and fetch, a model and load it. Raises SpeechError."""
    # Importing an engine takes a second, in which the server answers already.
    from .whisper import Settings, Whisper, Window  # noqa: PLC0415

    name = options.whisper
    if name == AUTO:
        choice = choose(look(device), options.languages)
        report.chosen(choice.name, choice.why)
        name = choice.name
    folder = find_whisper(name, options.data, hub, lambda done: report(State.DOWNLOADING, done))
    report(State.LOADING, None)
    return Whisper(
        folder,
        Settings(
            device=device,
            compute=options.compute,
            threads=options.threads,
            beam=options.beam,
            window=Window(options.window),
            languages=options.languages,
        ),
    )


def _voice(options: Options, hub: Hub) -> "Callable[[Report], Voices] | None":
    names = options.voices
    if not names:
        return None

    def prepare(report: Report) -> "Voices":
        # As above.
        from .piper_voice import Voice, VoiceSettings  # noqa: PLC0415
        from .voices import Voices  # noqa: PLC0415

        found = find_voices(names, options.data, hub, lambda done: report(State.DOWNLOADING, done))
        report(State.LOADING, None)
        settings = VoiceSettings(
            device=options.device,
            length_scale=options.length_scale,
            noise_scale=options.noise_scale,
            noise_w=options.noise_w,
            volume=options.volume,
            speaker=options.speaker,
        )
        return Voices(found, lambda model: Voice(model, settings), options.max_voices)

    return prepare


if __name__ == "__main__":
    main()
