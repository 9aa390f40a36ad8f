"""Energy, gas and water: what came from where and what used it, as the energy dashboard is set up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean
from typing import Any, Final

from homeassistant.const import UnitOfEnergy
from homeassistant.util.unit_conversion import EnergyConverter

from ...home import clean_name
from ..look import Found, Look
from ..measured import Measured, async_measured
from ..sheet import Direction, Fact, Figure
from ..wording import capitalised, rounded

_DEVICE: Final = "device"
# The order in which they are told.
_KINDS: Final = ("from_grid", "to_grid", "solar", "from_battery", "to_battery", "gas", "water", "cost", _DEVICE)
# What differs by less from what is usual is as usual.
_MARGIN: Final = 0.15
_LEAST_WEEKS: Final = 3
_A_DAY: Final = timedelta(hours=26)
_KWH: Final = str(UnitOfEnergy.KILO_WATT_HOUR)


@dataclass(frozen=True, slots=True)
class _Meter:
    """A meter of the dashboard: its statistic, what it counts, and the name of a device."""

    statistic_id: str
    kind: str
    name: str = ""


async def async_energy(look: Look) -> Found:
    """Collect what was used and made in the period; without a dashboard, what each energy sensor counted."""
    meters = [meter for meter in await _async_dashboard(look) if _is_asked_for(look, meter)]
    if not meters:
        sensors = [entity for entity in look.of("sensor") if entity.device_class == "energy"]
        meters = [_Meter(entity.entity_id, _DEVICE) for entity in sensors]
    if not meters:
        return Found()
    ids = list(dict.fromkeys(meter.statistic_id for meter in meters))
    measured = await async_measured(look.hass, ids, look.start, look.end)
    facts: list[Fact] = []
    for kind in _KINDS:
        counted = [(meter, measured[meter.statistic_id]) for meter in meters if _counts(meter, kind, measured)]
        if kind == _DEVICE:
            counted.sort(key=lambda one: -(_in_kwh(one[1]).counted or 0))
            facts += [_device(look, meter, _in_kwh(one)) for meter, one in counted]
        elif counted:
            facts += _totals(look, kind, [_in_kwh(one) for _, one in counted])
    return Found(tuple(facts), tuple(ids))


async def _async_dashboard(look: Look) -> list[_Meter]:
    """Return the meters of the energy dashboard, if it is set up."""
    if "energy" not in look.hass.config.components:
        return []
    # Its module is there only where the integration is.
    from homeassistant.components.energy.data import async_get_manager  # noqa: PLC0415

    chosen: Mapping[str, Any] = (await async_get_manager(look.hass)).data or {}
    meters: list[_Meter] = []
    pairs: tuple[tuple[str, str], ...]
    for source in chosen.get("energy_sources", ()):
        own = source.get("name") or ""
        match source.get("type"):
            case "grid" | "battery" as kind:
                pairs = (("stat_energy_from", f"from_{kind}"), ("stat_energy_to", f"to_{kind}"), ("stat_cost", "cost"))
            case "solar" | "gas" | "water" as kind:
                pairs = (("stat_energy_from", kind), ("stat_cost", "cost"))
            case _:
                continue
        meters += [_Meter(source[key], kind, own) for key, kind in pairs if source.get(key)]
    for device in (*chosen.get("device_consumption", ()), *chosen.get("device_consumption_water", ())):
        meters.append(_Meter(device["stat_consumption"], _DEVICE, device.get("name") or ""))
    return meters


def _is_asked_for(look: Look, meter: _Meter) -> bool:
    """Return whether a meter may be told; the dashboard as a whole stands for itself, exposed or not."""
    return look.may_read(meter.statistic_id) if look.is_whole else meter.statistic_id in look.entities


def _counts(meter: _Meter, kind: str, measured: Mapping[str, Measured]) -> bool:
    one = measured.get(meter.statistic_id)
    return meter.kind == kind and one is not None and bool(one.counted or kind != _DEVICE) and one.counted is not None


def _in_kwh(one: Measured) -> Measured:
    """Return the figures of an energy meter in kilowatt hours, others as they are."""
    if one.unit is None or one.counted is None or one.unit not in EnergyConverter.VALID_UNITS or one.unit == _KWH:
        return one
    convert = EnergyConverter.converter_factory(one.unit, _KWH)
    return Measured(_KWH, counted=convert(one.counted), usual=tuple(map(convert, one.usual)))


def _totals(look: Look, kind: str, meters: Sequence[Measured]) -> list[Fact]:
    """Return one fact for all meters of a kind; one for each unit, where they differ."""
    facts = []
    for unit in dict.fromkeys(meter.unit for meter in meters):
        same = [meter for meter in meters if meter.unit == unit]
        weeks = min(len(meter.usual) for meter in same)
        usual = tuple(sum(meter.usual[week] for meter in same) for week in range(weeks))
        total = Measured(unit, counted=sum(meter.counted or 0 for meter in same), usual=usual)
        subject = look.wording.text("energy", kind)
        facts.append(_fact(look, capitalised(subject), (subject,), total))
    return facts


def _device(look: Look, meter: _Meter, one: Measured) -> Fact:
    entity = look.entities.get(meter.statistic_id) or look.home.entity(meter.statistic_id)
    name = clean_name(meter.name) or (entity.name if entity else clean_name(meter.statistic_id))
    return _fact(look, capitalised(look.wording.the(name)), (name,), one)


def _fact(look: Look, subject: str, names: tuple[str, ...], one: Measured) -> Fact:
    words, value = look.wording, one.counted or 0.0
    text = words.text("energy", "counted", subject=subject, value=words.measured(value, one.unit))
    figures = [Figure(rounded(value), one.unit)]
    direction = None
    if len(one.usual) >= _LEAST_WEEKS and (usual := fmean(one.usual)) > 0:
        figures.append(Figure(rounded(usual), one.unit))
        if abs(value - usual) > _MARGIN * usual:
            direction = Direction.UP if value > usual else Direction.DOWN
        key = {Direction.UP: "more", Direction.DOWN: "less", None: "as_usual"}[direction]
        path = key if look.end - look.start <= _A_DAY else f"{key}_before"
        told = words.text("energy", path, usual=words.measured(usual, one.unit), day=words.weekday(look.start))
        text = f"{text}; {told}"
    return Fact(f"{text}.", names, tuple(figures), direction=direction)
