"""Replies in every language that has templates: complete, true to the English ones, and right to the letter."""

from collections.abc import Mapping
from pathlib import Path
import re
from string import Formatter
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components import parlor
from custom_components.parlor.agent.facts import Fact, FactKind, Group, Outcome, Subject
from custom_components.parlor.agent.replies import ask_consent, ask_room, ask_which, compose, phrases_for, speak_error
from custom_components.parlor.home import HomeEntity
from custom_components.parlor.language import file_for, read_languages

_FOLDER = Path(parlor.__file__).parent / "agent" / "replies"
_FILES = read_languages(_FOLDER)
_LANGUAGES = ("cs", "da", "de", "en", "es", "fr", "it", "nb", "nl", "pl", "pt", "sv")
_OTHERS = sorted(_FILES.keys() - {"en"})
_TABLES = {path.stem: load_yaml_dict(str(path)) for path in sorted(Path(__file__).with_name("replies").glob("*.yaml"))}
# What each language's grammar brings: places and kinds said in another way than English says them.
_INSTEAD = {"kind", "kinds", "place", "where", "name", "subject", "message", "be", "have"}
_VALUES = {
    "brightness": "30",
    "color": "red",
    "mode": "heat",
    "when": "Friday 3 April, 14:00",
    "temperature": "21.5",
    "items": "eggs\nmilk",
}


def entity(name: str, area: str | None = None, *, domain: str = "light", label: str = "") -> HomeEntity:
    """Return an entity of this name."""
    object_id = re.sub(r"\W", "_", f"{area}_{name}".lower())
    return HomeEntity(f"{domain}.{object_id}", domain, name, area_name=area, label=label or name)


def templates(file: Mapping[str, Any], head: str = "") -> dict[str, str]:
    """Return the sentence templates of a file by their paths."""
    found = {}
    for key, value in file.items():
        if isinstance(value, str):
            found[f"{head}{key}"] = value
        elif isinstance(value, dict) and key in ("states", "already", "asks", "errors", "not_done", "timers"):
            found |= templates(value, f"{key}.")
    return found


