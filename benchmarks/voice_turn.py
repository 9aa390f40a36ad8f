"""A voice turn from end to end: sound in, light on, first sound out, through both stacks."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
import tempfile

from homeassistant.runner import create_event_loop

from demo.ollama import OllamaStandIn

from .profiles import Profile, plan
from .results import Options, Results
from .speech_servers import prepare
from .spoken_turns import Spoken, Utterance, async_speak, utterances
from .stacks import OURS, House, Stack, two_stacks
from .tasks import DEMO_TASKS
from .voice_report import Key, missing, turn_goals, turn_plots, turn_ratios, turn_tables

_ABOUT = (
    "From the last sound of the speaker's voice, in the demo house ({entities} exposed entities): until something"
    " happens in the house, and until the first sound of the answer. Sound is fed in real time to Home Assistant's"
    " pipeline. Their stack: Home Assistant's end of speech, wyoming-faster-whisper, the `ollama` agent with the Assist"
    " API, wyoming-piper. The indirect wish (“it is too dark in here”) and the general question (“why is the sky"
    " blue?”) are words that the demo's tiny ears do not know: a relay in front of both ears puts them in the place of"
    " what was heard, when it was heard. Kept sound of earlier answers is thrown away before each turn."
)
_HEATS = " *Cold*: the model server has read nothing yet. *Warm*: a new conversation after others."
_WAITED = " All times were waited for."
_COMPUTED = (
    " Computed, not waited for: the cold turns of the {name}, from its warm ones, the tokens that are not in the cache"
    " then, and its speed; what Parlor has read while the speaker speaks is taken off."
)
_REAL = (
    " All turns are new conversations after others. Times are those of the turns that were done: answered and, where"
    " something had to happen, the right thing and nothing else had happened."
)
_AFTER_READING = frozenset({"token", "action", "replied", "audio"})
_IDLE_SECONDS = 0.3
_ATTEMPTS = 3
_PAUSE_SECONDS = 5


def run(options: Options) -> Results:
    """Speak to both stacks."""
    if not prepare():
        raise RuntimeError("wyoming-faster-whisper and wyoming-piper cannot be installed here")
    profiles, kinds = plan(options)
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=create_event_loop) as runner:
        sounds = {kind: sound for kind, sound in utterances(Path(folder)).items() if kind in kinds}
        speaker, entities = runner.run(_async_all(options, profiles, sounds, Path(folder)))
    found = speaker.found
    for profile in profiles:
        if profile.computed:
            _compute_cold(profile, found)
    return Results(
        "A voice turn, end to end",
        _ABOUT.format(entities=entities) + "".join(_notes(options, profiles, kinds, speaker)),
        tables=tuple(turn_tables(found, profiles, kinds)),
        goals=tuple(turn_goals(found, profiles)),
        plots=tuple(turn_plots(found, profiles, kinds)),
        # What becomes of a real model's turns follows from nothing.
        ratios=dict(turn_ratios(found, profiles)) if options.url is None else {},
    )


def _notes(options: Options, profiles: Sequence[Profile], kinds: Sequence[str], speaker: Speaker) -> Iterator[str]:
    """Yield how it was measured, what had to be said again, and what is missing."""
    computed = [_COMPUTED.format(name=profile.name) for profile in profiles if profile.computed]
    if options.url is None:
        yield _HEATS
        yield "".join(computed) or _WAITED
    else:
        yield _REAL
    if speaker.again:
        counted = (f"{error}, {count} times" for error, count in Counter(speaker.again).items())
        yield f" Said again because it was not done: {'; '.join(counted)}."
    if gone := list(missing(speaker.found, profiles, kinds)):
        yield f" **Missing**, because it was not done however often it was said: {'; '.join(gone)}."


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who says the same sentences to both stacks; `found` is what came of it, `again` what was said twice."""

    house: House
    sounds: Mapping[str, Utterance]
    folder: Path
    found: dict[Key, list[Spoken]] = field(default_factory=dict)
    again: list[str] = field(default_factory=list)

    async def async_all(self, profiles: Sequence[Profile]) -> None:
        """Speak to both stacks, on all machines."""
        for stack in self.house.stacks.values():
            # What is loaded at its first use is loaded now.
            await self._async_say(stack, self.sounds["command"], "first")
        for profile in profiles:
            for stack in self.house.stacks.values():
                print(f"  {profile.title}: {stack.name}", flush=True)
                await self._async_profile(profile, stack)

    async def _async_profile(self, profile: Profile, stack: Stack) -> None:
        if stack.model is not None:
            stack.model.speed.prefill, stack.model.speed.decode = profile.read, profile.write
        for kind, sound in self.sounds.items():
            for _round in range(profile.cold):
                await self._async_note((profile.name, "cold", kind, stack.name), stack, sound)
        if stack.model is not None and not profile.cold:
            await self._async_read_all(profile, stack.model, stack)
        for kind, sound in self.sounds.items():
            for _round in range(profile.warm):
                await self._async_note((profile.name, "warm", kind, stack.name), stack, sound)

    async def _async_note(self, key: Key, stack: Stack, sound: Utterance) -> None:
        spoken = await self._async_say(stack, sound, f"{key[0]}, {key[1]}", cold=key[1] == "cold")
        if spoken is not None:
            self.found.setdefault(key, []).append(spoken)

    async def _async_read_all(self, profile: Profile, model: OllamaStandIn, stack: Stack) -> None:
        """Have the model's cache filled by one turn that does not take the time of this machine."""
        model.speed.prefill = model.speed.decode = 0
        await self._async_say(stack, self.sounds["indirect wish"], "first")
        model.speed.prefill, model.speed.decode = profile.read, profile.write

    async def _async_say(self, stack: Stack, sound: Utterance, when: str, *, cold: bool = False) -> Spoken | None:
        """Speak, and again where that was not understood or not done: real time is short on a busy machine."""
        for _attempt in range(_ATTEMPTS):
            if cold and stack.model is not None:
                # What an attempt that was given up has had read is forgotten as well.
                stack.model.scheduler.unload_all()
            try:
                spoken = await async_speak(self.house, stack, sound, self.folder)
            except RuntimeError as error:
                # What was not done is told in the report.
                self.again.append(f"{error} ({when})")
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                await asyncio.sleep(_IDLE_SECONDS)
                return spoken
        return None


