"""Make valid calls of what small models send: misnamed tools, text for objects, words for numbers, a field too many.

Nothing is guessed about the house here: which entities are meant is found by `targets`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
import re

import probatio

from ..inference import JsonObject, ToolCall
from .arguments import NAMES, hoisted, is_nothing, read_object, snake, synonyms, targets_alone, texts_in, unwrapped
from .color_values import color_text, kelvin_text
from .relative import change_of, is_said_as_change, is_said_as_value
from .said import number_spelled_in, percent_said
from .tool_names import foreign_tool, named_tool
from .tools import ForeignTool, FreeTool, HomeTool
from .words import Words, plain

_MOST_TARGETS = 50
_FULL_BYTE = 255
_TURN_ON = "turn_on"
# What is offered as fields of turn_on.
_SETTING = ("set_light", "set_fan")
_BRIGHTNESS = frozenset({"brightness", "brightness_pct"})
_FULL = frozenset({"100", "100.0", "255"})
_READS = frozenset({"get", "list", "read", "show", "view"})


@dataclass(frozen=True, slots=True)
class Repaired:
    """A call that its tool accepts: `targets` is a list of names, `kind` a word for a kind if there is one.

    `instead` are the same call for targets that this tool does not suit, where one offered tool stands for several.
    """

    tool: HomeTool
    arguments: JsonObject
    instead: tuple[Repaired, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """A call that cannot be made; `message` tells the model what would be valid."""

    tool_name: str
    message: str


def repair(call: ToolCall, tools: Sequence[HomeTool], words: Words, text: str) -> Repaired | Broken:
    """Return the call as its tool takes it; `text` is what the user said, which settles what a percentage means."""
    name, given = named_tool(call.name, {tool.name: tool for tool in tools}, words)
    if (foreign := foreign_tool(call.name, name, tools)) is not None:
        return _foreign(foreign, call)
    arguments = read_object(call.arguments)
    if arguments is None:
        arguments = targets_alone(call.arguments)
    if arguments is None:
        return Broken(name, f"the arguments of {name} must be one JSON object")
    arguments = hoisted({**given, **{snake(key): value for key, value in unwrapped(arguments).items()}})
    called, name = name, _switched(name, arguments)
    if called == _TURN_ON and _is_unsaid(arguments, words, text):
        # Models fill in what is offered: who says "turn on" does not ask for all the light there is.
        arguments = {key: value for key, value in arguments.items() if key not in _BRIGHTNESS}
        name = _switched(called, arguments)
    tool = next((tool for tool in tools if tool.name == name), None)
    if tool is None:
        return Broken(name, f"there is no tool {call.name}; the tools are {', '.join(tool.name for tool in tools)}")
    try:
        repaired = Repaired(tool, _valid(tool, arguments, words, text))
        if called == _TURN_ON and name in _SETTING:
            repaired = replace(repaired, instead=tuple(_others(name, tools, arguments, words, text)))
        return repaired  # noqa: TRY300 # what is left over may raise as well
    except _UnreadableError as error:
        # A field that cannot be read as what it stands for: the model is told what it takes.
        return Broken(name, str(error))
    except probatio.Invalid as error:
        # What is left does not suit the schema, e.g. a number out of its range.
        return Broken(name, f"{name}: {error}")


def is_same(first: Repaired, second: Repaired) -> bool:
    """Return whether two calls ask for the same."""
    return first.tool is second.tool and first.arguments == second.arguments


def _valid(tool: HomeTool, arguments: JsonObject, words: Words, text: str) -> JsonObject:
    """Return the arguments as the tool takes them; raises what `_fields` and `_targeted` raise."""
    values = {key: value for key, value in _fields(tool, arguments, words, text) if value is not None}
    return _targeted(tool, values, arguments, words)


def _others(name: str, tools: Sequence[HomeTool], arguments: JsonObject, words: Words, text: str) -> Iterator[Repaired]:
    """Yield the call as the other tools take it whose fields turn_on is offered with."""
    for other in _SETTING:
        tool = next((tool for tool in tools if tool.name == other != name), None)
        if tool is None:
            continue
        try:
            valid = _valid(tool, arguments, words, text)
        except _UnreadableError, probatio.Invalid:
            # What is meant for a lamp need not make sense for a fan.
            continue
        if valid.keys() & tool.fields.keys():
            yield Repaired(tool, valid)


def _is_unsaid(arguments: JsonObject, words: Words, text: str) -> bool:
    """Return whether full brightness is all that a call sets, and nobody spoke of a level."""
    set_ = {key: value for key, value in arguments.items() if key in _BRIGHTNESS and not is_nothing(value)}
    if not set_ or any(str(value).strip("% ") not in _FULL for value in set_.values()) or not words.has_language:
        return False
    spoken = plain(text).split()
    levels = {token for level in words.own.get("levels_said", {}) for token in level.split()}
    return (
        bool(text)
        and number_spelled_in(text, words) is None
        and not (levels.intersection(spoken) or any(token.isdigit() for token in spoken))
    )


class _UnreadableError(Exception):
    """A field that says nothing its tool understands."""


def _foreign(tool: ForeignTool, call: ToolCall) -> Repaired | Broken:
    """Return a call of another API's tool; its fields are its own affair, but for their types."""
    arguments = read_object(call.arguments)
    if arguments is None:
        return Broken(tool.name, f"the arguments of {tool.name} must be one JSON object")
    try:
        return Repaired(tool, tool.takes(arguments))
    except probatio.Invalid as error:
        # A field is missing, or has a value that the tool does not take.
        return Broken(tool.name, f"{tool.name}: {error}")


