"""Faults: how long until the speaker hears something when the model server is dead, hung, slow or lacks the model."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import tempfile

from homeassistant.runner import create_event_loop

from demo.ollama import OllamaStandIn, faults
from demo.turn import Turn, async_run_turn

from .results import Options, Results, Table
from .speech_servers import prepare
from .spoken_turns import async_put_back
from .stacks import OURS, THEIRS, House, Stack, two_stacks
from .tasks import DEMO_TASKS

_COMMAND, _WISH = DEMO_TASKS[0].words, DEMO_TASKS[3].words
_ROOM = "Office"
_LIMIT_SECONDS = {True: 10.0, False: 45.0}
_WELL_SECONDS = 90
_QUICK_FAULTS = ("dead", "without the model")
_SLOW_READ, _SLOW_WRITE = 10, 1
_ABOUT = (
    "Said as text to both pipelines of the demo house: a wish that needs the model (“it is too dark in here”) and a"
    " plain command. Seconds until the first sound of an answer; *nothing* is an error, or no sound in {limit:.0f} s."
    " *Hung* takes connections and never answers; *slow* reads {read} tokens a second and writes {write}."
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the speaker heard, and after how many seconds (None: nothing); whether something was done."""

    seconds: float | None
    words: str
    acted: bool


def run(options: Options) -> Results:
    """Break the model servers of both stacks in every way, one after the other."""
    if not prepare():
        raise RuntimeError("wyoming-faster-whisper and wyoming-piper cannot be installed here")
    limit = _LIMIT_SECONDS[options.quick]
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=create_event_loop) as runner:
        names = _QUICK_FAULTS if options.quick else tuple(_FAULTS)
        rows = runner.run(_async_all(names, Path(folder), limit))
    head = ("Server", "Said", THEIRS, OURS)
    return Results(
        "Faults",
        _ABOUT.format(limit=limit, read=_SLOW_READ, write=_SLOW_WRITE),
        tables=(Table("Until something is heard", head, tuple(rows)),),
    )


async def _async_all(names: Sequence[str], folder: Path, limit: float) -> list[tuple[str, ...]]:
    rows = []
    async with two_stacks(DEMO_TASKS, None, None) as house:
        for name in names:
            for words in (_WISH, _COMMAND):
                cells = []
                for stack in house.stacks.values():
                    await _async_well(house, stack, folder)
                    if stack.model is not None:
                        async with _FAULTS[name](stack.model):
                            cells.append(_cell(await _async_hear(house, stack, words, folder, limit)))
                rows.append((name, f"“{words}”", *cells))
    return rows


def _cell(heard: Heard) -> str:
    done = "; done" if heard.acted else ""
    return f"nothing{done}" if heard.seconds is None else f"**{heard.seconds:.1f} s**: “{heard.words}”{done}"


async def _async_hear(house: House, stack: Stack, words: str, folder: Path, limit: float) -> Heard:
    await async_put_back(house.hass)
    try:
        async with asyncio.timeout(limit):
            turn = await _async_turn(house, stack, words, folder)
    except TimeoutError:
        # The agent waits for ever; so would the speaker.
        return Heard(None, "", acted=False)
    heard = None if turn.ms_to_audio is None else turn.ms_to_audio / 1000
    return Heard(heard, turn.reply, acted=turn.ms_to_action is not None)


async def _async_turn(house: House, stack: Stack, words: str, folder: Path) -> Turn:
    answer = folder / "answer.wav"
    device_id = house.devices[_ROOM]
    return await async_run_turn(house.hass, words, answer, pipeline_id=stack.pipeline_id, device_id=device_id)


async def _async_well(house: House, stack: Stack, folder: Path) -> None:
    """Wait until the agent does what is said with its model again."""
    async with asyncio.timeout(_WELL_SECONDS):
        while True:
            await async_put_back(house.hass)
            if (await _async_turn(house, stack, _WISH, folder)).ms_to_action is not None:
                return
            await asyncio.sleep(1)


@asynccontextmanager
async def _dead(server: OllamaStandIn) -> AsyncGenerator[None]:
    await server.stop()
    yield
    await server.start()


@asynccontextmanager
async def _hung(server: OllamaStandIn) -> AsyncGenerator[None]:
    server.fail(faults.hang())
    yield
    server.recover()


@asynccontextmanager
async def _slow(server: OllamaStandIn) -> AsyncGenerator[None]:
    server.speed.prefill, server.speed.decode = _SLOW_READ, _SLOW_WRITE
    yield
    server.speed.prefill = server.speed.decode = 0


@asynccontextmanager
async def _missing(server: OllamaStandIn) -> AsyncGenerator[None]:
    models, server.library.models = server.library.models, []
    yield
    server.library.models = models


_FAULTS: Mapping[str, Callable[[OllamaStandIn], AbstractAsyncContextManager[None]]] = {
    "dead": _dead,
    "hung": _hung,
    "slow": _slow,
    "without the model": _missing,
}
