"""Read what models send as the arguments of a call: objects, the text of objects, almost JSON, things inside things."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
import json
from pathlib import Path
import re
from typing import Any

from ..inference import JsonObject

NAMES: Mapping[str, Any] = json.loads((Path(__file__).parent / "tools" / "names.json").read_text(encoding="utf-8"))
"""What models call tools and fields, by experience."""

_LONGEST_TEXT = 10_000


@lru_cache(maxsize=1024)
def snake(text: str) -> str:
    """Return a name in small letters with underscores: "turnOn" and "turn-on" are "turn_on"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", str(text).strip())
    return re.sub(r"_+", "_", re.sub(r"[\s\-.:/]+", "_", spaced)).strip("_").lower()


def read_object(raw: object) -> JsonObject | None:
    """Return an object out of an object or the text of one; None where it is neither."""
    if isinstance(raw, dict):
        return dict(raw)
    if raw is None or (isinstance(raw, str) and raw.strip().lower() in NAMES["nothing"]):
        return {}
    if not isinstance(raw, str) or len(raw) > _LONGEST_TEXT:
        return None
    return _parsed(raw, dict)


def targets_alone(raw: object) -> JsonObject | None:
    """Return the arguments of a call whose arguments are nothing but names in a list."""
    listed = _parsed(raw, list) if isinstance(raw, str) and len(raw) <= _LONGEST_TEXT else raw
    is_names = isinstance(listed, list) and bool(listed) and all(isinstance(name, str) for name in listed)
    return {"targets": listed} if is_names else None


def unwrapped(arguments: JsonObject) -> JsonObject:
    """Return the arguments inside {"parameters": {...}} and the like, beside those outside."""
    flat: JsonObject = {}
    for key, value in arguments.items():
        inner = read_object(value) if snake(key) in NAMES["wrappers"] else None
        flat.update(inner if inner is not None else {key: value})
    return flat


def hoisted(arguments: JsonObject) -> JsonObject:
    """Return arguments with what stands beside a name inside the targets: [{"name": "Lamp", "brightness": 30}].

    Only where all targets have the same of it.
    """
    known = {"targets", *synonyms("targets", "places", "kind")}
    found: JsonObject = {}
    for key in ("targets", *NAMES["fields"]["targets"]):
        value = arguments.get(key)
        listed = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]
        for one in listed:
            more = {snake(name): inner for name, inner in one.items() if snake(name) not in known}
            found |= {name: inner for name, inner in more.items() if all(inner == two.get(name) for two in listed)}
    return {**found, **arguments}


def texts_in(value: object) -> Iterator[str]:
    """Yield every text in a value: a text, a list of texts, the text of a list, objects with names in them."""
    if isinstance(value, str):
        inner = _parsed(value, list) if value.strip().startswith("[") else None
        if inner is not None:
            yield from texts_in(inner)
        elif not is_nothing(value):
            yield value.strip()
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, dict):
        known = {"targets", *synonyms("targets", "places")}
        for item in [item for key, item in value.items() if snake(key) in known] or value.values():
            yield from texts_in(item)


def is_nothing(value: object) -> bool:
    """Return whether a field says nothing: null, an empty text or list, "none"."""
    if isinstance(value, str):
        return value.strip().lower() in NAMES["nothing"]
    return value is None or value in ([], {})


def synonyms(*fields: str) -> set[str]:
    """Return the other names of some fields."""
    return {name for field in fields for name in NAMES["fields"][field]}


def _parsed[T](text: str, kind: type[T]) -> T | None:
    for candidate in _json_candidates(text):
        try:
            value = json.loads(candidate)
        except ValueError, RecursionError:
            # Not JSON: the next reading may be.
            continue
        if isinstance(value, str):
            return _parsed(value, kind) if value != text else None
        if isinstance(value, kind):
            return value
    return None


def _json_candidates(text: str) -> Iterator[str]:
    """Yield a text as it is, and with what models leave out or put around it mended."""
    bare = re.sub(r"^```\w*\s*|\s*```$", "", text.strip())
    yield from (bare, bare.replace("'", '"'), re.sub(r",\s*([}\]])", r"\1", bare))
    quoted = re.sub(r"([{,]\s*)([A-Za-z_]\w*)\s*:", r'\1"\2":', bare.replace("'", '"'))
    yield quoted
    missing = {"{": "}", "[": "]"}
    stack: list[str] = []
    for character in re.sub(r'"(?:[^"\\]|\\.)*"', "", quoted):
        if character in missing:
            stack.append(missing[character])
        elif stack and character == stack[-1]:
            stack.pop()
    if stack and bare[:1] in missing:
        yield quoted + "".join(reversed(stack))
