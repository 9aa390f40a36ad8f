"""A real Ollama server instead of the stand-in: here one that is only spoken to over HTTP, by a process of its own."""

import asyncio
import json
from pathlib import Path
import sys
from typing import Any

import pytest

from benchmarks.agents import MODEL
from benchmarks.profiles import Profile
from benchmarks.real_server import RealServer
from benchmarks.served_model import served_model
from demo.ollama import THINKING, WITHOUT_TOOLS, OllamaStandIn, Reply
from tests.parlor_entry import NOBODY_LISTENS

PROJECT = Path(__file__).parents[2]
NOT_INSTALLABLE = "cannot be installed here"
LIMIT_SECONDS = 380


async def async_bench(url: str, model: str, *flags: str) -> tuple[int | None, str]:
    """Run the command as a user does; returns its exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks", "--ollama", url, "--model", model, *flags),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            printed, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    return process.returncode, printed.decode()


@pytest.mark.timeout(LIMIT_SECONDS + 20)
async def test_a_real_server_is_measured(socket_enabled: None, tmp_path: Path) -> None:
    """It is described, the time is told before, both stacks are measured, and the report says whose figures it has."""
    async with served_model("demo") as url:
        code, printed = await async_bench(url, MODEL, "--quick", "--out", str(tmp_path))
    if NOT_INSTALLABLE in printed:
        pytest.skip("the package index, from which what is measured against is installed, cannot be reached")
    assert code == 0, printed
    assert printed.index("measuring takes about") < printed.index("✓ voice_turn")
    assert "!" not in printed
    report = (tmp_path / "benchmarks.md").read_text("utf-8")
    for part in (f"`{MODEL}`", "on Ollama 0.", "tokens a second", "A quick run"):
        assert part in report
    figures = (tmp_path / "benchmarks" / "figures.json").read_text("utf-8")
    assert url not in report + figures
    found: dict[str, Any] = json.loads(figures)["found"]
    assert list(found) == ["voice_turn"]
    rows = next(table["rows"] for table in found["voice_turn"]["tables"] if table["title"] == "Warm")
    assert [row[-1] for row in rows] == ["1 of 1 / 1 of 1"] * 3


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("nothing:1b", ("has no model named nothing:1b", f"It has {MODEL}", "ollama pull nothing:1b")),
        (WITHOUT_TOOLS.name, ("can not call tools",)),
        ("large:cloud", ("somebody else's computer",)),
    ],
    ids=["missing", "without tools", "in the cloud"],
)
async def test_a_model_that_is_of_no_use_is_named(socket_enabled: None, model: str, told: tuple[str, ...]) -> None:
    """What is wrong is said before anything is measured, with what helps."""
    async with OllamaStandIn() as server:
        code, printed = await async_bench(server.url, model)
    assert code == 1
    assert "Traceback" not in printed
    for part in told:
        assert part in printed


@pytest.mark.parametrize(
    ("url", "told"),
    [(NOBODY_LISTENS, "can not be reached"), ("http://8.8.8.8:11434", "does not belong to your home network")],
    ids=["nobody there", "not at home"],
)
async def test_a_server_that_is_of_no_use_is_named(url: str, told: str) -> None:
    """So it is with the server."""
    code, printed = await async_bench(url, MODEL)
    assert code == 1
    assert "Traceback" not in printed
    assert told in printed


async def test_what_will_spoil_the_figures_is_told(socket_enabled: None) -> None:
    """A model that thinks although it is told not to makes every answer late; one that calls no tool does nothing."""
    async with OllamaStandIn((THINKING,)) as server:
        # The stand-in's own model does as it is told; what is scripted, it says anyway.
        server.script(*[Reply(content="Good morning.", thinking="They greet me.")] * 4)
        code, printed = await async_bench(server.url, THINKING.name, "--look")
    assert code == 0, printed
    for part in ("thinks although it is told not to", "did not call a tool", "measuring takes about"):
        assert part in printed


@pytest.mark.parametrize(
    ("rate", "least", "most", "too_slow"),
    [(None, 60, 300, False), (2000.0, 60, 300, False), (10.0, 900, 2400, True)],
    ids=["unknown", "fast", "slow"],
)
def test_the_time_it_takes_follows_from_the_speed(
    rate: float | None, least: float, most: float, *, too_slow: bool
) -> None:
    """A slow model takes many minutes, and says that it may be too slow."""
    server = RealServer("", (), rate, rate, prompt=1500, first=0.5)
    profile = Profile("some", "some", 0, 0, warm=3, cold=0)
    assert least < server.seconds(profile, 5) < most
    assert server.too_slow is too_slow
