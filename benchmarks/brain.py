"""A model that understands what the benchmarks say, in the tools of whoever asks: it is to cost neither side a turn.

It is asked over HTTP like any model and knows its task by the words alone. What it answers is written down below once,
and told in Parlor's tools or in those of the Assist API, by the tools that the request offers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
import re
from typing import Any

from demo.ollama import Call, Reply

type Messages = Sequence[Mapping[str, Any]]
type Answer = Callable[[Messages, Sequence[Mapping[str, Any]]], Reply]

_LIVE_CONTEXT = "homeassistant__GetLiveContext"
_PUNCTUATION = re.compile(r"[^\w\s%]")
_CONTEXT_END = "</context>"
_FAILED = '"error":true'


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do: on, off, or degrees, of a thing by its name or of all of a kind in an area."""

    do: str
    name: str = ""
    area: str = ""
    kind: str = ""
    degrees: float | None = None

    def for_parlor(self) -> Call:
        """Return the call of Parlor's tools."""
        target = {"targets": [self.name or self.area], **({"kind": self.kind} if self.area else {})}
        if self.degrees is not None:
            return Call("set_climate", {"targets": [self.name], "temperature": self.degrees})
        return Call(f"turn_{self.do}", target)

    def for_assist(self) -> Call:
        """Return the call of the Assist API's tools, as their descriptions want it."""
        where: dict[str, Any] = {"name": self.name} if self.name else {"area": self.area}
        if self.degrees is not None:
            return Call("climate__HassClimateSetTemperature", {**where, "temperature": self.degrees})
        return Call(f"intent__HassTurn{self.do.title()}", {**where, "domain": [self.kind]})


@dataclass(frozen=True, slots=True)
class Task:
    """What an utterance asks for: deeds, or a look at the state of a thing, and the words for the end.

    `proof` is what a reply must contain to be an answer, in whatever words.
    """

    words: str
    reply: str
    deeds: tuple[Deed, ...] = ()
    look: str = ""
    proof: str = ""

    def matches(self, words: str) -> bool:
        """Tell whether it is this that was said, with whatever after it."""
        return _plain(words).startswith(_plain(self.words))


def not_understood(_messages: Messages, _tools: Sequence[Mapping[str, Any]]) -> Reply:
    """Say so."""
    return Reply(content="I did not understand that.")


class Brain:
    """Knows some tasks."""

    def __init__(self, tasks: Sequence[Task], otherwise: Answer = not_understood) -> None:
        """Know these tasks, and answer `otherwise` to all others."""
        self._tasks = tasks
        self._otherwise = otherwise

    def __call__(self, messages: Messages, tools: Sequence[Mapping[str, Any]]) -> Reply:
        """Answer the last words of a user."""
        words = next((str(one["content"]) for one in reversed(messages) if one.get("role") == "user"), "")
        told, _, said = words.rpartition(_CONTEXT_END)
        task = next((task for task in self._tasks if task.matches(said)), None)
        if task is None:
            return self._otherwise(messages, tools)
        if results := list(_results(messages)):
            failed = any(map(is_error, results))
            return Reply(content="Sorry, that did not work." if failed else task.reply)
        return _begin(task, told, tools)


def is_error(result: str) -> bool:
    """Return whether a call's result, as Home Assistant's agent tells it, says that it failed."""
    return _FAILED in result.replace(" ", "")


def _begin(task: Task, told: str, tools: Sequence[Mapping[str, Any]]) -> Reply:
    """Return the calls for a task, or its answer where the states are told already."""
    offered = {str(tool["function"]["name"]) for tool in tools}
    if task.deeds:
        assist = not offered & {"turn_on", "turn_off"}
        return Reply(tool_calls=tuple(deed.for_assist() if assist else deed.for_parlor() for deed in task.deeds))
    if task.look and _LIVE_CONTEXT in offered:
        return Reply(tool_calls=(Call(_LIVE_CONTEXT, {"name": task.look}),))
    if task.look and task.look.casefold() not in told.casefold() and "get_state" in offered:
        return Reply(tool_calls=(Call("get_state", {"targets": [task.look]}),))
    return Reply(content=task.reply)


def _results(messages: Messages) -> Iterator[str]:
    """Yield the results of calls after the last words."""
    for message in reversed(messages):
        if message.get("role") == "user":
            return
        if message.get("role") == "tool":
            yield str(message.get("content"))


def _plain(words: str) -> str:
    return _PUNCTUATION.sub("", words.casefold()).strip()
