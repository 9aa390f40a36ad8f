"""Noun phrases for what is spoken of: "the kitchen lights", "the lights upstairs", "Anna's lamp", "5 devices".

Languages differ in articles, genders, plurals and in how a place is said: see grammar.py and the files in replies/.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ..home import HomeEntity, is_possessive, spoken_name
from .facts import Group, Subject
from .grammar import Grammar, KindPhrase, NounPhrase
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
        self.grammar = Grammar(file)

    def text(self, key: str) -> str:
        """Return a template that needs no filling."""
        return str(self.file[key])

    def fill(self, key: str, *, word_class: str = "", **values: str) -> str:
        """Return a filled template, in agreement with a noun of this class where it has several forms."""
        return self.grammar.filled(self.text(key), word_class, {**self.verbs(word_class), **values})

    def verbs(self, word_class: str, be: str = "be") -> dict[str, str]:
        """Return the forms of "to be" (under the key `be` of the file) and "to have"."""
        form = self.grammar.form
        return {"be": form(self.file[be], word_class), "have": form(self.file["have"], word_class)}

    def listed(self, parts: Sequence[str], word: str) -> str:
        """Return "a, b and c"; `word` is the key of what stands before the last."""
        if len(parts) < 2:  # a list of one needs no joining
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self.file[word]} {parts[-1]}"

    def subjects(self, subjects: Sequence[Subject]) -> NounPhrase:
        """Return the noun phrase for all the subjects together."""
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
            phrases.extend(self.noun(entity) for entity in entities)
        return self.together(phrases)

    def together(self, phrases: Sequence[NounPhrase]) -> NounPhrase:
        """Return "a, b and c" as one noun phrase."""
        text = self.listed([phrase.text for phrase in phrases], "and")
        return NounPhrase(text, self.grammar.together([phrase.word_class for phrase in phrases]))

    def group(self, group: Group) -> NounPhrase:
        """Return "the kitchen lights", "the lights upstairs" or "all the lights"."""
        kind = self.kind(group.kind)
        key, place = self._group_place(group)
        where = self.where(place) if place else ""
        spoken = self.spoken(place) if key in ("area", "floor_adverb") else self.place(place) if place else ""
        template: str = self.file["group"][key]
        text = self.grammar.filled(
            template, kind.many_class, {"kind": kind.many, "kinds": kind.the, "place": spoken, "where": where}
        )
        return NounPhrase(text, kind.many_class)

    def kind(self, name: str | None) -> KindPhrase:
        """Return the words for a kind; those for devices of any kind where it has none of its own."""
        kinds: Mapping[str, Sequence[str]] | None = self.file.get("kinds")
        if kinds is None:
            one, many = (self.words.kinds[name].one, self.words.kinds[name].many) if name else self.file["devices"]
            return KindPhrase(one, many, many, "s", "p")
        one, many, the, word_class = kinds.get(name or "", kinds["device"])
        return KindPhrase(one, many, the, word_class, self.grammar.together([word_class, word_class]))

    def counted(self, entities: Sequence[HomeEntity]) -> NounPhrase:
        """Return "5 lights", or "5 devices" where they are of several kinds."""
        names = {known.name if (known := self.words.kind_of(entity)) else None for entity in entities}
        kind = self.kind(names.pop() if len(names) == 1 else None)
        text = self.fill("count", word_class=kind.many_class, count=str(len(entities)), kind=kind.many, kinds=kind.the)
        return NounPhrase(text, kind.many_class)

    def one_kind(self, entities: Sequence[HomeEntity]) -> str | None:
        """Return the singular of the kind that all the entities are of; None where they are of several."""
        kinds = {kind.name if (kind := self.words.kind_of(entity)) else "" for entity in entities}
        name = kinds.pop() if len(kinds) == 1 else ""
        return self.kind(name).one if name else None

    def name(self, entity: HomeEntity) -> str:
        """Return "the office lamp"; "the lamp in the bedroom" where there are lamps of this name elsewhere."""
        return self.noun(entity).text

    def noun(self, entity: HomeEntity) -> NounPhrase:
        """Return the name with its class, which predicates agree with."""
        if entity.domain in _CHRISTENED and not self.words.kinds_in(self.words.tokens(entity.name)):
            # "Rosie", not "the rosie".
            return NounPhrase(entity.name, self.grammar.unknown)
        return self.placed_noun(entity) if entity.label not in ("", entity.name) else self.named(entity.name)

    def placed_name(self, entity: HomeEntity) -> str:
        """Return "the lamp in the bedroom"."""
        return self.placed_noun(entity).text

    def placed_noun(self, entity: HomeEntity) -> NounPhrase:
        """Return "the lamp in the bedroom" with its class."""
        name = self.named(entity.name)
        if not entity.area_name:
            return name
        values = {"name": name.text, "place": self.place(entity.area_name), "where": self.where(entity.area_name)}
        return NounPhrase(self.fill("in_place", **values), name.word_class)

    def named(self, name: str) -> NounPhrase:
        """Return a name as the subject of a sentence, with its article if it takes one."""
        if self.grammar.has_nouns:
            return self.grammar.noun(self.spoken(name))
        return NounPhrase(self.the(name), "p" if self.words.is_plural(name) else "s")

    def place(self, name: str) -> str:
        """Return "the kitchen"."""
        return self.the(name)

    def where(self, name: str) -> str:
        """Return "in the kitchen"."""
        return self.grammar.where(self.spoken(name)) if self.grammar.has_nouns else ""

    def the(self, name: str) -> str:
        """Return a name with its article, if it takes one."""
        spoken = self.spoken(name)
        if self.grammar.has_nouns:
            return spoken
        is_numbered = spoken.split()[-1].isdigit()
        return spoken if is_numbered or is_possessive(name) else self.fill("the", name=spoken)

    def a(self, name: str) -> str:
        """Return a name with the article of something not known."""
        forms: Mapping[str, str] | None = self.file.get("a")
        if forms is None:
            return name
        key = "an" if name[:1].casefold() in forms["vowels"] else "a"
        return forms[key].format(name=name)

    def spoken(self, name: str) -> str:
        """Return a name as it stands inside a sentence: no emoji, no markup, no article, no needless capitals."""
        return spoken_name(name, articles=self.file["articles"], lowercase=self.file["lowercase"])

    def _group_place(self, group: Group) -> tuple[str, str]:
        """Return the template for a group's place, and the name of that place."""
        if group.area_name:
            is_of = not self.grammar.has_nouns and is_possessive(group.area_name)
            return ("area_of" if is_of else "area"), group.area_name
        if not group.floor_name:
            return "house", ""
        if self.grammar.has_nouns:
            return "area", group.floor_name
        return {"adverb": "floor_adverb", "on": "floor", "in": "floor_in"}[self.floor_word(group.floor_name)], (
            group.floor_name
        )

    def floor_word(self, name: str) -> str:
        """Return how a floor is spoken of in English: "adverb" ("upstairs"), "on" ("the first floor") or "in"."""
        spoken = self.spoken(name).casefold()
        if spoken in self.file["floor_adverbs"]:
            return "adverb"
        return "on" if spoken.split()[-1:] and spoken.split()[-1] in self.file["floor_words"] else "in"
