"""Noun phrases for what is spoken of: "the kitchen lights", "the lights upstairs", "Anna's lamp", "5 devices"."""

from collections.abc import Mapping, Sequence
from typing import Any
import unicodedata

from ..home import HomeEntity
from .facts import Group, Subject
from .words import Words

_MOST_NAMES = 3
# What people give the names of pets and persons to.
_CHRISTENED = frozenset({"lawn_mower", "person", "vacuum"})


class Phrases:
    """The templates of one language, filled."""

    def __init__(self, file: Mapping[str, Any], words: Words) -> None:
        """Speak with these templates and these words for kinds."""
        self.file = file
        self.words = words

    def text(self, key: str) -> str:
        """Return a template that needs no filling."""
        return str(self.file[key])

    def fill(self, key: str, **values: str) -> str:
        """Return a filled template."""
        return self.text(key).format(**values)

    def listed(self, parts: Sequence[str], word: str) -> str:
        """Return "a, b and c"; `word` is the key of what stands before the last."""
        if len(parts) < 2:  # noqa: PLR2004 # a list of one needs no joining
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self.file[word]} {parts[-1]}"

    def subjects(self, subjects: Sequence[Subject]) -> tuple[str, bool]:
        """Return the noun phrase for all the subjects together, and whether it is a plural."""
        groups = [subject for subject in subjects if subject.group and len(subject.entities) > 1]
        spoken = {entity.entity_id for subject in groups for entity in subject.entities}
        singles = {
            entity.entity_id: entity
            for subject in subjects
            if subject not in groups
            for entity in subject.entities
            if entity.entity_id not in spoken
        }
        phrases = list(dict.fromkeys(self.group(subject.group) for subject in groups if subject.group))
        entities = list(singles.values())
        if len(entities) > _MOST_NAMES:
            phrases.append(self.counted(entities))
        else:
            phrases.extend(self.name(entity) for entity in entities)
        many = len(phrases) > 1 or bool(groups) or any(self.words.is_plural(entity.name) for entity in entities)
        return self.listed(phrases, "and"), many or len(entities) > 1

    def group(self, group: Group) -> str:
        """Return "the kitchen lights", "the lights upstairs" or "all the lights"."""
        kind = self.words.kinds[group.kind].many if group.kind else self.file["devices"][1]
        templates: Mapping[str, str] = self.file["group"]
        if group.area_name:
            key = "area_of" if self._is_possessive(group.area_name) else "area"
            place = self.place(group.area_name) if key == "area_of" else self.spoken(group.area_name)
            return templates[key].format(place=place, kind=kind)
        if group.floor_name:
            spoken = self.spoken(group.floor_name)
            if spoken.casefold() in self.file["floor_adverbs"]:
                return templates["floor_adverb"].format(place=spoken, kind=kind)
            on = spoken.casefold().split()[-1:] and spoken.casefold().split()[-1] in self.file["floor_words"]
            return templates["floor" if on else "floor_in"].format(place=self.place(group.floor_name), kind=kind)
        return templates["house"].format(kind=kind)

    def counted(self, entities: Sequence[HomeEntity]) -> str:
        """Return "5 lights", or "5 devices" where they are of several kinds."""
        kinds = {kind.many if (kind := self.words.kind_of(entity)) else "" for entity in entities}
        noun = kinds.pop() if len(kinds) == 1 else ""
        return self.fill("count", count=str(len(entities)), kind=noun or self.file["devices"][1])

    def one_kind(self, entities: Sequence[HomeEntity]) -> str | None:
        """Return the singular of the kind that all the entities are of; None where they are of several."""
        kinds = {kind.one if (kind := self.words.kind_of(entity)) else "" for entity in entities}
        return (kinds.pop() or None) if len(kinds) == 1 else None

    def name(self, entity: HomeEntity) -> str:
        """Return "the office lamp"; "the lamp in the bedroom" where there are lamps of this name elsewhere."""
        if entity.domain in _CHRISTENED and self.words.kind_at_end(self.words.tokens(entity.name)) is None:
            # "Rosie", not "the rosie".
            return entity.name
        return self.placed_name(entity) if entity.label not in ("", entity.name) else self.the(entity.name)

    def placed_name(self, entity: HomeEntity) -> str:
        """Return "the lamp in the bedroom"."""
        if not entity.area_name:
            return self.the(entity.name)
        return self.fill("in_place", name=self.the(entity.name), place=self.place(entity.area_name))

    def place(self, name: str) -> str:
        """Return "the kitchen"."""
        return self.the(name)

    def the(self, name: str) -> str:
        """Return a name with its article, if it takes one."""
        spoken = self.spoken(name)
        is_numbered = spoken.split()[-1].isdigit()
        return spoken if is_numbered or self._is_possessive(name) else self.fill("the", name=spoken)

    def a(self, name: str) -> str:
        """Return a name with the article of something not known."""
        forms: Mapping[str, str] = self.file["a"]
        key = "an" if name[:1].casefold() in forms["vowels"] else "a"
        return forms[key].format(name=name)

    def spoken(self, name: str) -> str:
        """Return a name as it stands inside a sentence: no emoji, no article, no needless capitals."""
        visible = "".join(character for character in name if not _is_symbol(character))
        parts = [part for part in visible.replace(" / ", " ").split() if part]
        if len(parts) > 1 and parts[0].casefold() in self.file["articles"]:
            parts = parts[1:]
        return " ".join(self._lower(part) for part in parts) or name

    def _lower(self, word: str) -> str:
        keeps = not self.file["lowercase"] or self._is_possessive(word) or not word.istitle() or len(word) == 1
        return word if keeps else word.lower()

    def _is_possessive(self, name: str) -> bool:
        first = name.split(maxsplit=1)[:1]
        return bool(first) and first[0].casefold().endswith(("'s", "\u2019s"))


def _is_symbol(character: str) -> bool:
    """Return whether a character is a part of an emoji; the marks of other scripts are parts of their letters."""
    return unicodedata.category(character) in ("So", "Cf", "Sk") or "\ufe00" <= character <= "\ufe0f"
