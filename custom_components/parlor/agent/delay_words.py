"""A time to wait in the speaker's words: "in ten minutes turn off the lamp", "turn it off in half an hour"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
import re

from ..home import HomeEntity
from .durations import Said, spans_said
from .said import clauses, is_command
from .words import Words, plain

_MOST = 24 * 3600


@dataclass(frozen=True, slots=True)
class Delayed:
    """A command without its time, and after how many seconds it is to be carried out."""

    command: str
    seconds: int


def delayed(text: str, words: Words) -> Delayed | None:
    """Return the command that a text puts off by a while; None if it does not, or if it may be meant for a part only.

    The time stands at the beginning, for all that follows, or at the end of a single command.
    """
    file: Mapping[str, Sequence[str]] = words.own.get("delay", {})
    found = [cut for said in spans_said(text, words) if (cut := _cut(text, said, file)) is not None]
    if len(found) != 1 or len(spans_said(text, words)) > 1:
        return None
    seconds, *parts = found[0]
    before, after = (_bare(part, file.get("fillers", ())) for part in parts)
    if not 0 < seconds <= _MOST or (before and after):
        return None
    command = before or after
    several = [part for part in clauses(command, words)[1:] if is_command(part, words)]
    if not command or (several and before):
        return None
    return Delayed(command, seconds)


def self_contained(wait: Delayed, entities: Sequence[HomeEntity], words: Words) -> Delayed | None:
    """Return the command with the names of what it means by "it"; None where they would be too many to say.

    When its time has come nobody remembers what was spoken of.
    """
    pronouns: str | None = words.own.get("delay", {}).get("pronouns")
    match = re.search(pronouns, wait.command, re.IGNORECASE) if pronouns else None
    if match is None:
        return wait
    names = {entity.entity_id: entity.label for entity in entities}
    if len(names) != 1:
        return None
    [name] = names.values()
    return replace(wait, command=f"{wait.command[: match.start()]}{name}{wait.command[match.end() :]}")


def _bare(text: str, fillers: Sequence[str]) -> str:
    """Return a text without punctuation and fillers at its ends."""
    bare = text.strip(" ,.;!?")
    for filler in fillers:
        folded = bare.casefold()
        if folded == filler or folded.endswith((f" {filler}", f",{filler}")):
            return _bare(bare[: -len(filler)], fillers)
        if folded.startswith((f"{filler} ", f"{filler},")):
            return _bare(bare[len(filler) :], fillers)
    return bare


def _cut(text: str, said: Said, file: Mapping[str, Sequence[str]]) -> tuple[int, str, str] | None:
    """Return the seconds with the text before and after "in ten minutes"; None where no such word stands there."""
    before, after = text[: said.start].rstrip(), text[said.end :]
    for word in file.get("after", ()):
        if plain(after).startswith(word):
            return said.seconds, before, after.strip()[len(word) :]
    for word in file.get("before", ()):
        head = before.casefold()
        if head == word or head.endswith((f" {word}", f",{word}")):
            return said.seconds, before[: -len(word)], after
    return None
