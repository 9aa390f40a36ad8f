"""Home Assistant's log of a demo run: kept in a file, and searched for what must not be there."""

import logging
from pathlib import Path
from typing import override

_PARLOR = ("custom_components.parlor", "parlor_speech")
_BLOCKING = "Detected blocking call"


class LogWatch(logging.FileHandler):
    """Writes the log to a file and remembers each complaint of or about Parlor."""

    def __init__(self, file: Path) -> None:
        """Begin a new log file."""
        super().__init__(file, mode="w", delay=True)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s [%(name)s] %(message)s"))
        self.complaints: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Write the record and look at it."""
        super().emit(record)
        text = record.getMessage()
        from_parlor = record.name.startswith(_PARLOR) and record.levelno >= logging.WARNING
        if from_parlor or (_BLOCKING in text and "parlor" in text):
            self.complaints.append(f"{record.levelname} [{record.name}] {text}")
