"""Planted errors are caught, and what is true is told."""

from collections.abc import Mapping

import pytest

from custom_components.parlor.summaries.grounding import Checker
from tests.summaries.planted import Case, Figures, cases, cases_of, play
from tests.summaries.sheets import SHEETS

TABLE = list(cases())
HOMES = [case for home in ("cottage", "loft", "barn", "terrace", "manor", "houseboat") for case in cases_of(home)]


@pytest.fixture(scope="module")
def figures() -> Figures:
    """Check every summary of the table."""
    return play(iter(TABLE))


@pytest.fixture(scope="module")
def figures_of_homes() -> Figures:
    """Check what strangers wrote about homes."""
    return play(iter(HOMES))


@pytest.mark.parametrize("case", [case for case in TABLE if case.wrong], ids=lambda case: next(iter(case.wrong))[:60])
def test_planted_error_is_caught(figures: Figures, case: Case) -> None:
    """The sentence with the error is refused."""
    assert not case.wrong & {sentence for missed, sentence in figures.missed if missed == case}


@pytest.mark.parametrize("case", [case for case in HOMES if case.wrong], ids=lambda case: next(iter(case.wrong))[:60])
def test_what_strangers_got_wrong_is_caught(figures_of_homes: Figures, case: Case) -> None:
    """The sentence with the error is refused."""
    assert not case.wrong & {sentence for missed, sentence in figures_of_homes.missed if missed == case}


def test_most_of_what_strangers_got_right_is_told(figures_of_homes: Figures) -> None:
    """Three quarters at least, in words that the check was not made for."""
    assert figures_of_homes.dropped_share <= 0.3, figures_of_homes.dropped


def test_there_are_many(figures: Figures) -> None:
    """The table has errors of every kind, and at least as many true sentences as make the share a figure."""
    kinds = {"number", "unit", "name", "time", "direction", "invented", "swap", "negation", "count", "state", "day"}
    assert sum(figures.planted.values()) >= 200
    assert kinds <= {kind for kind, count in figures.planted.items() if count >= 10}
    assert figures.true >= 100


def test_hardly_anything_true_is_dropped(figures: Figures) -> None:
    """No more than three in a hundred."""
    assert figures.dropped_share <= 0.03, figures.dropped


# Whether Anna's sentence, checked after these, is borne out: who "she" is comes from the sentence before.
FOLLOWED: Mapping[str, tuple[str, bool]] = {
    "it is the window": ("The garage door is closed. It is open.", False),
    "she is Anna": ("Anna left home at 18:05. She came back at 22:40.", True),
    "it is the door": ("The garage door was checked. It is closed.", True),
}


@pytest.mark.parametrize("text", list(FOLLOWED), ids=list(FOLLOWED))
def test_pronouns(text: str) -> None:
    """A pronoun stands for what was spoken of."""
    said, expected = FOLLOWED[text]
    verdict = Checker(SHEETS["morning"], "en").check(said).sentences[-1]
    assert (verdict.objection is None) is expected


def test_lines_are_kept() -> None:
    """What is borne out of a text in lines comes in lines."""
    checked = Checker(SHEETS["morning"], "en").check(
        "Good morning.\n- Mia is home.\n- Clara is home.\n\nThe garage door is closed."
    )
    assert checked.text == "Good morning.\n- Mia is home.\nThe garage door is closed."
    assert [one.text for one in checked.refused] == ["- Clara is home."]


def test_another_language_than_the_sheet() -> None:
    """Names, figures and times are checked where the words are not those of the sheet."""
    checked = Checker(SHEETS["morning"], "de").check("Anna kam um 22:40 Uhr zurück. Anna kam um 21:40 Uhr zurück.")
    assert [one.objection is None for one in checked.sentences] == [True, False]
