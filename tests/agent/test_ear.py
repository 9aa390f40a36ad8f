"""What is spoken holds nothing that only eyes can use."""

import pytest

from custom_components.parlor.agent.ear import speakable

CASES = {
    "plain": ("The light is on.", "The light is on."),
    "bold and italic": (
        "The **kitchen** light is *on* and __red__ and _warm_.",
        "The kitchen light is on and red and warm.",
    ),
    "bold over sentences": ("**Good.", "Good."),
    "multiplication": ("5 * 3 is 15.", "5 * 3 is 15."),
    "underscores in words": ("snake_case stays", "snake_case stays"),
    "heading": ("## Lights\nAll on.", "Lights All on."),
    "list": ("- Milk\n* Eggs\n2. Bread", "Milk Eggs Bread"),
    "numbers stay": ("21 degrees", "21 degrees"),
    "code": ("Say `on` or ```text\noff```.", "Say on or off."),
    "quotation": ("> It is on.", "It is on."),
    "rule and table": ("| a | b |\n|---|---|\n| c | d |", "a b c d"),
    "link": ("See [the manual](https://example.org/a_b).", "See the manual."),
    "bare address": ("It is at https://example.org/a?b=c now.", "It is at now."),
    "image": ("![A lamp](lamp.png) is on.", "A lamp is on."),
    "emoji": ("All done 👍🏽 ✅ ☀️ 🇩🇪!", "All done!"),
    "tags": ("It is<br/> <b>on</b>.<|im_end|>", "It is on."),
    "entity id": ("light.kitchen_counter is on.", "Counter light is on."),
    "unknown entity id": ("I know no light.garage_door_2.", "I know no garage door 2."),
    "no entity id": ("See example.org or e.g this.", "See example.org or e.g this."),
    "signs that are read": ("21.5 °C, 45%, 5 €, α < β", "21.5 °C, 45%, 5 €, α < β"),  # noqa: RUF001
    "space": ("It  is\t on . ", "It is on."),
    "nothing": ("***", ""),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_text_is_made_fit_for_the_ear(text: str, expected: str) -> None:
    """Markup goes, words stay."""
    names = {"light.kitchen_counter": "Counter light"}
    assert speakable(text, names.get) == expected
