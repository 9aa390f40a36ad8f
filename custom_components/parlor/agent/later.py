"""Another time than now in the speaker's words. What is to be done later must not be done at once."""

from collections.abc import Iterable, Iterator
import re

from ..inference import JsonObject
from .index import Index
from .repair import Repaired
from .said import clauses, spelled_number
from .words import Tokens, Words, plain


def said_for_later(text: str, index: Index, repaired: Repaired) -> str | None:
    """Return the words that put a deed off, or limit how long it is to last; None if it is meant for now.

    A time inside a name of the house or inside a text of the call itself ("play Tomorrow") puts nothing off.
    """
    words = index.words
    if repaired.tool.annotations.read_only or repaired.tool.timed:
        return None
    for clause in clauses(text, words):
        if any(pattern.search(plain(clause)) for pattern in words.patterns("own_time")):
            continue
        for said in _times(clause, words, repaired.arguments):
            tokens = words.tokens(said)
            if not _is_in_names(tokens, index) and not _is_in_texts(said, repaired.arguments):
                return said
    return None


def _times(clause: str, words: Words, arguments: JsonObject) -> Iterator[str]:
    spoken = plain(clause)
    for pattern in words.patterns("later"):
        yield from (match[0] for match in pattern.finditer(spoken))
    for pattern in words.patterns("at_hour"):
        for match in pattern.finditer(spoken):
            numbers = {number for word in match[0].split() if (number := _number(word, words)) is not None}
            # "The thermostat at eight" and "the light at 20%" name a value, and the call has it.
            is_value = numbers and (numbers <= _numbers(arguments) or re.search(r"\d\s*[%°]", clause))
            if not is_value:
                yield match[0]


def _number(word: str, words: Words) -> float | None:
    return float(word) if word.isdigit() else spelled_number(word, words)


def _numbers(arguments: JsonObject) -> set[float]:
    return {float(value) for value in arguments.values() if isinstance(value, int | float)}


def _is_in_names(tokens: Tokens, index: Index) -> bool:
    return any(_holds(name, tokens) for named in index.named for name in named.names)


def _holds(name: Tokens, tokens: Tokens) -> bool:
    return any(name[at : at + len(tokens)] == tokens for at in range(len(name) - len(tokens) + 1))


def _is_in_texts(said: str, arguments: JsonObject) -> bool:
    return any(said in plain(text) for name, value in arguments.items() if name != "targets" for text in _texts(value))


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, dict):
        return (text for inner in value.values() for text in _texts(inner))
    return (text for inner in value for text in _texts(inner)) if isinstance(value, list) else ()
