"""The prefix cache of one loaded model."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from .models import Attention

_KEEP_SHARE = 0.5
_RAM_PROMPTS = 32


@dataclass(slots=True, eq=False)
class Slot:
    """The tokens whose keys and values one slot holds."""

    tokens: list[str] = field(default_factory=list)
    busy: bool = False
    used: int = 0


class PrefixCache:
    """Slots that keep the prompt they worked on last; the longest common prefix is not computed again."""

    def __init__(self, *, slots: int, attention: Attention, num_batch: int, ram: bool) -> None:
        """Make empty slots. num_batch is how far back from a cut the last checkpoint of a sliding window lies."""
        self._slots = [Slot() for _ in range(slots)]
        self._attention = attention
        self._num_batch = num_batch
        self._ram: list[list[str]] | None = [] if ram else None
        self._clock = 0

    def take(self, tokens: Sequence[str]) -> tuple[Slot, int]:
        """Return the free slot with the longest common prefix, marked busy, and how many tokens it spares.

        One token at least is always computed. The caller sets the slot's tokens as it computes, and gives it back.
        """
        slot = max(
            (slot for slot in self._slots if not slot.busy),
            key=lambda slot: (common_prefix(slot.tokens, tokens), -slot.used),
        )
        self._clock += 1
        slot.busy, slot.used = True, self._clock
        self._swap(slot, tokens)
        kept = common_prefix(slot.tokens, tokens)
        if kept == len(tokens):
            kept -= 1
        if self._attention == "sliding" and kept < len(slot.tokens):
            kept = max(0, kept - self._num_batch)
        slot.tokens = slot.tokens[:kept]
        return slot, kept

    def give_back(self, slot: Slot) -> None:
        """Let the next request have the slot."""
        slot.busy = False

    def _swap(self, slot: Slot, tokens: Sequence[str]) -> None:
        """Save to memory a prompt that would mostly be lost, and bring back the one that helps most."""
        if self._ram is None or common_prefix(slot.tokens, tokens) >= len(slot.tokens) * _KEEP_SHARE > 0:
            return
        best = max(self._ram, key=lambda saved: common_prefix(saved, tokens), default=None)
        if slot.tokens:
            self._ram.append(slot.tokens)
        if best is not None and common_prefix(best, tokens) > common_prefix(slot.tokens, tokens):
            self._ram.remove(best)
            slot.tokens = best
        del self._ram[:-_RAM_PROMPTS]


def common_prefix(a: Sequence[str], b: Sequence[str]) -> int:
    """Return how many tokens two prompts share from the start."""
    for index, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return index
    return min(len(a), len(b))
