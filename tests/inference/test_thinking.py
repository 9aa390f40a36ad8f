"""Thinking is cut out of a reply, wherever the chunks are cut."""

import pytest

from custom_components.parlor.inference.thinking import ThinkingFilter


def visible(chunks: list[str]) -> str:
    """Return what a filter lets through of some chunks."""
    thinking = ThinkingFilter()
    text = ""
    for chunk in chunks:
        part, restart = thinking.feed(chunk)
        text = part if restart else text + part
    return text + thinking.finish()


CASES = {
    "nothing to cut": ("It is on.", "It is on."),
    "at the beginning": ("<think>Is it on? Yes.</think>It is on.", "It is on."),
    "in the middle": ("It is <thinking>hm</thinking>on.", "It is on."),
    "twice": ("<think>a</think>It is <think>b</think>on.", "It is on."),
    "square brackets": ("[THINK]hm[/THINK]It is on.", "It is on."),
    "channels": ("<|channel|>analysis<|message|>hm<|end|>It is on.", "It is on."),
    "opened in the prompt": ("Is it on? Yes.</think>It is on.", "It is on."),
    "never closed": ("It is on.<think>But what if", "It is on."),
    "other tags stay": ("It is <b>on</b>.", "It is <b>on</b>."),
    "less than": ("5 < 7", "5 < 7"),
    "a tag that is none": ("It is <thin", "It is <thin"),
    "tags within thinking": ("<think><tool_call></tool_call> <think></think>It is on.", "It is on."),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_thinking_is_cut_out_wherever_the_chunks_are_cut(text: str, expected: str) -> None:
    """Whole, letter by letter, and cut in two at every place."""
    assert visible([text]) == expected
    assert visible(list(text)) == expected
    for at in range(len(text)):
        assert visible([text[:at], text[at:]]) == expected


def test_what_cannot_be_a_tag_passes_at_once() -> None:
    """Only the beginning of a tag is kept back."""
    thinking = ThinkingFilter()
    assert thinking.feed("It is <").text == "It is "
    assert thinking.feed("b>on").text == "<b>on"
