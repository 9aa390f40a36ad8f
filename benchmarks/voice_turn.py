"""A voice turn from end to end: sound in, light on, first sound out, through both stacks."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
import tempfile

from homeassistant.runner import create_event_loop

from demo.ollama import OllamaStandIn

from .results import Goal, Options, Plot, Results, Spread, Table, times
from .speech_servers import prepare
from .spoken_turns import KINDS, Spoken, Utterance, async_speak, utterances
from .stacks import OURS, THEIRS, House, Stack, two_stacks
from .tasks import DEMO_TASKS

_ABOUT = (
    "From the last sound of the speaker's voice, in the demo house ({entities} exposed entities): until something"
    " happens in the house, and until the first sound of the answer. Sound is fed in real time to Home Assistant's"
    " pipeline. Their stack: Home Assistant's end of speech, wyoming-faster-whisper, the `ollama` agent with the Assist"
    " API, wyoming-piper. The indirect wish (“it is too dark in here”) and the general question (“why is the sky"
    " blue?”) are words that the demo's tiny ears do not know: a relay in front of both ears puts them in the place of"
    " what was heard, when it was heard. Kept sound of earlier answers is thrown away before each turn. *Cold*: the"
    " model server has read nothing yet. *Warm*: a new conversation after others."
)
_WAITED = "All times were waited for."
_COMPUTED = (
    " Computed, not waited for: the cold turns of the {name}, from its warm ones, the tokens that are not in the cache"
    " then, and its speed; what Parlor has read while the speaker speaks is taken off."
)
_STAGES: Mapping[str, str] = {
    "listened": "Endpoint",
    "heard": "Transcript",
    "asked": "Prompt sent",
    "token": "First token",
    "action": "Action",
    "replied": "Reply",
    "audio": "First audio",
}
_AFTER_READING = frozenset({"token", "action", "replied", "audio"})
_ACTIONS = ("command", "compound command", "indirect wish")
_GOALS = (("command", "action", 3.0), ("compound command", "action", 3.0), ("question", "audio", 2.0))
_IDLE_SECONDS = 0.3
_ATTEMPTS = 3
_PAUSE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Profile:
    """A machine: tokens it reads and writes in a second, how often to speak warm and cold; cold 0 computes."""

    name: str
    read: float
    write: float
    warm: int
    cold: int

    @property
    def title(self) -> str:
        """The name with its speeds."""
        return f"{self.name} ({self.read:g}/{self.write:g} tokens/s)" if self.read else self.name


SMALL = Profile("small CPU box", 30, 6, warm=1, cold=0)
MINI = Profile("mini PC with a small GPU", 600, 35, warm=2, cold=1)
RTX = Profile("RTX-class GPU", 2500, 80, warm=3, cold=1)

type Key = tuple[str, str, str, str]
"""Profile, "warm" or "cold", kind, stack."""
type Found = dict[Key, list[Spoken]]


def run(options: Options) -> Results:
    """Speak to both stacks."""
    if not prepare():
        raise RuntimeError("wyoming-faster-whisper and wyoming-piper cannot be installed here")
    profiles, kinds = _plan(options)
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=create_event_loop) as runner:
        sounds = {kind: sound for kind, sound in utterances(Path(folder)).items() if kind in kinds}
        speaker, entities = runner.run(_async_all(options, profiles, sounds, Path(folder)))
    found = speaker.found
    computed = [profile for profile in profiles if not profile.cold and options.url is None]
    for profile in computed:
        _compute_cold(profile, found)
    counted = (f"{error}, {count} times" for error, count in Counter(speaker.again).items())
    said_again = f" Said again because it was not done: {'; '.join(counted)}." if speaker.again else ""
    note = "".join(_COMPUTED.format(name=profile.name) for profile in computed) or f" {_WAITED}"
    return Results(
        "A voice turn, end to end",
        _ABOUT.format(entities=entities) + note + said_again,
        tables=(*_tables(found, profiles, kinds), *_stage_tables(found, profiles, kinds)),
        goals=tuple(_goals(found, profiles)),
        plots=tuple(_plots(found, profiles, kinds)),
        ratios=dict(_ratios(found, profiles)),
    )


def _plan(options: Options) -> tuple[tuple[Profile, ...], tuple[str, ...]]:
    """Return the machines to play and the kinds of sentences to say."""
    if options.url is not None:
        return (Profile("your server", 0, 0, warm=1 if options.quick else 3, cold=0),), KINDS
    if options.quick:
        return (replace(RTX, warm=1, cold=0),), ("command", "question", "indirect wish")
    if options.full:
        return (replace(SMALL, warm=3, cold=1), replace(MINI, warm=5, cold=2), replace(RTX, warm=9, cold=3)), KINDS
    return (SMALL, MINI, RTX), KINDS


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who says the same sentences to both stacks; `found` is what came of it, `again` what was said twice."""

    house: House
    sounds: Mapping[str, Utterance]
    folder: Path
    found: Found = field(default_factory=dict)
    again: list[str] = field(default_factory=list)

    async def async_all(self, profiles: Sequence[Profile]) -> None:
        """Speak to both stacks, on all machines."""
        for stack in self.house.stacks.values():
            # What is loaded at its first use is loaded now.
            await async_speak(self.house, stack, self.sounds["command"], self.folder)
        for profile in profiles:
            for stack in self.house.stacks.values():
                await self._async_profile(profile, stack)

    async def _async_profile(self, profile: Profile, stack: Stack) -> None:
        if stack.model is not None:
            stack.model.speed.prefill, stack.model.speed.decode = profile.read, profile.write
        for kind, sound in self.sounds.items():
            for _round in range(profile.cold):
                if stack.model is not None:
                    stack.model.scheduler.unload_all()
                await self._async_note((profile.name, "cold", kind, stack.name), stack, sound)
        if stack.model is not None and not profile.cold:
            await self._async_read_all(profile, stack.model, stack)
        for kind, sound in self.sounds.items():
            for _round in range(profile.warm):
                await self._async_note((profile.name, "warm", kind, stack.name), stack, sound)

    async def _async_note(self, key: Key, stack: Stack, sound: Utterance) -> None:
        """Speak, and again where that was not understood or not done: real time is short on a busy machine."""
        for _attempt in range(_ATTEMPTS):
            try:
                self.found.setdefault(key, []).append(await async_speak(self.house, stack, sound, self.folder))
            except RuntimeError as error:
                # What was not done is told in the report.
                self.again.append(f"{error} ({key[0]}, {key[1]})")
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                await asyncio.sleep(_IDLE_SECONDS)
                return

    async def _async_read_all(self, profile: Profile, model: OllamaStandIn, stack: Stack) -> None:
        """Have the model's cache filled by one turn that does not take the time of this machine."""
        model.speed.prefill = model.speed.decode = 0
        await async_speak(self.house, stack, self.sounds["indirect wish"], self.folder)
        await asyncio.sleep(_IDLE_SECONDS)
        model.speed.prefill, model.speed.decode = profile.read, profile.write


