"""The results of the voice turns as tables, goals and plots."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from .profiles import Profile
from .results import Goal, Plot, Spread, Table, times
from .spoken_turns import Spoken
from .stacks import OURS, THEIRS

STAGES: Mapping[str, str] = {
    "listened": "Endpoint",
    "heard": "Transcript",
    "asked": "Prompt sent",
    "token": "First token",
    "action": "Action",
    "replied": "Reply",
    "audio": "First audio",
}
_ACTIONS = ("command", "compound command", "indirect wish")
_GOALS = (("command", "action", 3.0), ("compound command", "action", 3.0), ("question", "audio", 2.0))

type Key = tuple[str, str, str, str]
"""Name of the profile, "warm" or "cold", kind, stack."""
type Found = Mapping[Key, Sequence[Spoken]]


def missing(found: Found, profiles: Sequence[Profile], kinds: Sequence[str]) -> Iterator[str]:
    """Yield the rows that were to be measured and have no turn of one of the stacks: "wish, cold, small CPU box"."""
    for profile in profiles:
        for heat in profile.heats:
            for kind in kinds:
                if not all(found.get((profile.name, heat, kind, stack)) for stack in (THEIRS, OURS)):
                    yield f"{kind}, {heat}, {profile.name}"


def turn_tables(found: Found, profiles: Sequence[Profile], kinds: Sequence[str]) -> Iterator[Table]:
    """Yield the times of both stacks, warm and cold, then stage by stage for the machine in the middle."""
    for heat in ("warm", "cold"):
        rows = tuple(_rows(found, profiles, kinds, heat))
        if rows:
            head = ("Model server", "Said", "Action sooner by", "First audio sooner by", "Passes of the model")
            if not profiles[0].read:
                head = (*head[:-1], "Done")
            note = "The ratio, and the times of Home Assistant and Parlor in milliseconds after the end of speech."
            yield Table(heat.capitalize(), head, rows, f"{note} {_rounds(profiles, heat)}".strip())
    yield _stages(found, profiles[len(profiles) // 2], kinds)


def turn_goals(found: Found, profiles: Sequence[Profile]) -> Iterator[Goal]:
    """Yield what is wanted of the warm turns, met where Parlor did it and Home Assistant never did."""
    for kind, stage, wanted in _GOALS:
        for profile in profiles:
            theirs, ours = (found.get((profile.name, "warm", kind, stack)) for stack in (THEIRS, OURS))
            if not theirs or not ours:
                continue
            ratio = _ratio(found, profile, kind, stage)
            what = "action" if stage == "action" else "first audio"
            yield Goal(
                f"{kind.capitalize()}: {what}, {profile.name}",
                f"at least {wanted:g} times sooner",
                f"done in {_done(theirs)} turns by Home Assistant, {_done(ours)} by Parlor"
                if ratio is None
                else times(ratio),
                any(turn.done for turn in ours) if ratio is None else ratio >= wanted,
                limit=_limit(found, profile, kind),
            )


def turn_plots(found: Found, profiles: Sequence[Profile], kinds: Sequence[str]) -> Iterator[Plot]:
    """Yield the warm times to the first sound on every machine, and those to the action on the one in the middle."""
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
            headline = f"From the end of speech until {title}: {profile.title}"
            yield Plot(f"voice_{stage}_{profile.key}", headline, "ms", tuple(said), series)


def turn_ratios(found: Found, profiles: Sequence[Profile]) -> Iterator[tuple[str, float]]:
    """Yield the ratios of the goals by name."""
    for kind, stage, _wanted in _GOALS:
        for profile in profiles:
            if (ratio := _ratio(found, profile, kind, stage)) is not None:
                yield f"{kind} to {stage}, {profile.name}", ratio


def _at(found: Found, key: Key, stage: str) -> Spread | None:
    """Return when a stage was reached, in milliseconds, in the turns that were done; None where none was."""
    moments = [turn.stages[stage] for turn in found.get(key, ()) if turn.done and stage in turn.stages]
    return Spread.of(moments) if moments else None


def _rows(found: Found, profiles: Sequence[Profile], kinds: Sequence[str], heat: str) -> Iterator[tuple[str, ...]]:
    for profile in profiles:
        for kind in kinds:
            if any(found.get((profile.name, heat, kind, stack)) for stack in (THEIRS, OURS)):
                cells = [
                    _compared(*(_at(found, (profile.name, heat, kind, stack), stage) for stack in (THEIRS, OURS)))
                    for stage in ("action", "audio")
                ]
                yield profile.title, kind, *cells, _passes(found, (profile.name, heat, kind))


def _compared(theirs: Spread | None, ours: Spread | None) -> str:
    if theirs is None and ours is None:
        return ""
    if theirs is None or ours is None:
        return f"({theirs.text() if theirs else '-'} / {ours.text() if ours else '-'})"
    return f"**{times(theirs.median / ours.median)}** ({theirs.text()} / {ours.text()})"


def _passes(found: Found, key: tuple[str, str, str]) -> str:
    """Return how often the model answered, and of a real one how many turns were done, which may be none."""
    both = [found.get((*key, stack), ()) for stack in (THEIRS, OURS)]
    if not all(both):
        return ""
    if any(turn.passes for turns in both for turn in turns):
        return " / ".join(str(turns[-1].passes) for turns in both)
    return " / ".join(map(_done, both))


def _done(turns: Sequence[Spoken]) -> str:
    return f"{sum(turn.done for turn in turns)} of {len(turns)}"


def _rounds(profiles: Sequence[Profile], heat: str) -> str:
    counts = {profile.name: profile.warm if heat == "warm" else profile.cold for profile in profiles}
    told = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    return f"Rounds of each: {told}." if told else ""


def _stages(found: Found, profile: Profile, kinds: Sequence[str]) -> Table:
    """Return where the time goes on a machine."""
    reached = {
        (kind, stack): {stage: _at(found, (profile.name, "warm", kind, stack), stage) for stage in STAGES}
        for kind in kinds
        for stack in (THEIRS, OURS)
    }
    # When a prompt is sent to a real server is not known.
    columns = [stage for stage in STAGES if stage != "asked" or any(row[stage] for row in reached.values())]
    rows = [
        (*key, *("-" if (spread := row[stage]) is None else f"{spread.median:,.0f}" for stage in columns))
        for key, row in reached.items()
    ]
    note = (
        "Milliseconds after the end of speech at which each was reached. *Endpoint*: the microphone is closed. *First"
        " token*: the pipeline tells the first words or the first call. *-*: not reached, or not needed."
    )
    head = ("Said", "Stack", *(STAGES[stage] for stage in columns))
    return Table(f"Stage by stage, warm, {profile.name}", head, tuple(rows), note)


def _ratio(found: Found, profile: Profile, kind: str, stage: str) -> float | None:
    theirs, ours = (_at(found, (profile.name, "warm", kind, stack), stage) for stack in (THEIRS, OURS))
    return None if theirs is None or ours is None else theirs.median / ours.median


def _limit(found: Found, profile: Profile, kind: str) -> str:
    """Say which stage of Parlor's takes longest; nothing where no turn was done."""
    spreads = [(name, _at(found, (profile.name, "warm", kind, OURS), stage)) for stage, name in STAGES.items()]
    reached = sorted((spread.median, name) for name, spread in spreads if spread is not None)
    if not reached:
        return ""
    taken = [reached[0]]
    taken += [(after - before, name) for (before, _), (after, name) in pairwise(reached)]
    longest, name = max(taken)
    return f"{longest:,.0f} ms of Parlor's turn go by until “{name.lower()}”, on this machine as it was busy then."


def _median(spread: Spread | None) -> float | None:
    return None if spread is None else spread.median