def slots(template: str) -> set[str]:
    """Return what a template has a place for."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_languages() -> None:
    """The languages that are promised are there."""
    assert set(_LANGUAGES) <= set(_FILES)


@pytest.mark.parametrize("language", _OTHERS)
def test_says_what_english_says(language: str) -> None:
    """Every sentence is there, with a place for everything that the English one tells."""
    own, english = templates(_FILES[language]), templates(_FILES["en"])
    spoken = {key for key in english if key not in ("the", "the_only")}
    assert {key for key in spoken if key not in own} == set()
    told = {key: slots(english[key]) - _INSTEAD for key in spoken}
    assert {key: slots(own[key]) - _INSTEAD for key in spoken} == told
    assert set(_FILES[language]["modes"]) == set(_FILES["en"]["modes"])


@pytest.mark.parametrize("language", sorted(_FILES))
@pytest.mark.parametrize("state", sorted(_FILES["en"]["states"]))
def test_every_state_renders(language: str, state: str) -> None:
    """Each predicate can be said of one and of many, of known nouns and of any name."""
    values = {name: _VALUES.get(name, "5") for name in slots(_FILES["en"]["states"][state])}
    values = {name: value for name, value in values.items() if name not in ("be", "have", "subject")}
    lamps = (entity("Xyz 3"), entity("Lamp"))
    kinds = [None, *_FILES["de"]["kinds"].keys() - {"device"}]
    subjects = [Subject(lamps[:1]), Subject(lamps), *(Subject(lamps, Group(kind, "Kitchen")) for kind in kinds)]
    for subject in subjects:
        for kind in (FactKind.DONE, FactKind.ALREADY):
            said = compose(Outcome((), facts=(Fact(kind, subject, state, values),)), language)
            assert said
            assert re.search(r"[\[\]{}|\0]", said) is None
            assert all(word in said for name, value in values.items() if name == "items" for word in value.split("\n"))


@pytest.mark.parametrize("language", sorted(_FILES))
@pytest.mark.parametrize("state", sorted(_FILES["en"]["asks"]))
def test_every_deed_can_be_asked_about(language: str, state: str) -> None:
    """Each question can be put about one and about many, about known nouns and about any name."""
    values = {name: _VALUES.get(name, "5") for name in slots(_FILES["en"]["asks"][state]) - {"subject"}}
    lamps = (entity("Xyz 3"), entity("Lamp"))
    for subject in (Subject(lamps[:1]), Subject(lamps), Subject(lamps, Group("light", "Kitchen"))):
        said = ask_consent([Fact(FactKind.ASKED, subject, state, values)], language)
        assert said.endswith("?")
        assert re.search(r"[\[\]{}|\0]", said) is None
        assert subject.group or all(lamp.name.casefold() in said.casefold() for lamp in subject.entities[:1])


@pytest.mark.parametrize(
    ("language", "file"),
    [
        ("de-DE", "de"),
        ("de-AT", "de"),
        ("DE_ch", "de"),
        ("nb-NO", "nb"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("pt-BR", "pt-br"),
        ("pt-PT", "pt"),
        ("en-GB", "en"),
        ("zh-CN", None),
        ("fi", None),
        ("", None),
    ],
)
def test_tags(language: str, file: str | None) -> None:
    """However a language is tagged, its file is found; a language without one has none."""
    assert file_for(language, _FILES) == file
    assert (phrases_for(language) is None) == (file is None)


_CASES = [
    (language, number, case) for language, table in _TABLES.items() for number, case in enumerate(table["replies"])
]


@pytest.mark.parametrize(
    ("language", "case"),
    [(language, case) for language, _, case in _CASES],
    ids=[f"{language}: {case['said']}" for language, _, case in _CASES],
)
def test_replies(language: str, case: dict[str, Any]) -> None:
    """Facts become exactly this sentence."""
    assert compose(Outcome((), facts=tuple(map(_fact, case["facts"]))), language) == case["said"]


_ASKS = [(language, case) for language, table in _TABLES.items() for case in table["asks"]]


@pytest.mark.parametrize(("language", "case"), _ASKS, ids=[f"{language}: {case['said']}" for language, case in _ASKS])
def test_asks(language: str, case: dict[str, Any]) -> None:
    """What needs a yes becomes exactly this question."""
    assert ask_consent([_fact({**row, "kind": "asked"}) for row in case["facts"]], language) == case["said"]


@pytest.mark.parametrize("language", sorted(_TABLES))
def test_questions_and_errors(language: str) -> None:
    """Questions back to the user, and what is said when something fails."""
    table = _TABLES[language]
    names = [entity(name) for name in table["which"]["names"]]
    assert ask_which("xyz", names, language) == table["which"]["said"]
    assert ask_room("", table["room"]["names"], language) == table["room"]["said"]
    assert speak_error("model_missing", language, model="qwen") == table["model_missing"]


@pytest.mark.parametrize("language", sorted(set(_LANGUAGES) - {"en"}))
def test_every_language_has_a_table(language: str) -> None:
    """Each language's sentences were written down by hand, of every kind of fact."""
    kinds = {fact.get("kind", "done") for case in _TABLES[language]["replies"] for fact in case["facts"]}
    withheld = {"no_answer", "failed", "not_found", "refused", "denied", "needs_code", "outside", "later"}
    assert kinds == {"done", "already", "under_way", *withheld}


def test_missing_template() -> None:
    """A fact for which a language has no words yet is left to the model, not half told."""
    unknown = Fact(FactKind.DONE, Subject((entity("Lampe"),)), "sent_to_the_moon")
    assert compose(Outcome((), facts=(unknown,)), "de") is None


def _fact(row: dict[str, Any]) -> Fact:
    """Return the fact of a table's row."""
    things = [row["of"]] if isinstance(row.get("of"), str) else row.get("of", [])
    entities = tuple(entity(name, row.get("area"), label=row.get("label", "")) for name in things)
    has_group = any(key in row for key in ("group", "in", "floor"))
    group = Group(row.get("group"), row.get("in"), row.get("floor")) if has_group else None
    values = {name: str(value) for name, value in row.get("values", {}).items()}
    state = str(row.get("state", ""))
    # YAML reads on and off as yes and no.
    state = {"True": "on", "False": "off"}.get(state, state)
    return Fact(FactKind(row.get("kind", "done")), Subject(entities, group), state, values, row.get("message", ""))
