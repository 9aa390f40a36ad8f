"""What is still to be done: open items of lists, those that are due first."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ...home import HomeEntity, clean_name
from ..look import Found, Look
from ..made import async_response
from ..sheet import Fact, Figure

_LENGTH: Final = 120
# Items without a day are told together, so many in a line.
_TOGETHER: Final = 8


async def async_to_do(look: Look) -> Found:
    """Collect the open items of each list: overdue ones, those that are due by tomorrow, and the others by name."""
    lists = look.of("todo")
    facts: list[tuple[int, Fact]] = []
    left_out = []
    for entity, _state in look.seen(lists):
        try:
            found = (await async_response(look, entity, "get_items", {"status": ["needs_action"]})).get("items")
        except HomeAssistantError:
            # The list cannot be reached; the others can.
            left_out.append(look.wording.text("without", "unread", name=entity.name))
            continue
        facts += _facts(look, entity, [item for item in found or () if isinstance(item, Mapping)])
    facts.sort(key=lambda one: one[0])
    return Found(tuple(fact for _, fact in facts), tuple(entity.entity_id for entity in lists), tuple(left_out))


def _facts(look: Look, entity: HomeEntity, items: list[Mapping[str, Any]]) -> list[tuple[int, Fact]]:
    words = look.wording
    facts: list[tuple[int, Fact]] = []
    others: list[str] = []
    for item in items:
        name = clean_name(str(item.get("summary") or ""), length=_LENGTH)
        due = _due(item.get("due"))
        if not name:
            continue
        if due is None or due.date() > look.now.date() + timedelta(days=1):
            others.append(name)
            continue
        is_late = due < look.now if _has_time(item) else due.date() < look.now.date()
        when = words.at(due) if _has_time(item) else words.day(due)
        text = words.text("to_do", "late" if is_late else "due", item=name, list=entity.name, when=when)
        facts.append((0 if is_late else 1, Fact(f"{text}.", (name, entity.name), times=(due,), from_outside=True)))
    if others:
        few = others[:_TOGETHER]
        more = [words.text("more", count=len(others) - len(few))] if len(others) > len(few) else []
        text = words.text("to_do", "others", list=entity.name, count=len(others), items=words.listed([*few, *more]))
        figures = (Figure(len(others)), *((Figure(len(others) - len(few)),) if more else ()))
        facts.append((2, Fact(f"{text}.", (entity.name, *few), figures, from_outside=True)))
    return facts


def _has_time(item: Mapping[str, Any]) -> bool:
    return isinstance(item.get("due"), datetime) or len(str(item.get("due") or "")) > len("2026-01-01")


def _due(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return dt_util.as_local(value)
    if isinstance(value, date):
        return dt_util.start_of_local_day(value)
    text = str(value or "")
    day = dt_util.parse_date(text) if len(text) <= len("2026-01-01") else None
    moment = dt_util.start_of_local_day(day) if day else dt_util.parse_datetime(text)
    return dt_util.as_local(moment) if moment else None
