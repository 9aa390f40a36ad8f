"""Whether what was heard so far is a whole sentence, so that nobody has to wait for more of it."""

from homeassistant.core import Context, HomeAssistant, callback

from ...home import Home
from ..index import Index, index_of
from ..said import is_question
from ..utterance import Utterance
from ..words import words_for
from .clauses import is_placeless_kind, place_text
from .commands import Commands
from .patterns import is_read, normalised, patterns_for
from .questions import Questions


@callback
def is_whole_sentence(hass: HomeAssistant, home: Home, language: str, text: str) -> bool:
    """Return whether a text is one reading of the local route that hardly goes on.

    "Turn off the light" may go on with a room, and "turn off the kitchen" with the lights: they are none. Nothing is
    done here.
    """
    # While the patterns are still being read, nobody is kept from speaking.
    if not is_read(language) or (patterns := patterns_for(language)) is None:
        return False
    words = words_for(language)
    index = index_of(home, words)
    utterance = Utterance(text, language, None, None, None, Context())
    if is_question(text, words):
        question = Questions(hass, home, utterance, patterns).read(normalised(text))
        return question is not None and (question.place is not None or question.is_one)
    reading = Commands(hass, home, utterance, patterns).read(normalised(text))
    if not reading:
        return False
    return not any(order.question or _may_go_on(clause.phrase, index) for clause, order in reading)


def _may_go_on(phrase: str, index: Index) -> bool:
    tokens = index.words.tokens(phrase)
    return is_placeless_kind(phrase, index) or tokens in index.places or place_text(phrase, index) == phrase
