"""From a chat request to a reply, by rule."""

from collections.abc import Sequence

from demo.ollama.reply import Reply
from demo.ollama.wire import JsonObject

from .clauses import without_politeness
from .commands import Commander
from .find import Finder, Named
from .house import CONTEXT_START, House, parse_house, parse_moment, with_seen
from .questions import Questioner, is_question
from .results import answer_results
from .vocabulary import KIND_NOUNS
from .words import tokens_of

FALLBACK = "I am a stand-in for a language model and only know plain commands for this house."
_THOUGHT = "The rules say what to do with these words."


def respond(messages: Sequence[JsonObject], tools: Sequence[JsonObject]) -> Reply:
    """Answer the last user message: calls for a command, a sentence for a question or after the calls' results."""
    moment = parse_moment(_last_words(messages))
    house = with_seen(parse_house(_system(messages)), moment)
    finder = Finder(house, moment.area)
    offered = _offered(tools)
    words = without_politeness(tokens_of(moment.words))
    if messages and messages[-1].get("role") == "tool":
        return answer_results(messages, words, finder, moment)
    if is_question(words, moment.words):
        reply = Questioner(finder, moment, offered).respond(words)
    else:
        reply = Commander(finder, moment, offered, _recalled(messages, house)).respond(words)
    reply = reply or Reply(content=FALLBACK)
    return Reply(content=reply.content, tool_calls=reply.tool_calls, thinking=_THOUGHT)


def _system(messages: Sequence[JsonObject]) -> str:
    """Return the system message."""
    return next((message.get("content") or "" for message in messages if message.get("role") == "system"), "")


def _last_words(messages: Sequence[JsonObject]) -> str:
    """Return the user message to answer: the last with a context, as a reminder may follow it, or else the last."""
    said = [message.get("content") or "" for message in messages if message.get("role") == "user"]
    told = [content for content in said if content.startswith(CONTEXT_START)]
    return next(reversed(told or said), "")


def _offered(tools: Sequence[JsonObject]) -> dict[str, dict[str, object]]:
    """Return the offered tools: name to properties."""
    offered = {}
    for tool in tools:
        function = tool.get("function") or {}
        offered[str(function.get("name"))] = (function.get("parameters") or {}).get("properties") or {}
    return offered


def _recalled(messages: Sequence[JsonObject], house: House) -> Named | None:
    """Return what the last call in the conversation was about, for "it" and "them"."""
    for message in reversed(messages):
        for call in reversed(message.get("tool_calls") or []):
            arguments = (call.get("function") or {}).get("arguments")
            if isinstance(arguments, dict) and arguments.get("targets"):
                targets = tuple(str(target) for target in arguments["targets"])
                meant = tuple(entity for entity in house.entities if house.label(entity) in targets)
                kind = arguments.get("kind")
                return Named(targets, kind if kind in KIND_NOUNS.values() else None, meant)
    return None
