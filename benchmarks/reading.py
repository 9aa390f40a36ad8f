"""What the model has to read and write for a turn, with either agent, as the home grows."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from homeassistant.core import HomeAssistant
from homeassistant.helpers import chat_session
from homeassistant.runner import create_event_loop

from demo.ollama import STAND_IN, OllamaStandIn

from .agents import BY_MODEL, CORE, DEFAULT_CTX, PARLOR, async_add_agents, async_prepare, async_say, async_unload
from .brain import Brain
from .houses import async_serve, house
from .prompt_size import parlor_table
from .results import Goal, Options, Plot, Results, Table, times
from .served_model import LONG_CONTEXT
from .tasks import HOUSE_TASKS

SIZES = (20, 100, 500, 2000)
_QUICK_SIZES = (20, 500)
_GOAL_SIZE = 500
_GOAL = 5
_KINDS = ("command", "question")
_AGENTS: Mapping[str, str] = {CORE: "Home Assistant", BY_MODEL: "Parlor"}
_SETTLE_SECONDS = 0.05
_HARDLY_LESS = 0.9
_ATTEMPTS = 3
_PAUSE_SECONDS = 5
_ABOUT = (
    "A compound command (lights of a room off, a heating set) and a question (how warm is a room), in houses about ten"
    " things to a room, counted in tokens (words, spaces, punctuation and groups of digits of the rendered request; a"
    " model's own tokenizer differs by some per cent). *Cold*: the server has read nothing before. *Warm*: what is left"
    " to read once the words are known, in the second turn of this kind; Parlor has its prompt read while the speaker"
    " still speaks, Home Assistant begins afterwards. Every sentence is left to the model here; as it is set up, Parlor"
    " understands plain ones itself, and then nothing is read at all (last column)."
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One turn: tokens of its first request, those read in all, those written, and how often the model was asked."""

    prompt: int
    read: int
    written: int
    passes: int


@dataclass(frozen=True, slots=True)
class Turns:
    """A kind of turn with an agent in one house: cold, warm, and whether the model was needed as Parlor is set up."""

    cold: Reading
    warm: Reading


type Found = Mapping[tuple[int, str, str], Turns]


def run(options: Options) -> Results:
    """Measure houses of all sizes."""
    sizes = _QUICK_SIZES if options.quick else SIZES
    found: dict[tuple[int, str, str], Turns] = {}
    plain: dict[tuple[int, str], bool] = {}
    with asyncio.Runner(loop_factory=create_event_loop) as runner:
        for size in sizes:
            turns, needed = runner.run(_async_size(size))
            found |= {(size, *key): turn for key, turn in turns.items()}
            plain |= {(size, kind): asked for kind, asked in needed.items()}
        parts = runner.run(parlor_table(sizes))
    return Results(
        "What the model has to read",
        _ABOUT,
        tables=(*(_table(kind, found, plain, sizes) for kind in _KINDS), parts),
        goals=tuple(_goals(found, sizes)),
        plots=(_plot(found, sizes),),
        ratios=dict(_ratios(found, sizes)),
    )


async def _async_size(size: int) -> tuple[dict[tuple[str, str], Turns], dict[str, bool]]:
    """Return the turns in one house by kind and agent, and whether Parlor needs the model as it is set up, by kind."""
    async with talking_house(size) as (hass, servers):
        found = {
            (kind, agent): await _async_turns(hass, servers[agent], agent, task.words)
            for kind, task in zip(_KINDS, HOUSE_TASKS, strict=True)
            for agent in _AGENTS
        }
        needed = {
            kind: (await _async_turn(hass, servers[BY_MODEL], PARLOR, task.words)).passes > 0
            for kind, task in zip(_KINDS, HOUSE_TASKS, strict=True)
        }
    return found, needed


@asynccontextmanager
async def talking_house(size: int) -> AsyncGenerator[tuple[HomeAssistant, Mapping[str, OllamaStandIn]]]:
    """Give a house with both agents in it, and the models that they ask, by agent."""
    brain = Brain(HOUSE_TASKS)
    models = (replace(STAND_IN, context_length=LONG_CONTEXT),)
    async with (
        house(size) as (hass, _home),
        OllamaStandIn(models, brain=brain) as server,
        OllamaStandIn(models, brain=brain) as core_server,
    ):
        await async_serve(hass)
        # Home Assistant's agent gets the context that its prompt needs; with its default it would be cut in silence.
        await async_add_agents(hass, server.url, core_url=core_server.url, core_ctx=LONG_CONTEXT)
        await server.wait_for("/api/chat")
        await asyncio.sleep(_SETTLE_SECONDS)
        yield hass, {CORE: core_server, BY_MODEL: server}
        await async_unload(hass)


