"""The last question about states once more, for something else: "and in the bedroom?"."""

from ..guard import async_readable
from ..route.clauses import is_sane
from ..route.questions import Question, Questions
from ..words import KindWord
from .again import place_phrase
from .setting import Setting


async def async_ask_again(setting: Setting, text: str) -> Question | None:
    """Return the last question for another place or thing; None where that is not said, or not clear."""
    last = setting.memory.question
    targets = {match["target"] for match in setting.sayings.matches("ask_for", text)}
    if last is None or len(targets) != 1:
        return None
    questions = Questions(setting.hass, setting.home, setting.utterance, setting.patterns)
    question = _question(setting, questions, last, targets.pop())
    if question is None or question == last:
        return None
    readable = await async_readable(setting.hass, setting.utterance.context, question.entities)
    return question if len(readable) == len(question.entities) else None


def _question(setting: Setting, questions: Questions, last: Question, target: str) -> Question | None:
    words, patterns = setting.index.words, setting.patterns
    if last.asks == "measure":
        tokens = words.tokens(target)
        while tokens and tokens not in words.here and tokens[0] in patterns.near:
            tokens = tokens[1:]
        return questions.measured(last.measure or "", " ".join(tokens))
    if last.state is None:
        return None
    phrase = place_phrase(setting, target, _word(setting, last))
    if phrase is None or not is_sane(phrase, patterns, setting.index):
        return None
    return questions.about(last.asks, phrase, last.state)


def _word(setting: Setting, last: Question) -> KindWord | None:
    """Return the word for what the last question was about."""
    if last.kind is not None:
        return last.kind
    if not last.is_one:
        return None
    words, entity = setting.index.words, last.entities[0]
    named = words.kind_at_end(words.tokens(entity.name))
    return named if named and entity.domain in named.kind.domains else None
