"""A model's thinking, cut out of a reply while it streams."""

from typing import NamedTuple

_TAGS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "[THINK]": "[/THINK]",
    "<|channel|>analysis<|message|>": "<|end|>",
}
_CLOSERS = tuple(closer for closer in _TAGS.values() if closer != "<|end|>")


class Visible(NamedTuple):
    """What a chunk adds to the reply."""

    text: str
    restart: bool
    """Everything before was thinking too: its end was marked, its beginning was in the prompt of the model."""


class ThinkingFilter:
    """Pass on the text outside of thinking tags; a tag may be split over any number of chunks."""

    def __init__(self) -> None:
        """Start outside of any thinking."""
        self._pending = ""
        self._closer: str | None = None

    def feed(self, text: str) -> Visible:
        """Return what is certain to be visible now; the beginning of what may become a tag is kept back."""
        self._pending += text
        visible = ""
        restart = False
        while True:
            tags = (self._closer,) if self._closer else (*_TAGS, *_CLOSERS)
            at, tag = min(((self._pending.find(tag), tag) for tag in tags if tag in self._pending), default=(-1, ""))
            if not tag:
                break
            before, self._pending = self._pending[:at], self._pending[at + len(tag) :]
            if self._closer:
                self._closer = None
            elif tag in _TAGS:
                visible += before
                self._closer = _TAGS[tag]
            else:
                visible, restart = "", True
        keep = _partial_tag(self._pending, tags)
        certain, self._pending = self._pending[: len(self._pending) - keep], self._pending[len(self._pending) - keep :]
        return Visible(visible if self._closer else visible + certain, restart)

    def finish(self) -> str:
        """Return what was kept back, now that no tag can follow; unfinished thinking stays unsaid."""
        kept, self._pending = self._pending, ""
        return "" if self._closer else kept


class VisibleText:
    """A whole reply without its thinking, put together as it comes."""

    def __init__(self) -> None:
        """Start without words."""
        self._filter = ThinkingFilter()
        self._text = ""

    def add(self, text: str) -> None:
        """Take in what came."""
        visible, restart = self._filter.feed(text)
        self._text = visible if restart else self._text + visible

    def finish(self) -> str:
        """Return the reply, now that nothing more comes."""
        return (self._text + self._filter.finish()).strip()


def _partial_tag(text: str, tags: tuple[str, ...]) -> int:
    """Return the length of the longest end of a text that a tag could begin with."""
    longest = min(len(text), max(map(len, tags)) - 1)
    return next((length for length in range(longest, 0, -1) if any(tag.startswith(text[-length:]) for tag in tags)), 0)
