"""Words made comparable: lower case, no punctuation, numbers as digits, plurals without their s."""

from collections.abc import Sequence
import re

_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|%|°|[^\W\d_]+|,|;")
_CONTRACTIONS = (
    (re.compile(r"\b(what|where|which|how|who|when|that|there|it|he|she)['’]s\b"), r"\1 is"),
    (re.compile(r"\b(\w+)n['’]t\b"), r"\1 not"),
    (re.compile(r"['’]"), ""),
    (re.compile(r"\band a half\b"), "point five"),
    (re.compile(r"°\s*c\b|\bdegrees?\s+(?:celsius|centigrade|fahrenheit)\b|°"), " degrees "),
    (re.compile(r"%|\bper\s+cent\b"), " percent "),
    (re.compile(r"(\d)\s*k\b"), r"\1 kelvin"),
)
_UNITS = dict(
    zip(
        (
            *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
            *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
        ),
        range(20),
        strict=True,
    )
)
_TENS = dict(
    zip(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), range(20, 100, 10), strict=True)
)
_MULTIPLES = {"hundred": 100, "thousand": 1000}
_LONGEST_WITHOUT_PLURAL = 3


def tokens_of(text: str) -> list[str]:
    """Return the words of a text: "Set it to twenty-one %" gives set, it, to, 21, percent. Commas stay."""
    text = text.casefold()
    for pattern, replacement in _CONTRACTIONS:
        text = pattern.sub(replacement, text)
    return _with_digits([_decimal(token) for token in _TOKEN.findall(text)])


def stem(word: str) -> str:
    """Return a word without the ending of its plural."""
    if word.endswith(("ches", "shes")):
        return word[:-2]
    if len(word) > _LONGEST_WITHOUT_PLURAL and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def stems_of(text: str) -> tuple[str, ...]:
    """Return the stems of a text's words."""
    return tuple(stem(word) for word in tokens_of(text) if word not in {",", ";"})


def is_number(word: str) -> bool:
    """Tell whether a word is a number in digits."""
    return word[:1].isdigit()


def spoken_list(names: Sequence[str], last: str = "and") -> str:
    """Join names as they are said: "a", "a and b", "a, b and c"."""
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def spoken_name(name: str) -> str:
    """Return a name with its article, as inside a sentence: "the front door", "the TV"."""
    first, *rest = name.split(" ")
    lowered = first if first.isupper() and len(first) > 1 else first[:1].lower() + first[1:]
    return " ".join(["the", lowered, *rest])


def sentence(text: str) -> str:
    """Return the text as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."


def _decimal(token: str) -> str:
    """Return a number in digits with a point."""
    return token.replace(",", ".") if is_number(token) else token


def _with_digits(tokens: list[str]) -> list[str]:
    """Replace runs of number words by one number in digits."""
    out: list[str] = []
    index = 0
    while index < len(tokens):
        value, length = _number_at(tokens, index)
        out.append(value if length else tokens[index])
        index += length or 1
    return out


def _number_at(tokens: Sequence[str], start: int) -> tuple[str, int]:
    """Return the number that begins at a word, and how many words it takes; 0 if there is none."""
    whole, end = (tokens[start], start + 1) if is_number(tokens[start]) else _whole_number_at(tokens, start)
    digits = ""
    while end > start and tokens[end : end + 1] == ["point"] and end + 1 + len(digits) < len(tokens):
        digit = tokens[end + 1 + len(digits)]
        if digit not in _UNITS:
            break
        digits += str(_UNITS[digit])
    if digits:
        return f"{whole}.{digits}", end + 1 + len(digits) - start
    return whole, end - start


def _whole_number_at(tokens: Sequence[str], start: int) -> tuple[str, int]:
    """Return the whole number that is spelt from a word on, and the place after it."""
    total, last, index = 0, "", start
    while index < len(tokens):
        word = tokens[index]
        if word in _UNITS and last != "unit":
            total, last = total + _UNITS[word], "unit"
        elif word in _TENS and last in ("", "multiple"):
            total, last = total + _TENS[word], "tens"
        elif word in _MULTIPLES and last == "unit":
            total, last = total * _MULTIPLES[word], "multiple"
        elif word in _MULTIPLES and not last and tokens[start - 1 : start] in (["a"], ["to"]):
            total, last = _MULTIPLES[word], "multiple"
        else:
            break
        index += 1
    return str(total), index
