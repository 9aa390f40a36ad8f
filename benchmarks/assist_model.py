"""The gauntlet's models, told in the Assist API's tools: what they say and do wrong stays the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from demo.ollama import Call, Reply

from .brain import is_error

_EVERYTHING = frozenset({"all", "everything", "everywhere", "house", "home"})
_COVER_TOOLS: Mapping[str, str] = {
    "open": "intent__HassTurnOn",
    "close": "intent__HassTurnOff",
    "stop": "intent__HassStopMoving",
}
_LIST_TOOLS: Mapping[str, str] = {
    "add": "todo__HassListAddItem",
    "remove": "todo__HassListRemoveItem",
    "complete": "todo__HassListCompleteItem",
}


@dataclass(slots=True)
class AssistModel:
    """A model that gives the scripted replies in order; when its last calls are answered, it says how that went."""

    places: Mapping[str, str]
    """Areas and floors by their names in lower case: "area" or "floor"."""
    replies: Sequence[Reply] = ()
    asked: int = field(default=0, init=False)

    def script(self, replies: Sequence[Reply]) -> None:
        """Set the replies of the next turn, written for Parlor's tools."""
        self.replies = [self._told(reply) for reply in replies]
        self.asked = 0

    def __call__(self, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]]) -> Reply:
        """Return the next reply."""
        del tools
        self.asked += 1
        answered = messages and messages[-1].get("role") == "tool"
        if self.asked > len(self.replies) and answered:
            failed = is_error(str(messages[-1].get("content")))
            return Reply(content="Sorry, that did not work." if failed else "Done.")
        return self.replies[min(self.asked, len(self.replies)) - 1]

    def _told(self, reply: Reply) -> Reply:
        return replace(reply, tool_calls=tuple(told for call in reply.tool_calls for told in self._calls(call)))

    def _calls(self, call: Call) -> Iterator[Call]:
        """Yield the calls for one of Parlor's; one that is none of them stays as it is, as does a misshapen one."""
        arguments = call.arguments
        make = _MAKERS.get(call.name)
        if call.wire is not None or make is None or not isinstance(arguments, Mapping):
            yield call
            return
        targets = arguments.get("targets")
        for target in targets if isinstance(targets, list) else [targets]:
            name, values = make(arguments)
            yield Call(name, {**self._where(target, arguments), **values})

    def _where(self, target: object, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the slots that say what is meant: a name, an area, a floor, or all of a kind."""
        kind = {"domain": [arguments["kind"]]} if arguments.get("kind") else {}
        said = str(target or "")
        place = self.places.get(said.casefold())
        if place:
            return {place: said, **(kind or {"domain": ["light"]})}
        if not said or said.casefold() in _EVERYTHING:
            return kind
        return {"name": said, **kind}


def _switch(state: str) -> Any:  # noqa: ANN401 # what makes a tool's name and values of arguments
    return lambda arguments: (
        ("light__HassLightSet", {name: arguments[name] for name in ("brightness", "color") if name in arguments})
        if state == "On" and {"brightness", "color"} & arguments.keys()
        else (f"intent__HassTurn{state}", {})
    )


def _cover(arguments: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    if arguments.get("position") is not None:
        return "intent__HassSetPosition", {"position": arguments["position"]}
    return _COVER_TOOLS.get(str(arguments.get("action")), "intent__HassTurnOn"), {}


def _lock(arguments: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    # As Home Assistant tells the model: to turn a lock on is to lock it.
    return f"intent__HassTurn{'Off' if str(arguments.get('action')) in ('unlock', 'open') else 'On'}", {}


def _climate(arguments: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return "climate__HassClimateSetTemperature", {"temperature": arguments.get("temperature")}


def _fan(arguments: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return "fan__HassFanSetSpeed", {"percentage": arguments.get("speed", arguments.get("percentage"))}


def _list(arguments: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    items = arguments.get("items") or [""]
    tool = _LIST_TOOLS.get(str(arguments.get("action")), "todo__get_items")
    return tool, {"name": arguments.get("list"), "item": items[0] if isinstance(items, list) else items}


_MAKERS: Mapping[str, Any] = {
    "turn_on": _switch("On"),
    "turn_off": _switch("Off"),
    "set_light": _switch("On"),
    "set_cover": _cover,
    "set_climate": _climate,
    "set_fan": _fan,
    "lock": _lock,
    "lists": _list,
    "run": lambda _arguments: ("intent__HassTurnOn", {}),
    "get_state": lambda _arguments: ("homeassistant__GetLiveContext", {}),
}
