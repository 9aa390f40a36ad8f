"""What a model claims in other languages is known by as many verbs and forms as in English."""

from collections.abc import Sequence
from pathlib import Path

from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.parlor.agent.claims import claims_deed

_FOLDER = Path(__file__).with_name("claims_abroad")
_TABLES: dict[str, dict[str, Sequence[str]]] = {
    path.stem: load_yaml_dict(str(path)) for path in sorted(_FOLDER.glob("*.yaml"))
}
_CASES = [
    (language, kind, sentence)
    for language, table in _TABLES.items()
    for kind, sentences in table.items()
    for sentence in sentences
]


@pytest.mark.parametrize(("language", "kind", "sentence"), _CASES, ids=[f"{one[0]}: {one[2]}" for one in _CASES])
def test_claims(language: str, kind: str, sentence: str) -> None:
    """A deed is claimed in any turn, a state claims one after a command, and the rest claims nothing."""
    assert claims_deed(sentence, language, command=False) is (kind == "claims")
    assert claims_deed(sentence, language, command=True) is (kind != "innocent")


@pytest.mark.parametrize("language", sorted(_TABLES))
def test_tables_are_large(language: str) -> None:
    """There are many forms and verbs in each language, and innocent sentences that look like them."""
    table = _TABLES[language]
    assert len(table["claims"]) >= 45
    assert len(table["innocent"]) >= 10