async def _async_all(
    options: Options, profiles: Sequence[Profile], sounds: Mapping[str, Utterance], folder: Path
) -> tuple[Speaker, int]:
    """Return who has spoken, and how many entities are exposed."""
    async with two_stacks(DEMO_TASKS, options.url, options.model) as house:
        speaker = Speaker(house, sounds, folder)
        await speaker.async_all(profiles)
        return speaker, house.exposed


def _compute_cold(profile: Profile, found: Found) -> None:
    """Add cold turns to the warm ones: what the cache does not hold then has to be read first."""
    for (name, heat, kind, stack), turns in list(found.items()):
        if name == profile.name and heat == "warm":
            found[name, "cold", kind, stack] = [colder(turn, profile, ahead=stack == OURS) for turn in turns]


def colder(turn: Spoken, profile: Profile, *, ahead: bool) -> Spoken:
    """Return a warm turn as it would have been with an empty cache.

    Of the first request then everything has to be read, but for what an agent that reads `ahead` has had read before
    the words were known.
    """
    if not turn.passes:
        return turn
    warm_first = min(turn.read, turn.prompt)
    left = max(warm_first, turn.prompt - (turn.lead * profile.read if ahead else 0))
    longer = (left - warm_first) / profile.read * 1000
    stages = {name: moment + longer * (name in _AFTER_READING) for name, moment in turn.stages.items()}
    return replace(turn, stages=stages, read=turn.read + round(left - warm_first))


def _at(found: Found, key: Key, stage: str) -> Spread | None:
    """Return when a stage was reached, in milliseconds; None where it was not."""
    moments = [turn.stages[stage] for turn in found.get(key, []) if stage in turn.stages]
    return Spread.of(moments) if moments else None


def _tables(found: Found, profiles: Sequence[Profile], kinds: Sequence[str]) -> Iterator[Table]:
    for heat in ("warm", "cold"):
        rows = []
        for profile in profiles:
            for kind in kinds:
                cells = [
                    _compared(*(_at(found, (profile.name, heat, kind, stack), stage) for stack in (THEIRS, OURS)))
                    for stage in ("action", "audio")
                ]
                if (profile.name, heat, kind, OURS) in found:
                    rows.append((profile.title, kind, *cells, _passes(found, (profile.name, heat, kind))))
        if rows:
            head = ("Model server", "Said", "Action sooner by", "First audio sooner by", "Passes of the model")
            note = "The ratio, and the times of Home Assistant and Parlor in milliseconds after the end of speech."
            yield Table(heat.capitalize(), head, tuple(rows), note)


