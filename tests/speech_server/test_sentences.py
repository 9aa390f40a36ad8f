"""What the voice is given to speak."""

from itertools import batched

import pytest

from parlor_speech.sentences import FIRST_CHARACTERS, MAX_CHARACTERS, Piece, Sentences


def _pieces(*bits: str, language: str = "en_US") -> list[Piece]:
    sentences = Sentences(language)
    return [piece for bit in bits for piece in sentences.add(bit)] + list(sentences.finish())


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
        pytest.param(["Done 😀👍🏽."], ["Done."], id="pictures"),
        pytest.param(["😀", "🎉 ❤️"], [], id="only pictures"),
        pytest.param(["..."], [], id="only dots"),
        pytest.param(["20 °C, 5 €"], ["20 degrees Celsius, 5 euros"], id="signs are said"),
        pytest.param(["Mr. Jones is here. ", "So is Dr. No."], ["Mister Jones is here.", "So is Doctor No."], id="Mr."),
        pytest.param(
            ["On are:\n- hall\n- attic\n\nThat is all."], ["On are:", "hall", "attic", "That is all."], id="list"
        ),
        pytest.param(["a\x00b\x1b[0m"], ["a b [0m"], id="control characters"),
        pytest.param(["a\ud800b"], ["a b"], id="half a surrogate pair"),
        pytest.param(["[[ h ə ]] there"], ["h ə there"], id="no raw phonemes"),
        pytest.param(["开灯。关灯。好"], ["开灯。", "关灯。", "好"], id="Chinese"),
    ],
)
def test_text_is_cut_into_sentences(bits: list[str], sentences: list[str]) -> None:
    """Text is cut into sentences."""
    assert _pieces(*bits) == [Piece(sentence) for sentence in sentences]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_german_date_is_not_cut(size: int) -> None:
    """The dot of an ordinal ends no sentence, however the text comes in."""
    text = "Das war am 3. Mai bei Dr. Müller. Heute ist der 4. Juni."
    pieces = _pieces(*("".join(bit) for bit in batched(text, size, strict=False)), language="de_DE")
    assert [piece.text for piece in pieces] == [
        "Das war am dritten Mai bei Doktor Müller.",
        "Heute ist der vierte Juni.",
    ]


_LONG = "The kitchen lights, which were on until now, are off, and the thermostat in the hall, which is old, is set."


@pytest.mark.parametrize("size", [1, 10, 1000])
def test_the_first_clause_of_a_long_sentence_comes_first(size: int) -> None:
    """A long sentence is cut at its pauses: the first piece is short, nothing is lost, only the last ends it."""
    pieces = _pieces(*("".join(bit) for bit in batched(_LONG, size, strict=False)))
    assert len(pieces) > 1
    assert len(pieces[0].text) <= FIRST_CHARACTERS
    assert [piece.text[-1] for piece in pieces] == [","] * (len(pieces) - 1) + ["."]
    assert [piece.ends for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert " ".join(piece.text for piece in pieces) == _LONG


def test_a_clause_is_out_before_the_sentence_is_written() -> None:
    """The first clause is spoken while the sentence is still being written; what follows is not cut in short."""
    sentences = Sentences("en_US")
    assert list(sentences.add(_LONG[:FIRST_CHARACTERS])) == []
    (first,) = sentences.add(_LONG[FIRST_CHARACTERS : FIRST_CHARACTERS + 1])
    assert first == Piece("The kitchen lights, which were on until now,", ends=False)
    assert list(sentences.add(_LONG[FIRST_CHARACTERS + 1 :])) == []
    (rest,) = sentences.finish()
    assert f"{first.text} {rest.text}" == _LONG


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The lights in the kitchen and in the hall and in the attic are all off now.", id="no pause"),
        pytest.param("The lights are off.", id="short"),
        pytest.param("It was 1,234,567.25 watts or so in all of the rooms at once today.", id="numbers"),
        pytest.param(
            "The lights in the kitchen and in the hall and in the attic are off, sir.", id="pause near the end"
        ),
    ],
)
def test_a_sentence_without_a_pause_is_whole(text: str) -> None:
    """A sentence is not cut where nobody would pause."""
    assert [piece.text for piece in _pieces(text)] == [text]


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
    pieces = [piece.text for piece in _pieces(*bits)]
    assert max(map(len, pieces)) <= 2 * MAX_CHARACTERS
    said = (" " if " " in text else "").join(pieces).replace("Mister.", "Mister")
    assert said.split() == text.replace("*", "").replace("Mr.", "Mister").split()


def test_a_sentence_is_out_as_soon_as_the_next_begins() -> None:
    """A sentence is out as soon as the next begins."""
    sentences = Sentences("en_US")
    assert list(sentences.add("The light is on. T")) == [Piece("The light is on.")]
    assert list(sentences.add("he fan is off.")) == []
    assert list(sentences.finish()) == [Piece("The fan is off.")]
