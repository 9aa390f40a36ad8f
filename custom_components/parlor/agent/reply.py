"""The reply of one turn, as it grows."""

from collections.abc import Iterator, Sequence

from homeassistant.components.conversation import AssistantContentDeltaDict, ConversationResult
from homeassistant.helpers import intent

from .facts import CallResult
from .record import Ending
from .replies import speak_error

_NOT_UNDERSTOOD = "not_understood"
_STOPS = (".", "!", "?", "…", ":", ";", ",", "。", "\uff01", "\uff1f", "؟", "।")
_QUESTIONS = ("?", "\uff1f", "؟", "\u037e")


class Reply:
    """What was said so far, how the turn ended, and both as Home Assistant wants it.

    The methods that say something return the deltas for the chat log.
    """

    def __init__(self, language: str) -> None:
        """Start in silence."""
        self.ending: Ending = "answered"
        self.error: str | None = None
        self._language = language
        self._spoken = ""
        self._begun = False

    @property
    def begun(self) -> bool:
        """Return whether anything was said."""
        return bool(self._spoken)

    @property
    def spoken(self) -> str:
        """Return all that was said."""
        return self._spoken

    def next_message(self) -> None:
        """Let what is said from now on be a message of its own in the log."""
        self._begun = False

    def say(self, text: str) -> Iterator[AssistantContentDeltaDict]:
        """Say a sentence."""
        if not self._begun:
            self._begun = True
            yield {"role": "assistant"}
            gap = ""
        else:
            gap = " " if self._spoken.endswith(_STOPS) else ". "
        self._spoken += (gap or (" " if self._spoken else "")) + text
        yield {"content": gap + text}

    def answer(self, sentences: Sequence[str], *, done: bool) -> Iterator[AssistantContentDeltaDict]:
        """Say the last sentences of an answer in the model's words, in a turn that did something or did not."""
        for sentence in sentences:
            yield from self.say(sentence)
        if self._spoken.endswith(_QUESTIONS):
            self.ending = "asked"
        elif self.error is None:
            self.ending = "done" if done else "answered"

    def tell(self, speech: str, *, error: str | None) -> Iterator[AssistantContentDeltaDict]:
        """Say what the house did, or, with an error, what it did not do."""
        self.ending, self.error = ("error", error) if error else ("done", None)
        yield from self.say(speech)

    def ask(self, question: str) -> Iterator[AssistantContentDeltaDict]:
        """Put a question to the speaker and keep listening."""
        self.ending, self.error = "asked", None
        yield from self.say(question)

    def fail(self, key: str, **placeholders: str) -> Iterator[AssistantContentDeltaDict]:
        """Say what is wrong."""
        self.ending, self.error = "error", key
        yield from self.say(speak_error(key, self._language, **placeholders))

    def as_result(self, conversation_id: str, results: Sequence[CallResult]) -> ConversationResult:
        """Return the reply as the result of the turn, with the entities whose state the calls changed."""
        response = intent.IntentResponse(language=self._language)
        if self.ending == "error":
            code = intent.IntentResponseErrorCode
            response.async_set_error(
                code.NO_INTENT_MATCH if self.error == _NOT_UNDERSTOOD else code.FAILED_TO_HANDLE, self._spoken
            )
        else:
            if self.ending != "done":
                response.response_type = intent.IntentResponseType.QUERY_ANSWER
            response.async_set_speech(self._spoken)
            changed = {change.entity_id: change.name for result in results for change in result.changes}
            response.async_set_results(
                [
                    intent.IntentResponseTarget(name=name, type=intent.IntentResponseTargetType.ENTITY, id=entity_id)
                    for entity_id, name in changed.items()
                ]
            )
        return ConversationResult(response, conversation_id, continue_conversation=self.ending == "asked")
