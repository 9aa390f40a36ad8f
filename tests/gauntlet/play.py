"""Play the cases in one running house, each from the same states."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from homeassistant.components.conversation import async_converse
from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.helpers.state import async_reproduce_state

from demo.house import running_house
from demo.ollama import OllamaStandIn, Reply
from demo.ollama.rules import respond
from demo.watch import async_settled
from tests.parlor_entry import add_speakers, agent, async_add_parlor, model_server

from .cases import Case, Turn
from .judge import House, Judge, is_unchanged, looks_of, wrong_changes

ANNEX = Path(__file__).with_name("annex")
_LIST = "todo.shopping_list"
_CAN_BE_PUT_BACK = frozenset(
    {"alarm_control_panel", "climate", "cover", "fan", "input_boolean", "light", "lock", "switch"}
)
_SILENT = Reply(content="(the model was not to be asked)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was wrong with a case: nothing, if it is as it should be; and what was heard."""

    case: Case
    heard: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(slots=True)
class Model:
    """A model that answers by the turn at hand and repeats its last reply, or goes by the stand-in's rules."""

    replies: Sequence[Reply] = ()
    rules: bool = False
    asked: int = 0

    def __call__(self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]]) -> Reply:
        """Return the next reply; a prompt that is only read ahead, its context still open, asks for none."""
        last = messages[-1]["content"] if messages else ""
        if last.startswith("<context>") and "</context>" not in last:
            return _SILENT
        self.asked += 1
        if self.rules:
            return respond(messages, tools)
        return self.replies[min(self.asked, len(self.replies)) - 1] if self.replies else _SILENT


@dataclass(slots=True)
class Gauntlet:
    """A running house with two agents: one leaves every sentence to the model, one answers the plain ones itself.

    The `server` is the one that both ask.
    """

    hass: HomeAssistant
    model: Model
    judge: Judge
    first: House
    items: Sequence[str]
    devices: Mapping[str, str]
    server: OllamaStandIn

    async def async_play(self, case: Case) -> Verdict:
        """Play a case and judge it; the house is as before afterwards."""
        conversation_id: str | None = None
        heard: list[str] = []
        wrong: list[str] = []
        for number, turn in enumerate(case.turns, 1):
            before = looks_of(self.hass)
            self.model.replies, self.model.rules, self.model.asked = turn.model or (), turn.rules, 0
            result = await async_converse(
                self.hass,
                turn.say,
                conversation_id,
                Context(),
                language=turn.language,
                agent_id="conversation.local" if turn.local else "conversation.parlor",
                device_id=self.devices[turn.room] if turn.room else None,
            )
            conversation_id = result.conversation_id
            speech = str(result.response.speech["plain"]["speech"])
            heard.append(speech)
            told = looks_of(self.hass)
            await asyncio.sleep(turn.wait)
            await async_settled(self.hass)
            found = self._wrong(turn, speech, result.continue_conversation, before, told)
            wrong += [f"{number}. {one}" if len(case.turns) > 1 else one for one in found]
        await self.async_restore()
        return Verdict(case, tuple(heard), tuple(wrong))

    def _wrong(self, turn: Turn, speech: str, continues: bool, before: House, told: House) -> list[str]:
        after = looks_of(self.hass)
        wrong = [*wrong_changes(before, after, turn.changes)]
        wrong += self.judge.lies(speech, told, unchanged=is_unchanged(before, after))
        if turn.hear is not None and not turn.hear.search(speech):
            wrong.append(f'"{speech}" is not /{turn.hear.pattern}/')
        if turn.never is not None and turn.never.search(speech):
            wrong.append(f'"{speech}" has /{turn.never.pattern}/')
        if continues != turn.asks:
            wrong.append("it listens for an answer" if continues else "it does not listen for an answer")
        if not speech.strip():
            wrong.append("nothing was said")
        if not (turn.model or turn.rules) and self.model.asked:
            wrong.append("the model was asked")
        return wrong

    async def async_restore(self) -> None:
        """Put back what a case has changed."""
        now = looks_of(self.hass)
        changed = [
            State(entity_id, str(looks["state"]), looks)
            for entity_id, looks in self.first.items()
            if now.get(entity_id) != looks and entity_id.split(".")[0] in _CAN_BE_PUT_BACK
        ]
        await async_reproduce_state(self.hass, changed)
        for item in await self._async_new_items():
            await self.hass.services.async_call(
                "todo", "remove_item", {"entity_id": _LIST, "item": item}, blocking=True
            )
        await async_settled(self.hass)

    async def _async_new_items(self) -> list[str]:
        return [item for item in await async_items(self.hass) if item not in self.items]


@asynccontextmanager
async def running_gauntlet() -> AsyncIterator[Gauntlet]:
    """Start the house, the model and both agents."""
    model = Model()
    async with OllamaStandIn(brain=model) as server, running_house(annex=ANNEX) as house:
        hass = house.hass
        local = agent("local agent", local_route=True)
        await async_add_parlor(
            hass,
            model_server(server.url, num_ctx=16384),
            agent(local_route=False),
            {**local, "title": "Local"},
        )
        exposed = frozenset(
            state.entity_id
            for state in hass.states.async_all()
            if async_should_expose(hass, "conversation", state.entity_id)
        )
        gauntlet = Gauntlet(
            hass, model, Judge.of(hass, exposed), looks_of(hass), await async_items(hass), add_speakers(hass), server
        )
        yield gauntlet
        [entry] = hass.config_entries.async_entries("parlor")
        await hass.config_entries.async_unload(entry.entry_id)


async def async_items(hass: HomeAssistant) -> list[str]:
    """Return what is on the shopping list, if there is one."""
    if hass.states.get(_LIST) is None:
        return []
    data: Any = await hass.services.async_call(
        "todo", "get_items", {"entity_id": _LIST}, blocking=True, return_response=True
    )
    return [item["summary"] for item in data[_LIST]["items"]]
