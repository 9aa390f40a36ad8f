"""The structure that data shall have: told to the model as a JSON schema, and what it writes checked against it."""

from collections.abc import Callable, Iterator
import json
import re
from typing import Any, Final

from homeassistant.helpers import llm
import probatio

from ..inference import JsonObject

_FENCED: Final = re.compile(r"```[\w+-]*\s*\n?(.*?)(?:```|\Z)", re.DOTALL)
# How many objects are looked for in a text: the work on a text of nothing but braces has to end.
_MOST_OBJECTS: Final = 10
_DECODER: Final = json.JSONDecoder()
_LONGEST_PROBLEM: Final = 500


class UnfitError(ValueError):
    """A text holds nothing that fits the structure; the message says why, to a model."""


class Structure:
    """What an automation wants to know, and how."""

    def __init__(self, schema: probatio.Schema, serializer: Callable[[Any], Any] | None = None) -> None:
        """Take a schema of selectors or validators; `serializer` describes those that an API has of its own."""
        self.json_schema: JsonObject = probatio.to_openapi(
            schema, custom_serializer=serializer or llm.selector_serializer, openapi_version="3.1.0"
        )
        strict = schema.extra == probatio.PREVENT_EXTRA
        # What nobody asked for does no harm: it is left out.
        self._schema = probatio.Schema(schema.schema, extra=probatio.REMOVE_EXTRA) if strict else schema

    def read(self, text: str) -> JsonObject:
        """Return the data in a model's answer, checked, with numbers as they were written.

        The object may stand in a text or in a fence, and within another one that has only it. Raises UnfitError.
        """
        problem: str | None = None
        for found in _objects(text):
            for candidate in _with_inner(found):
                try:
                    data: JsonObject = _as_written(self._schema(candidate), candidate)
                except probatio.Invalid as error:
                    # Told of the first object: it is the most likely to be meant.
                    problem = problem or _problem(found, error)
                else:
                    return data
        raise UnfitError(problem or "There is no JSON object in it.")


def _objects(text: str) -> Iterator[JsonObject]:
    """Yield the JSON objects in a text: the text itself, what stands in fences, what stands anywhere."""
    for found in (_whole(part) for part in (text, *_FENCED.findall(text))):
        if found is not None:
            yield found
    at = text.find("{")
    for _ in range(_MOST_OBJECTS):
        if at < 0:
            return
        try:
            value, end = _DECODER.raw_decode(text, at)
        except ValueError, RecursionError:
            # A brace of another kind.
            end = at + 1
        else:
            yield value
        at = text.find("{", end)


def _whole(text: str) -> JsonObject | None:
    try:
        value = json.loads(text)
    except ValueError, RecursionError:
        # Words, half an object, or brackets without end.
        return None
    return value if isinstance(value, dict) else None


def _with_inner(found: JsonObject) -> Iterator[JsonObject]:
    """Yield an object, and the one that a model has wrapped: in a name of its own, or in the schema it was given."""
    yield found
    if len(found) == 1 and isinstance(inner := next(iter(found.values())), dict):
        yield inner
    if isinstance(inner := found.get("properties"), dict):
        yield inner


def _problem(found: JsonObject, error: probatio.Invalid) -> str:
    if "properties" in found and "type" in found:
        return "It is the JSON schema itself, and not an object that follows the schema."
    return str(error)[:_LONGEST_PROBLEM]


def _as_written(checked: Any, written: Any) -> Any:  # noqa: ANN401 # any JSON
    """Return checked data with the whole numbers that a check has made fractions."""
    if isinstance(checked, dict) and isinstance(written, dict):
        return {key: _as_written(value, written.get(key)) for key, value in checked.items()}
    if isinstance(checked, list) and isinstance(written, list) and len(checked) == len(written):
        return [_as_written(one, other) for one, other in zip(checked, written, strict=True)]
    is_whole = isinstance(checked, float) and isinstance(written, int) and not isinstance(written, bool)
    return written if is_whole and checked == written else checked
