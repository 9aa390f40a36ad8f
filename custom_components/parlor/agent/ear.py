"""Text made fit for the ear."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
import re
from typing import Final

from homeassistant.const import Platform

_FENCE = re.compile(r"```\w*\n?|~~~\w*\n?")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)\s]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]*\)")
_URL = re.compile(r"<?\b(?:https?://|www\.)[^\s>)]+>?")
_LINE_MARK = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+•\u2013][ \t]+|\d{1,2}[.)][ \t]+|[-*_]{3,}[ \t]*$)", re.MULTILINE
)
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t:|-]*-{3}[ \t:|-]*$", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\d\s])\*+|\*+(?![\d\s])|\*{2,}|~~|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|`+")
_ENTITY_ID = re.compile(r"\b[a-z][a-z_]*[a-z]\.[a-z0-9_]*[a-z0-9]\b")
_TAG = re.compile(r"</?[a-zA-Z][\w:-]*(?:\s[^<>]*)?/?>|<\|[^|>]*\|>")
# Pictures, flags, dingbats, skin tones, joiners and the marks that ask for a coloured picture.
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\U000e0020-\U000e007f\u2600-\u27bf\u2b00-\u2bff\u23e9-\u23ff\u200d\ufe0e\ufe0f\u20e3]+"
)
_SHORTCODE = re.compile(r"(?<!\w):[a-z][a-z_]*[a-z]:(?!\w)")
# The fences of text from outside, should a model repeat them.
_FENCES = str.maketrans("", "", "\u00ab\u00bb")
_SPACE = re.compile(r"[ \t\r\f\v\u00a0]*\n\s*|[ \t\r\f\v\u00a0]+")
_SPACE_BEFORE_STOP = re.compile(r" +(?=[.,;!?](?:\s|$))")

_DOMAINS: Final = frozenset(
    {*Platform, "automation", "group", "input_boolean", "input_number", "person", "script", "sun", "zone"}
)


def speakable(text: str, name_of: Callable[[str], str | None], units: Mapping[str, Sequence[str]] | None = None) -> str:
    """Return a text without what only eyes can use: markup, pictures, links, entity ids, symbols of units.

    ``name_of`` gives the name of an entity id, or None if there is none to say; ``units`` the words for a unit, after
    one and after any other number.
    """
    text = _IMAGE.sub(r"\1", _FENCE.sub("", text.translate(_FENCES)))
    text = _URL.sub("", _LINK.sub(r"\1", text))
    text = _TAG.sub("", _TABLE_RULE.sub("", text))
    text = _SHORTCODE.sub("", _EMOJI.sub("", _LINE_MARK.sub("", text)))
    if units:
        text = _measure(tuple(units)).sub(lambda found: f"{found[1]} {units[found[2]][float(found[1]) != 1]}", text)
    text = _ENTITY_ID.sub(lambda found: _spoken_id(found[0], name_of), text)
    text = _EMPHASIS.sub("", text).replace("|", " ")
    return _SPACE_BEFORE_STOP.sub("", _SPACE.sub(" ", text)).strip()


@cache
def _measure(symbols: tuple[str, ...]) -> re.Pattern[str]:
    listed = "|".join(re.escape(symbol) for symbol in sorted(symbols, key=len, reverse=True))
    return re.compile(rf"(?<![\w.])(-?\d+(?:\.\d+)?)[ \u00a0\u202f]?({listed})(?![\w/])")


def _spoken_id(found: str, name_of: Callable[[str], str | None]) -> str:
    """Return the name behind an entity id; what only looks like one stays."""
    domain, _, object_id = found.partition(".")
    if domain not in _DOMAINS:
        return found
    return name_of(found) or object_id.replace("_", " ")
