"""What fills the reply templates: values that are spoken in another way than they are kept."""

from collections.abc import Mapping

from .phrases import Phrases
from .said_when import date_said

_UNITS = (("hour", 3600), ("minute", 60), ("second", 1))
# Nobody wants the seconds of an hour.
_MOST_UNITS = 2


def told_values(values: Mapping[str, str], phrases: Phrases) -> dict[str, str]:
    """Return the values as a template of this language takes them.

    `mode` and `color` become words, `when` a day, `seconds` are told as `duration`, `timer_name` and `timer_length`
    (seconds) as `timer`; lines are listed.
    """
    told = dict(values)
    if "mode" in told:
        told["mode"] = phrases.file["modes"].get(told["mode"], told["mode"].replace("_", " "))
    if "color" in told:
        told["color"] = phrases.file.get("colors", {}).get(told["color"], told["color"])
    if "when" in told:
        told["when"] = date_said(told["when"], phrases.file.get("dates"))
    if "seconds" in told:
        told["duration"] = duration(int(told["seconds"]), phrases)
    if "timer_name" in told:
        told["timer"] = timer(told["timer_name"], int(told.get("timer_length", 0)), phrases)
    return {name: phrases.listed(value.split("\n"), "and") for name, value in told.items()}


def duration(seconds: int, phrases: Phrases) -> str:
    """Return "1 hour and 30 minutes"; what is longer than an hour without its seconds."""
    parts: list[str] = []
    rest = seconds
    names: Mapping[str, list[str]] = phrases.file["durations"]
    for unit, size in _UNITS:
        number, rest = divmod(rest, size)
        if number:
            parts.append(phrases.grammar.measured(str(number), names[unit]))
        if unit == "minute" and seconds >= size * size:
            break
    return phrases.listed(parts[:_MOST_UNITS], "and") or phrases.grammar.measured("0", names["second"])


def timer(name: str, length: int, phrases: Phrases) -> str:
    """Return "the pasta timer", "the timer for 10 minutes" or "the timer"."""
    templates: Mapping[str, str] = phrases.file["timers"]
    if name:
        return templates["named"].format(name=name)
    return templates["length"].format(duration=duration(length, phrases)) if length else templates["plain"]
