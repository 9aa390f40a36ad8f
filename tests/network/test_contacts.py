"""What is written down of who was talked to."""

import pytest

from custom_components.parlor.network import Traffic, book_news, summed


@pytest.mark.parametrize(
    ("before", "now", "booked"),
    [
        ({}, {"a": Traffic(1, 1, 10, 100)}, {"a": Traffic(1, 1, 10, 100)}),
        ({"a": Traffic(1, 1, 10, 100)}, {"a": Traffic(1, 1, 10, 100)}, {"a": Traffic()}),
        ({"a": Traffic(1, 1, 10, 100)}, {"a": Traffic(2, 2, 30, 150)}, {"a": Traffic(1, 1, 20, 50)}),
        ({"a": Traffic(2, 2, 30, 150)}, {"a": Traffic(1, 1, 10, 40)}, {"a": Traffic(1, 1, 10, 40)}),
        ({"a": Traffic(2, 2, 30, 150)}, {}, {}),
    ],
    ids=["new", "the same again", "more", "counted from the start again", "no longer told"],
)
def test_news(before: dict[str, Traffic], now: dict[str, Traffic], booked: dict[str, Traffic]) -> None:
    """Of what somebody else counts, only what is new is written down."""
    book: dict[str, Traffic] = {}
    book_news((book,), before, now)
    assert book == booked


def test_sum() -> None:
    """Several servers may have one address; the books stay as they are."""
    first, second = {"a": Traffic(1, 2, 3, 4)}, {"a": Traffic(1, 1, 1, 1), "b": Traffic(5, 5, 5, 5)}
    assert summed((first, second)) == {"a": Traffic(2, 3, 4, 5), "b": Traffic(5, 5, 5, 5)}
    assert first == {"a": Traffic(1, 2, 3, 4)}
