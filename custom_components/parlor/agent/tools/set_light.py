"""Set the brightness and colour of lights."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, override

from homeassistant.core import HomeAssistant, State
from homeassistant.util import color as color_util
import probatio

from ...home import HomeEntity, figure, hue_distance, kelvin_of, name_of, percent, rgb_of
from ...inference import JsonObject
from .base import CHANGE, NUMBER, PERCENT, TARGETS, HomeTool, Service, Step, UnworkableError, names_of
from .goals import Goal, is_state, when
from .relative_steps import changed, lacking

_PERCENT_OFF: Final = 2
_DIMMEST: Final = 1.0
_KELVIN_OFF: Final = 0.06
# Lamps round colours to what their diodes can do; the wheel's radius is 100.
_COLOR_OFF: Final = 20
_KELVIN: Final = (1000, 12000)
_PLAIN_WHITE: Final = 4000

type Rgb = tuple[int, int, int]


class SetLight(HomeTool):
    """Set lights, turning them on."""

    name = "set_light"
    description = "Set brightness or color of lights"
    parameters = probatio.Schema(
        {
            TARGETS: [str],
            probatio.Optional("brightness"): PERCENT,
            CHANGE: NUMBER,
            probatio.Optional("color", description="name, kelvin"): str,
            probatio.Optional("color_temp"): str,
        }
    )
    domains = frozenset({"light"})
    usual = domains
    broad = domains
    fields: ClassVar[Mapping[str, str]] = {
        "brightness": "percent",
        "change": "change",
        "color": "color",
        "color_temp": "kelvin",
    }
    needs: ClassVar[Mapping[str, str]] = {"brightness": "brightness", "change": "brightness"}
    change_of = "brightness"

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        brightness, change = arguments.get("brightness"), arguments.get("change")
        if brightness is None and change is not None:
            steps = [_changed(hass, entities, change)]
            more = {key: value for key, value in arguments.items() if key != "change"}
            return steps + (self.plan(hass, entities, more) if more.keys() & {"color", "color_temp"} else [])
        if brightness == 0:
            return [Step(tuple(entities), (Service("light", "turn_off"),), is_state("off"), "off")]
        rgb, kelvin, word = _color(arguments)
        if brightness is None and rgb is None and kelvin is None:
            raise UnworkableError("set_light needs brightness, color or color_temp; use turn_on to just turn on")
        if rgb == (255, 255, 255) and not any("color" in entity.abilities for entity in entities):
            rgb, kelvin = None, _PLAIN_WHITE
        able = [entity for entity in entities if _is_able(entity, brightness, rgb, kelvin)]
        if not able:
            lacking = "color" if rgb else "color temperature" if kelvin else "brightness"
            names = ", ".join(entity.label for entity in entities[:5])
            raise UnworkableError(f"{names}: cannot change {lacking}, only what the house list says")
        return [_step(tuple(able), brightness, rgb, kelvin, word)]


def _changed(hass: HomeAssistant, entities: Sequence[HomeEntity], change: float) -> Step:
    """Return the step to more or less light: of the lamps that are on, or of all if none is."""
    able = [entity for entity in entities if "brightness" in entity.abilities]
    if not able:
        raise UnworkableError(lacking(entities, "change brightness, only be turned on and off"))
    states = {entity: hass.states.get(entity.entity_id) for entity in able}
    on = {entity: _brightness(state) for entity, state in states.items() if state and state.state == "on"}
    if not on and change < 0:
        raise UnworkableError(f"{names_of(able)}: off already")
    levels = on or dict.fromkeys(able, 0.0)
    # To dim is not to turn off.
    targets = {entity: min(max(level + change, _DIMMEST), 100) for entity, level in levels.items()}
    return changed(
        targets,
        lambda level: Service("light", "turn_on", {"brightness_pct": level}),
        lambda level: _goal(level, None, None, off=1),
        state="brightness",
        value="brightness",
        way="brighter" if change > 0 else "dimmer",
    )


def _color(arguments: JsonObject) -> tuple[Rgb | None, int | None, str]:
    """Return the colour or the kelvin that is wanted, and the words for it.

    Raises UnworkableError where they mean none.
    """
    warmth, color = arguments.get("color_temp"), arguments.get("color")
    for text in (color, warmth):
        if text and (kelvin := kelvin_of(text)):
            return None, kelvin, text.casefold()
    if color:
        rgb = rgb_of(color)
        if rgb is None:
            raise UnworkableError(f"no color is called {color}; use a plain name such as red, blue or warm white")
        return rgb, None, name_of(rgb) if color.startswith("#") else color.casefold()
    if warmth:
        return None, _kelvin(warmth), ""
    return None, None, ""


def _kelvin(text: str) -> int:
    digits = text.casefold().removesuffix("kelvin").removesuffix("k").strip()
    lowest, highest = _KELVIN
    if not digits.replace(".", "", 1).isdigit() or not lowest <= float(digits) <= highest:
        raise UnworkableError(f"color_temp is a number of kelvin from {lowest} to {highest}, or warm white, cool white")
    return round(float(digits))


def _is_able(entity: HomeEntity, brightness: float | None, rgb: Rgb | None, kelvin: int | None) -> bool:
    if rgb is not None:
        return "color" in entity.abilities
    if kelvin is not None:
        # Home Assistant mixes the white of a light that has colours only.
        return "color_temp" in entity.abilities or "color" in entity.abilities
    return brightness is None or "brightness" in entity.abilities


def _step(
    entities: tuple[HomeEntity, ...], brightness: float | None, rgb: Rgb | None, kelvin: int | None, word: str
) -> Step:
    data: dict[str, Any] = {}
    values: dict[str, str] = {}
    told = []
    if rgb is not None:
        data["rgb_color"] = list(rgb)
    if kelvin is not None:
        data["color_temp_kelvin"] = kelvin
    if word:
        values["color"] = word
        told.append("color")
    elif kelvin is not None:
        values["kelvin"] = str(kelvin)
        told.append("color_temp")
    if brightness is not None:
        data["brightness_pct"] = brightness
        values["brightness"] = figure(brightness, 0)
        told.append("brightness")
    goal = _goal(brightness, rgb, kelvin)
    return Step(entities, (Service("light", "turn_on", data),), goal, "_".join(told), values=values)


def _goal(brightness: float | None, rgb: Rgb | None, kelvin: int | None, *, off: float = _PERCENT_OFF) -> Goal:
    return when(
        lambda state: (
            state.state == "on"
            and (brightness is None or abs(_brightness(state) - brightness) <= off)
            and (rgb is None or _has_color(state, color_util.color_RGB_to_hs(*rgb)))
            and (kelvin is None or _has_kelvin(state, kelvin))
        )
    )


def _brightness(state: State) -> float:
    value = state.attributes.get("brightness")
    return percent(value) if isinstance(value, int | float) else -100


def _has_color(state: State, wanted: tuple[float, float]) -> bool:
    color = state.attributes.get("hs_color")
    return color is not None and hue_distance((color[0], color[1]), wanted) <= _COLOR_OFF


def _has_kelvin(state: State, wanted: int) -> bool:
    value = state.attributes.get("color_temp_kelvin")
    if value:
        lowest = state.attributes.get("min_color_temp_kelvin") or wanted
        highest = state.attributes.get("max_color_temp_kelvin") or wanted
        # A lamp that cannot be as warm as that is as warm as it can be.
        reachable = min(max(wanted, lowest), highest)
        return bool(abs(value - reachable) <= reachable * _KELVIN_OFF)
    return _has_color(state, color_util.color_temperature_to_hs(wanted))
