"""Sentences are cut where a speaker would pause."""

import pytest

from custom_components.parlor.sentences import cut_sentences, split_sentences

CASES = {
    "none": ("  \n ", []),
    "one": ("The light is on.", ["The light is on."]),
    "without an end": ("The light is on", ["The light is on"]),
    "two": ("It is on. It is red.", ["It is on.", "It is red."]),
    "marks": ("Really?! Yes… Good!", ["Really?!", "Yes…", "Good!"]),
    "quotes": ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
    "decimal numbers": ("It is 21.5 degrees. Warm.", ["It is 21.5 degrees.", "Warm."]),
    "a number at the end": ("It is 21. Warm.", ["It is 21.", "Warm."]),
    "short forms": ("Dr. Who and Mr. X. live here. Yes.", ["Dr. Who and Mr. X. live here.", "Yes."]),
    "list items": ("1. Milk\n2. Eggs", ["1. Milk", "2. Eggs"]),
    "lines": ("Milk\n\nEggs", ["Milk", "Eggs"]),
    "without spaces": ("電気はついています。暑いです。", ["電気はついています。", "暑いです。"]),
    "names of files": ("See a.b.c for it.", ["See a.b.c for it."]),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_a_text_is_split_into_sentences(text: str, expected: list[str]) -> None:
    """Nothing is lost but the white space between them."""
    assert split_sentences(text) == expected


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_a_growing_text_gives_the_same_sentences(text: str, expected: list[str]) -> None:
    """A sentence is cut only when it is certain where it ends."""
    found: list[str] = []
    rest = ""
    for letter in text:
        sentences, rest = cut_sentences(rest + letter)
        found += sentences
    assert [*found, *split_sentences(rest)] == expected