def _switched(name: str, arguments: JsonObject) -> str:
    """Return the tool that the arguments speak of, where it is another than the one named."""
    power = next((arguments[key] for key in ("state", "power", "action", "command") if key in arguments), None)
    known = {"targets", "kind", "state", "power", "action", "command", *synonyms("targets", "places", "kind")}
    more = {key for key, value in arguments.items() if key not in known and not is_nothing(value)}
    if name in {"set_light", "control", "set_state", "switch", "set", "toggle"} and not more:
        return str(NAMES["power"].get(str(power).strip().lower(), name))
    if name == "lists" and str(power).strip().lower() in _READS:
        return "look_up"
    return next((tool for told, tool, fields in _TELLING if name == told and more & fields), name)


# The name of a call, the tool that is meant if it has any of these fields. Lights and fans are set by turn_on as they
# are offered, and what was is asked for by get_state.
_TELLING: Sequence[tuple[str, str, frozenset[str]]] = (
    (
        "turn_on",
        "set_light",
        frozenset({"brightness", "color", "color_temp", *synonyms("color"), "brightness_pct", "kelvin"}),
    ),
    ("turn_on", "set_climate", frozenset({"temperature", "mode", *synonyms("mode"), "target_temperature"})),
    (
        "turn_on",
        "set_fan",
        frozenset({"speed", "fan_speed", "oscillate", "oscillating", "direction", "preset", "preset_mode"}),
    ),
    ("turn_on", "run", frozenset({"fields", "variables"})),
    ("turn_on", "set_light", frozenset({"change"})),
    ("get_state", "look_up", frozenset({"period", *synonyms("period")})),
)


def _fields(tool: HomeTool, arguments: JsonObject, words: Words, text: str) -> Iterator[tuple[str, object]]:
    """Read the tool's own fields; what is not among them is dropped."""
    own = {str(key) for key in tool.parameters.schema}
    if "kind" in own:
        yield "kind", _kind(arguments, words)
    for field, reading in tool.fields.items():
        names = (field, *NAMES["fields"].get(field, ()))
        # A tool's own field of another name is not a synonym: "temperature" is not a light's colour in a thermostat.
        key = next(
            (key for key in names if (key == field or key not in own) and not is_nothing(arguments.get(key))), None
        )
        if reading == "duration":
            yield field, _duration(arguments, names)
            continue
        if key is None:
            continue
        value = _single(arguments[key])
        if field == "volume" and key == "volume_level" and isinstance(value, int | float) and 0 <= value <= 1:
            # Home Assistant's own field goes from 0 to 1.
            value = value * 100
        if field == tool.change_of and _is_change(reading, value, text, words):
            yield "change", change_of(value, tool.step, text, words)
        elif reading in ("color", "kelvin"):
            named = words.color(value) if isinstance(value, str) else value
            yield field, color_text(named, key, words) if reading == "color" else kelvin_text(named, key)
        elif reading == "change":
            yield from _changed(tool, value, text, words)
        else:
            yield field, _read(field, reading, value, words, text)


def _single(value: object) -> object:
    """Return the one thing in [50] or {"value": 50, "unit": "percent"}."""
    if isinstance(value, list) and len(value) == 1:
        return _single(value[0])
    if isinstance(value, dict) and isinstance(value.get("value"), int | float | str):
        return value["value"]
    return value


def _is_change(reading: str, value: object, text: str, words: Words) -> bool:
    """Return whether what stands for a value to reach is a change: "+10", or 10 where the user said "by ten"."""
    # Below zero are temperatures, but no percentages.
    signs = ("+", "-", "\u2212") if reading == "percent" else ("+",)
    if isinstance(value, str) and value.strip()[:1] in signs:
        return True
    return isinstance(value, int | float) and is_said_as_change(value, text, words)


def _changed(tool: HomeTool, value: object, text: str, words: Words) -> Iterator[tuple[str, object]]:
    """Read a change, which may be the value to reach if that is how the user spoke of it."""
    if isinstance(value, int | float) and is_said_as_value(value, text, words):
        yield tool.change_of, abs(float(value))
        return
    change = change_of(value, tool.step, text, words)
    if change is None:
        raise _UnreadableError(f"change must be a number such as 10 or -10, not {value}")
    yield "change", change


