"""The times of a text: "14:05", "five past two", "yesterday evening", "on Monday", "16 March"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
import re
from typing import Any

from .figures import spelled
from .lexicon import Lexicon

_DAY = 24 * 60
_NOON = 12 * 60
_ABOUT = 10
_SHORTLY = 20
# How many minutes a time told in quarters of an hour may be off.
_ROUNDED = 2
# The length of "at".
_AT = 2
# From when to when a part of a day lasts, in hours; a night goes on into the next day.
_PARTS: Mapping[str, tuple[int, int]] = {
    "morning": (0, 12),
    "forenoon": (8, 12),
    "noon": (11, 14),
    "afternoon": (12, 18),
    "evening": (17, 24),
    "night": (20, 31),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day: `minute` since midnight; `either` where it may as well be twelve hours later or earlier."""

    minute: int
    either: bool
    before: int = 0
    after: int = 0

    def at(self, moment: datetime) -> bool:
        """Return whether a moment is at this time, as closely as it is told."""
        minutes = [self.minute, (self.minute + _NOON) % _DAY] if self.either else [self.minute]
        known = moment.hour * 60 + moment.minute
        # Half a minute later rounds up to the next.
        rounded = known + (moment.second >= 30)
        return any(
            -self.before <= (one - minute + _DAY // 2) % _DAY - _DAY // 2 <= self.after
            for one in (known, rounded)
            for minute in minutes
        )


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time from `start` until before `end`; where they are None, the `part` of any day, or of a weekday.

    `part` is in hours; `is_day` where it says which day, and no part of it alone.
    """

    start: datetime | None
    end: datetime | None
    part: tuple[int, int] | None = None
    is_day: bool = True
    weekday: int | None = None

    def at(self, moment: datetime) -> bool:
        """Return whether a moment lies in it."""
        if self.weekday is not None and moment.weekday() != self.weekday:
            return False
        if self.start is not None and self.end is not None:
            return self.start <= moment < self.end
        low, high = self.part or (0, 24)
        return low <= moment.hour < high or low <= moment.hour + 24 < high


@dataclass(frozen=True, slots=True)
class Said:
    """A time that a text tells, from `begin` to `finish`; `until` where something ended then."""

    when: Clock | Span
    begin: int
    finish: int
    until: bool = False


def moments_in(text: str, lexicon: Lexicon, now: datetime) -> list[Said]:
    """Return the times that a text in lower case tells; days are counted from `now`."""
    found: list[Said] = []
    for said in (*_clocks(text, lexicon), *_days(text, lexicon, now), *_parts(text, lexicon)):
        if not any(said.begin < other.finish and other.begin < said.finish for other in found):
            until = re.search(rf"(?<!\w)(?:{lexicon.either('until')})\W*$", text[: said.begin])
            found.append(Said(said.when, said.begin, said.finish, until=until is not None))
    found.sort(key=lambda said: said.begin)
    for at, (one, other) in enumerate(pairwise(found)):
        # "To yesterday 22:35": the day and the time are one.
        if one.until and not other.until and len(text[one.finish : other.begin].strip()) <= _AT:
            found[at + 1] = replace(other, until=True)
    return found


def _clocks(text: str, lexicon: Lexicon) -> Iterator[Said]:
    for pattern, minutes in _clock_patterns(lexicon):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            hour = _number(groups.get("h"), lexicon)
            more = _number(groups.get("m"), lexicon) or 0
            if hour is None or hour > 24 or more >= 60:
                continue
            minute = int(hour * 60 + (more if minutes == "+" else -more if minutes == "-" else int(minutes)))
            clock, begin = _with_half(minute, match, text, lexicon)
            yield Said(clock, begin, match.end())
    for word, hour in lexicon.file.get("hours", {}).items():
        for match in re.finditer(rf"(?<!\w){word}(?!\w)", text):
            clock, begin = _near(Clock(hour * 60, either=False), text[: match.start()], lexicon)
            yield Said(clock, begin, match.end())


def _with_half(minute: int, match: re.Match[str], text: str, lexicon: Lexicon) -> tuple[Clock, int]:
    """Return a time with the half of the day that "pm" or "in the evening" tell, and where it begins."""
    halves: Mapping[str, str] = lexicon.file.get("halves", {})
    after = text[match.end() :].lstrip(" ,")
    said = (match.groupdict().get("half") or "").strip()
    half = next((half for half, words in halves.items() if said and re.fullmatch(words, said)), None) or next(
        (half for half, words in halves.items() if re.match(rf"(?:{words})(?!\w)", after)), None
    )
    written = re.fullmatch(r"(?:0\d|1[3-9]|2\d):\d\d", match[0].strip()) is not None or minute >= 13 * 60
    either = half is None and not written and minute < _NOON + 60
    if half == "pm" and minute < _NOON:
        minute += _NOON
    elif half == "am" and minute >= _NOON:
        minute -= _NOON
    off = _ROUNDED if minute % 15 == 0 and "m" not in {key for key, one in match.groupdict().items() if one} else 0
    whole = minute % 60 == 0
    return _near(Clock(minute % _DAY, either, 0 if whole else off, 0 if whole else off), text[: match.start()], lexicon)


def _near(clock: Clock, before: str, lexicon: Lexicon) -> tuple[Clock, int]:
    """Return a time with what "about", "shortly after" or "just before" in front of it leave open, and its begin."""
    said = before.rstrip()
    for manner, (early, late) in {
        "shortly_after": (0, _SHORTLY),
        "shortly_before": (_SHORTLY, 0),
        "about": (_ABOUT, _ABOUT),
    }.items():
        words = [word for word in lexicon.words(manner) if re.search(rf"(?<!\w){re.escape(word)}$", said)]
        if words:
            begin = len(said) - max(map(len, words))
            return Clock(clock.minute, clock.either, early, late), begin
    return clock, len(before)


@cache
def _clock_patterns(lexicon: Lexicon) -> list[tuple[re.Pattern[str], str]]:
    spelled_ones = "|".join(sorted((re.escape(word) for word in lexicon.numbers), key=len, reverse=True)) or r"(?!)"
    halves = "|".join(lexicon.file.get("halves", {}).values()) or r"(?!)"
    number = rf"(?:\d{{1,2}}|(?:{spelled_ones})(?:[ -](?:{spelled_ones}))?)"
    hour = rf"(?P<h>\d{{1,2}}|{spelled_ones})"
    filled = {"{h}": hour, "{m}": rf"(?P<m>{number})", "{half}": rf"(?P<half>{halves})"}
    given: list[Any] = [*lexicon.file.get("clocks", ()), [r"{h}:(?P<m>[0-5]\d)(?: ?{half})?(?!\d)", "+"]]
    found = []
    for text, minutes in given:
        pattern = re.sub(r"\{(?:h|m|half)\}", lambda key: filled[key[0]], text)
        found.append((re.compile(rf"(?<![\w.,:]){pattern}(?!\w)"), str(minutes)))
    return found


def _number(text: str | None, lexicon: Lexicon) -> float | None:
    if text is None:
        return None
    return float(text) if text.isdigit() else spelled(text, lexicon)


def _days(text: str, lexicon: Lexicon, now: datetime) -> Iterator[Said]:
    yield from _dates(text, lexicon, now)
    for words, (offset, part) in lexicon.file.get("parts_of_days", {}).items():
        for match in re.finditer(rf"(?<!\w)(?:{words})(?!\w)", text):
            yield Said(_of_day(now.date() + timedelta(days=offset), now, _PARTS[part]), match.start(), match.end())
    parts = "|".join(lexicon.file.get("parts", {}).values()) or r"(?!)"
    for words, offset in sorted(lexicon.file.get("days", {}).items(), key=lambda day: -len(day[0])):
        for match in re.finditer(rf"(?<!\w)(?:{words})(?: (?P<part>{parts}))?(?!\w)", text):
            day = now.date() + timedelta(days=offset)
            yield Said(_of_day(day, now, _part_named(match["part"], lexicon)), match.start(), match.end())
    for words, (unit, offset) in lexicon.file.get("stretches", {}).items():
        for match in re.finditer(rf"(?<!\w)(?:{words})(?!\w)", text):
            yield Said(_of_stretch(unit, offset, now), match.start(), match.end())
    for weekday, words in enumerate(lexicon.file.get("weekdays", ())):
        for match in re.finditer(rf"(?<!\w)(?:{words})(?:[ -]?(?P<part>{parts}))?(?!\w)", text):
            part = _part_named(match["part"], lexicon)
            yield Said(Span(None, None, part, weekday=weekday), match.start(), match.end())


def _dates(text: str, lexicon: Lexicon, now: datetime) -> Iterator[Said]:
    for match in re.finditer(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)", text):
        if day := _date(int(match[1]), int(match[2]), int(match[3])):
            yield Said(_of_day(day, now), match.start(), match.end())
    if "ordinal_day" in lexicon.file:
        for match in re.finditer(lexicon.file["ordinal_day"], text):
            near = [day for off in range(-15, 32) if (day := now.date() + timedelta(days=off)).day == int(match["day"])]
            if near:
                yield Said(_of_day(near[0] if len(near) == 1 else near[-1], now), match.start(), match.end())
    months = [re.compile(names) for names in lexicon.file.get("months", ())]
    for match in _date_pattern(lexicon).finditer(text):
        name = match["month"] or match["month2"] or ""
        month = next(number for number, names in enumerate(months, 1) if names.fullmatch(name))
        number = int(match["day"] or match["day2"])
        days = [day for year in (-1, 0, 1) if (day := _date(now.year + year, month, number))]
        if days:
            nearest = min(days, key=lambda day: abs(day - now.date()))
            yield Said(_of_day(nearest, now), match.start(), match.end())


def _parts(text: str, lexicon: Lexicon) -> Iterator[Said]:
    for words in lexicon.file.get("parts", {}).values():
        for match in re.finditer(rf"(?<!\w)(?:{words})(?!\w)", text):
            yield Said(Span(None, None, _part_named(match[0], lexicon), is_day=False), match.start(), match.end())


@cache
def _date_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    months = "|".join(lexicon.file.get("months", ())) or r"(?!)"
    return re.compile(
        rf"(?<![\w.:])(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|º|er)?(?: of| de)? (?P<month>{months})"
        rf"|(?P<month2>{months})(?: the)? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)(?:,? \d{{4}})?(?!\w)"
    )


def _part_named(word: str | None, lexicon: Lexicon) -> tuple[int, int] | None:
    if word is None:
        return None
    parts: Mapping[str, str] = lexicon.file.get("parts", {})
    return next((_PARTS[part] for part, words in parts.items() if re.fullmatch(words, word)), None)


def _of_day(day: date, now: datetime, part: tuple[int, int] | None = None) -> Span:
    low, high = part or (0, 24)
    start = datetime.combine(day, time(0), now.tzinfo)
    return Span(_later(start, low), _later(start, high), part, is_day=part is None)


def _of_stretch(unit: str, offset: int, now: datetime) -> Span:
    """Return the week or month that is so many after this one."""
    if unit == "week":
        first = now.date() - timedelta(days=now.weekday() - 7 * offset)
        return Span(_of_day(first, now).start, _of_day(first + timedelta(days=7), now).start)
    months = now.year * 12 + now.month - 1 + offset
    first, after = (date(one // 12, one % 12 + 1, 1) for one in (months, months + 1))
    return Span(_of_day(first, now).start, _of_day(after, now).start)


def _later(start: datetime, hours: int) -> datetime:
    """Return the time so many hours on the clock later, whatever summer time does that night."""
    return datetime.combine(start.date() + timedelta(days=hours // 24), time(hours % 24), start.tzinfo)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        # There is no such day.
        return None
