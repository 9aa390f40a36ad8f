"""Homes in homes/: each a fact sheet as the collecting code words it, and sentences that a stranger wrote about it."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from custom_components.parlor.summaries.sheet import Direction, Fact, FactSheet, Figure, Section

_FOLDER = Path(__file__).with_name("homes")


def read_home(name: str) -> Mapping[str, Any]:
    """Return a file: its "sheet", and its lists "planted" and "true"."""
    home: Mapping[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return home


def sheet_of(home: Mapping[str, Any]) -> FactSheet:
    """Return the fact sheet of a file."""
    sheet = home["sheet"]
    zone = ZoneInfo(sheet["zone"])
    sections = tuple(Section(key, tuple(_fact(one, zone) for one in facts)) for key, facts in sheet["sections"].items())
    return FactSheet(_moment(sheet["start"], zone), _moment(sheet["end"], zone), sheet["language"], sections, ())


def _fact(one: Mapping[str, Any], zone: ZoneInfo) -> Fact:
    direction = one.get("direction")
    return Fact(
        one["text"],
        tuple(one.get("names", ())),
        tuple(_figure(str(figure)) for figure in one.get("figures", ())),
        tuple(_moment(moment, zone) for moment in one.get("times", ())),
        tuple(one.get("states", ())),
        Direction(direction) if direction else None,
        bool(one.get("outside")),
    )


def _figure(text: str) -> Figure:
    """Read "18.4 °C" or "3"."""
    value, _, unit = text.partition(" ")
    return Figure(float(value), unit or None)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)
