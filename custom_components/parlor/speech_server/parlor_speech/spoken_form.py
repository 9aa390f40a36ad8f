"""Text as it is said: what espeak, Piper's front end, spells out or reads wrongly, in words of the language.

Measured with the espeak of piper-tts 1.8: "kWh" becomes "k double u h", "7:00" "seven zero zero", "20-22" loses its
"to", "-5" its sign in French, and the dot of "Mr." or of the German "3. Mai" ends a sentence.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
import json
from pathlib import Path
import re
from typing import Any

_DATA = Path(__file__).with_name("spoken")

_NUMBER = r"\d+(?:[.,]\d+)*"
_AMOUNT = r"(?P<whole>\d{1,3}(?:[., ]\d{3})+|\d+)(?:[.,](?P<cents>\d{2}))?"
_ISO_DATE = re.compile(r"(?<![\d-])(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\d-])(?:T(?=\d))?")
_DATE = re.compile(r"(?<![\d./-])(?P<a>\d{1,2})(?P<mark>[./-])(?P<b>\d{1,2})(?P=mark)(?P<year>\d{4})(?![\d/-])")
_SHORT_DATE = re.compile(r"(?<![\d.])(?P<a>\d{1,2})\.(?P<b>\d{1,2})\.(?!\d)")
_RANGE = re.compile(r"(?<=[\d°%])\s?[\u2013\u2014]\s?(?=[-\u2212]?\d)")
_MINUS = re.compile(r"(?<![\w.,\u2013\u2014-])[-\u2212](?=\d)")
_SPACED = ("A", "C", "F", "K", "L", "d", "g", "j", "l", "m", "s", "u")
"""Units that are one only where a space stands before them: "the 80s", "4K", "2A" are something else."""

_MOST_MONTHS = 12
_MOST_DAYS = 31


def spoken_form(text: str, language: str) -> str:
    """Return text without line breaks as it is said in a language such as en_US; unchanged where none is known."""
    rules = _rules(_base(language))
    return rules.applied(text, american=language.replace("-", "_") == "en_US") if rules else text


def goes_on(text: str, language: str) -> bool:
    """Whether the dot at the end of a text does not end a sentence: that of an abbreviation or an ordinal."""
    rules = _rules(_base(language))
    return rules is not None and rules.goes_on(text)


class _Rules:
    """The rules of one language, as they stand in its file."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        units = list(data["units"])
        close = _any(unit for unit in units if unit not in _SPACED)
        self._unit = re.compile(
            rf"(?<![\w.,:/])(?P<number>{_NUMBER})(?:\s(?P<spaced>{_any(units)})|(?P<close>{close}))(?![\w/'\u2019])"
        )
        self._unit_range = re.compile(rf"(?<![\d-])({_NUMBER})-(?={_NUMBER}\s?(?:{_any([*units, '%', '°'])})(?!\w))")
        signs = _any(data["currencies"])
        self._money_after = re.compile(rf"(?<![\w.,]){_AMOUNT}\s?(?P<sign>{signs})")
        self._money_before = re.compile(rf"(?P<sign>{signs})\s?{_AMOUNT}(?!\d)")
        time = data["time"]
        self._time = re.compile(
            rf"(?<![\d:.,])(?P<hour>[01]?\d|2[0-3]){time['separator']}(?P<minute>[0-5]\d)(?![\d:])"
            rf"(?P<after>{time.get('after', '(?!)')})?"
        )
        self._before_number = re.compile(rf"(?<![\w/])({_any(data['before_number'])})\s?(?=\d|{data['minus']} )")
        self._abbreviation = re.compile(
            rf"(?<![\w/.])({_any(data['abbreviations'])})(?![\w/])(?P<last>\s*$|\s+(?=[A-ZÀ-Þ]))?"
        )
        ordinals = data.get("ordinals")
        self._ordinal: re.Pattern[str] | None = None
        if ordinals:
            nouns = _any([*data["date"]["months"], *ordinals["nouns"]])
            self._ordinal = re.compile(rf"(?:(?P<word>\w+)\s)?(?<!\d)(?P<number>\d{{1,2}})\.\s(?=(?:{nouns})(?!\w))")
        dotted = [key for key in (*data["abbreviations"], *data["before_number"]) if key.endswith(".")]
        open_ends = _any(key for key in dotted if key not in data["ends"])
        day = r"|(?<![\d.,:])(?:[1-9]|[12]\d|3[01])\." if ordinals else ""
        self._open_end = re.compile(rf"(?<![\w/.])(?:{open_ends}{day})$")

    def goes_on(self, text: str) -> bool:
        return self._open_end.search(text) is not None

    def applied(self, text: str, *, american: bool) -> str:
        data = self._data
        text = _ISO_DATE.sub(lambda found: self._date(found, "month", "day"), text)
        text = _DATE.sub(lambda found: self._numeric_date(found, american=american), text)
        if data.get("ordinals"):
            text = _SHORT_DATE.sub(lambda found: self._date(found, "b", "a"), text)
        text = self._unit_range.sub(rf"\1 {data['range']} ", _RANGE.sub(f" {data['range']} ", text))
        text = self._time.sub(self._clock, text)
        text = _MINUS.sub(f"{data['minus']} ", text)
        text = self._money_before.sub(self._money, self._money_after.sub(self._money, text))
        text = self._unit.sub(self._quantity, text)
        text = self._before_number.sub(lambda found: f"{data['before_number'][found[1]]} ", text)
        text = self._abbreviation.sub(self._full, text)
        return self._ordinal.sub(self._nth, text) if self._ordinal else text

    def _numeric_date(self, found: re.Match[str], *, american: bool) -> str:
        month_last = "order" in self._data["date"] or found["mark"] == "." or int(found["a"]) > _MOST_MONTHS
        month_first = not month_last and (american or int(found["b"]) > _MOST_MONTHS)
        return self._date(found, *(("a", "b") if month_first else ("b", "a")))

    def _date(self, found: re.Match[str], month_at: str, day_at: str) -> str:
        month, day = int(found[month_at]), int(found[day_at])
        if not (1 <= month <= _MOST_MONTHS and 1 <= day <= _MOST_DAYS):
            return found[0]
        date = self._data["date"]
        year = found.groupdict().get("year")
        pattern = str(date["full" if year else "short"])
        said = pattern.format(day=date["days"].get(str(day), day), month=date["months"][month - 1], year=year)
        return said + (" " if found[0].endswith("T") else "" if year else _stop(found))

    def _clock(self, found: re.Match[str]) -> str:
        time = self._data["time"]
        number, minute = str(int(found["hour"])), int(found["minute"])
        hour = time["hours"].get(number, number)
        # A mark that is said after the time, such as AM, is looked at and stays: its match is empty.
        if found["after"] == "" and not minute:
            return str(time["marked"].format(hour=hour))
        if not minute:
            return str(time["whole"].get(number, time["whole"]["*"]).format(hour=hour))
        few = minute < 10  # one digit
        return str(time["ones" if few else "tens"].format(hour=hour, minute=minute))

    def _money(self, found: re.Match[str]) -> str:
        one, many = self._data["currencies"][found["sign"]]
        cents = int(found["cents"] or 0)
        said = one if found["whole"] == "1" else f"{found['whole']} {many}"
        return f"{said} {cents}" if cents else str(said)

    def _quantity(self, found: re.Match[str]) -> str:
        unit = found["spaced"] or found["close"]
        one, many = self._data["units"][unit]
        said = one if found["number"] == "1" else f"{found['number']} {many}"
        return str(said) + (_stop(found) if unit.endswith(".") else "")

    def _full(self, found: re.Match[str]) -> str:
        short, last = found[1], found["last"]
        ends = last is not None and short.endswith(".") and (not last.strip() and found.end() == len(found.string))
        ends = ends or (last is not None and short in self._data["ends"])
        return f"{self._data['abbreviations'][short]}{'.' if ends else ''}{last or ''}"

    def _nth(self, found: re.Match[str]) -> str:
        ordinals = self._data["ordinals"]
        number, word = int(found["number"]), found["word"]
        if not 1 <= number <= len(ordinals["stems"]):
            return found[0]
        ending = ordinals["endings"].get((word or "").lower(), ordinals["endings"]["*"])
        return f"{word + ' ' if word else ''}{ordinals['stems'][number - 1]}{ending} "


def _stop(found: re.Match[str]) -> str:
    """Return the full stop that the dot of what was found is as well, at the end of a text."""
    return "." if found.end() == len(found.string) else ""


def _any(texts: Iterable[str]) -> str:
    """Return the pattern of any of the texts, the longest first."""
    escape: Callable[[str], str] = re.escape
    return "|".join(map(escape, sorted(texts, key=len, reverse=True)))


def _base(language: str) -> str:
    return language.replace("-", "_").partition("_")[0].lower()


@cache
def _rules(language: str) -> _Rules | None:
    path = _DATA / f"{language}.json"
    return _Rules(json.loads(path.read_text("utf-8"))) if language.isalpha() and path.is_file() else None
