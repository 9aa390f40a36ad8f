"""What the voice is given to speak."""

from itertools import batched

import pytest

from parlor_speech.sentences import MAX_CHARACTERS, Sentences


def _sentences(*bits: str) -> list[str]:
    sentences = Sentences()
    return [sentence for bit in bits for sentence in sentences.add(bit)] + list(sentences.finish())


@pytest.mark.parametrize(
    ("bits", "sentences"),
    [
        pytest.param([""], [], id="nothing"),
        pytest.param([" \n\t "], [], id="blanks"),
        pytest.param(["Hello"], ["Hello"], id="no full stop"),
        pytest.param(["It is on. Is it? Sure!"], ["It is on.", "Is it?", "Sure!"], id="three"),
        pytest.param(["It is 21.5 degrees. Good."], ["It is 21.5 degrees.", "Good."], id="decimal point"),
        pytest.param(["Good mor", "ning. How", " are you", "?"], ["Good morning.", "How are you?"], id="bits"),
        pytest.param(["The **kitchen** light"], ["The kitchen light"], id="emphasis"),
        pytest.param(["Done 😀👍🏽."], ["Done ."], id="pictures"),
        pytest.param(["😀", "🎉 ❤️"], [], id="only pictures"),
        pytest.param(["..."], [], id="only dots"),
        pytest.param(["20 °C, 5 €"], ["20 °C, 5 €"], id="signs that are spoken stay"),
        pytest.param(["a\x00b\x1b[0m"], ["a b [0m"], id="control characters"),
        pytest.param(["a\ud800b"], ["a b"], id="half a surrogate pair"),
        pytest.param(["[[ h ə ]] there"], ["h ə there"], id="no raw phonemes"),
        pytest.param(["开灯。关灯。好"], ["开灯。", "关灯。", "好"], id="Chinese"),
    ],
)
def test_text_is_cut_into_sentences(bits: list[str], sentences: list[str]) -> None:
    """Text is cut into sentences."""
    assert _sentences(*bits) == sentences


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("word " * 20_000, id="words"),
        pytest.param("x" * 100_000, id="one word"),
        pytest.param("and then, " * 10_000, id="one sentence"),
        pytest.param("Mr. " * 25_000, id="abbreviations"),
        pytest.param("*" * 50_000 + "a" * 50_000, id="asterisks"),
        pytest.param("A short sentence. " * 5000, id="sentences"),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_long_text_is_cut_into_short_pieces_and_nothing_is_lost(text: str, size: int) -> None:
    """Long text is cut into short pieces and nothing is lost."""
    bits = ["".join(bit) for bit in batched(text, size, strict=False)]
    pieces = _sentences(*bits)
    assert max(map(len, pieces)) <= MAX_CHARACTERS
    assert "".join("".join(pieces).split()) == "".join(text.replace("*", "").split())


def test_a_sentence_is_out_as_soon_as_the_next_begins() -> None:
    """A sentence is out as soon as the next begins."""
    sentences = Sentences()
    assert list(sentences.add("The light is on. T")) == ["The light is on."]
    assert list(sentences.add("he fan is off.")) == []
    assert list(sentences.finish()) == ["The fan is off."]
