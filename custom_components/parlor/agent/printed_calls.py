"""Tool calls that a model printed as text instead of making them."""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
import json
import re
from typing import Any, NamedTuple

from ..inference import ToolCall
from .arguments import NAMES

_NAME_KEYS = (
    *("name", "tool", "tool_name", "function_name", "function", "action", "recipient_name"),
    *("intent", "command", "service"),
)
_ARGUMENT_KEYS = ("arguments", "parameters", "args", "params", "tool_input", "action_input", "input", "kwargs")
_ANSWER_KEYS = ("answer", "response", "reply", "text", "message", "content", "speech")
_LIST_KEYS = ("tool_calls", "calls", "tools", "tool_uses", "function_calls")

_XML = re.compile(r"<(function|invoke)(?:=|\s+name=)\"?([\w.:-]+)\"?>(.*?)(?:</\1>|\Z)", re.DOTALL)
_XML_PARAMETER = re.compile(r"<parameter(?:=|\s+name=)\"?([\w.:-]+)\"?[^<>]*>\s*(.*?)\s*(?:</parameter>|\Z)", re.DOTALL)
_XML_NAMED = re.compile(r"<([a-zA-Z]\w*)>(.*?)</\1>", re.DOTALL)
_XML_PAIRS = re.compile(
    r"([\w.:-]+)\s*((?:<arg_key>[^<]*</arg_key>\s*<arg_value>(?:(?!</arg_value>).)*</arg_value>\s*)+)", re.DOTALL
)
_XML_PAIR = re.compile(r"<arg_key>\s*([^<]*?)\s*</arg_key>\s*<arg_value>\s*(.*?)\s*</arg_value>", re.DOTALL)
# What may stand between the name of a tool and the object with its arguments.
_GLUE = re.compile(
    r"(?:[\s`\"':>=|\]*]|<[|\uff5c][^<>]*[|\uff5c]>|\b(?:json|action input|arguments|parameters|args|input|with))+$",
    re.IGNORECASE,
)
_LAST_NAME = re.compile(r"[\w.:-]+$")
_MOST_GLUE = 120
_NAMED_JSON = re.compile(r"(?:\[TOOL_CALLS\]|\[/?CALL\])\s*([\w.:-]+)\s*(?:\[CALL_ID\]\w+)?(?:\[ARGS\])?\s*(?=\{)")
_OPENING = re.compile(r"[{\[]")
_PYTHON = re.compile(r"(?<![\w.])([A-Za-z_][\w.]*)\s*\(")
_BROKEN_NAME = re.compile(r"""["'](?:name|tool|function)["']\s*:\s*["']([\w.:-]+)["']""")
_MARKERS = re.compile(
    r"</?(?:tool_call|tool_calls|function_call|function_calls|tool|toolcall)>|<[|\uff5c][^<>]*[|\uff5c]>|>>>"
    r"|\[/?(?:TOOL_CALLS?|ARGS|CALL)\]|<\|[\w/▁｜]+\|>"  # noqa: RUF001 - as models print it
    r"|```\w*|(?m:^\s*[\[\],;)]+\s*$)"
)
_HINT = re.compile(
    r"<\|?(?:tool|function)|\[/?TOOL|<\|python|```|~~~|[{\[]\s*[{\"']|\{\s*$"
    r"|<invoke|</?[a-z]+_[a-z_]+>|^\s*[\[{]|^\s*[a-z_][\w.]*\(|\b[a-z]+_[a-z_]+\(",
    re.IGNORECASE | re.MULTILINE,
)


class Printed(NamedTuple):
    """The calls found in a text, in their order, and the text without them."""

    calls: tuple[ToolCall, ...]
    text: str


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    calls: tuple[ToolCall, ...]


def may_hold_call(text: str) -> bool:
    """Tell whether a text shows signs of a printed call, so that it must not be spoken before all of it is there."""
    return _HINT.search(text) is not None


def find_printed_calls(text: str, tools: Collection[str]) -> Printed:
    """Return the tool calls that a text spells out as JSON, in tags, or like Python.

    ``tools`` are the names of the tools there are. A JSON object with a name and arguments is a call whatever its name,
    so that a misspelt tool is mended rather than spoken; other shapes count for known names only.
    """
    # What models call the tools in other words counts too, where no sentence could have it.
    aliases = {_plain(name): name for name in NAMES["tools"] if "_" in name}
    known = {**aliases, **{_plain(name): name for name in tools}}
    found: list[_Found] = []
    for candidate in _candidates(text, known):
        if all(candidate.start >= other.end or candidate.end <= other.start for other in found):
            found.append(candidate)
    if not found:
        return Printed((), _without_json(text))
    found.sort(key=lambda one: one.start)
    rest = ""
    at = 0
    for one in found:
        rest += text[at : one.start] + "\n"
        at = one.end
    rest = _MARKERS.sub("", rest + text[at:])
    return Printed(tuple(call for one in found for call in one.calls), rest.strip())


