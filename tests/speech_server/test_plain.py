"""What is only for the eyes is not spoken."""

import pytest

from parlor_speech.plain import paragraphs


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("The **kitchen** light is *on*.", ["The kitchen light is on."], id="emphasis"),
        pytest.param("The __kitchen__ _light_ is ~~off~~ on", ["The kitchen light is off on"], id="underscores"),
        pytest.param("light.kitchen_light is on", ["light.kitchen_light is on"], id="a name"),
        pytest.param("**The kitchen, and", ["The kitchen, and"], id="half of an emphasis"),
        pytest.param("## Lights\nThe hall is on.", ["Lights", "The hall is on."], id="heading"),
        pytest.param("- hall\n- kitchen\n* bath\n• attic", ["hall", "kitchen", "bath", "attic"], id="list"),
        pytest.param("On are:\n- hall\n  in green", ["On are:", "hall in green"], id="list after text"),
        pytest.param("> quoted", ["quoted"], id="quote"),
        pytest.param("one\n---\ntwo", ["one", "two"], id="rule"),
        pytest.param("Call `light.turn_on` now", ["Call light.turn_on now"], id="code"),
        pytest.param("```yaml\non: true\n```", ["on: true"], id="block of code"),
        pytest.param("See [the docs](https://a.example/b_c).", ["See the docs."], id="link"),
        pytest.param("![A lamp](lamp.png)", ["A lamp"], id="image"),
        pytest.param("See https://a.example/b?c=d, please.", ["See, please."], id="address"),
        pytest.param("a <b>bold</b><br/> move", ["a bold move"], id="tags"),
        pytest.param("5 < 6 and 7 > 2", ["5 < 6 and 7 > 2"], id="signs that are no tags"),
        pytest.param("| Room | On |\n| --- | :-: |\n| Hall | yes |", ["Room, On", "Hall, yes"], id="table"),
        pytest.param("Done 😀👍🏽. ❤️", ["Done."], id="pictures"),
        pytest.param("👨\u200d👩\u200d👧 → 1️⃣", ["1"], id="joined pictures"),
        pytest.param("***", [], id="signs only"),
        pytest.param("[[ h ə ]] there", ["h ə there"], id="no raw phonemes"),
        pytest.param("-5 degrees", ["-5 degrees"], id="minus is no bullet"),
    ],
)
def test_only_words_are_left(written: str, said: list[str]) -> None:
    """Only words are left."""
    assert list(paragraphs(written)) == said