async def _async_all(
    options: Options, profiles: Sequence[Profile], sounds: Mapping[str, Utterance], folder: Path
) -> tuple[Speaker, int]:
    """Return who has spoken, and how many entities are exposed."""
    async with two_stacks(DEMO_TASKS, options.url, options.model) as house:
        speaker = Speaker(house, sounds, folder)
        await speaker.async_all(profiles)
        return speaker, house.exposed


def _compute_cold(profile: Profile, found: dict[Key, list[Spoken]]) -> None:
    """Add cold turns to the warm ones: what the cache does not hold then has to be read first."""
    for (name, heat, kind, stack), turns in list(found.items()):
        if name == profile.name and heat == "warm":
            found[name, "cold", kind, stack] = [colder(turn, profile, ahead=stack == OURS) for turn in turns]


def colder(turn: Spoken, profile: Profile, *, ahead: bool) -> Spoken:
    """Return a warm turn as it would have been with an empty cache.

    Of the first request then everything has to be read, but for what an agent that reads `ahead` has had read before
    the words were known.
    """
    if not turn.passes:
        return turn
    warm_first = min(turn.read, turn.prompt)
    left = max(warm_first, turn.prompt - (turn.lead * profile.read if ahead else 0))
    longer = (left - warm_first) / profile.read * 1000
    stages = {name: moment + longer * (name in _AFTER_READING) for name, moment in turn.stages.items()}
    return replace(turn, stages=stages, read=turn.read + round(left - warm_first))