def _without_json(text: str) -> str:
    """Return a text that is no call: nothing where it is all JSON, but for the answer that may be inside."""
    bare = _MARKERS.sub("", text).strip()
    value, end = _decode(bare, 0) if bare[:1] in ("{", "[") else (None, 0)
    if not isinstance(value, dict | list) or bare[end:].strip():
        return text
    said = [value.get(key) for key in _ANSWER_KEYS] if isinstance(value, dict) else []
    return next((one.strip() for one in said if isinstance(one, str)), "")


def _candidates(text: str, known: dict[str, str]) -> Iterator[_Found]:
    yield from _in_xml(text, known)
    yield from _in_named_json(text, known)
    yield from _in_named_xml(text, known)
    yield from _in_json(text, known)
    yield from _named_before(text, known)
    yield from _in_python(text, known)
    yield from _broken(text, known)


def _in_xml(text: str, known: dict[str, str]) -> Iterator[_Found]:
    """Find <function=name>{...}</function>, and the same with <parameter=key>value</parameter> inside."""
    for match in _XML.finditer(text):
        name, inner = _known_name(match[2], known), match[3].strip()
        pairs = {key: _json_or_text(value) for key, value in _XML_PARAMETER.findall(inner)}
        arguments = pairs or _object_or_text(inner)
        yield _Found(match.start(), match.end(), (ToolCall(name, arguments, None),))


def _in_named_json(text: str, known: dict[str, str]) -> Iterator[_Found]:
    """Find [TOOL_CALLS]name[ARGS]{...}."""
    for match in _NAMED_JSON.finditer(text):
        value, end = _decode(text, match.end())
        if isinstance(value, dict):
            yield _Found(match.start(), end, (ToolCall(_known_name(match[1], known), value, None),))


def _in_named_xml(text: str, known: dict[str, str]) -> Iterator[_Found]:
    """Find <name><key>value</key></name>, and name<arg_key>key</arg_key><arg_value>value</arg_value>."""
    for match in _XML_NAMED.finditer(text):
        if name := known.get(_plain(match[1])):
            pairs = {key: _json_or_text(value.strip()) for key, value in _XML_NAMED.findall(match[2])}
            yield _Found(match.start(), match.end(), (ToolCall(name, pairs or _object_or_text(match[2]), None),))
    for match in _XML_PAIRS.finditer(text):
        if name := known.get(_plain(match[1])):
            pairs = {key: _json_or_text(value) for key, value in _XML_PAIR.findall(match[2])}
            yield _Found(match.start(), match.end(), (ToolCall(name, pairs, None),))


def _named_before(text: str, known: dict[str, str]) -> Iterator[_Found]:
    """Find the name of a known tool and then, with nothing said between, an object with its arguments."""
    for opening in re.finditer(r"\{", text):
        before = text[max(0, opening.start() - _MOST_GLUE) : opening.start()]
        if glue := _GLUE.search(before):
            before = before[: glue.start()]
        match = _LAST_NAME.search(before)
        name = known.get(_plain(match[0])) if match else None
        if match is None or name is None:
            continue
        value, end = _decode(text, opening.start())
        if isinstance(value, dict):
            start = opening.start() - (
                len(text[max(0, opening.start() - _MOST_GLUE) : opening.start()]) - match.start()
            )
            yield _Found(start, end, (ToolCall(name, value, None),))


def _in_json(text: str, known: dict[str, str]) -> Iterator[_Found]:
    """Find JSON (or Python) objects that are calls, alone or in a list."""
    at = 0
    while opening := _OPENING.search(text, at):
        value, end = _decode(text, opening.start())
        calls = tuple(_calls_in(value, known))
        if calls:
            yield _Found(opening.start(), end, calls)
        at = end if calls else opening.end()


def _in_python(text: str, known: dict[str, str]) -> Iterator[_Found]:
    """Find name(key=value, ...) for known names."""
    for match in _PYTHON.finditer(text):
        name = known.get(_plain(match[1]))
        end = _closing(text, match.end() - 1)
        if name is None or end is None:
            continue
        arguments = _python_arguments(text[match.start() : end])
        yield _Found(match.start(), end, (ToolCall(name, arguments, None),))


