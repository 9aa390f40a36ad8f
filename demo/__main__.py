"""Start the demo house, set Parlor up in it, speak to it and show what came of it."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
import logging
from pathlib import Path
import signal
import sys

from homeassistant.core import HomeAssistant
from homeassistant.runner import create_event_loop

from .briefing import Briefing, async_brief, print_briefing
from .house import running_house
from .house.start import PASSWORD, PROJECT, USERNAME
from .installation import InstallationError, async_install_parlor
from .log_watch import LogWatch
from .ollama import OllamaStandIn
from .report import StepReport, print_table, write_json
from .speech import running_speech_server
from .spoken import Recording
from .steps import Step, demo_steps, shortcomings
from .turn import Turn, async_run_turn

_SERVE_PORT = 8123


def main() -> int:
    """Run the demo; return 0 only if every step did what it should."""
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    log = LogWatch(options.out / "home-assistant.log")
    logging.getLogger().addHandler(log)
    try:
        with asyncio.Runner(loop_factory=create_event_loop) as runner:
            reports, briefing = runner.run(_async_main(options))
    except (InstallationError, RuntimeError) as error:
        # Home Assistant did not start or the flow refused an answer: both say why.
        _say(f"✗ {error}")
        return 1
    except KeyboardInterrupt:
        return 130
    # The house is gone: what the demo writes now blocks nobody, though Home Assistant's log says so.
    complaints = tuple(log.complaints)
    logging.getLogger().removeHandler(log)
    return _finish(options, complaints, reports, briefing)


async def _async_main(options: argparse.Namespace) -> tuple[list[StepReport], Briefing | None]:
    # Home Assistant sends what nobody caught to its log alone.
    excepthook = sys.excepthook
    async with _model_server(options) as (url, stand_in), _speech_server(options) as speech:
        _say("• starting Home Assistant with the demo house ...")
        async with running_house(_SERVE_PORT if options.serve else None) as house:
            sys.excepthook = excepthook
            _say("• setting up Parlor through its config flow ...")
            await async_install_parlor(house.hass, url, options.model, local_route=not options.no_local, speech=speech)
            briefing = None
            if options.briefing:
                _say("• summing the house up ...")
                briefing = await async_brief(house.hass, stand_in, options.out)
            wants_steps = bool(_given(options)) or not (options.serve or options.briefing)
            reports = await _async_run_steps(house.hass, options) if wants_steps else []
            if options.serve:
                _say(
                    f"The house is at {house.url} - log in as {USERNAME} with the password {PASSWORD}. Ctrl+C ends it."
                )
                await _async_interrupted()
    return reports, briefing


@asynccontextmanager
async def _model_server(options: argparse.Namespace) -> AsyncIterator[tuple[str, OllamaStandIn | None]]:
    if options.ollama:
        _say(f"• using the Ollama server at {options.ollama}")
        yield options.ollama, None
        return
    async with OllamaStandIn() as server:
        _say("• no Ollama server given: a stand-in answers by plain rules; it is no language model")
        yield server.url, server


@asynccontextmanager
async def _speech_server(options: argparse.Namespace) -> AsyncIterator[str | None]:
    if options.speech_server != "":
        yield options.speech_server
        return
    async with running_speech_server() as uri:
        _say(f"• parlor-speech runs in a process of its own at {uri}")
        yield uri


async def _async_run_steps(hass: HomeAssistant, options: argparse.Namespace) -> list[StepReport]:
    steps = _given(options) or await asyncio.to_thread(demo_steps)
    reports = []
    for number, step in enumerate(steps, 1):
        reports.append(
            await _async_run_step(hass, step, f"[{number}/{len(steps)}]", options.out / f"answer-{number}.wav")
        )
    return reports


async def _async_run_step(hass: HomeAssistant, step: Step, number: str, audio: Path) -> StepReport:
    try:
        said = await step.async_said()
    except (OSError, ValueError) as error:
        # A file that is not there, or that holds no audio.
        return StepReport(Turn(problem=str(error)), [str(error)])
    what = f"playing {said.path.name} ({said.seconds:.1f} s)" if isinstance(said, Recording) else f'saying "{said}"'
    _say(f"• {number} {what} ...")
    turn = await async_run_turn(hass, said, audio)
    report = StepReport(turn, shortcomings(turn, step.expected))
    mark = "✓" if report.ok else "✗"
    _say(f"  {mark} {turn.heard or '(nothing heard)'} → {turn.reply or turn.problem or '(no reply)'}")
    return report


def _finish(
    options: argparse.Namespace, complaints: Sequence[str], reports: list[StepReport], briefing: Briefing | None
) -> int:
    if reports:
        print()
        print_table(reports)
        print(f"answers and Home Assistant's log: {_short(options.out)}")
    if briefing is not None:
        print_briefing(briefing)
    if options.json:
        write_json(reports, options.json, *([briefing.as_json()] if briefing else []))
    for complaint in complaints:
        _say(f"✗ in the log: {complaint}")
    good = sum(report.ok for report in reports)
    if reports:
        _say(f"{good} of {len(reports)} did what they should")
    wrong = briefing.wrong if briefing else []
    for one in wrong:
        _say(f"✗ {one}")
    return 0 if good == len(reports) and not (complaints or wrong) else 1


async def _async_interrupted() -> None:
    interrupted = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupted.set)
    await interrupted.wait()


def _given(options: argparse.Namespace) -> list[Step]:
    return [*(Step(Path(file)) for file in options.wav), *(Step(text) for text in options.text)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--wav", nargs="+", default=[], metavar="FILE", help="recordings of your own, played instead")
    parser.add_argument(
        "--text", nargs="+", default=[], metavar="WORDS", help="written commands instead of spoken ones"
    )
    parser.add_argument("--ollama", metavar="URL", help="a real Ollama server instead of the stand-in")
    parser.add_argument("--model", metavar="NAME", help="the model on that server")
    parser.add_argument("--briefing", action="store_true", help="a morning briefing instead of the commands")
    parser.add_argument("--no-local", action="store_true", help="leave plain sentences to the model, too")
    parser.add_argument(
        "--speech-server",
        nargs="?",
        const="",
        metavar="URI",
        help="ears and voice at this address; without one, in a process of their own over TCP",
    )
    parser.add_argument("--serve", action="store_true", help=f"keep the house running on 127.0.0.1:{_SERVE_PORT}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the steps as a list of objects")
    parser.add_argument(
        "--out", type=Path, default=PROJECT / "demo" / "out", metavar="FOLDER", help="for answers and log"
    )
    return parser.parse_args()


def _short(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
