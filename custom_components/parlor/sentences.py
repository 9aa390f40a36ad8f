"""Sentences, cut from a text while it streams."""

import re

# Not the end of a sentence: a short form, an initial, or the number of a list item.
_ABBREVIATIONS = frozenset(
    {"mr", "mrs", "ms", "dr", "st", "prof", "e.g", "i.e", "vs", "approx", "no", "a.m", "p.m", "bzw", "ca", "nr", "z.b"}
)
_END = re.compile(r"""(?:[.!?…]+["')\]»”\u2019*_]*(?=\s)|[。\uff01\uff1f]|\n)\s*""")
_LAST_WORD = re.compile(r"(\S+?)[.]$")


def cut_sentences(text: str) -> tuple[list[str], str]:
    """Return the sentences of a text that is still growing, and the rest, which may not be a whole one yet."""
    sentences: list[str] = []
    start = 0
    for end in _END.finditer(text):
        sentence = text[start : end.end()].strip()
        if end[0].startswith(".") and _is_short_form(sentence):
            continue
        start = end.end()
        if sentence:
            sentences.append(sentence)
    return sentences, text[start:]


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a whole text."""
    sentences, rest = cut_sentences(text)
    return [*sentences, rest.strip()] if rest.strip() else sentences


def _is_short_form(sentence: str) -> bool:
    """Tell whether the full stop at the end of a text belongs to its last word."""
    found = _LAST_WORD.search(sentence)
    if not found:
        return False
    word = found[1].lstrip("(\"'").casefold()
    is_item = word.isdigit() and word == sentence.removesuffix(".").casefold()
    return is_item or word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word != "i")