def _broken(text: str, known: dict[str, str]) -> Iterator[_Found]:
    """Find an object that names a known tool but does not parse: a call with the text as its arguments."""
    for match in _BROKEN_NAME.finditer(text):
        name = known.get(_plain(match[1]))
        start = text.rfind("{", 0, match.start())
        if name is not None and start >= 0:
            end = _closing(text, start) or len(text)
            yield _Found(start, end, (ToolCall(name, text[match.end() : end].strip(" ,\n"), None),))


def _calls_in(value: object, known: dict[str, str]) -> Iterator[ToolCall]:
    """Return the calls that a JSON value spells out, if it does."""
    if isinstance(value, list):
        for one in value:
            yield from _calls_in(one, known)
    if not isinstance(value, dict) or not value:
        return
    for key in _LIST_KEYS:
        if isinstance(value.get(key), list):
            yield from _calls_in(value[key], known)
            return
    call = _call_of(value, known)
    if call is not None:
        yield call


def _call_of(value: dict[str, Any], known: dict[str, str]) -> ToolCall | None:
    inner = value.get("function")
    if isinstance(inner, dict):
        return _call_of(inner, known)
    name_key = next((key for key in _NAME_KEYS if isinstance(value.get(key), str)), None)
    if name_key is None:
        # The name may be the key of the arguments.
        [(only, arguments), *others] = value.items()
        name = known.get(_plain(str(only)))
        if isinstance(arguments, list):
            arguments = {"targets": arguments}
        return ToolCall(name, arguments, None) if name and not others and isinstance(arguments, dict) else None
    argument_key = next((key for key in _ARGUMENT_KEYS if isinstance(value.get(key), (dict, str))), None)
    if argument_key is not None:
        arguments = value[argument_key]
        arguments = _object_or_text(arguments) if isinstance(arguments, str) else arguments
        return ToolCall(_known_name(value[name_key], known), arguments, None)
    if _plain(value[name_key]) not in known:
        return None
    rest = {key: one for key, one in value.items() if key not in (name_key, "type", "id")}
    return ToolCall(_known_name(value[name_key], known), rest, None)


@lru_cache(maxsize=1024)
def _plain(name: str) -> str:
    """Return what is the same in all spellings of a name: turn_off, functions.TurnOff, HassTurnOff, turn-off."""
    return (
        "".join(filter(str.isalnum, re.split(r"[.:]", name.removesuffix(".call"))[-1])).casefold().removeprefix("hass")
    )


def _known_name(name: str, known: dict[str, str]) -> str:
    return known.get(_plain(name), name)


def _decode(text: str, start: int) -> tuple[object, int]:
    """Return the JSON or Python literal that begins at a place and where it ends; None if there is none."""
    try:
        return json.JSONDecoder().raw_decode(text, start)
    except ValueError, RecursionError:
        # Models also print single quotes, True and None, or what is no literal at all.
        end = _closing(text, start)
    if end is None:
        return None, start + 1
    return _literal(text[start:end]), end


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except ValueError, SyntaxError, MemoryError, RecursionError:
        # Any text may stand between two brackets; what is no literal is no call.
        return None


def _closing(text: str, start: int) -> int | None:
    """Return the place behind the bracket that closes the one at ``start``, outside of quotes."""
    depth = 0
    quote = ""
    escaped = False
    for at in range(start, len(text)):
        character = text[at]
        if quote:
            closes = character == quote and not escaped
            escaped = character == "\\" and not escaped
            quote = "" if closes else quote
        elif character in "\"'":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth == 0:
                return at + 1
    return None


def _python_arguments(source: str) -> dict[str, Any] | str:
    """Return the arguments of a call written in Python; a single value without a name are the targets."""
    inside = source[source.index("(") + 1 : -1].strip()
    try:
        call = ast.parse(source, mode="eval").body
        if not isinstance(call, ast.Call):
            return inside
        arguments = {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
        if len(call.args) == 1:
            value = ast.literal_eval(call.args[0])
            arguments |= value if isinstance(value, dict) else {"targets": value}
    except ValueError, SyntaxError, MemoryError, RecursionError:
        # A model's idea of Python; repairing it needs to know the tool.
        return _object_or_text(inside)
    return arguments


def _object_or_text(text: str) -> dict[str, Any] | str:
    text = text.strip()
    if not text:
        return {}
    value, _end = _decode(text, 0) if text[0] == "{" else (None, 0)
    return value if isinstance(value, dict) else text


def _json_or_text(text: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(text)
    except ValueError:
        # The value of a tag is plain text unless it happens to be JSON.
        return text
