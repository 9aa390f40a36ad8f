"""Plain sentences about timers, and commands that are to wait a while, without the model."""

from collections.abc import Iterator
from dataclasses import replace

from homeassistant.core import HomeAssistant

from ...home import Home
from ...inference import JsonObject, ToolCall
from ..delay import can_wait, may_wait
from ..delay_words import delayed, self_contained
from ..durations import seconds_in, spans_said
from ..orders import Order, kept_for_later, make_orders
from ..tools import TIMER
from ..utterance import Utterance
from .commands import Commands
from .patterns import Patterns, normalised


def read_timer(
    hass: HomeAssistant, home: Home, utterance: Utterance, patterns: Patterns, *, question: bool
) -> Order | None:
    """Return the order for a sentence about timers; None if it is none, or not understood in one way."""
    bare = patterns.bare(normalised(utterance.text))
    readings: list[JsonObject] = []
    for reading in _readings(bare, patterns):
        if reading not in readings:
            readings.append(reading)
    if len(readings) != 1 or (question and readings[0]["action"] != "status"):
        return None
    call = ToolCall(TIMER.name, readings[0], None)
    others = () if home.has_timers else (TIMER,)
    [order] = make_orders(hass, home, utterance, [call], others)
    is_whole = bool(order.deeds or order.facts or order.question)
    return order if is_whole else None


def read_delayed(hass: HomeAssistant, home: Home, utterance: Utterance, patterns: Patterns) -> tuple[Order, ...] | None:
    """Return the orders to keep a command for a while; None if it is none, or would not be understood then."""
    wait = delayed(utterance.text, patterns.words)
    if wait is None or not can_wait(hass):
        return None
    commands = Commands(hass, home, replace(utterance, text=wait.command), patterns)
    reading = commands.read(normalised(wait.command))
    if reading is None or self_contained(wait, (), patterns.words) is None:
        return None
    steps = [deed.step for _, order in reading for deed in order.deeds]
    if any(order.question for _, order in reading) or not all(may_wait(step, patterns.words) for step in steps):
        # With the answer it would be done at once; and for what needs a yes nobody is there to give it.
        return None
    return tuple(kept_for_later(order, wait, utterance) for _, order in reading)


def _readings(text: str, patterns: Patterns) -> Iterator[JsonObject]:
    for saying in patterns.timers:
        match = saying.pattern.fullmatch(text)
        if match is None:
            continue
        said = match.groupdict()
        duration, name = said.get("duration"), said.get("called")
        if duration is not None and seconds_in(duration, patterns.words) is None:
            continue
        if name is not None and (spans_said(name, patterns.words) or name.split()[0] in patterns.file["not_called"]):
            # A span of time, or what can only be a part of the sentence, is no name.
            continue
        named = {"name": name} if name else {"name": "all"} if saying.target == "all" else {}
        yield {"action": saying.asks, **({"duration": duration} if duration else {}), **named}
