"""Say what is so, in the speaker's language, from facts and the templates in replies/. No model is asked."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
import re

from ..home import HomeEntity
from ..language import file_for, read_languages
from .facts import Fact, FactKind, Outcome
from .phrases import Phrases
from .told_values import timer, told_values
from .words import words_for

_FILES = read_languages(Path(__file__).with_name("replies"))
_FALLBACK = "en"
_MOST_CLAUSES = 4
_MOST_CHOICES = 4
_SUBJECT = "\0"

_POSITIVE = (FactKind.DONE, FactKind.ALREADY, FactKind.UNDER_WAY)
_WITHHELD = (
    (FactKind.NO_ANSWER, "no_answer"),
    (FactKind.REFUSED, "refused"),
    (FactKind.LASTING, "lasting"),
    (FactKind.DENIED, "denied"),
    (FactKind.NEEDS_CODE, "needs_code"),
    (FactKind.OUTSIDE, "outside"),
)


def compose(outcome: Outcome, language: str) -> str | None:
    """Return one or two sentences that say what became of the deeds, or the question that is to be put.

    None where there is nothing to say: the calls only read, or all were wrong in a way that only the model can mend.
    None also for a language without templates, or without one for some of this, which needs the model to say it.
    """
    phrases = phrases_for(language)
    if phrases is None or not outcome.facts or not all(_can_tell(fact, phrases) for fact in outcome.facts):
        return outcome.question
    try:
        done = _joined(_positive_clauses(outcome.facts, phrases), phrases)
        not_done = _joined(_negative_clauses(outcome.facts, phrases), phrases)
        if done and not_done:
            done = phrases.fill("but", done=done, not_done=not_done)
        told = (done or not_done, *_failures(outcome.facts, phrases)[:1], _nearest(outcome.facts, phrases))
    except KeyError:
        # A fact that this language has no template for yet: half of the truth is not said.
        return outcome.question
    return " ".join(_sentence(text) for text in (*told, outcome.question) if text) or None


def speak_error(key: str, language: str, **placeholders: str) -> str:
    """Return the sentence for an error's translation key, in English where the language has no templates.

    An unknown key gives a sentence that says no more than that something went wrong; a placeholder without a value is
    left out.
    """
    phrases = phrases_for(language) or phrases_for(_FALLBACK)
    errors: Mapping[str, str] = phrases.file["errors"] if phrases else {}
    text = errors.get(key) or _FILES[_FALLBACK]["errors"].get(key) or errors["unknown"]
    filled = re.sub(r"\{(\w+)\}", lambda match: str(placeholders.get(match[1], "")), text)
    return re.sub(r"\s+([.,:?!])", r"\1", " ".join(filled.split()))


def _phrases_with(key: str, language: str) -> Phrases:
    """Return the templates of a language that has this one, else the English ones."""
    phrases = phrases_for(language)
    return phrases if phrases is not None and key in phrases.file else _phrases(_FALLBACK)


def phrases_for(language: str) -> Phrases | None:
    """Return the templates of a BCP 47 language; None where it has none."""
    name = file_for(language, _FILES)
    return _phrases(name) if name else None


@cache
def _phrases(name: str) -> Phrases:
    return Phrases(_FILES[name], words_for(name))


def ask_which(word: str, entities: Sequence[HomeEntity], language: str) -> str:
    """Return the question which of several entities is meant; `word` is what the call named them."""
    phrases = phrases_for(language) or _phrases(_FALLBACK)
    kind = phrases.words.kind_at_end(phrases.words.tokens(word))
    is_said = kind is not None and not kind.plural and bool(kind.kind.domains)
    noun = " ".join(kind.tokens) if kind and is_said else phrases.one_kind(entities) or phrases.text("which_one")
    names = [phrases.name(entity) for entity in entities]
    if len(set(names)) < len(names):
        names = [phrases.placed_name(entity) for entity in entities]
    if len(names) == 1 and "did_you_mean" in phrases.file:
        return phrases.fill("did_you_mean", choices=names[0])
    if len(names) > _MOST_CHOICES:
        choices = phrases.listed(names[: _MOST_CHOICES - 1], "or")
        return phrases.fill("which_of_many", kind=noun, count=str(len(names)), choices=choices)
    return phrases.fill("which", kind=noun, choices=phrases.listed(names, "or"))


def ask_room(word: str, rooms: Sequence[str], language: str) -> str:
    """Return the question which room is meant; `word` is the kind in plural, or empty."""
    phrases = phrases_for(language) or _phrases(_FALLBACK)
    few = 1 < len(rooms) <= _MOST_CHOICES
    choices = phrases.listed([phrases.place(room) for room in rooms], "or")
    if word:
        return phrases.fill("which_kind_room" if few else "which_kind_any_room", kind=word, choices=choices)
    return phrases.fill("which_room_of" if few else "which_room", choices=choices)


def ask_consent(facts: Sequence[Fact], language: str) -> str:
    """Return the question whether this shall be done: "Shall I unlock the front door and open the garage door?"."""
    try:
        return _asked(facts, _phrases_with("shall_i", language))
    except KeyError:
        # Something that this language has no words for yet: better asked in English than not at all.
        return _asked(facts, _phrases(_FALLBACK))


def _asked(facts: Sequence[Fact], phrases: Phrases) -> str:
    asks: Mapping[str, str] = phrases.file["asks"]
    deeds = []
    for same in _merged(facts):
        subject = phrases.subjects([fact.subject for fact in same])
        template = asks.get(same[0].state) or asks["any"]
        values = {**told_values(same[0].values, phrases), "subject": subject.text}
        deeds.append(phrases.grammar.filled(template, subject.word_class, values))
    return _sentence(phrases.fill("shall_i", deeds=_joined(deeds, phrases)))


def say_declined(language: str) -> str:
    """Return what is said after a no: that nothing is done."""
    return _phrases_with("declined", language).text("declined")


def say_too_late(language: str) -> str:
    """Return what is said after a yes that came too late."""
    return _phrases_with("too_late", language).text("too_late")


def ask_timer(timers: Sequence[tuple[str, int]], language: str) -> str:
    """Return the question which timer is meant, each given by its name and, where it has none, by its seconds."""
    phrases = _phrases_with("timers", language)
    choices = [timer(name, length, phrases) for name, length in timers]
    noun = phrases.file["timers"]["one"]
    return phrases.fill("which", kind=noun, choices=phrases.listed(list(dict.fromkeys(choices)), "or"))


def _can_tell(fact: Fact, phrases: Phrases) -> bool:
    """Return whether the language has the templates for a fact."""
    known = {*phrases.file["states"], *phrases.file.get("not_done", ())}
    return not fact.state or known.issuperset(fact.state.split("+"))


def _positive_clauses(facts: Iterable[Fact], phrases: Phrases) -> list[str]:
    positive = [fact for fact in facts if fact.kind in _POSITIVE]
    merged = _merged(positive)
    clauses = [_clause(same, phrases) for same in merged]
    if len(clauses) <= _MOST_CLAUSES:
        return clauses
    rest = {
        entity.entity_id for same in merged[_MOST_CLAUSES - 1 :] for fact in same for entity in fact.subject.entities
    }
    return [*clauses[: _MOST_CLAUSES - 1], phrases.fill("more", count=str(len(rest)))]


def _clause(facts: Sequence[Fact], phrases: Phrases) -> str:
    """Return e.g. "the kitchen lights are off" for facts that differ in their subjects only."""
    subject = phrases.subjects([fact.subject for fact in facts])
    fact = facts[0]
    predicates = [_predicate(state, fact, phrases, subject.word_class) for state in fact.state.split("+")]
    said = phrases.listed(predicates, "and")
    if fact.again:
        said = str(phrases.file.get("again", "{said}")).format(said=said)
    # A template that is a clause of its own has a place for the subject, or needs none.
    is_whole = _SUBJECT in said or fact.state in phrases.file.get("alone", ()) or not subject.text
    return said.replace(_SUBJECT, subject.text) if is_whole else f"{subject.text} {said}"


def _predicate(state: str, fact: Fact, phrases: Phrases, word_class: str) -> str:
    """Return e.g. "are off"; a fact may have several, joined by "+"."""
    already = fact.kind is FactKind.ALREADY
    own: Mapping[str, str] = phrases.file["already"]
    template = own[state] if already and state in own else phrases.file["states"][state]
    be = "be_already" if already and state not in own else "be"
    values = {**phrases.verbs(word_class, be), **told_values(fact.values, phrases), "subject": _SUBJECT}
    return phrases.grammar.filled(template, word_class, values)


def _negative_clauses(facts: Sequence[Fact], phrases: Phrases) -> list[str]:
    own: Mapping[str, str] = phrases.file.get("not_done", {})
    listed = [fact for fact in facts if fact.state not in own]
    clauses = [own[fact.state].format(**told_values(fact.values, phrases)) for fact in facts if fact.state in own]
    for kind, key in _WITHHELD:
        subjects = [fact.subject for fact in listed if fact.kind is kind]
        if subjects:
            subject = phrases.subjects(subjects)
            clauses.append(phrases.fill(key, word_class=subject.word_class, subject=subject.text))
    if any(fact.kind is FactKind.LATER for fact in listed):
        clauses.append(phrases.text("later"))
    if any(fact.kind is FactKind.READ_ONLY for fact in listed):
        clauses.append(phrases.text("read_only"))
    missing = [_not_found(fact, phrases) for fact in listed if fact.kind is FactKind.NOT_FOUND]
    return [*clauses, *dict.fromkeys(missing)]


def _not_found(fact: Fact, phrases: Phrases) -> str:
    group = fact.subject.group
    kind = phrases.kind(group.kind if group else None)
    nouns = {"kind": kind.one, "kinds": kind.many}
    if group and group.area_name:
        place = {"place": phrases.place(group.area_name), "where": phrases.where(group.area_name)}
        return phrases.fill("not_found_where", word_class=kind.word_class, **nouns, **place)
    name = phrases.spoken(fact.message)
    if group and group.kind:
        return phrases.fill("not_found_called", word_class=kind.word_class, **nouns, name=name)
    return phrases.fill("not_found", name=name if phrases.words.is_plural(fact.message) else phrases.a(name))


def _nearest(facts: Iterable[Fact], phrases: Phrases) -> str | None:
    """Return the names that are like the one thing that was not found: no question, nothing would be done."""
    missing = [fact for fact in facts if fact.kind is FactKind.NOT_FOUND]
    if len(missing) != 1 or "near" not in missing[0].values or "nearest" not in phrases.file:
        return None
    names = [phrases.the(name) for name in missing[0].values["near"].split("\n")]
    return phrases.fill("nearest", names=phrases.listed(names, "and"))


def _failures(facts: Iterable[Fact], phrases: Phrases) -> list[str]:
    failed = [fact for fact in facts if fact.kind is FactKind.FAILED]
    if not failed:
        return []
    subject = phrases.subjects([fact.subject for fact in failed])
    values = {"word_class": subject.word_class, "subject": subject.text}
    messages = {fact.message.rstrip(". ") for fact in failed if fact.message}
    if not subject.text:
        return [phrases.fill("failed_other", message=", ".join(messages))]
    if len(messages) == 1:
        return [phrases.fill("failed_why", **values, message=messages.pop())]
    return [phrases.fill("failed", **values)]


def _merged(facts: Iterable[Fact]) -> list[list[Fact]]:
    """Return the facts that differ in their subjects only together, in the order of the first of them."""
    merged: dict[object, list[Fact]] = {}
    for fact in facts:
        key = (fact.kind, fact.state, tuple(sorted(fact.values.items())), fact.again)
        merged.setdefault(key, []).append(fact)
    return list(merged.values())


def _joined(clauses: Sequence[str], phrases: Phrases) -> str:
    return phrases.listed(clauses, "and")


def _sentence(text: str) -> str:
    closed = text if text[-1] in ".!?" else f"{text}."
    return closed[0].upper() + closed[1:]
