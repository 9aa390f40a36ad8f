"""Say in words and figures what an entity's state is, as a person would read it off a wall panel."""

from collections.abc import Callable, Mapping
from datetime import datetime

from homeassistant.components.sensor import async_rounded_state
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.util import dt as dt_util

from .binary_words import BINARY_WORDS
from .colors import name_of
from .model import HomeEntity, clean_name, one_line

_STATE_LENGTH = 255
# Around what others may have written. No name has them: `clean_name` and `fenced` take them out.
_FENCE = ("\u00ab", "\u00bb")
_UNFENCED = str.maketrans("", "", "".join(_FENCE))


@callback
def state_line(hass: HomeAssistant, entity: HomeEntity) -> str:
    """Return e.g. "Kitchen ceiling light: on, 80%, 2700 K", for a model: text of others is fenced."""
    return f"{entity.label or entity.name}: {_fenced_words(hass, entity)}"


@callback
def state_words(hass: HomeAssistant, entity: HomeEntity) -> str:
    """Return e.g. "on, 80%, 2700 K"; "unavailable" also where the entity has no state at all."""
    return _fenced_words(hass, entity).translate(_UNFENCED)


@callback
def is_from_outside(hass: HomeAssistant, entity: HomeEntity) -> bool:
    """Return whether an entity tells what others may have written: events, list items, titles, texts."""
    return entity.domain in _OUTSIDE or _FENCE[0] in _fenced_words(hass, entity)


def fenced(text: str, *, length: int = _STATE_LENGTH) -> str:
    """Return text that others may have written, fenced so that a model takes it for data."""
    opening, closing = _FENCE
    return f"{opening}{clean_name(text, length=length)}{closing}"


def _fenced_words(hass: HomeAssistant, entity: HomeEntity) -> str:
    state = hass.states.get(entity.entity_id)
    if state is None:
        return STATE_UNAVAILABLE
    if state.state == STATE_UNAVAILABLE or (state.state == STATE_UNKNOWN and entity.domain not in _STAMPED):
        return state.state
    words = _WORDS.get(entity.domain, _plain)(hass, state)
    return one_line(words, length=_STATE_LENGTH)


def figure(value: float, digits: int = 1) -> str:
    """Return a number with at most `digits` decimals and no needless zeros."""
    text = _trim(f"{value:.{digits}f}")
    return "0" if text == "-0" else text


def percent(brightness: float) -> int:
    """Return a brightness of 0 to 255 in percent; what is on is never 0 percent."""
    return max(1, round(brightness / 255 * 100)) if brightness > 0 else 0


def kelvin(value: float) -> int:
    """Return a colour temperature without the noise that lamps add by counting in mireds."""
    return round(value / 50) * 50


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _light(_hass: HomeAssistant, state: State) -> str:
    parts = [state.state]
    attributes = state.attributes
    if state.state == "on":
        if (brightness := _number(attributes.get("brightness"))) is not None:
            parts.append(f"{percent(brightness)}%")
        rgb = attributes.get("rgb_color")
        temperature = _number(attributes.get("color_temp_kelvin"))
        if attributes.get("color_mode") == "color_temp" and temperature is not None:
            parts.append(f"{kelvin(temperature)} K")
        elif rgb is not None and attributes.get("color_mode") not in ("brightness", "onoff", "white"):
            parts.append(name_of((rgb[0], rgb[1], rgb[2])))
    return ", ".join(parts)


def _climate(hass: HomeAssistant, state: State) -> str:
    unit = hass.config.units.temperature_unit
    attributes = state.attributes
    parts = [_readable(state.state)]
    if state.state != "off":
        target = _number(attributes.get("temperature"))
        low, high = _number(attributes.get("target_temp_low")), _number(attributes.get("target_temp_high"))
        if target is not None:
            parts.append(f"set to {figure(target)} {unit}")
        elif low is not None and high is not None:
            parts.append(f"set to {figure(low)} to {figure(high)} {unit}")
    if (measured := _number(attributes.get("current_temperature"))) is not None:
        parts.append(f"measures {figure(measured)} {unit}")
    return ", ".join(parts)


def _humidifier(_hass: HomeAssistant, state: State) -> str:
    parts = [state.state]
    target = _number(state.attributes.get("humidity"))
    if state.state == "on" and target is not None:
        parts.append(f"set to {figure(target)}%")
    if (measured := _number(state.attributes.get("current_humidity"))) is not None:
        parts.append(f"measures {figure(measured)}%")
    return ", ".join(parts)


def _cover(_hass: HomeAssistant, state: State) -> str:
    position = _number(state.attributes.get("current_position"))
    if state.state == "open" and position is not None:
        return f"open, {figure(position, 0)}%"
    return _readable(state.state)


