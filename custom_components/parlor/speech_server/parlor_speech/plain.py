"""Written text without what only eyes need: markdown, tags, addresses, pictures."""

from collections.abc import Iterator
import re
import unicodedata

# Pictures, their modifiers and joiners: a voice spells them out or chokes on them.
_PICTURES = re.compile(
    r"[\U0001F000-\U0001FAFF\u2190-\u21FF\u2300-\u27BF\u2B00-\u2BFF\uFE00-\uFE0F\u200B-\u200F\u20E3\U000E0000-\U000E007F]"
)
_PHONEME_BLOCK = re.compile(r"\[\[|\]\]")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s)>\]]*[^\s)>\].,;:!?]")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_FENCE = re.compile(r"```[\w+-]*|~~~[\w+-]*|~~|`")
_EMPHASIS = re.compile(r"\*+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)")
_LINE_MARK = re.compile(r"\s*(?:#{1,6}\s+|>\s*|\||[-*+\u2022]\s+|(?:-{3,}|\*{3,}|_{3,}|=+)\s*$)")
_TABLE_RULE = re.compile(r"\s*\|[\s:|-]*")
_SPACE_BEFORE_STOP = re.compile(r"\s+([.,;!?](?=\s|$))")


def paragraphs(text: str) -> Iterator[str]:
    """Yield what is to be said, without line breaks; headings, items of lists and rows of tables come one by one."""
    lines: list[str] = []
    for line in text.splitlines():
        if "--" in line and _TABLE_RULE.fullmatch(line):
            continue
        mark = _LINE_MARK.match(line)
        if mark and lines:
            yield from _joined(lines)
            lines = []
        lines.append(_plain(line[mark.end() :] if mark else line))
        if mark and "#" in mark[0]:
            yield from _joined(lines)
            lines = []
    yield from _joined(lines)


def _joined(lines: list[str]) -> Iterator[str]:
    """Yield one paragraph, unless there is nothing in it that could be spoken."""
    text = _SPACE_BEFORE_STOP.sub(r"\1", " ".join(" ".join(lines).split()))
    if any(character.isalnum() for character in text):
        yield text


def _plain(line: str) -> str:
    line = _ADDRESS.sub(" ", _LINK.sub(r"\1", line))
    line = _EMPHASIS.sub("", _FENCE.sub(" ", _TAG.sub(" ", line)))
    line = _PICTURES.sub(" ", _PHONEME_BLOCK.sub(" ", line))
    line = line.strip().strip("|").replace("|", ", ")
    return "".join(" " if unicodedata.category(character) in ("Cc", "Cs") else character for character in line)
