"""Which tool a model means by the name that it gives."""

from collections.abc import Mapping, Sequence
import re

from ..inference import JsonObject
from .arguments import NAMES, snake
from .tools import ForeignTool, HomeTool
from .words import Words


def named_tool(raw: str, tools: Mapping[str, HomeTool], words: Words) -> tuple[str, JsonObject]:
    """Return the tool's own name and the arguments that the model's name for it implies."""
    name = snake(raw)
    if name in tools:
        return name, {}
    tail = snake(re.split(r"__|[.:/]", raw.strip())[-1])
    prefixes = ("", *(f"{prefix}_" for prefix in NAMES["prefixes"]))
    for candidate in (text.removeprefix(prefix) for text in (name, tail) for prefix in prefixes):
        if candidate in tools:
            return candidate, _domain_of(raw, candidate)
        if candidate in NAMES["tools"]:
            known, given = NAMES["tools"][candidate]
            return known, {**given, **_domain_of(raw, known)}
    if switched := _switch(name, words):
        return switched
    for known in tools:
        # light_turn_on, switch_turn_off
        if name.endswith(f"_{known}"):
            return known, {"domain": name.removesuffix(f"_{known}")}
    return name, {}


def foreign_tool(raw: str, name: str, tools: Sequence[HomeTool]) -> ForeignTool | None:
    """Return the tool of another API that is meant: by its name, or by its last part where Parlor has none like it."""
    foreign = [tool for tool in tools if isinstance(tool, ForeignTool)]
    for tool in foreign:
        if snake(tool.name) == snake(raw):
            return tool
    if any(tool.name == name for tool in tools):
        return None
    tail = snake(re.split(r"__|[.:/]", raw.strip())[-1])
    found = [tool for tool in foreign if snake(tool.name.split("__", 1)[-1]).endswith(tail)]
    return found[0] if len(found) == 1 else None


def _switch(name: str, words: Words) -> tuple[str, JsonObject] | None:
    """Return what "turn_on_light", "lights_off" and "switch_the_fan_on" call for."""
    parts = name.split("_")
    ways = [part for part in parts if part in ("on", "off")]
    rest = [part for part in parts if part not in ("on", "off", "turn", "switch", "power", "the", "set", "device")]
    word = words.kind_words.get(tuple(rest)) if rest else None
    if len(ways) != 1 or (rest and word is None) or len(parts) == len(ways):
        return None
    return f"turn_{ways[0]}", {"kind": word.kind.one} if word and word.kind.domains else {}


def _domain_of(raw: str, name: str) -> JsonObject:
    """Return the kind that "light.turn_on" and "fan__turn_off" speak of."""
    if not name.startswith("turn_"):
        return {}
    head = re.split(r"__|[.:/]", raw.strip())[0].lower()
    return {} if head in NAMES["prefixes"] or snake(head).endswith(name) else {"domain": head}