def _fan(_hass: HomeAssistant, state: State) -> str:
    speed = _number(state.attributes.get("percentage"))
    return f"on, {figure(speed, 0)}%" if state.state == "on" and speed is not None else state.state


def _media_player(_hass: HomeAssistant, state: State) -> str:
    parts = [_readable(state.state)]
    if state.state in ("playing", "paused", "buffering"):
        title, artist = state.attributes.get("media_title"), state.attributes.get("media_artist")
        if title:
            parts.append(f"{fenced(str(title))} by {fenced(str(artist))}" if artist else fenced(str(title)))
    volume = _number(state.attributes.get("volume_level"))
    if volume is not None and state.state not in ("off", "standby"):
        parts.append(f"volume {figure(volume * 100, 0)}%")
    return ", ".join(parts)


def _sensor(hass: HomeAssistant, state: State) -> str:
    if state.attributes.get("device_class") == "timestamp":
        return _moment(state.state)
    rounded = async_rounded_state(hass, state.entity_id, state)
    return _measured(rounded, state) or _text(state.state) or _readable(state.state)


def _quantity(_hass: HomeAssistant, state: State) -> str:
    return _measured(state.state, state) or _readable(state.state)


def _measured(text: str, state: State) -> str | None:
    """Return a figure with its unit; None where the state is not a number."""
    try:
        value = _trim(f"{float(text):.3f}" if "e" in text.lower() else text)
    except ValueError:
        # The state of a sensor may be any word.
        return None
    unit = state.attributes.get("unit_of_measurement")
    if not unit:
        return value
    return f"{value}%" if unit == "%" else f"{value} {unit}"


def _binary_sensor(_hass: HomeAssistant, state: State) -> str:
    device_class = str(state.attributes.get("device_class") or "")
    on, off = BINARY_WORDS.get(device_class, ("on", "off"))
    return {"on": on, "off": off}.get(state.state, state.state)


def _calendar(_hass: HomeAssistant, state: State) -> str:
    message = state.attributes.get("message")
    if not message:
        return "no events"
    if state.state == "on":
        return f"now {fenced(str(message))}"
    return f"next {fenced(str(message))}, {_moment(str(state.attributes.get('start_time', '')))}"


def _todo(_hass: HomeAssistant, state: State) -> str:
    return "1 item" if state.state == "1" else f"{state.state} items"


def _person(_hass: HomeAssistant, state: State) -> str:
    return "away" if state.state == "not_home" else state.state


def _weather(_hass: HomeAssistant, state: State) -> str:
    parts = [_readable(state.state)]
    if (temperature := _number(state.attributes.get("temperature"))) is not None:
        parts.append(f"{figure(temperature)} {state.attributes.get('temperature_unit', '')}".strip())
    if (humidity := _number(state.attributes.get("humidity"))) is not None:
        parts.append(f"humidity {figure(humidity, 0)}%")
    return ", ".join(parts)


def _stamp(_hass: HomeAssistant, state: State) -> str:
    return "not used yet" if state.state == STATE_UNKNOWN else f"last used {_moment(state.state)}"


def _verbatim(_hass: HomeAssistant, state: State) -> str:
    return state.state


def _written(_hass: HomeAssistant, state: State) -> str:
    return _text(state.state) or state.state


def _text(text: str) -> str | None:
    """Return a text fenced; None for a single word, which cannot instruct anybody."""
    return fenced(text) if len(text.split()) > 1 else None


def _plain(_hass: HomeAssistant, state: State) -> str:
    return _readable(state.state)


def _readable(text: str) -> str:
    return text.replace("_", " ")


def _moment(text: str) -> str:
    """Return a date and time as it reads here, or the text itself where it is none."""
    moment = dt_util.parse_datetime(text)
    if moment is None:
        return text
    return _day_and_time(dt_util.as_local(moment))


def _day_and_time(moment: datetime) -> str:
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M}"


_WORDS: Mapping[str, Callable[[HomeAssistant, State], str]] = {
    "binary_sensor": _binary_sensor,
    "button": _stamp,
    "calendar": _calendar,
    "climate": _climate,
    "cover": _cover,
    "device_tracker": _person,
    "event": _stamp,
    "fan": _fan,
    "humidifier": _humidifier,
    "input_button": _stamp,
    "input_number": _quantity,
    "input_select": _verbatim,
    "input_text": _written,
    "light": _light,
    "media_player": _media_player,
    "number": _quantity,
    "person": _person,
    "scene": _stamp,
    "select": _verbatim,
    "sensor": _sensor,
    "text": _written,
    "todo": _todo,
    "water_heater": _climate,
    "weather": _weather,
}
# What these hold is written by whoever sends an invitation, shares a list or makes a song.
_OUTSIDE = frozenset({"calendar", "media_player", "todo"})
# Their state is the moment of the last use, and unknown until the first.
_STAMPED = frozenset(domain for domain, words in _WORDS.items() if words is _stamp)