async def _async_turns(hass: HomeAssistant, server: OllamaStandIn, agent: str, words: str) -> Turns:
    """Return a cold and a warm turn. Raises RuntimeError if the agent does not come to its model."""
    for _attempt in range(_ATTEMPTS):
        server.scheduler.unload_all()
        cold = await _async_turn(hass, server, agent, words)
        await asyncio.sleep(_SETTLE_SECONDS)
        warm = await _async_turn(hass, server, agent, words, prepare=True)
        if cold.passes and warm.passes:
            return Turns(cold, warm)
        # A large house on a busy machine: the model's own answers wait as well, and were taken for none.
        await asyncio.sleep(_PAUSE_SECONDS)
    raise RuntimeError(f"{agent} does not come to its model")


async def _async_turn(
    hass: HomeAssistant, server: OllamaStandIn, agent: str, words: str, *, prepare: bool = False
) -> Reading:
    """Have a conversation of one turn, of which the agent is told beforehand or not."""
    with chat_session.async_get_chat_session(hass) as session:
        if prepare:
            await async_prepare(hass, agent)
            await asyncio.sleep(_SETTLE_SECONDS)
        first_read = len(server.evaluations)
        await async_say(hass, agent, words, conversation_id=session.conversation_id)
    # What is read ahead asks for a single token.
    read = [one for one in server.evaluations[first_read:] if one.reply_tokens > 1]
    if not read:
        return Reading(0, 0, 0, 0)
    written = sum(one.reply_tokens for one in read)
    return Reading(read[0].prompt_tokens, sum(one.computed_tokens for one in read), written, len(read))


def _table(kind: str, found: Found, plain: Mapping[tuple[int, str], bool], sizes: tuple[int, ...]) -> Table:
    head = ("Entities", "Prompt", "Read cold", "Read warm", "Passes", "Written", "Model needed, as set up")
    rows = []
    for size in sizes:
        core, parlor = found[size, kind, CORE], found[size, kind, BY_MODEL]
        compared = [_compared(figure(core), figure(parlor)) for figure in _FIGURES]
        passes = f"{core.warm.passes} / {parlor.warm.passes}"
        needed = "yes" if plain[size, kind] else "no"
        rows.append((f"{size:,}", *compared, passes, f"{core.warm.written} / {parlor.warm.written}", needed))
    note = "Home Assistant to Parlor: the ratio, and the tokens of both."
    if any("*" in cell for row in rows for cell in row):
        note += f" * More than the {DEFAULT_CTX:,} tokens of its set-up: Ollama would cut the prompt without a word."
    return Table(f"A {kind}", head, tuple(rows), " ".join((note, *_warm_note(kind, found, sizes))))


def _warm_note(kind: str, found: Found, sizes: tuple[int, ...]) -> Iterator[str]:
    """Say from what size on Parlor reads no less than Home Assistant once the words are known, and why."""
    for size in sizes:
        core, parlor = found[size, kind, CORE], found[size, kind, BY_MODEL]
        if parlor.warm.read >= core.warm.read * _HARDLY_LESS:
            yield (
                f"**Warm, Parlor reads no less from {size:,} entities on** ({parlor.warm.read} tokens against"
                f" {core.warm.read}): a prompt this short holds no states and tells a large house by its rooms, so"
                " what the words name is added after them; Home Assistant's model asks for states in a second pass."
            )
            return


def _compared(theirs: int, ours: int) -> str:
    star = "*" if theirs > DEFAULT_CTX else ""
    return f"{times(theirs / max(1, ours))} ({theirs:,}{star} / {ours:,})"


_FIGURES: tuple[Callable[[Turns], int], ...] = (
    lambda turns: turns.cold.prompt,
    lambda turns: turns.cold.read,
    lambda turns: turns.warm.read,
)


def _goals(found: Found, sizes: tuple[int, ...]) -> Iterator[Goal]:
    if _GOAL_SIZE in sizes:
        theirs, ours = (found[_GOAL_SIZE, _KINDS[0], agent].cold.prompt for agent in (CORE, BY_MODEL))
        yield Goal(
            f"Prompt at {_GOAL_SIZE} entities",
            f"at most 1/{_GOAL} of Home Assistant's",
            f"1/{theirs / ours:.1f} ({ours:,} of {theirs:,} tokens)",
            ours * _GOAL <= theirs,
            limit="tools and instructions, which do not grow with the house.",
        )


def _plot(found: Found, sizes: tuple[int, ...]) -> Plot:
    series = {
        name: tuple(float(found[size, _KINDS[0], agent].cold.prompt) for size in sizes)
        for agent, name in _AGENTS.items()
    }
    title = "Prompt of a command, in tokens, by entities in the house"
    return Plot("prompt", title, "", tuple(f"{size:,}" for size in sizes), series)


def _ratios(found: Found, sizes: tuple[int, ...]) -> Iterator[tuple[str, float]]:
    for size in sizes:
        for kind in _KINDS:
            core, parlor = found[size, kind, CORE], found[size, kind, BY_MODEL]
            yield f"prompt of a {kind} at {size}", core.cold.prompt / parlor.cold.prompt
            yield f"read cold for a {kind} at {size}", core.cold.read / parlor.cold.read
            yield f"passes of a {kind} at {size}", core.warm.passes / parlor.warm.passes
