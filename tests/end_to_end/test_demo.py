"""The demo's own steps: speech in, the house changed, an answer that can be understood."""

from pathlib import Path
import wave

from faster_whisper import WhisperModel
import numpy as np
import pytest

from demo.spoken import decode
from demo.steps import demo_steps
from tests.end_to_end.conftest import DemoRun, run_demo
from tests.end_to_end.proof import assert_only_loopback
from tests.end_to_end.words import as_heard, without_yes_or_no

STEPS = [step.said.stem for step in demo_steps() if isinstance(step.said, Path)]


@pytest.fixture(scope="module")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """Run the demo once."""
    return run_demo(tmp_path_factory.mktemp("demo"))


def test_every_step_did_what_it_should(demo_run: DemoRun) -> None:
    """The demo itself judges the states of the whole house, the words of the replies and Home Assistant's log."""
    assert demo_run.returncode == 0, demo_run.stderr
    assert [step["wrong"] for step in demo_run.steps] == [[]] * len(STEPS)


@pytest.mark.parametrize("number", range(len(STEPS)), ids=STEPS)
def test_answer_can_be_heard(demo_run: DemoRun, whisper: WhisperModel, number: int) -> None:
    """The spoken answer, heard again, says what the reply says."""
    step = demo_run.steps[number]
    samples = decode(Path(step["audio"])).astype(np.float32) / 32768
    segments, _ = whisper.transcribe(samples, language="en", beam_size=5)
    heard = as_heard("".join(segment.text for segment in segments))
    assert without_yes_or_no(heard) == without_yes_or_no(as_heard(step["reply"]))


@pytest.mark.parametrize("number", range(len(STEPS)), ids=STEPS)
def test_answer_is_sound(demo_run: DemoRun, number: int) -> None:
    """The answer is a WAV file with sound in it, and came after the end of speech."""
    step = demo_run.steps[number]
    with wave.open(step["audio"]) as audio:
        assert audio.getnframes() or Path(step["audio"]).stat().st_size > 10_000
        assert audio.getnchannels() == 1
    assert step["ms_to_audio"] > 0


def test_commands_say_their_route_and_their_calls(demo_run: DemoRun) -> None:
    """Each step says which route it took and which calls it made."""
    assert {step["route"] for step in demo_run.steps} <= {"model", "local"}
    both = demo_run.steps[0]
    assert [call["name"] for call in both["calls"]] == ["turn_off", "set_climate"]
    assert both["ms_to_action"] > 0


def test_questions_change_nothing(demo_run: DemoRun) -> None:
    """A question leaves the house as it was."""
    for step in demo_run.steps:
        if step["heard"].lower().startswith(("what", "is")):
            assert step["before"] == step["after"] == {}
            assert step["ms_to_action"] is None


def test_only_this_machine_is_talked_to(demo_run: DemoRun) -> None:
    """Home Assistant, Parlor in it, the speech process and the stand-in talk to each other and to nobody else."""
    assert_only_loopback(demo_run)
    # That something was seen at all: the requests to the stand-in.
    assert ["socket.connect", "AF_INET", "SOCK_STREAM", "127.0.0.1"] in demo_run.asked
    assert any(seen.table == "tcp" and seen.remote == "127.0.0.1" for seen in demo_run.sockets)