def _compared(theirs: Spread | None, ours: Spread | None) -> str:
    if theirs is None or ours is None:
        return ""
    return f"**{times(theirs.median / ours.median)}** ({theirs.text()} / {ours.text()})"


def _passes(found: Found, key: tuple[str, str, str]) -> str:
    """Return how often the model answered, and of a real one how many turns were done, which may be none."""
    both = [found.get((*key, stack), []) for stack in (THEIRS, OURS)]
    if not all(both):
        return ""
    if any(turn.passes for turns in both for turn in turns):
        return " / ".join(str(turns[-1].passes) for turns in both)
    return " / ".join(f"{sum(turn.done for turn in turns)} of {len(turns)} done" for turns in both)


def _stage_tables(found: Found, profiles: Sequence[Profile], kinds: Sequence[str]) -> Iterator[Table]:
    """Yield where the time goes on the machine in the middle."""
    profile = profiles[len(profiles) // 2]
    rows = []
    for kind in kinds:
        for stack in (THEIRS, OURS):
            spreads = [_at(found, (profile.name, "warm", kind, stack), stage) for stage in _STAGES]
            rows.append((kind, stack, *("-" if spread is None else f"{spread.median:,.0f}" for spread in spreads)))
    note = (
        "Milliseconds after the end of speech at which each was reached. *Endpoint*: the microphone is closed. *First"
        " token*: the pipeline tells the first words or the first call. *-*: not reached, or not needed."
    )
    yield Table(f"Stage by stage, warm, {profile.name}", ("Said", "Stack", *_STAGES.values()), tuple(rows), note)


def _goals(found: Found, profiles: Sequence[Profile]) -> Iterator[Goal]:
    for kind, stage, wanted in _GOALS:
        for profile in profiles:
            ratio = _ratio(found, profile, kind, stage)
            if ratio is not None:
                what = "action" if stage == "action" else "first audio"
                yield Goal(
                    f"{kind.capitalize()}: {what}, {profile.name}",
                    f"at least {wanted:g} times sooner",
                    times(ratio),
                    ratio >= wanted,
                    limit=_limit(found, profile, kind),
                )


def _ratio(found: Found, profile: Profile, kind: str, stage: str) -> float | None:
    theirs, ours = (_at(found, (profile.name, "warm", kind, stack), stage) for stack in (THEIRS, OURS))
    return None if theirs is None or ours is None else theirs.median / ours.median


def _limit(found: Found, profile: Profile, kind: str) -> str:
    """Say which stage of Parlor's takes longest."""
    spreads = [(name, _at(found, (profile.name, "warm", kind, OURS), stage)) for stage, name in _STAGES.items()]
    reached = sorted((spread.median, name) for name, spread in spreads if spread is not None)
    taken = [(reached[0][0], reached[0][1])]
    taken += [(after - before, name) for (before, _), (after, name) in pairwise(reached)]
    longest, name = max(taken)
    return f"{longest:,.0f} ms of Parlor's turn go by until “{name.lower()}”, on this machine as it was busy then."


def _plots(found: Found, profiles: Sequence[Profile], kinds: Sequence[str]) -> Iterator[Plot]:
    for profile in profiles:
        for stage, title, said in (
            ("action", "the light changes", [kind for kind in kinds if kind in _ACTIONS]),
            ("audio", "the first sound of the answer", list(kinds)),
        ):
            if profile is not profiles[len(profiles) // 2] and stage == "action":
                continue
            series = {
                stack: tuple(_median(_at(found, (profile.name, "warm", kind, stack), stage)) for kind in said)
                for stack in (THEIRS, OURS)
            }
            name = f"voice_{stage}_{profile.name.split()[0].split('-')[0].lower()}"
            yield Plot(name, f"From the end of speech until {title}: {profile.title}", "ms", tuple(said), series)


def _median(spread: Spread | None) -> float | None:
    return None if spread is None else spread.median


def _ratios(found: Found, profiles: Sequence[Profile]) -> Iterator[tuple[str, float]]:
    for kind, stage, _wanted in _GOALS:
        for profile in profiles:
            if (ratio := _ratio(found, profile, kind, stage)) is not None:
                yield f"{kind} to {stage}, {profile.name}", ratio
