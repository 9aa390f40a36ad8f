"""Moments and spans of time as they are spoken: "yesterday at 14:05", "2 hours and 5 minutes"."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ..phrases import Phrases

_WEEK = 7
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class Moments:
    """The moments of one language, as seen from now."""

    def __init__(self, file: Mapping[str, Any], phrases: Phrases, now: datetime) -> None:
        """Speak with these templates; `now` in local time."""
        self._times: Mapping[str, Any] = file["times"]
        self._phrases = phrases
        self._now = now

    def when(self, moment: datetime) -> str:
        """Return "today at 14:05"."""
        return f"{self.day(moment)} {self.clock(moment)}"

    def day(self, moment: datetime) -> str:
        """Return "today", "on Friday" within a week, else "on 12 November"; the moment in local time."""
        distance = (moment.date() - self._now.date()).days
        if str(distance) in self._times["near"]:
            return str(self._times["near"][str(distance)])
        if abs(distance) < _WEEK:
            return str(self._times["on"]).format(day=self._times["days"][moment.weekday()])
        month = self._times["months"][moment.month - 1]
        return str(self._times["on"]).format(day=self._times["date"].format(day=moment.day, month=month))

    def clock(self, moment: datetime) -> str:
        """Return "at 14:05"."""
        return str(self._times["at"]).format(time=f"{moment:%H:%M}")

    def span(self, time: timedelta) -> str:
        """Return "2 hours and 5 minutes": the two largest units at most, and never less than a minute."""
        seconds = max(int(time.total_seconds()), _MINUTE)
        counts = (seconds // _DAY, seconds % _DAY // _HOUR, seconds % _HOUR // _MINUTE)
        parts = [
            f"{count} {forms[count != 1]}" for count, forms in zip(counts, self._times["units"], strict=True) if count
        ]
        return self._phrases.listed(parts[:2], "and")
