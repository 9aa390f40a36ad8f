"""Calls of Home Assistant's services, in the shapes that models know from elsewhere: each named after its service."""

from collections.abc import Iterable, Iterator
import json

from ..inference import JsonObject, ToolCall

_CALLERS = frozenset(
    {"callservice", "callservices", "executeservice", "executeservices", "performaction", "service", "action"}
)
_LISTS = ("list", "services", "calls", "actions")
_RUN_BY_NAME = frozenset({"script", "scene"})
_KNOWN = frozenset({"turn_on", "turn_off", "toggle", "reload", "apply", "create"})


def unpacked(calls: Iterable[ToolCall]) -> Iterator[ToolCall]:
    """Yield the calls; one of a tool that calls services becomes one for each service, e.g. "light.turn_on"."""
    for call in calls:
        arguments = _object(call.arguments)
        found = list(_services(call, arguments)) if arguments is not None else []
        yield from found or [_named_script(call, arguments)]


def _services(call: ToolCall, arguments: JsonObject) -> Iterator[ToolCall]:
    """Yield what {"domain": "light", "service": "turn_off", ...} and {"action": "light.turn_off", ...} call for."""
    if "".join(filter(str.isalnum, call.name)).casefold().removeprefix("hass") not in _CALLERS:
        return
    for key in _LISTS:
        listed = arguments.get(key)
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, dict):
                yield from _service(call, one)
    if not any(isinstance(arguments.get(key), list) for key in _LISTS):
        yield from _service(call, arguments)


def _service(call: ToolCall, arguments: JsonObject) -> Iterator[ToolCall]:
    rest = dict(arguments)
    domain = rest.pop("domain", None)
    service = next((rest.pop(key) for key in ("service", "action", "service_name") if key in rest), None)
    if not isinstance(service, str):
        return
    name = service if "." in service or not isinstance(domain, str) else f"{domain}.{service}"
    yield ToolCall(name, rest, call.id)


def _named_script(call: ToolCall, arguments: JsonObject | None) -> ToolCall:
    """Return the call to run a script for one that is named after it: "script.good_night" with its fields."""
    domain, dot, name = call.name.partition("." if "." in call.name else "__")
    if not dot or domain not in _RUN_BY_NAME or name in _KNOWN or arguments is None:
        return call
    fields = {key: value for key, value in arguments.items() if key not in ("targets", "entity_id")}
    given: JsonObject = {"fields": fields} if fields and domain == "script" else {}
    return ToolCall("run", {"targets": [f"{domain}.{name}"], **given}, call.id)


def _object(raw: object) -> JsonObject | None:
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except ValueError:
            # What else it may be, repair finds out.
            return None
    return raw if isinstance(raw, dict) else None
