"""A command with a time to wait before it: "in ten minutes turn off the lamp". Home Assistant keeps such a command."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
import re

from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.components.intent.timers import TimerInfo, TimerManager
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized

from ..home import HomeEntity
from .durations import Said, spans_said
from .said import clauses, is_command
from .tools import Step
from .utterance import Utterance
from .words import Words, plain

_MOST = 24 * 3600
_SAME_WITHIN = 15


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


def can_wait(hass: HomeAssistant) -> bool:
    """Return whether Home Assistant can keep a command for later."""
    return TIMER_DATA in hass.data


def self_contained(wait: Delayed, entities: Sequence[HomeEntity], words: Words) -> Delayed | None:
    """Return the command with the names of what it means by "it"; None where they would be too many to say.

    When its time has come nobody remembers what was spoken of.
    """
    pronouns = words.own.get("delay", {}).get("pronouns", ())
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, pronouns))})\b", re.IGNORECASE)
    if not pronouns or not pattern.search(wait.command):
        return wait
    names = {entity.entity_id: entity.label for entity in entities}
    if len(names) != 1:
        return None
    return replace(wait, command=pattern.sub(lambda _match: next(iter(names.values())), wait.command, count=1))


def delayed_step(wait: Delayed, utterance: Utterance, entities: Sequence[HomeEntity]) -> Step:
    """Return the step that lets Home Assistant say the command to the same agent later.

    It is done for the device that was spoken to, and only for who may control the entities now.
    """
    return Step((), (), None, "delayed", values={"seconds": str(wait.seconds)}, errand=_keep(wait, utterance, entities))


def _keep(
    wait: Delayed, utterance: Utterance, entities: Sequence[HomeEntity]
) -> Callable[[HomeAssistant, Context], Awaitable[Mapping[str, str]]]:
    async def keep(hass: HomeAssistant, context: Context) -> Mapping[str, str]:
        await _async_check(hass, context, entities)
        manager: TimerManager = hass.data[TIMER_DATA]
        if not any(_is_same(timer, wait, utterance) for timer in manager.timers.values()):
            # Several calls of one sentence wait together.
            manager.start_timer(
                utterance.device_id,
                hours=wait.seconds // 3600,
                minutes=wait.seconds % 3600 // 60,
                seconds=wait.seconds % 60,
                language=utterance.language,
                conversation_command=wait.command,
                conversation_agent_id=utterance.agent_id,
            )
        return {}

    return keep


def _is_same(timer: TimerInfo, wait: Delayed, utterance: Utterance) -> bool:
    is_new = abs(timer.seconds_left - wait.seconds) <= _SAME_WITHIN
    return is_new and (timer.conversation_command, timer.device_id) == (wait.command, utterance.device_id)


async def _async_check(hass: HomeAssistant, context: Context, entities: Sequence[HomeEntity]) -> None:
    """Raise Unauthorized for a user who may not do it now: later nobody knows any more who has asked."""
    if context.user_id is None:
        return
    user = await hass.auth.async_get_user(context.user_id)
    if user is None or not all(user.permissions.check_entity(one.entity_id, POLICY_CONTROL) for one in entities):
        raise Unauthorized(context=context, permission=POLICY_CONTROL)


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
