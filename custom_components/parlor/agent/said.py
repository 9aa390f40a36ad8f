"""What the speaker's own words say, whatever a model made of them: a question, "all", a place, a percentage."""

import re

from ..home import rgb_of
from .index import Index, Place
from .words import Tokens, Words, plain

_HALF = "+"
_LONGEST_NUMBER = 7
# A full stop within a word or a figure ends no sentence.
_SENTENCE = re.compile(r"(?:[^.!?]|\.(?=\w))+[.!?]*")


def is_question(text: str, words: Words) -> bool:
    """Return whether all that was said is questions, none of them a polite request such as "could you turn on ...?".

    A language without patterns has only the question mark to go by: it is taken at its word, because a question must
    never switch anything.
    """
    sentences = [sentence for sentence in _SENTENCE.findall(text) if plain(sentence)]
    if not words.has_language:
        return bool(sentences) and all(sentence.rstrip().endswith("?") for sentence in sentences)
    return bool(sentences) and all(_asks(sentence, words) for sentence in sentences)


def is_command(text: str, words: Words) -> bool:
    """Return whether a text begins as a command does, e.g. with "turn" or "set"."""
    return words.has_language and bool(re.search(words.own["question"]["command"], plain(text)))


def says_all(text: str, words: Words) -> bool:
    """Return whether the words speak of all there is: "all the lights", "everything", "the whole house"."""
    return _matches("said_all", text, words)


def says_everything(text: str, words: Words) -> bool:
    """Return whether the words mean devices of every kind."""
    return _matches("said_everything", text, words)


def places_said(text: str, index: Index) -> list[Place]:
    """Return the places that the words name."""
    return list(dict.fromkeys(index.places_in(index.parted(index.words.tokens(text)))))


def clauses(text: str, words: Words) -> list[str]:
    """Return the parts of a sentence between its commas and its ands."""
    parts = [text.casefold()]
    for pattern in words.patterns("clauses"):
        parts = [part for whole in parts for part in pattern.split(whole)]
    return [part.strip() for part in parts if part and part.strip()]


def unknown_place(text: str, index: Index) -> str | None:
    """Return the place that a phrase such as "in the garage" names, if the house does not have it."""
    words = index.words
    for pattern in words.patterns("named_place"):
        for match in pattern.finditer(plain(text)):
            tokens = words.tokens(match[1])
            is_here = tokens in words.here or tokens[:1] in words.here
            known = is_here or any(_begins(tokens, name) for name in index.places) or index.place_in(tokens)
            is_else = tokens[0] in words.no_place or rgb_of(words.color(tokens[0])) is not None
            if not known and not is_else:
                return tokens[0]
    return None


def unknown_between_all_and_kind(text: str, index: Index) -> str | None:
    """Return what stands between "all" and the kind in "all the garage lights", if the house has no such place."""
    words = index.words
    tokens = words.tokens(text)
    start = next((at for at, token in enumerate(tokens) if token in words.whole_words), None)
    if start is None:
        return None
    rest: list[str] = []
    for at in range(start + 1, len(tokens)):
        if words.kind_at_start(tokens[at:]):
            left = _without_places(tuple(rest), index)
            return " ".join(left) or None
        if tokens[at] not in words.between and tokens[at] not in words.whole_words:
            rest.append(tokens[at])
    return None


def percent_said(text: str, words: Words) -> float | None:
    """Return the only percentage that the words name, in figures or spelled out; None if there is none or several."""
    found: set[float] = set()
    for unit in words.has("percent"):
        for part in text.casefold().split(unit)[:-1]:
            number = number_at_end(part, words)
            if number is not None:
                found.add(number)
    return found.pop() if len(found) == 1 else None


def number_at_end(text: str, words: Words) -> float | None:
    """Return the number that ends a text: "to thirty five" is 35, "at 20.5" is 20.5."""
    if match := re.search(r"(-?\d+(?:[.,]\d+)?)\s*$", text):
        return float(match[1].replace(",", "."))
    tokens = plain(text).split()
    for length in range(min(5, len(tokens)), 0, -1):
        number = spelled_number(" ".join(tokens[-length:]), words)
        if number is not None:
            return number
    return None


