"""What a model says of the house's states, compared with what they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
import re
from typing import Any

from homeassistant.core import HomeAssistant

from ...home import Home, HomeEntity, state_words
from ..utterance import Utterance
from .answers import answer, opposite
from .patterns import Patterns, normalised, patterns_for
from .questions import UNSEEN, Question, Questions, is_in_state

_FIGURE = re.compile(r"-?\d+(?:\.\d+)?")
# A spoken figure is rounded; sensors move while it is spoken.
_MOST_OFF = 1.0


@dataclass(frozen=True, slots=True)
class Correction:
    """What is so instead of what was said: the entities it is about, and a sentence, None where none can be made."""

    entities: tuple[HomeEntity, ...]
    text: str | None


def correction(
    hass: HomeAssistant, home: Home, utterance: Utterance, sentence: str, may_read: Callable[[str], bool] | None = None
) -> Correction | None:
    """Return what is so if a sentence says something else of an exposed entity; None if it is borne out or unreadable.

    Read are plain statements in the present ("The hall light is off", "The thermostat is set to 20 degrees"), in
    languages whose patterns have `assertions`. A group is on if any of it is, and off only if all of it is. To correct
    a guess about what the user must not see would be to tell it: ``may_read`` knows an entity by its id; None: all.
    """
    patterns = patterns_for(utterance.language)
    forms = _forms(utterance.language) if patterns else None
    if patterns is None or forms is None or sentence.rstrip().endswith(("?", "\uff1f")):
        return None
    reader = _Reader(hass, replace(utterance, text=sentence), home, patterns, forms)
    for clause in forms.clause.split(normalised(sentence)):
        found = reader.read(forms.lead.sub("", clause.strip(" ,")))
        if found and (may_read is None or all(may_read(entity.entity_id) for entity in found.entities)):
            return found
    return None


@dataclass(frozen=True, slots=True)
class _Forms:
    """How a language says what is so: what a statement may begin with, what divides two, and their forms."""

    lead: re.Pattern[str]
    clause: re.Pattern[str]
    states: tuple[re.Pattern[str], ...]
    figures: tuple[re.Pattern[str], ...]


class _Reader:
    def __init__(
        self, hass: HomeAssistant, utterance: Utterance, home: Home, patterns: Patterns, forms: _Forms
    ) -> None:
        self._hass = hass
        self._language = utterance.language
        self._states: Mapping[str, str] = patterns.file["states"]
        self._questions = Questions(hass, home, utterance, patterns)
        self._forms = forms

    def read(self, clause: str) -> Correction | None:
        for pattern in self._forms.states:
            if match := pattern.fullmatch(clause):
                return self._of_state(match)
        for pattern in self._forms.figures:
            if match := pattern.fullmatch(clause):
                return self._of_figure(match["target"], float(match["number"]))
        return None

    def _of_state(self, match: re.Match[str]) -> Correction | None:
        state = self._states[match["state"]]
        if match["not"]:
            state = opposite(state)
        question = self._questions.about("yes_no", match["target"], state)
        if question is None:
            return None
        seen = [found for one in question.entities if (found := self._hass.states.get(one.entity_id))]
        is_so = [is_in_state(found, state) for found in seen if found.state not in UNSEEN]
        if not is_so or (any(is_so) if state in ("on", "open", "unlocked") else all(is_so)):
            return None
        return Correction(question.entities, self._told(question))

    def _told(self, question: Question) -> str | None:
        """Return the truth without the yes or no with which a question would be answered."""
        if question.is_one:
            return answer(self._hass, replace(question, asks="state"), self._language)
        other = opposite(question.state or "")
        return answer(self._hass, replace(question, asks="which", state=other), self._language)

    def _of_figure(self, phrase: str, said: float) -> Correction | None:
        """Compare a figure with all that one entity shows: which of them is meant is not said."""
        question = self._questions.named(phrase)
        if question is None:
            return None
        entity = question.entities[0]
        known = [float(one) for one in _FIGURE.findall(state_words(self._hass, entity))]
        if not known or any(abs(one - said) <= _MOST_OFF for one in known):
            return None
        asks = "set_to" if entity.domain == "climate" else "state"
        return Correction((entity,), answer(self._hass, replace(question, asks=asks), self._language))


@cache
def _forms(language: str) -> _Forms | None:
    patterns = patterns_for(language)
    data: Mapping[str, Any] | None = patterns.file.get("assertions") if patterns else None
    if patterns is None or data is None:
        return None
    return _Forms(
        lead=re.compile(f"^(?:(?:{data['lead']})(?:[ ,]+|$))+"),
        clause=re.compile(data["clause"]),
        states=tuple(pattern for text in data["states"] for pattern in patterns.compiled(text)),
        figures=tuple(pattern for text in data["figures"] for pattern in patterns.compiled(text)),
    )
