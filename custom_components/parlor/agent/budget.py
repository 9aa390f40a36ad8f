"""How the tokens of a model's context are shared out."""

from dataclasses import dataclass

# Shares of the context, in tokens: what they are at most, and which part of a small context.
_REPLY = (1024, 4)
_STATES = (400, 8)
_HISTORY = (512, 8)


@dataclass(frozen=True, slots=True)
class Budget:
    """The shares of a context, in tokens as the estimate counts them; `reply` as the model does.

    `reply` is kept free for what the model writes, `states` bounds the context block, `prefix` is the most that
    instructions, catalogue and tools may take if the names of all entities are to be among them, `total` what a
    request may be at all.
    """

    reply: int
    states: int
    prefix: int
    total: int

    @classmethod
    def of(cls, context_length: int, ratio: float = 1.0) -> Budget:
        """Share out a context of so many tokens, of which the estimate counts one where the model has `ratio`."""
        reply = _share(_REPLY, context_length)
        states, history = (round(_share(share, context_length) / max(ratio, 1)) for share in (_STATES, _HISTORY))
        total = int((context_length - reply) / ratio)
        return cls(reply=reply, states=states, prefix=total - states - history, total=total)


def _share(share: tuple[int, int], context_length: int) -> int:
    most, part = share
    return min(most, context_length // part)
