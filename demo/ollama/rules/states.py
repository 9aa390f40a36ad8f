"""The states of the context block, understood and said: "on, 80%, 2700 K" and the like."""

import re

from .words import spoken_name

_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)\s*(\S.*)?")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?%")
_SETPOINT = re.compile(r"set to (-?\d+(?:\.\d+)?)")
_MEASURED = re.compile(r"measures (-?\d+(?:\.\d+)?)\s*(\S*)")
_UNITS = {"°C": "degrees", "°F": "degrees", "°": "degrees", "%": "percent", "W": "watts", "kWh": "kilowatt hours"}
_ON = frozenset({"on", "heat", "cool", "heat cool", "auto", "dry", "fan only", "playing", "buffering", "cleaning"})
_OFF = frozenset({"off", "idle", "standby", "paused", "docked"})
# A quality and the states that have it, against its opposite.
_OPPOSITES = (
    (("on", _ON), ("off", _OFF)),
    (("open", frozenset({"open", "opening"})), ("closed", frozenset({"closed", "closing"}))),
    (("locked", frozenset({"locked"})), ("unlocked", frozenset({"unlocked"}))),
)


def main_part(state: str) -> str:
    """Return the part before the first comma: "on, 80%" gives "on"."""
    return state.split(",", maxsplit=1)[0].strip()


def is_so(state: str, quality: str) -> bool | None:
    """Tell whether a state is on, off, open, closed, locked, unlocked; None if it does not say."""
    main = main_part(state).casefold()
    for (positive, having), (negative, lacking) in _OPPOSITES:
        if quality in (positive, negative) and main in having | lacking:
            return (main in having) == (quality == positive)
    return None


def brightness_of(state: str) -> float | None:
    """Return the percent in a state, if it has any."""
    match = _PERCENT.search(state)
    return float(match[1]) if match else None


def setpoint_of(state: str) -> float | None:
    """Return what a thermostat is set to, in its unit."""
    match = _SETPOINT.search(state)
    return float(match[1]) if match else None


def quantity_of(state: str) -> str | None:
    """Return a measured value as it is said: "21.5 degrees"; None if the state is no number."""
    match = _MEASURED.search(state) or _NUMBER.fullmatch(state)
    if match is None:
        return None
    unit = (match[2] or "").strip()
    return f"{_plain(match[1])} {_UNITS.get(unit, unit)}".strip()


def said(name: str, state: str) -> str:
    """Return a clause that tells a state: "the office lamp is at 40 percent"."""
    subject = spoken_name(name)
    main = main_part(state)
    if main in ("unavailable", "unknown"):
        return f"I cannot tell how {subject} {be(name)}" if main == "unknown" else f"{subject} {be(name)} not available"
    if (degrees := setpoint_of(state)) is not None and main != "off":
        return f"{subject} {be(name)} set to {_plain(str(degrees))} degrees"
    if (quantity := quantity_of(state)) is not None:
        return f"{subject} {be(name)} {quantity}"
    percent = brightness_of(state)
    if main == "on" and percent is not None:
        return f"{subject} {be(name)} at {_plain(str(percent))} percent"
    return f"{subject} {be(name)} {main}"


def be(name: str) -> str:
    """Return the verb that goes with a name: "is", or "are" for blinds and curtains."""
    last = name.rsplit(" ", 1)[-1].casefold()
    return "are" if last in ("blinds", "curtains", "lights", "lamps", "shutters", "shades", "fans") else "is"


def _plain(number: str) -> str:
    """Return a number without needless digits."""
    value = float(number)
    return str(int(value)) if value == int(value) else str(value)
