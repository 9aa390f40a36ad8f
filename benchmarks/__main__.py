"""Measure everything side by side and write docs/benchmarks.md: python -m benchmarks, or scripts/bench."""

import argparse
import asyncio
from collections.abc import Mapping
from contextlib import suppress
import json
import logging
from pathlib import Path
import signal
import sys
import tempfile
from time import monotonic
import traceback

from .figures import Figures
from .machine import machine, versions
from .parts import NOT_QUICK, PARTS, run_part
from .places import CACHE, ENVIRONMENT, PROJECT, file_name
from .report import write
from .results import Options, Results

_PART_SECONDS = {True: 240, False: 3600}
_END_SECONDS = 20
_TOLD_OF_FAILURE = 2000
_WITH_A_REAL_MODEL = "voice_turn"


def main() -> int:
    """Measure the parts, each in a process of its own; returns 1 if one failed or a ratio is not as it has to be."""
    arguments = _arguments()
    options = Options(arguments.quick, arguments.full, arguments.ollama, arguments.model)
    if arguments.inside:
        return _measure_here(arguments.inside, options, arguments.json)
    model_server = None
    if options.url is not None:
        from .real_server import announced  # noqa: PLC0415 - it takes seconds to import, and is seldom needed

        if (model_server := announced(options)) is None or arguments.look:
            return 0 if model_server else 1
    try:
        found, failed = asyncio.run(_async_all(arguments.part or _names(options), options))
    except KeyboardInterrupt:
        # Whoever runs it has had enough; the parts have ended what they started.
        return 130
    short = {name: reason.strip().splitlines()[-1] for name, reason in failed.items()}
    facts = f"{machine()}; {versions(ENVIRONMENT)}"
    size = f"{'quick' if options.quick else 'usual'} {options.model or ''}".strip()
    out = arguments.out or _out(options)
    print(f"→ {write(out, Figures(facts, size, found, short), options, tuple(PARTS), model_server)}")
    return _told_of_failures(found, failed)


def _told_of_failures(found: Mapping[str, Results], failed: Mapping[str, str]) -> int:
    """Print what failed and which ratios are wrong; returns the exit code."""
    wrong = [
        f"{ratio}: {value:.2f}" for results in found.values() for ratio, value in results.ratios.items() if value <= 1
    ]
    for name, reason in failed.items():
        print(f"✗ {name}: {reason}")
    for line in wrong:
        print(f"✗ this ratio has to be above 1: {line}")
    return 1 if failed or wrong else 0


def _names(options: Options) -> list[str]:
    if options.url is not None:
        return [_WITH_A_REAL_MODEL]
    return [name for name in PARTS if not (options.quick and name in NOT_QUICK)]


def _out(options: Options) -> Path:
    """Return the folder for the report: the project's own is for the usual run."""
    if options.model is not None:
        return PROJECT / "benchmarks" / "out" / file_name(options.model)
    return CACHE if options.quick else PROJECT / "docs"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="a run of less than three minutes, for its sanity")
    size.add_argument("--full", action="store_true", help="wait in real time for slow models, which takes hours")
    parser.add_argument("--ollama", metavar="URL", help="speak to a real Ollama server instead of the stand-in")
    parser.add_argument("--model", metavar="NAME", help="the model on that server")
    parser.add_argument("--look", action="store_true", help="only try that model, and say how long measuring takes")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part; may be given several times")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="for the report; docs, .cache/benchmarks if quick, benchmarks/out/MODEL with --ollama",
    )
    parser.add_argument("--inside", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if bool(arguments.ollama) != bool(arguments.model):
        parser.error("--ollama and --model go together")
    if arguments.look and not arguments.ollama:
        parser.error("--look looks at the server of --ollama")
    if arguments.ollama and arguments.part not in (None, [_WITH_A_REAL_MODEL]):
        parser.error(f"with --ollama only {_WITH_A_REAL_MODEL} is measured: the other parts do not depend on the model")
    return arguments


def _measure_here(name: str, options: Options, file: Path) -> int:
    """Measure one part in this process."""
    # Whoever ends it wants its speech servers to end as well, as Ctrl+C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logging.disable(logging.CRITICAL)
    try:
        results = run_part(name, options)
    except Exception:  # noqa: BLE001 - a part may fail in any way
        # Whatever it was is told by the process that waits; Home Assistant would only log it.
        traceback.print_exc()
        return 1
    file.write_text(json.dumps(results.as_json()), "utf-8")
    return 0


async def _async_all(names: list[str], options: Options) -> tuple[dict[str, Results], dict[str, str]]:
    """Return what was found by part, and why the others failed."""
    found: dict[str, Results] = {}
    failed: dict[str, str] = {}
    for name in names:
        began = monotonic()
        result = await _async_part(name, options)
        if isinstance(result, Results):
            found[name] = result
        else:
            failed[name] = result
        print(f"{'✓' if name in found else '✗'} {name}  {monotonic() - began:.0f} s", flush=True)
    return found, failed


async def _async_part(name: str, options: Options) -> Results | str:
    """Measure a part in a process of its own, so that none bears the memory or the troubles of another."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "results.json")
        flags = ["--quick"] * options.quick + ["--full"] * options.full
        if options.url and options.model:
            flags += ["--ollama", options.url, "--model", options.model]
        command = [sys.executable, "-m", "benchmarks", "--inside", name, "--json", str(file), *flags]
        process = await asyncio.create_subprocess_exec(*command, cwd=PROJECT, stderr=asyncio.subprocess.PIPE)
        try:
            async with asyncio.timeout(_limit(options)):
                _, errors = await process.communicate()
        except TimeoutError:
            # The part hangs, or the machine is too slow for it.
            return f"not done after {_limit(options)} seconds"
        finally:
            await _async_end(process)
        if process.returncode != 0:
            return errors.decode()[-_TOLD_OF_FAILURE:] or f"ended with {process.returncode}"
        return Results.from_json(json.loads(await asyncio.to_thread(file.read_text, "utf-8")))


def _limit(options: Options) -> float | None:
    """Return how many seconds a part may take; None where slow models are waited for."""
    return None if options.full or options.url else _PART_SECONDS[options.quick]


async def _async_end(process: asyncio.subprocess.Process) -> None:
    """End a part that still runs, and give it time to end what it has started."""
    for end in (process.terminate, process.kill):
        if process.returncode is None:
            # It may end by itself in the same moment.
            with suppress(ProcessLookupError):
                end()
            with suppress(TimeoutError):
                async with asyncio.timeout(_END_SECONDS):
                    await process.wait()


if __name__ == "__main__":
    sys.exit(main())
