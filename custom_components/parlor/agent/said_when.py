"""Days and times as the tools name them, in the words of another language."""

from collections.abc import Mapping, Sequence
import re

_MOMENT = re.compile(r"(?P<weekday>\w+) (?P<day>\d{1,2}) (?P<month>\w+)(?:, (?P<time>\d{2}:\d{2}))?")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def date_said(text: str, names: Mapping[str, str | Sequence[str]] | None) -> str:
    """Return "Freitag, 3. April" for "Friday 3 April"; the text itself where it is no day, or without names.

    `names` has the "weekdays" from Monday on, the "months", and the templates "day" and "moment".
    """
    match = _MOMENT.fullmatch(text)
    if match is None or names is None or match["weekday"] not in _WEEKDAYS or match["month"] not in _MONTHS:
        return text
    template = str(names["moment" if match["time"] else "day"])
    return template.format(
        weekday=names["weekdays"][_WEEKDAYS.index(match["weekday"])],
        day=match["day"],
        month=names["months"][_MONTHS.index(match["month"])],
        time=match["time"],
    )
