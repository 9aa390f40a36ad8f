"""One pass of the model: its stream read into sentences to say, tool calls, and figures."""

from collections.abc import AsyncGenerator, Callable, Collection
from time import monotonic

from ..inference import ChatChunk, Served, Stats, ToolCall
from ..inference.thinking import ThinkingFilter
from ..sentences import cut_sentences, split_sentences
from .printed_calls import find_printed_calls, may_hold_call
from .record import PassRecord

# Home Assistant gives nothing to the voice before it has more than this. Waiting as long costs no time, and keeps in
# what models like to say before they call a tool.
_RELEASE_AT = 60


class ModelPass:
    """What the model answers to one request.

    `sentences` reads the stream and yields what may be spoken at once; afterwards `text` (one sentence each, not yet
    spoken), `calls` and `claim` say what else there is. Sentences are as they are to be spoken.
    """

    def __init__(
        self,
        *,
        tools: Collection[str],
        hold: bool,
        speakable: Callable[[str], str],
        is_claim: Callable[[str], bool],
        drop_claims: bool,
    ) -> None:
        """Prepare to read a stream.

        With ``hold`` nothing is released before it has ended. A claim ends the pass, unless they are dropped.
        """
        self.text: list[str] = []
        self.calls: tuple[ToolCall, ...] = ()
        self.claim: str | None = None
        self.released = False
        self._tools = tools
        self._hold_all = hold
        self._hold = hold
        self._speakable = speakable
        self._is_claim = is_claim
        self._drop_claims = drop_claims
        self._thinking = ThinkingFilter()
        self._raw = ""
        self._cut = False
        self._made: list[ToolCall] = []
        self._started = monotonic()
        self._first_part: float | None = None
        self._stats: Stats | None = None
        self._served: Served | None = None
        self._ended: float | None = None

    @property
    def record(self) -> PassRecord:
        """Return the figures of the pass."""
        seconds = (self._ended or monotonic()) - self._started
        return PassRecord(self._first_part, seconds, len(self.calls), self._stats, self._served)

    async def sentences(self, chunks: AsyncGenerator[ChatChunk]) -> AsyncGenerator[str]:
        """Read the stream and yield sentences as soon as they may be spoken; stops at a claim.

        Raises what the stream raises.
        """
        async for chunk in chunks:
            if self._first_part is None:
                self._first_part = monotonic() - self._started
            for sentence in self._read(chunk):
                yield sentence
            if self.claim is not None:
                break
        self._ended = monotonic()
        self._finish()

    def forget(self) -> bool:
        """Forget what was read so far, unless some of it has been spoken; returns whether it is forgotten.

        No call is carried out before the stream has ended, so nothing else can have come of it.
        """
        if self.released:
            return False
        self.claim = None
        self._hold = self._hold_all
        self._thinking = ThinkingFilter()
        self._raw = ""
        self._made = []
        return True

    def _read(self, chunk: ChatChunk) -> list[str]:
        """Take in a part of the stream; returns what it allows to be released."""
        self._made += chunk.tool_calls
        if chunk.done:
            self._stats = chunk.stats
            self._served = chunk.served
            self._cut = chunk.done_reason == "length"
        visible, restart = self._thinking.feed(chunk.content)
        if restart:
            self._raw = ""
        return self._take(visible)

    def _take(self, visible: str) -> list[str]:
        """Add visible text to what is not released yet; returns the sentences that are released now."""
        self._raw += visible
        self._hold = self._hold or bool(self._made) or may_hold_call(self._raw)
        if self._hold:
            return []
        sentences, rest = cut_sentences(self._raw)
        if not self.released and sum(map(len, sentences)) <= _RELEASE_AT:
            return []
        self._raw = rest
        released = self._checked(sentences)
        if self.claim is not None and not self.released:
            # Nothing is said yet, so the model may still find better words.
            return []
        self.released = self.released or bool(released)
        return released

    def _finish(self) -> None:
        """Make calls of what was printed as calls, and sentences of the rest."""
        if self.claim is not None:
            return
        self._raw += self._thinking.finish()
        printed = find_printed_calls(self._raw, self._tools)
        self.calls = (*self._made, *printed.calls)
        if self.calls:
            return
        sentences = split_sentences(printed.text)
        if self._cut and (len(sentences) > 1 or self.released):
            # The limit of the reply ended in the middle of a sentence.
            sentences = sentences[:-1]
        self.text = self._checked(sentences)

    def _checked(self, sentences: list[str]) -> list[str]:
        """Return sentences as they are to be spoken, up to the first claim."""
        spoken = []
        for sentence in filter(None, map(self._speakable, sentences)):
            if not self._is_claim(sentence):
                spoken.append(sentence)
            elif not self._drop_claims:
                self.claim = sentence
                break
        return spoken
