"""Turns spoken to the demo house through either stack, in real time."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
import wave

from homeassistant.core import HomeAssistant
from piper import PiperVoice

from demo.installation import VOICE
from demo.spoken import Recording
from demo.steps import RECORDINGS
from demo.turn import Turn, async_run_turn
from demo.watch import async_settled

from .brain import Task
from .stacks import House, Stack
from .tasks import DEMO_TASKS

type Looks = Mapping[str, object]

KINDS = ("command", "compound command", "question", "indirect wish", "general question")
TURN_SECONDS = 300
"""How long a turn is waited for: the slowest machine reads a long prompt for more than two minutes."""
_ROOM = "Office"
_RECORDED: Mapping[str, str] = {
    "command": "lamp_office_off.wav",
    "compound command": "turn_off_kitchen_set_thermostat.wav",
    "question": "temperature_bedroom.wav",
}
_BEFORE: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "light.office_lamp": ("light.turn_on", {}),
    "light.office_ceiling": ("light.turn_off", {}),
    "light.kitchen_ceiling": ("light.turn_on", {}),
    "light.kitchen_counter": ("light.turn_on", {}),
    "climate.thermostat": ("climate.set_temperature", {"temperature": 18}),
}
_OFF: Looks = {"state": "off"}
_ASKED: Mapping[str, Mapping[str, Looks]] = {
    "command": {"light.office_lamp": _OFF},
    "compound command": {
        "light.kitchen_ceiling": _OFF,
        "light.kitchen_counter": _OFF,
        "climate.thermostat": {"temperature": 20},
    },
}
"""How things look afterwards, by the kind of sentence; a wish leaves open which light of the room it means."""
_WISHED = ("light.office_lamp", "light.office_ceiling")
_MEASURING = ("sensor.", "binary_sensor.")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A turn: milliseconds after the end of speech of each stage it came to, and its tokens.

    Stages: listened, heard, asked (a request came to the model server), token, action, replied, audio. `lead` is how
    many seconds the speaker spoke and was waited for. `prompt` counts the tokens of the first request, `read` those
    read once the words were known, `written` those written, `passes` how often the model answered. `done`: it answered,
    and did what was asked for and nothing else.
    """

    stages: Mapping[str, float]
    lead: float
    done: bool = True
    prompt: int = 0
    read: int = 0
    written: int = 0
    passes: int = 0


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something to say: the task, its sound, and the words to put in the place of those heard, if it needs that."""

    kind: str
    task: Task
    path: Path
    words: str | None

    async def async_recording(self) -> Recording:
        """Return the sound, to be played once."""
        return await Recording.async_load(self.path)


def utterances(folder: Path) -> dict[str, Utterance]:
    """Return what to say by kind; what was not recorded for the demo is spoken by its voice, into the folder."""
    voice = PiperVoice.load(VOICE)
    found = {}
    for kind, task in zip(KINDS, DEMO_TASKS, strict=True):
        if kind in _RECORDED:
            found[kind] = Utterance(kind, task, RECORDINGS / _RECORDED[kind], None)
            continue
        path = folder / f"{kind}.wav"
        _write(voice, task.words, path)
        mark = "?" if task.words.startswith("why") else "."
        found[kind] = Utterance(kind, task, path, f"{task.words.capitalize()}{mark}")
    return found


def _write(voice: PiperVoice, words: str, path: Path) -> None:
    """Speak into a file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(voice.config.sample_rate)
        for chunk in voice.synthesize(words):
            file.writeframes(chunk.audio_int16_bytes)


async def async_speak(house: House, stack: Stack, utterance: Utterance, folder: Path) -> Spoken:
    """Say something to a stack and wait until it has answered.

    Raises RuntimeError if it does not, unless the model is a real one, which may fail.
    """
    await async_put_back(house.hass)
    recording = await utterance.async_recording()
    stack.relay.words = utterance.words
    evaluated = len(stack.model.evaluations) if stack.model else 0
    began = monotonic()
    turn = await async_run_turn(
        house.hass,
        recording,
        folder / "answer.wav",
        pipeline_id=stack.pipeline_id,
        device_id=house.devices[_ROOM],
        limit=TURN_SECONDS,
    )
    answered = turn.problem is None and turn.ms_to_audio is not None and utterance.task.proof in turn.reply
    done = answered and is_right(utterance.kind, turn)
    if not done and stack.model is not None:
        raise RuntimeError(f"{stack.name} did not do “{utterance.task.words}”: {turn.problem or turn.reply}")
    stages = {**turn.marks, **_ends(turn)}
    ended = recording.ended or began
    heard = ended + stages.get("heard", 0.0) / 1000
    lead = heard - (recording.began or began)
    if stack.model is None:
        return Spoken(stages, lead, done)
    passes = [one for one in stack.model.evaluations[evaluated:] if one.reply_tokens > 1]
    asked = [one.at for one in stack.model.received if one.path == "/api/chat" and one.at >= heard]
    if asked and passes:
        stages["asked"] = (asked[0] - ended) * 1000
    return Spoken(
        stages,
        lead,
        done,
        passes[0].prompt_tokens if passes else 0,
        sum(one.computed_tokens for one in passes),
        sum(one.reply_tokens for one in passes),
        len(passes),
    )


def is_right(kind: str, turn: Turn) -> bool:
    """Return whether a turn did what this kind of sentence asks for, and changed nothing else."""
    changed = {
        entity_id
        for entity_id, looks in turn.after.items()
        if looks != turn.before.get(entity_id) and not entity_id.startswith(_MEASURING)
    }
    if kind == "indirect wish":
        return bool(changed) and all(one in _WISHED and turn.after[one]["state"] == "on" for one in changed)
    asked = _ASKED.get(kind, {})
    return changed == asked.keys() and all(looks.items() <= turn.after[one].items() for one, looks in asked.items())


def _ends(turn: Turn) -> dict[str, float]:
    found = {"action": turn.ms_to_action, "audio": turn.ms_to_audio}
    return {name: moment for name, moment in found.items() if moment is not None}


async def async_put_back(hass: HomeAssistant) -> None:
    """Make the house as it was, and forget replies that Home Assistant keeps as sound: each is to be spoken anew."""
    for entity_id, (service, data) in _BEFORE.items():
        domain, name = service.split(".")
        await hass.services.async_call(domain, name, {"entity_id": entity_id, **data}, blocking=True)
    await hass.services.async_call("tts", "clear_cache", {}, blocking=True)
    await async_settled(hass)
