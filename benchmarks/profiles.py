"""The machines that a model server is played on, and how often is spoken on each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .places import file_name
from .results import Options
from .spoken_turns import KINDS

_QUICK_KINDS = ("command", "question", "indirect wish")


@dataclass(frozen=True, slots=True)
class Profile:
    """A machine: tokens it reads and writes in a second (0: a real one), rounds warm and cold; cold 0 computes.

    `key` is its name in the names of files.
    """

    key: str
    name: str
    read: float
    write: float
    warm: int
    cold: int

    @property
    def title(self) -> str:
        """The name with its speeds."""
        return f"{self.name} ({self.read:g}/{self.write:g} tokens/s)" if self.read else self.name

    @property
    def computed(self) -> bool:
        """Whether its cold turns are computed from the warm ones."""
        return bool(self.read) and not self.cold

    @property
    def heats(self) -> tuple[str, ...]:
        """Which kinds of turns there are: "warm", "cold" or both."""
        return ("warm", "cold") if self.cold or self.computed else ("warm",)


SMALL = Profile("small", "small CPU box", 30, 6, warm=3, cold=0)
MINI = Profile("mini", "mini PC with a small GPU", 600, 35, warm=2, cold=1)
RTX = Profile("rtx", "RTX-class GPU", 2500, 80, warm=3, cold=1)


def plan(options: Options) -> tuple[Sequence[Profile], Sequence[str]]:
    """Return the machines to play and the kinds of sentences to say."""
    if options.url is not None:
        name = str(options.model)
        profile = Profile(file_name(name), name, 0, 0, warm=1 if options.quick else 3, cold=0)
        return (profile,), _QUICK_KINDS if options.quick else KINDS
    if options.quick:
        return (replace(RTX, warm=1, cold=0),), _QUICK_KINDS
    if options.full:
        return (replace(SMALL, warm=3, cold=1), replace(MINI, warm=5, cold=2), replace(RTX, warm=9, cold=3)), KINDS
    return (SMALL, MINI, RTX), KINDS
