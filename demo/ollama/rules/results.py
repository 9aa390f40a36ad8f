"""What to say once the tools have answered."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
import json
import re

from demo.ollama.reply import Reply
from demo.ollama.wire import JsonObject

from .find import Finder
from .house import Moment
from .questions import UNKNOWN, Questioner, is_question
from .states import said
from .words import sentence, spoken_list

DONE = "Done."
_MOST_SAID = 3
_NOT_FOUND = re.compile(r"\bno (?P<what>(?!such\b)[^.:;]+)")


def answer_results(messages: Sequence[JsonObject], words: Sequence[str], finder: Finder, moment: Moment) -> Reply:
    """Return one short sentence about the results that stand at the end of the messages."""
    results = [_parsed(message.get("content") or "") for message in _last_results(messages)]
    errors = [error for result in results for error in _errors(result)]
    if errors:
        return Reply(content=_failure(errors[0]))
    states = dict(pair for result in results for pair in _states(result))
    if is_question(words, moment.words):
        informed = replace(moment, states={**moment.states, **states})
        return Questioner(finder, informed, {}).respond(words) or Reply(content=UNKNOWN)
    known = {finder.house.label(entity): entity.short_name for entity in finder.house.entities}
    told = [said(known[label], state) for label, state in states.items() if label in known]
    return Reply(content=sentence(spoken_list(told)) if 0 < len(told) <= _MOST_SAID else DONE)


def _failure(error: str) -> str:
    """Say what went wrong: that something is not there, or the first sentence of the error."""
    first = error.split(". ", maxsplit=1)[0].rstrip(".")
    if match := _NOT_FOUND.search(first):
        return f"I could not find any {match['what'].strip(' "')}."
    return f"That did not work: {first}."


def _last_results(messages: Sequence[JsonObject]) -> list[JsonObject]:
    """Return the tool messages at the end, in order."""
    count = 0
    while count < len(messages) and messages[-1 - count].get("role") == "tool":
        count += 1
    return list(messages[len(messages) - count :])


def _parsed(content: str) -> object:
    """Return a result's JSON, or its text if it is none."""
    try:
        return json.loads(content)
    except ValueError:
        return content  # Tools may answer in plain text.


def _errors(result: object) -> Iterator[str]:
    """Give the errors that a result tells of."""
    if isinstance(result, dict):
        error = result.get("error")
        if error:
            yield error if isinstance(error, str) else json.dumps(error)
    elif isinstance(result, list):
        for part in result:
            yield from _errors(part)


def _states(result: object) -> Iterator[tuple[str, str]]:
    """Give the names and states in a result, whether it has lines like the context's, a mapping, or objects."""
    match result:
        case str():
            yield from (_split(line) for line in result.splitlines() if ": " in line)
        case list():
            for part in result:
                yield from _states(part)
        case {"name": str(name), "state": str(state)}:
            yield name, state
        case dict():
            for key, value in result.items():
                if isinstance(value, str):
                    yield str(key), value
                yield from _states(value)


def _split(line: str) -> tuple[str, str]:
    """Split "Name: state"."""
    name, state = line.split(": ", 1)
    return name.strip(), state.strip()
