"""The demo's table and its JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
import json
from pathlib import Path
import shutil
import textwrap
from typing import Any

from .turn import Turn
from .watch import in_words

_COLUMNS = (
    ("heard", 24),
    ("route", 6),
    ("calls", 30),
    ("before → after", 36),
    ("reply", 30),
    ("action", 8),
    ("audio", 8),
)
_NARROW = sum(width + 3 for _, width in _COLUMNS)


@dataclass(frozen=True, slots=True)
class StepReport:
    """A step, what it did and what was wrong with it."""

    turn: Turn
    wrong: list[str]

    @property
    def ok(self) -> bool:
        """Return whether the step did what it should."""
        return not self.wrong


def print_table(reports: Sequence[StepReport]) -> None:
    """Print the steps as a table, or one below the other where the terminal is too narrow for it."""
    if shutil.get_terminal_size((_NARROW + 1, 50)).columns <= _NARROW:
        _print_list(reports)
        return
    rule = "─┼─".join("─" * width for _, width in _COLUMNS)
    print(" │ ".join(name.ljust(width) for name, width in _COLUMNS))
    for report in reports:
        print(rule)
        _print_row(_cells(report))
    print("\naction, audio: milliseconds from the last voiced sample to the first change and to the first sound\n")


def write_json(reports: Iterable[StepReport], file: Path, *more: Mapping[str, Any]) -> None:
    """Write a list with one object per step, and more objects after them."""
    objects = [*(_as_json(report) for report in reports), *more]
    file.write_text(json.dumps(objects, indent=2, ensure_ascii=False) + "\n")


def _print_list(reports: Sequence[StepReport]) -> None:
    for report in reports:
        for (name, _), cell in zip(_COLUMNS, _cells(report), strict=True):
            print(f"{name:>15}  {('\n' + ' ' * 17).join(cell)}")
        print()


def _print_row(cells: Sequence[list[str]]) -> None:
    wrapped = [
        [line for text in cell for line in textwrap.wrap(text, width) or [""]]
        for cell, (_, width) in zip(cells, _COLUMNS, strict=True)
    ]
    for line in range(max(map(len, wrapped))):
        row = zip(wrapped, _COLUMNS, strict=True)
        print(" │ ".join((cell[line] if line < len(cell) else "").ljust(width) for cell, (_, width) in row))


def _cells(report: StepReport) -> list[list[str]]:
    turn = report.turn
    mark = "✓" if report.ok else "✗"
    audio = [f"▸ {turn.audio.name}"] if turn.audio else []
    return [
        [f"{mark} {turn.heard}"],
        [turn.route or "–"],
        [f"{call['name']} {_arguments(call['arguments'])}" for call in turn.calls] or ["–"],
        _changes(turn) or ["–"],
        [
            turn.reply or "–",
            *audio,
            *(f"✗ {wrong}" for wrong in report.wrong),
        ],
        [_milliseconds(turn.ms_to_action)],
        [_milliseconds(turn.ms_to_audio)],
    ]


def _arguments(arguments: dict[str, Any]) -> str:
    values = (", ".join(map(str, value)) if isinstance(value, list) else str(value) for value in arguments.values())
    return " ".join(f"{name}={value}" for name, value in zip(arguments, values, strict=True))


def _changes(turn: Turn) -> list[str]:
    return [
        f"{entity_id}: {in_words(turn.before[entity_id])} → {in_words(looks)}"
        for entity_id, looks in turn.after.items()
        if turn.before.get(entity_id) not in (None, looks)
    ]


def _milliseconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"


def _as_json(report: StepReport) -> dict[str, Any]:
    turn = report.turn
    changed = [entity_id for entity_id, looks in turn.after.items() if turn.before.get(entity_id) != looks]
    return {
        "heard": turn.heard,
        "route": turn.route,
        "calls": turn.calls,
        "before": {entity_id: turn.before.get(entity_id) for entity_id in changed},
        "after": {entity_id: turn.after[entity_id] for entity_id in changed},
        "reply": turn.reply,
        "audio": None if turn.audio is None else str(turn.audio),
        "ms_to_action": turn.ms_to_action,
        "ms_to_audio": turn.ms_to_audio,
        "ok": report.ok,
        "wrong": report.wrong,
    }
