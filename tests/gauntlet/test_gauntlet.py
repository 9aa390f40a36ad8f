"""The gauntlet, run as a whole, and what its judge takes for a lie."""

from collections.abc import Mapping
import json
from pathlib import Path
import subprocess
import sys
from typing import Any

import pytest

from tests.gauntlet.cases import read_cases
from tests.gauntlet.judge import Judge

PROJECT = Path(__file__).parent.parent.parent
KINDS = list(dict.fromkeys(case.kind for case in read_cases()))
_RUN_SECONDS = 600
_LEAST = 120


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Run the gauntlet once, in a process of its own."""
    report = tmp_path_factory.mktemp("gauntlet") / "verdicts.json"
    command = [sys.executable, "-m", "tests.gauntlet", "--json", str(report)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=_RUN_SECONDS)
    assert report.exists(), done.stderr[-2000:]
    found: list[dict[str, Any]] = json.loads(report.read_text())
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_lie_and_nothing_unasked(verdicts: list[dict[str, Any]], kind: str) -> None:
    """Every case of a kind ends as it should, and what was said is so."""
    of_kind = [verdict for verdict in verdicts if verdict["kind"] == kind]
    assert of_kind
    assert [verdict for verdict in of_kind if verdict["wrong"]] == []


def test_every_case_was_played(verdicts: list[dict[str, Any]]) -> None:
    """No case is left out."""
    assert len(verdicts) == len(read_cases()) >= _LEAST


JUDGE = Judge(
    names={
        "hall light": ("light.hall",),
        "thermostat": ("climate.hall",),
        "lamp": ("light.one", "light.two"),
        "front door": ("binary_sensor.door",),
        "garage door": ("cover.garage",),
    },
    areas={"kitchen": ("light.kitchen_1", "light.kitchen_2", "switch.kettle")},
    classes={},
)
HOUSE: Mapping[str, Mapping[str, Any]] = {
    "light.hall": {"state": "on", "brightness": 128},
    "climate.hall": {"state": "heat", "temperature": 18.0},
    "light.one": {"state": "off"},
    "light.two": {"state": "on"},
    "light.kitchen_1": {"state": "on"},
    "light.kitchen_2": {"state": "off"},
    "switch.kettle": {"state": "on"},
    "binary_sensor.door": {"state": "off"},
    "cover.garage": {"state": "opening"},
}


@pytest.mark.parametrize(
    ("speech", "lies"),
    [
        ("The hall light is on.", 0),
        ("The hall light is off.", 1),
        ("Yes, the hall light is still on.", 0),
        ("No, the hall light is not on.", 1),
        ("The hall light is at 50 percent.", 0),
        ("The hall light is at 80 percent.", 1),
        ("The hall light is on and the thermostat is set to 20 degrees.", 1),
        ("The hall light is off and the thermostat is set to 20 degrees.", 2),
        ("The kitchen lights are on.", 1),
        ("The lamp is on.", 0),
        ("The front door is open.", 1),
        ("The garage door is opening.", 0),
        ("The garage door is closed.", 1),
        ("Is the hall light off?", 0),
        ("I have turned off the hall light.", 1),
        ("Done!", 1),
        ("The hall light did not respond.", 0),
    ],
)
def test_the_judge_knows_a_lie(speech: str, lies: int) -> None:
    """What is said of the house is compared with the house."""
    assert len(list(JUDGE.lies(speech, HOUSE, unchanged=True))) == lies
