"""What is remembered of the last AI tasks, in memory only: figures, no words."""

from dataclasses import dataclass

from ..agent.record import PassRecord
from ..recent import Recent


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """The figures of one task.

    `started` is a time of the monotonic clock; `seconds` is the whole task, the time included in which it waited for
    turns to end. `tools` names the tools called. `error` is the key of what went wrong, None where there is a result.
    """

    started: float
    seconds: float
    passes: tuple[PassRecord, ...]
    tools: tuple[str, ...]
    pictures: int
    structured: bool
    error: str | None


class TaskLog(Recent[TaskRecord, TaskRecord]):
    """The last tasks of an entity, and who wants to hear of the next ones."""

    def __init__(self) -> None:
        """Start without any."""
        super().__init__(lambda record: record)
