"""The tools as a model is told of them: fewer than there are, and in as few tokens as they can be said.

Every request pays for them. A tool that sets what another one turns on is offered as fields of that one; what a model
sends is taken apart again on arrival, where any tool may also be called by its own name.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from ...home import Home, HomeEntity
from ...inference import JsonObject
from .base import HomeTool
from .look_up import DETAILED

# tool: the one whose fields its own become
_FOLDED: Final[Mapping[str, str]] = {"look_up": "get_state", "set_fan": "turn_on", "set_light": "turn_on"}
# The field of a call that is offered under another name: one field takes every white and every colour.
_RENAMED: Final[Mapping[str, str]] = {"color_temp": "color"}
# "Kitchen lights" is a target, so that a kind needs no field of its own.
_UNOFFERED: Final = frozenset({"kind", *_RENAMED})
# What turning on does as well; a button or a script with fields needs more.
_RUN: Final = "run"
_RUN_ONLY: Final = frozenset({"button", "input_button"})
# The instructions say once for all tools that targets are needed.
_SAID_ONCE: Final = ["targets"]
# Of a field's schema, what a model can do without; calls are validated against all of it.
_SPARED: Final = frozenset({"items", "maximum", "minimum"})


def offered(tools: Sequence[HomeTool], home: Home) -> tuple[JsonObject, ...]:
    """Return the schemas of the tools, in their order, with the fields that something in the house can take."""
    abilities: dict[str, set[str]] = defaultdict(set)
    for entity in home.entities.values():
        abilities[entity.domain].update(entity.abilities)
    schemas: dict[str, JsonObject] = {}
    for tool in _heads_first(tools):
        if tool.name == _RUN and not _is_run_needed(abilities):
            continue
        own = _brief(tool.schema(frozenset[str]().union(*(abilities[domain] for domain in tool.domains))))
        head = schemas.get(_FOLDED.get(tool.name, ""))
        if head is None:
            schemas[tool.name] = own
        else:
            _properties(head).update({name: value for name, value in _properties(own).items() if name != "targets"})
    return tuple(schemas[name] for name in sorted(schemas))


def as_offered(name: str, arguments: JsonObject) -> tuple[str, JsonObject]:
    """Return a call of one of the tools as a model would make it out of what it is offered."""
    if name not in _FOLDED:
        return name, arguments
    return _FOLDED[name], {_RENAMED.get(field, field): value for field, value in arguments.items()}


def reader_of(tool: HomeTool, entities: Collection[HomeEntity], tools: Sequence[HomeTool]) -> HomeTool:
    """Return the tool that reads what is asked for: the state of a list or a calendar is not what is in it."""
    folded = next((other for other in tools if _FOLDED.get(other.name) == tool.name), None)
    return folded if folded and entities and all(entity.domain in DETAILED for entity in entities) else tool


def _heads_first(tools: Sequence[HomeTool]) -> list[HomeTool]:
    return sorted(tools, key=lambda tool: (tool.name in _FOLDED, tool.name))


def _is_run_needed(abilities: Mapping[str, Collection[str]]) -> bool:
    return bool(_RUN_ONLY & abilities.keys()) or "fields" in abilities.get("script", ())


def _brief(schema: JsonObject) -> JsonObject:
    """Return a copy of a schema without what a model can do without."""
    function = schema["function"]
    properties = {
        name: {key: value for key, value in field.items() if key not in _SPARED and not _is_plain(key, field)}
        for name, field in function["parameters"]["properties"].items()
        if name not in _UNOFFERED
    }
    parameters = {**function["parameters"], "properties": properties}
    if parameters.get("required") == _SAID_ONCE:
        del parameters["required"]
    return {"type": "function", "function": {**function, "parameters": parameters}}


def _is_plain(key: str, field: JsonObject) -> bool:
    """Return whether a part of a field's schema is said by the rest: what is listed in quotes is text."""
    return key == "type" and field[key] == "string" and "enum" in field


def _properties(schema: JsonObject) -> JsonObject:
    properties: JsonObject = schema["function"]["parameters"]["properties"]
    return properties
