"""AI tasks: from instructions, a structure and pictures to checked data."""

from .asking import TaskSettings
from .errors import TaskError
from .record import TaskLog, TaskRecord
from .run import TaskRunner

__all__ = ["TaskError", "TaskLog", "TaskRecord", "TaskRunner", "TaskSettings"]
