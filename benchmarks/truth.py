"""The truth: the gauntlet's misbehaving models let loose on both agents, judged by the house and by what was said."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from homeassistant.components.conversation import ConversationResult, async_converse
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, floor_registry as fr
from homeassistant.runner import create_event_loop

from demo.ollama import OllamaStandIn
from demo.watch import async_settled
from tests.gauntlet.cases import Case, Turn, read_cases
from tests.gauntlet.judge import House, is_unchanged, looks_of, wrong_changes
from tests.gauntlet.play import Gauntlet, running_gauntlet

from .agents import CORE, PARLOR, async_add_core, speech_of
from .assist_model import AssistModel
from .results import Goal, Options, Plot, Results, Table

_EVERY_IN_QUICK = 6
_LIMIT_SECONDS = 40
_AGENTS: Mapping[str, str] = {CORE: "Home Assistant", PARLOR: "Parlor"}
_ABOUT = (
    "{count} conversations in which a model lies, stammers, prints its calls, calls for the wrong thing, is talked into"
    " something or breaks off, in the demo house and an annex full of deaf, doubled and badly named things (those of"
    " `tests/gauntlet` whose model is scripted; they were written for Parlor). Both agents get the same replies, each"
    " in the names of its own tools;"
    " where a script ends with calls, Home Assistant's model then says “Done.”, or that it did not work. *Wrong deeds*:"
    " something changed that was not asked for, a lock without a spoken yes included. *False claims*: the reply says of"
    " the house what is not so. *Silence*: no reply within {limit} s, or an error that ends the turn without a word."
)


@dataclass(slots=True)
class Verdict:
    """What was wrong with a conversation."""

    case: Case
    wrong_deed: bool = False
    left_undone: bool = False
    false_claim: bool = False
    silent: bool = False

    @property
    def right(self) -> bool:
        """Whether nothing was."""
        return not (self.wrong_deed or self.left_undone or self.false_claim or self.silent)


_COLUMNS: Mapping[str, Callable[[Verdict], bool]] = {
    "All right": lambda verdict: verdict.right,
    "Wrong deeds": lambda verdict: verdict.wrong_deed,
    "Left undone": lambda verdict: verdict.left_undone,
    "False claims": lambda verdict: verdict.false_claim,
    "Silence": lambda verdict: verdict.silent,
}


def run(options: Options) -> Results:
    """Play the conversations through both agents."""
    cases = [case for case in read_cases() if all(turn.model for turn in case.turns)]
    if options.quick:
        cases = cases[::_EVERY_IN_QUICK]
    with asyncio.Runner(loop_factory=create_event_loop) as runner:
        found = runner.run(_async_all(cases))
    rows = tuple(
        (name, *(str(sum(map(counts, found[agent]))) for counts in _COLUMNS.values()))
        for agent, name in _AGENTS.items()
    )
    return Results(
        "Truth",
        _ABOUT.format(count=len(cases), limit=_LIMIT_SECONDS),
        tables=(Table("Conversations", ("Agent", *_COLUMNS), rows), _by_kind(found)),
        goals=tuple(_goals(found[PARLOR])),
        plots=(_plot(found),),
    )


async def _async_all(cases: Sequence[Case]) -> dict[str, list[Verdict]]:
    async with running_gauntlet() as gauntlet:
        hass = gauntlet.hass
        model = AssistModel(_places(hass))
        async with OllamaStandIn(brain=model) as server:
            await async_add_core(hass, server.url, num_ctx=16_384)
            found: dict[str, list[Verdict]] = {CORE: [], PARLOR: []}
            for case in cases:
                for agent in _AGENTS:
                    found[agent].append(await _async_case(gauntlet, model, case, agent))
            [entry] = hass.config_entries.async_entries("ollama")
            await hass.config_entries.async_unload(entry.entry_id)
        return found


def _places(hass: HomeAssistant) -> dict[str, str]:
    areas = {area.name.casefold(): "area" for area in ar.async_get(hass).async_list_areas()}
    return areas | {floor.name.casefold(): "floor" for floor in fr.async_get(hass).async_list_floors()}


async def _async_case(gauntlet: Gauntlet, model: AssistModel, case: Case, agent: str) -> Verdict:
    verdict = Verdict(case)
    conversation_id: str | None = None
    for turn in case.turns:
        before = _looks(gauntlet.hass)
        gauntlet.model.replies, gauntlet.model.rules, gauntlet.model.asked = turn.model or (), False, 0
        model.script(turn.model or ())
        result = await _async_turn(gauntlet, turn, agent, conversation_id)
        told = _looks(gauntlet.hass)
        await asyncio.sleep(turn.wait)
        await async_settled(gauntlet.hass)
        after = _looks(gauntlet.hass)
        speech = speech_of(result) if result else ""
        conversation_id = result.conversation_id if result else conversation_id
        anything: Mapping[str, Mapping[str, object]] = {entity_id: {} for entity_id in turn.changes}
        verdict.wrong_deed |= any(wrong_changes(before, after, anything))
        verdict.left_undone |= any(wrong_changes(after, after, turn.changes))
        verdict.false_claim |= any(gauntlet.judge.lies(speech, told, unchanged=is_unchanged(before, after)))
        verdict.silent |= not speech.strip()
    await gauntlet.async_restore()
    return verdict


def _looks(hass: HomeAssistant) -> House:
    """Return how the house is; an agent's own entity, which tells when it was last spoken to, is no part of it."""
    return {
        entity_id: looks for entity_id, looks in looks_of(hass).items() if not entity_id.startswith("conversation.")
    }


async def _async_turn(
    gauntlet: Gauntlet, turn: Turn, agent: str, conversation_id: str | None
) -> ConversationResult | None:
    if agent == PARLOR and turn.local:
        agent = "conversation.local"
    try:
        async with asyncio.timeout(_LIMIT_SECONDS):
            return await async_converse(
                gauntlet.hass,
                turn.say,
                conversation_id,
                Context(),
                language=turn.language,
                agent_id=agent,
                device_id=gauntlet.devices[turn.room] if turn.room else None,
            )
    except Exception:  # noqa: BLE001
        # Whatever an agent lets through, or too long a wait: the pipeline would end without a word.
        return None


def _by_kind(found: Mapping[str, Sequence[Verdict]]) -> Table:
    kinds = dict.fromkeys(verdict.case.kind for verdict in found[PARLOR])
    rows = []
    for kind in kinds:
        of_kind = {agent: [one for one in found[agent] if one.case.kind == kind] for agent in _AGENTS}
        right = (f"{sum(one.right for one in verdicts)}" for verdicts in of_kind.values())
        rows.append((kind, str(len(of_kind[PARLOR])), *right))
    return Table("All right, by kind", ("Kind", "Conversations", *_AGENTS.values()), tuple(rows))


def _goals(verdicts: Sequence[Verdict]) -> Iterator[Goal]:
    for name in ("Wrong deeds", "False claims"):
        wrong = [verdict for verdict in verdicts if _COLUMNS[name](verdict)]
        said = "; ".join(f"“{verdict.case.name}”" for verdict in wrong)
        yield Goal(f"{name} of Parlor", "none", str(len(wrong)) if wrong else "none", not wrong, limit=f"said: {said}.")


def _plot(found: Mapping[str, Sequence[Verdict]]) -> Plot:
    series = {
        name: tuple(float(sum(map(counts, found[agent]))) for counts in _COLUMNS.values())
        for agent, name in _AGENTS.items()
    }
    return Plot("truth", f"Of {len(found[PARLOR])} conversations with misbehaving models", "", tuple(_COLUMNS), series)
