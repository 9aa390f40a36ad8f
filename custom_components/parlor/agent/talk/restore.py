"""What it means to be as before: how it is seen, how it is told, and what never can be."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.core import State

from ...home import HomeEntity, figure, hue_distance, kelvin, name_of, percent
from ..guard import is_way_in
from ..tools import Goal, Progress, Step
from ..words import Words

# They run once, or write what stays written.
_LASTING: Final = frozenset({"button", "calendar", "input_button", "scene", "script", "todo"})
_VALUES: Final = frozenset({"input_datetime", "input_number", "input_select", "input_text", "number", "select", "text"})
# What is open again only after a yes: the state in which each is shut.
_SHUT: Final = {"alarm_control_panel": ("armed",), "lock": ("locked", "locking"), "valve": ("closed", "closing")}
_OPEN: Final = 100
_PLAYING: Final = ("playing", "buffering")
# How far an attribute may be off and still be the same; others must be equal.
_OFF: Final[Mapping[str, float]] = {
    "brightness": 5,
    "color_temp_kelvin": 150,
    "current_position": 3,
    "current_tilt_position": 3,
    "humidity": 2,
    "percentage": 1,
    "target_temp_high": 0.26,
    "target_temp_low": 0.26,
    "temperature": 0.26,
    "volume_level": 0.02,
}
_COLOR_OFF: Final = 20
_KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    "light": ("brightness", "color_mode", "color_temp_kelvin", "hs_color", "effect"),
    "climate": (
        "temperature",
        "target_temp_low",
        "target_temp_high",
        "preset_mode",
        "fan_mode",
        "swing_mode",
        "humidity",
    ),
    "cover": ("current_position", "current_tilt_position"),
    "fan": ("percentage", "oscillating", "direction", "preset_mode"),
    "humidifier": ("humidity", "mode"),
    "media_player": ("volume_level", "is_volume_muted", "source"),
    "water_heater": ("temperature", "operation_mode"),
}
_SWITCHED: Final = frozenset({"input_boolean", "switch"})


@dataclass(frozen=True, slots=True)
class Told:
    """The predicate of the reply templates for a state, and the one on the way there."""

    state: str
    under_way: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def is_lasting(step: Step) -> bool:
    """Return whether what a step does leaves no state behind that could be put back."""
    return step.goal is None or any(entity.domain in _LASTING for entity in step.entities)


def differs(before: State, now: State) -> bool:
    """Return whether a deed may have changed an entity."""
    if before.state != now.state:
        return True
    kept = _KEPT.get(before.domain, ())
    return any(before.attributes.get(name) != now.attributes.get(name) for name in kept)


def may_return(entity: HomeEntity, before: State, words: Words) -> bool:
    """Return whether an entity may be put back without a spoken yes: nothing that shuts the house is opened so."""
    if is_way_in(entity, words):
        return before.state in ("closed", "closing")
    shut = _SHUT.get(entity.domain)
    return shut is None or before.state.startswith(shut)


def told(before: State, now: State) -> Told | None:
    """Return how to say that an entity is as before; None where it cannot be put back."""
    teller = _TELLERS.get(before.domain)
    if teller:
        return teller(before, now)
    return Told("value", values={"value": before.state}) if before.domain in _VALUES else None


def as_before(before: State) -> Goal:
    """Return the goal of being as before."""
    kept = _kept(before)
    moving = _moving(before)

    def progress(state: State) -> Progress:
        if state.state in moving:
            return Progress.UNDER_WAY
        is_so = _is_state(before.state, state.state) and all(
            _is_near(name, value, state.attributes.get(name)) for name, value in kept.items()
        )
        return Progress.REACHED if is_so else Progress.WAITING

    return progress


def _moving(before: State) -> tuple[str, ...]:
    """Return the states in which an entity is on the way to where it was."""
    if before.domain == "vacuum" and before.state in ("docked", "returning"):
        return ("returning",)
    if before.domain != "cover":
        return ()
    if before.state in ("closed", "closing"):
        return ("closing",)
    position = before.attributes.get("current_position")
    return ("opening",) if position in (None, _OPEN) else ("opening", "closing")


def _kept(before: State) -> Mapping[str, Any]:
    """Return the attributes that are to be as before."""
    attributes = before.attributes
    names: Iterable[str] = _KEPT.get(before.domain, ())
    if before.state == "off" and before.domain != "climate":
        names = ()
    if before.domain == "light" and attributes.get("color_mode") == "color_temp":
        # The other figures of the colour only follow from it.
        names = ("brightness", "color_temp_kelvin")
    elif before.domain == "light":
        names = ("brightness", "hs_color", "effect")
    if before.domain == "cover" and before.state in ("opening", "closing"):
        names = ()
    return {name: attributes[name] for name in names if attributes.get(name) is not None}


def _is_state(wanted: str, state: str) -> bool:
    if wanted in _PLAYING:
        return state in _PLAYING
    moving = {"opening": "open", "closing": "closed", "locking": "locked"}
    return state == moving.get(wanted, wanted)


def _is_near(name: str, wanted: object, value: object) -> bool:
    if name == "hs_color":
        both = _pair(wanted), _pair(value)
        return both[0] is not None and both[1] is not None and hue_distance(both[0], both[1]) <= _COLOR_OFF
    if name in _OFF and isinstance(value, int | float) and isinstance(wanted, int | float):
        return abs(value - wanted) <= _OFF[name]
    return bool(value == wanted)


def _pair(value: object) -> tuple[float, float] | None:
    """Return hue and saturation; None of what is none."""
    return (value[0], value[1]) if isinstance(value, list | tuple) and len(value) == 2 else None


def _switch(before: State, _now: State) -> Told | None:
    return Told(before.state) if before.state in ("on", "off") else None


def _light(before: State, now: State) -> Told | None:
    if before.state != "on" or now.state != "on":
        return _switch(before, now)
    attributes = before.attributes
    states, values = [], {}
    if attributes.get("color_mode") == "color_temp" and _is_other(before, now, "color_mode", "color_temp_kelvin"):
        states.append("color_temp")
        values["kelvin"] = str(kelvin(attributes["color_temp_kelvin"]))
    elif attributes.get("rgb_color") and _is_other(before, now, "color_mode", "hs_color"):
        red, green, blue = attributes["rgb_color"]
        states.append("color")
        values["color"] = name_of((red, green, blue))
    if attributes.get("brightness") is not None and (_is_other(before, now, "brightness") or not states):
        states.append("brightness")
        values["brightness"] = str(percent(attributes["brightness"]))
    return Told("_".join(states) or "on", values=values)


def _cover(before: State, now: State) -> Told | None:
    position, tilt = before.attributes.get("current_position"), before.attributes.get("current_tilt_position")
    if tilt is not None and before.state == now.state and not _is_other(before, now, "current_position"):
        return Told("tilt", "tilting", {"tilt": figure(tilt, 0)})
    if before.state in ("closed", "closing"):
        return Told("closed", "closing")
    if position is not None and position < _OPEN and before.state == "open":
        return Told("position", "moving", {"position": figure(position, 0)})
    return Told("open", "opening") if before.state in ("open", "opening") else None


def _climate(before: State, now: State) -> Told | None:
    attributes = before.attributes
    if before.state == "off":
        return Told("off")
    low, high = attributes.get("target_temp_low"), attributes.get("target_temp_high")
    if attributes.get("temperature") is not None:
        state = "temperature" if before.state == now.state else "mode_temperature"
        return Told(state, values={"temperature": figure(attributes["temperature"]), **_mode(state, before)})
    if low is not None and high is not None and before.state == now.state:
        return Told("range", values={"low": figure(low), "high": figure(high)})
    return Told("mode", values={"mode": before.state})


def _mode(state: str, before: State) -> Mapping[str, str]:
    return {"mode": before.state} if state == "mode_temperature" else {}


def _fan(before: State, now: State) -> Told | None:
    if before.state != "on" or now.state != "on":
        return _switch(before, now)
    attributes = before.attributes
    if attributes.get("preset_mode") and _is_other(before, now, "preset_mode"):
        return Told("preset", values={"preset": attributes["preset_mode"]})
    if attributes.get("oscillating") is not None and _is_other(before, now, "oscillating"):
        return Told("oscillating" if attributes["oscillating"] else "not_oscillating")
    if attributes.get("direction") in ("forward", "reverse") and _is_other(before, now, "direction"):
        return Told(attributes["direction"])
    speed = attributes.get("percentage")
    return Told("on") if speed is None else Told("speed", values={"speed": figure(speed, 0)})


def _media_player(before: State, now: State) -> Told | None:
    attributes = before.attributes
    if before.state in ("off", "standby"):
        return Told("off")
    if before.state != now.state:
        if before.state in _PLAYING:
            return Told("playing")
        return Told("paused" if before.state == "paused" else "silenced" if now.state in _PLAYING else "on")
    if attributes.get("source") and _is_other(before, now, "source"):
        return Told("source", values={"source": attributes["source"]})
    if attributes.get("is_volume_muted") is not None and _is_other(before, now, "is_volume_muted"):
        return Told("muted" if attributes["is_volume_muted"] else "unmuted")
    volume = attributes.get("volume_level")
    return None if volume is None else Told("volume", values={"volume": figure(volume * 100, 0)})


def _humidifier(before: State, now: State) -> Told | None:
    humidity = before.attributes.get("humidity")
    if before.state != "on" or now.state != "on" or humidity is None:
        return _switch(before, now)
    return Told("humidity", values={"humidity": figure(humidity, 0)})


def _water_heater(before: State, now: State) -> Told | None:
    temperature = before.attributes.get("temperature")
    if before.state == "off":
        return Told("off")
    if before.state == now.state and temperature is not None:
        return Told("temperature", values={"temperature": figure(temperature)})
    return Told("mode", values={"mode": before.state})


def _vacuum(before: State, _now: State) -> Told | None:
    known = {"cleaning": Told("cleaning"), "docked": Told("docked", "docking"), "returning": Told("docking")}
    return known.get(before.state)


def _lock(before: State, _now: State) -> Told | None:
    return Told("locked", "locking") if before.state in ("locked", "locking") else None


def _is_other(before: State, now: State, *names: str) -> bool:
    return any(before.attributes.get(name) != now.attributes.get(name) for name in names)


_TELLERS: Final[Mapping[str, Callable[[State, State], Told | None]]] = {
    **dict.fromkeys(_SWITCHED, _switch),
    "climate": _climate,
    "cover": _cover,
    "fan": _fan,
    "humidifier": _humidifier,
    "light": _light,
    "lock": _lock,
    "media_player": _media_player,
    "vacuum": _vacuum,
    "water_heater": _water_heater,
}