def _kind(arguments: JsonObject, words: Words) -> str | None:
    for key in ("kind", *NAMES["fields"]["kind"]):
        value = arguments.get(key)
        for text in value if isinstance(value, list) else [value]:
            if is_nothing(text) or not isinstance(text, str):
                continue
            word = words.kind_words.get(words.tokens(text.replace("_", " ")))
            if word is None and key == "kind":
                kinds = ", ".join(kind.name for kind in words.kinds.values() if kind.domains)
                raise _UnreadableError(f"there is no kind {text}; the kinds are {kinds}")
            if word and word.kind.domains:
                return word.kind.one if word.plain else " ".join(word.tokens)
    return None


def _read(field: str, reading: str, value: object, words: Words, text: str) -> object:  # a table
    if reading == "percent":
        return _percent(field, value, words, text)
    if reading == "number":
        return _number(field, value, words)
    if reading == "yes":
        return _yes(field, value, words)
    if reading in ("texts", "values"):
        return list(dict.fromkeys(texts_in(value))) if reading == "texts" else read_object(value) or None
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    if reading == "text":
        return str(value).strip()
    spoken = plain(str(value).replace("_", " "))
    synonym = words.synonyms(reading).get(spoken)
    return synonym or spoken.replace(" ", "_")


def _number(field: str, value: object, words: Words) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        if match := re.search(r"-?\d+(?:[.,]\d+)?", value):
            return float(match[0].replace(",", "."))
        if (number := number_spelled_in(value, words)) is not None:
            return number
    raise _UnreadableError(f"{field} must be a number, not {value}")


def _percent(field: str, value: object, words: Words, text: str) -> float:
    """Return percent of what may be percent, a share of one, or a byte: only the speaker's words can tell which."""
    spoken = words.synonyms("levels_said").get(plain(value)) if isinstance(value, str) else None
    number = float(spoken) if spoken is not None else _number(field, value, words)
    said = percent_said(text, words)
    if said is not None and any(
        abs(number - same) <= off for same, off in ((said, 0), (said / 100, 0.001), (said * _FULL_BYTE / 100, 1))
    ):
        return said
    if field == "brightness" and (number == _FULL_BYTE or (said is None and 100 < number < _FULL_BYTE)):
        # More than all there is can only be a byte.
        return float(round(number / _FULL_BYTE * 100))
    if not 0 <= number <= 100 or 0 < number < 1:  # percent
        raise _UnreadableError(f"{field} must be a percentage from 0 to 100, not {value}")
    return number


def _duration(arguments: JsonObject, names: Sequence[str]) -> str | None:
    """Return a span of time in words, out of one field or out of hours, minutes and seconds."""
    parts = {part: arguments.get(part) or arguments.get(f"{part}s") for part in ("hour", "minute", "second")}
    said = [f"{value} {part}s" for part, value in parts.items() if not is_nothing(value)]
    whole = next((arguments[name] for name in names if not is_nothing(arguments.get(name))), None)
    return " ".join(said) or (None if whole is None else str(whole).strip())


def _yes(field: str, value: object, words: Words) -> bool:
    meant = value if isinstance(value, bool) else words.synonyms("yes").get(plain(str(value)))
    if not isinstance(meant, bool):
        raise _UnreadableError(f"{field} must be true or false, not {value}")
    return meant


def _targeted(tool: HomeTool, values: JsonObject, arguments: JsonObject, words: Words) -> JsonObject:
    """Return the validated arguments with their targets.

    Raises _UnreadableError where none are named, probatio.Invalid where a value does not suit.
    """
    if isinstance(tool, FreeTool):
        free: JsonObject = tool.parameters(values)
        return free
    # What names something else to this tool, as "item" does to a list, names no target.
    taken = {name for field in tool.fields for name in (field, *NAMES["fields"].get(field, ()))}
    names = _names(arguments, ("targets", *(key for key in NAMES["fields"]["targets"] if key not in taken)))
    places = _names(arguments, tuple(NAMES["fields"]["places"]))
    if names and len(places) == 1:
        # A name and a room beside it: the lamp of that room.
        names = [name if places[0].casefold() in name.casefold() else f"{places[0]} / {name}" for name in names]
    targets = names or places or _all_of(values.get("kind"), words) or ([tool.alone] if tool.alone else [])
    if not targets:
        raise _UnreadableError(f"{tool.name} needs targets: names from the house list, an area, or a floor")
    valid: JsonObject = tool.parameters({**values, "targets": targets[:_MOST_TARGETS]})
    return valid


def _all_of(kind: str | None, words: Words) -> list[str]:
    """Return what a kind without targets means: "the lights", wherever the speaker is."""
    word = words.kind_words.get(words.tokens(kind)) if kind else None
    return [word.kind.many] if word else []


def _names(arguments: JsonObject, keys: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name for key in keys for name in texts_in(arguments.get(key))))