def number_at_start(text: str, words: Words) -> float | None:
    """Return the number that a text begins by spelling: "twenty one percent more" is 21."""
    tokens = plain(text).split()
    lengths = range(min(_LONGEST_NUMBER, len(tokens)), 0, -1)
    spelled = (spelled_number(" ".join(tokens[:length]), words) for length in lengths)
    return next((number for number in spelled if number is not None), None)


def spelled_number(text: str, words: Words) -> float | None:
    """Return the number that a text spells: "twenty one and a half" is 21.5; None if it is not a number alone."""
    tokens = _number_words(text, words)
    total, last = 0.0, None
    for at, token in enumerate(tokens):
        value = words.numbers.get(token)
        if token in words.hundreds:
            total, last = max(total, 1) * 100, None
        elif token == _HALF and at:
            total, last = total + 0.5, None
        elif token in words.points and at:
            digits = [words.numbers.get(word) for word in tokens[at + 1 :]]
            if not digits or any(digit is None or digit > 99 for digit in digits):  # two digits
                return None
            return float(f"{total:.0f}.{''.join(map(str, digits))}")
        elif value is None or (last is not None and (last < 20 or value > 9)):  # as in "twenty one"
            return None
        else:
            total, last = total + value, value
    return total if tokens else None


def number_spelled_in(text: str, words: Words) -> float | None:
    """Return the one number spelled inside a text such as "about twenty degrees"; None if there is none or several."""
    tokens = plain(text).split()
    found: list[float] = []
    start = 0
    while start < len(tokens):
        ends = range(min(len(tokens), start + _LONGEST_NUMBER), start, -1)
        end, number = next(
            ((end, value) for end in ends if (value := spelled_number(" ".join(tokens[start:end]), words)) is not None),
            (start + 1, None),
        )
        if number is not None:
            found.append(number)
        elif tokens[start] in words.points | words.hundreds:
            return None
        start = end
    return found[0] if len(found) == 1 else None


def _number_words(text: str, words: Words) -> list[str]:
    """Return the parts of a spelled number: "vingt deux" is one, "and a half" is a sign of its own."""
    spelled = f" {plain(text)} "
    for half in words.halves:
        spelled = spelled.replace(f" {half} ", f" {_HALF} ")
    tokens = spelled.split()
    parts: list[str] = []
    start = 0
    while start < len(tokens):
        ends = range(min(len(tokens), start + _LONGEST_NUMBER), start, -1)
        end = next((end for end in ends if " ".join(tokens[start:end]) in words.numbers), start + 1)
        parts.append(" ".join(tokens[start:end]))
        start = end
    return parts


def _asks(sentence: str, words: Words) -> bool:
    text = plain(sentence)
    rules = words.own["question"]
    if re.search(rules["always"], text):
        return True
    if polite := re.search(rules["polite"], text):
        rest = polite[1]
        return bool(re.search(rules["asking"], rest)) and not _then_commands(sentence, words)
    if re.search(rules["command"], text):
        # "Lights on?" asks, "Turn the lights on?" does not: recognisers put question marks after commands.
        return sentence.rstrip().endswith("?") and bool(re.search(rules["bare"], text))
    if re.search(rules["starts"], text) or sentence.rstrip().endswith("?"):
        return not _then_commands(sentence, words)
    return False


def _then_commands(sentence: str, words: Words) -> bool:
    """Return whether a command follows a question in the same sentence: "is it dark, and turn on the light"."""
    rules = words.own["question"]
    parts = re.split(rules["then"], sentence.casefold())[1:]
    return any(re.search(rules["command"], plain(part)) for part in parts)


def _matches(key: str, text: str, words: Words) -> bool:
    return any(pattern.search(plain(text)) for pattern in words.patterns(key))


def _begins(tokens: Tokens, name: Tokens) -> bool:
    return name[: len(tokens)] == tokens or tokens[: len(name)] == name


def _without_places(tokens: Tokens, index: Index) -> Tokens:
    found = index.place_in(tokens)
    if found is None:
        return tokens
    _, before, after = found
    return (*_without_places(before, index), *_without_places(after, index))
