"""What is found survives its way into the report, and pictures are drawn whole."""

from dataclasses import replace
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.figures import Figures
from benchmarks.plots import svg
from benchmarks.report import write, write_goals
from benchmarks.results import Goal, Options, Plot, Results, Spread, Table
from benchmarks.tokens import tokens

_PLOT = Plot("speed", "A & B", "ms", ("one", "two"), {"theirs": (300.0, None), "ours": (100.0, 2.5)})
_RESULTS = Results(
    "Speed",
    "What was measured.",
    tables=(Table("Turns", ("Case", "Ratio"), (("command", "3.0 times"),), "A note."),),
    goals=(
        Goal("Command", "at least 3 times", "3.0 times", met=True),
        Goal("Prompt", "1/5", "1/4", met=False, limit="X."),
    ),
    plots=(_PLOT,),
    ratios={"command": 3.0},
)


def test_results_survive_json() -> None:
    """Another process hands its results over as JSON."""
    assert Results.from_json(json.loads(json.dumps(_RESULTS.as_json()))) == _RESULTS


def test_the_report_says_all(tmp_path: Path) -> None:
    """Goals, tables, notes, plots, what failed and what limits a goal that was missed are in the report."""
    figures = Figures("Some CPU", "quick", {"speed": _RESULTS}, {"truth": "no house"})
    report = write(tmp_path, figures, Options(quick=True), ("speed", "truth")).read_text("utf-8")
    for part in ("Some CPU", "quick run", "| Command | at least 3 times | 3.0 times | met |", "**missed**", "X."):
        assert part in report
    for part in ("| command | 3.0 times |", "A note.", "](benchmarks/speed.svg)", "no house"):
        assert part in report
    assert (tmp_path / "benchmarks" / "speed.svg").exists()


@pytest.mark.parametrize(
    ("facts", "kept"), [("Some CPU", ["other", "speed"]), ("Another CPU", ["speed"])], ids=["same", "another"]
)
def test_a_part_is_measured_again(tmp_path: Path, facts: str, kept: list[str]) -> None:
    """The other parts stay as they were, if they were measured on the same machine; a failure is over."""
    other = replace(_RESULTS, title="Another", plots=())
    write(
        tmp_path, Figures("Some CPU", "usual", {"other": other}, {"speed": "no house"}), Options(), ("speed", "other")
    )
    write(tmp_path, Figures(facts, "usual", {"speed": _RESULTS}), Options(), ("speed", "other"))
    figures = Figures.read(tmp_path / "benchmarks" / "figures.json")
    assert figures is not None
    assert sorted(figures.found) == kept
    assert not figures.failed
    report = (tmp_path / "benchmarks.md").read_text("utf-8")
    assert ("## Another" in report) is ("other" in kept)
    assert "## Speed" in report


def test_a_plot_has_a_bar_for_every_figure() -> None:
    """What was not measured has no bar; the longest bar has the largest figure; light and dark have their colours."""
    picture = svg(_PLOT)
    bars = [node for node in ET.fromstring(picture).iter() if node.tag.endswith("rect") and node.get("height") == "12"]  # noqa: S314 # own words
    widths = [float(bar.get("width") or 0) for bar in bars]
    assert len(widths) == 3
    assert widths[0] == pytest.approx(3 * widths[1], rel=0.01)
    assert "prefers-color-scheme: dark" in picture


@pytest.mark.parametrize(
    ("figures", "spread"),
    [
        ([5.0], Spread(5, 5, 5)),
        ([3.0, 1.0, 2.0], Spread(2, 1, 3)),
        ([1.0, 2.0, 3.0, 4.0, 5.0], Spread(3, 2, 4)),
    ],
    ids=["one", "three", "five"],
)
def test_a_spread_is_the_middle_half(figures: list[float], spread: Spread) -> None:
    """Few figures show their extremes."""
    assert Spread.of(figures) == spread


def test_tokens_are_those_of_the_rendered_request() -> None:
    """System text, tools, messages and calls are counted, by words, spaces, punctuation and groups of digits."""
    body = {
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "It's 1234 lux"},
            {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f"}}]},
        ],
        "tools": [{"type": "function"}],
    }
    counted = tokens(body)
    assert counted[: counted.index("Tools")] == [
        "<|",
        "im",
        "start",
        "|>",
        "system",
        "\n",
        "Be",
        " ",
        "brief",
        ".",
        "\n\n",
        "#",
        " ",
    ]
    assert [token for token in counted if any(letter.isdigit() for letter in token)] == [" 123", "4"]
    assert len(counted) == 80


def test_goals_are_written_into_a_page(tmp_path: Path) -> None:
    """What is between the marks is replaced, and nothing else; a page without marks is left alone."""
    page = tmp_path / "README.md"
    page.write_text("Before\n<!-- goals -->\nold\n<!-- end of goals -->\nAfter\n", "utf-8")
    write_goals(_RESULTS.goals, page)
    written = page.read_text("utf-8")
    assert written.startswith("Before\n<!-- goals -->\n|")
    assert written.endswith("|\n<!-- end of goals -->\nAfter\n")
    assert "| Command | at least 3 times | 3.0 times | met |" in written
    assert "old" not in written
    page.write_text("No marks", "utf-8")
    with pytest.raises(ValueError, match=r"README\.md"):
        write_goals(_RESULTS.goals, page)
