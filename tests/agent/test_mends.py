"""What is misheard is found where it can mean one thing, asked about where it may be another, and never replaced."""

from pathlib import Path
from typing import Any

from homeassistant.core import Context
from homeassistant.util.yaml import load_yaml
import pytest

from custom_components.parlor.agent.index import Index
from custom_components.parlor.agent.mend import mender_of
from custom_components.parlor.agent.search import Aim, Found, Several
from custom_components.parlor.agent.sound import key_of
from custom_components.parlor.agent.targets import find
from custom_components.parlor.agent.utterance import Utterance
from custom_components.parlor.agent.words import words_for
from custom_components.parlor.home import HomeEntity

_TABLE: list[dict[str, Any]] = load_yaml(str(Path(__file__).with_name("mends.yaml")))  # type: ignore[assignment]


def _index(names: list[str], domain: str) -> Index:
    entities = [HomeEntity(f"{domain}.e{at}", domain, name, label=name) for at, name in enumerate(names)]
    return Index({entity.entity_id: entity for entity in entities}, {}, {}, words_for("en"))


def _meant(said: str, index: Index, domain: str) -> str | None:
    utterance = Utterance(f"turn on the {said}", "en", None, None, None, Context())
    aim = Aim(index, utterance, frozenset({domain}), frozenset({domain}), frozenset({domain}))
    match find(said, aim):
        case [Found(entities=[one])]:
            return one.name
        case [Several()]:
            return "~"
    return None


@pytest.mark.parametrize("house", _TABLE, ids=[house["domain"] + f" {at}" for at, house in enumerate(_TABLE)])
def test_heard(house: dict[str, Any]) -> None:
    """Each of the heard phrases means what it should."""
    index = _index(house["names"], house["domain"])
    found = {said: _meant(said, index, house["domain"]) for said in house["said"]}
    assert {said: name for said, name in found.items() if name != house["said"][said]} == {}


def test_table_is_large() -> None:
    """There are many phrases, and many that mean nothing."""
    rows = [meant for house in _TABLE for meant in house["said"].values()]
    assert len(rows) >= 150
    assert sum(meant is None for meant in rows) >= 50


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("lights", "leds", True),
        ("fan", "fun", True),
        ("knight", "night", True),
        ("phone", "fone", True),
        ("kitchen", "kichen", True),
        ("garage", "garden", False),
        ("bedroom", "bathroom", False),
        ("door", "dryer", False),
        ("lamp", "clamp", False),
        ("office", "attic", False),
    ],
)
def test_sounds(one: str, other: str, *, same: bool) -> None:
    """Words that sound alike have one key."""
    words = words_for("en")
    assert (key_of(one, words) == key_of(other, words)) is same


def test_tools_mend_within_their_domains() -> None:
    """What a tool cannot be called on is not what was misheard."""
    entities = [HomeEntity("light.a", "light", "Office lamp", label="Office lamp")]
    entities.append(HomeEntity("sensor.a", "sensor", "Barometer", label="Barometer"))
    index = Index({entity.entity_id: entity for entity in entities}, {}, {}, words_for("en"))
    assert [one.tokens for one in mender_of(index, frozenset({"light"})).mend(("barometr",))] == []
    assert [one.tokens for one in mender_of(index, frozenset({"sensor"})).mend(("barometr",))] == [("barometer",)]
