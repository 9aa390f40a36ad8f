"""Answers in a format: the plainest value that a JSON schema allows, or a JSON object around a sentence."""

from collections.abc import Callable
from dataclasses import replace

from .reply import Reply
from .wire import JsonObject, dumps


def in_format(reply: Reply, wanted: str | JsonObject | None) -> Reply:
    """Return the reply as a request's ``format`` wants it: None or "" as it is, "json", or a JSON schema."""
    if not wanted or reply.tool_calls:
        return reply
    value = {"answer": reply.content} if isinstance(wanted, str) else _example(wanted, reply.content)
    return replace(reply, content=dumps(value))


def _example(schema: JsonObject, text: str) -> object:
    """Return a value that the schema allows: the first of a choice, else the plainest of its type."""
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return _example(choices[0], text)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    return _plainest(kind[0] if isinstance(kind, list) else kind, schema, text)


def _plainest(kind: str, schema: JsonObject, text: str) -> object:
    """Return the text, the least number, an object of examples and the like."""
    values: dict[str, Callable[[], object]] = {
        "object": lambda: {name: _example(one, text) for name, one in schema.get("properties", {}).items()},
        "array": lambda: [_example(schema.get("items", {}), text)] * max(1, schema.get("minItems", 1)),
        "integer": lambda: schema.get("minimum", 0),
        "number": lambda: schema.get("minimum", 0),
        "boolean": lambda: False,
        "null": lambda: None,
    }
    return values.get(kind, lambda: text[: schema.get("maxLength")])()
