"""What models write where data of a structure is wanted, and what is made of it."""

import json
from typing import Any

from homeassistant.helpers import selector
import probatio
import pytest

from custom_components.parlor.tasks.structure import Structure, UnfitError

FIELDS: dict[Any, Any] = {
    probatio.Required("title", description="What it is about"): selector.selector({"text": None}),
    probatio.Optional("count"): selector.selector({"number": {"min": 0, "max": 10}}),
    probatio.Optional("urgent"): selector.selector({"boolean": None}),
    probatio.Optional("kind"): selector.selector({"select": {"options": ["parcel", "letter"]}}),
    probatio.Optional("items"): selector.selector({"text": {"multiple": True}}),
}
STRUCTURE = Structure(probatio.Schema(FIELDS, extra=probatio.PREVENT_EXTRA))
DATA = {"title": "Post", "count": 2}
JSON = '{"title": "Post", "count": 2}'


def test_json_schema() -> None:
    """Selectors become a JSON schema that a server can hold a model to."""
    assert STRUCTURE.json_schema == {
        "type": "object",
        "properties": {
            "title": {"type": "string", "description": "What it is about"},
            "count": {"type": "number", "minimum": 0.0, "maximum": 10.0},
            "urgent": {"type": "boolean"},
            "kind": {"type": "string", "enum": ["parcel", "letter"]},
            "items": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["title"],
        "additionalProperties": False,
    }


USABLE: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": (JSON, DATA),
    "prose around": (f"Here you are: {JSON} Anything else?", DATA),
    "fence": (f"Sure!\n```json\n{JSON}\n```\nDone.", DATA),
    "fence without a language": (f"```\n{JSON}\n```", DATA),
    "fence without an end": (f"```json\n{JSON}", DATA),
    "braces in the prose": (f"The {{answer}} {{is}}: {JSON}", DATA),
    "the last of two": (f'{{"name": "an example"}} and now {JSON}', DATA),
    "wrapped": (f'{{"data": {JSON}}}', DATA),
    "in a list": (f"[{JSON}]", DATA),
    "in its schema": (f'{{"type": "object", "properties": {JSON}}}', DATA),
    "more than was asked for": ('{"title": "Post", "reasoning": "I saw it."}', {"title": "Post"}),
    "number as text": ('{"title": "Post", "count": "2"}', DATA),
    "fraction": ('{"title": "Post", "count": 2.5}', {"title": "Post", "count": 2.5}),
    "switch in words": ('{"title": "Post", "urgent": "yes"}', {"title": "Post", "urgent": True}),
    "ten thousand words before": ("and so on, " * 10_000 + JSON, DATA),
}


@pytest.mark.parametrize(("text", "data"), USABLE.values(), ids=USABLE)
def test_usable(text: str, data: dict[str, Any]) -> None:
    """Whatever is around it, data that fits the structure is found."""
    assert STRUCTURE.read(text) == data


def test_whole_numbers_stay_whole() -> None:
    """A check that makes fractions of numbers leaves them as they were written, and truth is no number."""
    assert json.dumps(STRUCTURE.read(JSON)) == JSON
    assert STRUCTURE.read('{"title": "Post", "count": true}')["count"] is not True


UNFIT: dict[str, tuple[str, str]] = {
    "prose": ("There are two letters.", "no JSON object"),
    "a number": ("2", "no JSON object"),
    "half an object": ('{"title": "Post", "cou', "no JSON object"),
    "missing": ('{"count": 2}', "title"),
    "too large": ('{"title": "Post", "count": 11}', "too large"),
    "not a choice": ('{"title": "Post", "kind": "fish"}', "kind"),
    "another kind": ('{"title": ["Post"]}', "title"),
    "the schema itself": (json.dumps(STRUCTURE.json_schema), "schema itself"),
    "brackets without end": ("[" * 20_000, "no JSON object"),
    "braces without end": ("{" * 20_000, "no JSON object"),
    "objects without end": ('{"a":' * 20_000, "no JSON object"),
}


@pytest.mark.parametrize(("text", "told"), UNFIT.values(), ids=UNFIT)
def test_unfit(text: str, told: str) -> None:
    """What does not fit is told in words that a model, and whoever wrote the automation, can act on."""
    with pytest.raises(UnfitError, match=told):
        STRUCTURE.read(text)


def test_structure_that_allows_more() -> None:
    """What a structure lets through is kept."""
    open_structure = Structure(probatio.Schema(FIELDS, extra=probatio.ALLOW_EXTRA))
    assert open_structure.read('{"title": "Post", "from": "Anna"}') == {"title": "Post", "from": "Anna"}
