"""What a language's reply file says of its nouns: classes that predicates agree with, articles, places, plurals.

English needs none of it but singular and plural. A file with "nouns" has these keys beside its templates:

- "classes", e.g. ["m", "f", "mp", "fp"], of which "plurals" are plural; "unknown" is that of a name nobody can place;
  "together" the plural of each, and under "*" that of a mixture.
- "nouns": [pattern, class] or [pattern, class, definite form of what the pattern found], the first match counts.
- "definite": [class, pattern, template], how a noun gets its article; without a match it has none.
- "places": [pattern, template], how to say where; "place" is the template for every other place.
- "number": patterns of the figures that take the first, second, ... form of a unit; fractions take the last form.

In templates "[a|b]" is the form for singular and plural, one with as many forms as there are classes that of the class;
"{temperature:degree|degrees}" is a figure with the form of its unit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import re
from typing import Any, Self, override

_FIGURE = re.compile(r"-?\d+(?:\.\d+)?")
_FORMS = re.compile(r"\[([^\]]*\|[^\]]*)\]")
_ONE = (r"^1$",)


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """What is spoken of, and its class: what a predicate agrees with."""

    text: str
    word_class: str


@dataclass(frozen=True, slots=True)
class KindPhrase:
    """The words for a kind: "light", "lights", "the lights", and the classes of one and of many."""

    one: str
    many: str
    the: str
    word_class: str
    many_class: str


class Grammar:
    """The grammar of one language's reply file."""

    def __init__(self, file: Mapping[str, Any]) -> None:
        """Read the file."""
        self.has_nouns = "nouns" in file
        self._classes: Sequence[str] = file.get("classes", ("s", "p"))
        self._plurals: Sequence[str] = file.get("plurals", ("p",))
        self.unknown: str = file.get("unknown", self._classes[0])
        self._together: Mapping[str, str] = file.get("together", {"*": "p"})
        self._nouns = [(_pattern(rule[0]), *rule[1:]) for rule in file.get("nouns", ())]
        self._definite = [(name, _pattern(text), form) for name, text, form in file.get("definite", ())]
        self._places = [(_pattern(text), form) for text, form in file.get("places", ())]
        self._rules: Sequence[str] = file.get("number", _ONE)
        self._file = file

    def together(self, word_classes: Sequence[str]) -> str:
        """Return the class of several nouns together."""
        if len(word_classes) == 1:
            return word_classes[0]
        plurals = {self._together.get(name, self._together["*"]) for name in word_classes}
        return plurals.pop() if len(plurals) == 1 else self._together["*"]

    def noun(self, name: str) -> NounPhrase:
        """Return a name with the article of the noun in it; a name of no known noun stands alone."""
        for pattern, word_class, *definite in self._nouns:
            if not pattern.search(name):
                continue
            text = self._lowered(name)
            if definite:
                return NounPhrase(pattern.sub(definite[0], text), word_class)
            for of_class, start, template in self._definite:
                if of_class == word_class and start.search(text):
                    return NounPhrase(template.format(name=text), word_class)
            return NounPhrase(text, word_class)
        return NounPhrase(name, self.unknown)

    def where(self, place: str) -> str:
        """Return "in the kitchen"."""
        for pattern, template in self._places:
            if pattern.search(place):
                return str(template.format(place=self._lowered(place)))
        return str(self._file["place"].format(place=place))

    def filled(self, template: str, word_class: str, values: Mapping[str, str]) -> str:
        """Return a template with its values, in agreement with a class; the first class if none is given."""
        agreed = _FORMS.sub(lambda match: self.form(match[1].split("|"), word_class), template)
        return agreed.format(**{name: _Value(self.number(value), self._rules) for name, value in values.items()})

    def form(self, forms: Sequence[str], word_class: str) -> str:
        """Return the form for a class: of two that for singular or plural, of more that of the class itself."""
        known = word_class or self._classes[0]
        at = known in self._plurals if len(forms) == 2 else self._classes.index(known)
        return forms[at]

    def number(self, text: str) -> str:
        """Return a figure as the language writes it; any other text as it is."""
        return text.replace(".", self._file.get("decimal", ".")) if _FIGURE.fullmatch(text) else text

    def measured(self, figure: str, forms: Sequence[str]) -> str:
        """Return a figure with the form of its unit: "21.5 degrees"."""
        number = self.number(figure)
        return f"{number} {unit_form(number, forms, self._rules)}"

    def _lowered(self, name: str) -> str:
        first, gap, rest = name.partition(" ")
        keeps = not self._file.get("lowercase_first") or not (first[:1].isupper() and first[1:].islower())
        return name if keeps else f"{first.lower()}{gap}{rest}"


class _Value(str):
    """A value of a template; with forms of a unit, the figure and the form that it takes."""

    __slots__ = ("_rules",)

    def __new__(cls, text: str, rules: Sequence[str]) -> Self:
        value = super().__new__(cls, text)
        value._rules = rules  # its own
        return value

    _rules: Sequence[str]

    @override
    def __format__(self, spec: str) -> str:
        if "|" not in spec:
            return super().__format__(spec)
        return f"{self} {unit_form(self, spec.split('|'), self._rules)}"


def unit_form(number: str, forms: Sequence[str], rules: Sequence[str]) -> str:
    """Return the form that a unit takes after a number as it is written."""
    size = number.removeprefix("-")
    for rule, form in zip(rules, forms, strict=False):
        if re.search(rule, size):
            return form
    is_whole = size.isdigit()
    return forms[min(len(rules), len(forms) - 1)] if is_whole else forms[-1]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
