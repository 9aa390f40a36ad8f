"""Which model suits which computer, and what is known of a computer."""

from itertools import pairwise
from pathlib import Path
import shutil
import subprocess
from typing import Any

import pytest
from wyoming.info import Describe, Info

from parlor_speech import __main__ as program, machine
from parlor_speech.choice import choose
from parlor_speech.family import Speed, family, find
from parlor_speech.hub import Hub
from parlor_speech.machine import Machine, look, usable_device
from parlor_speech.options import parse
from parlor_speech.part import Part
from parlor_speech.status import State, StatusBoard

from .client import Client
from .hub_server import HubServer
from .process import WHISPER, SpeechProcess

_BOTH = ("de", "en")
_GB = 1024


@pytest.mark.parametrize(
    ("computer", "languages", "name"),
    [
        pytest.param(Machine(1, 1 * _GB), (), "tiny", id="a single core"),
        pytest.param(Machine(1, 1 * _GB), ("en",), "tiny.en", id="a single core, English"),
        pytest.param(Machine(2, 300), (), "tiny", id="hardly any memory"),
        pytest.param(Machine(4, 4 * _GB, arm=True), _BOTH, "base", id="a Raspberry Pi"),
        pytest.param(Machine(4, 8 * _GB, arm=True), ("en",), "base.en", id="a Raspberry Pi, English"),
        pytest.param(Machine(8, 8 * _GB, arm=True), _BOTH, "small", id="eight ARM cores"),
        pytest.param(Machine(2, 4 * _GB), _BOTH, "base", id="two cores"),
        pytest.param(Machine(4, 8 * _GB), _BOTH, "small", id="a mini PC"),
        pytest.param(Machine(4, 8 * _GB), ("en",), "small.en", id="a mini PC, English"),
        pytest.param(Machine(4, 8 * _GB), ("de",), "small", id="a mini PC, German"),
        pytest.param(Machine(4, 1 * _GB), _BOTH, "base", id="a mini PC, a small container"),
        pytest.param(Machine(16, 32 * _GB), _BOTH, "large-v3-turbo", id="a workstation"),
        pytest.param(Machine(32, 2 * _GB), _BOTH, "small", id="many cores, little memory"),
        pytest.param(Machine(4, 8 * _GB, gpu=True, gpu_memory_mb=8 * _GB), _BOTH, "large-v3-turbo", id="a GPU"),
        pytest.param(Machine(4, 8 * _GB, gpu=True, gpu_memory_mb=4 * _GB), ("en",), "small.en", id="a small GPU"),
        pytest.param(Machine(4, 8 * _GB, gpu=True), _BOTH, "small", id="a GPU that does not tell"),
        pytest.param(Machine(None, None, gpu=True, gpu_memory_mb=80 * _GB), (), "large-v3-turbo", id="a GPU alone"),
        pytest.param(Machine(None, 8 * _GB), _BOTH, "base", id="unknown cores"),
        pytest.param(Machine(16, None), _BOTH, "base", id="unknown memory"),
        pytest.param(Machine(), (), "base", id="nothing known"),
        pytest.param(Machine(), ("en",), "base.en", id="nothing known, English"),
    ],
)
def test_what_suits_a_computer(computer: Machine, languages: tuple[str, ...], name: str) -> None:
    """Cores, memory, GPU and languages decide; where something is not known, little is expected."""
    choice = choose(computer, languages)
    assert choice.name == name
    assert str(computer) in choice.why
    assert all(language in choice.why for language in languages)


def test_each_model_is_described() -> None:
    """Names are unique, larger files need more memory, and what is English only says so."""
    names = [name for model in family() for name in (model.name, *model.aliases)]
    assert len(set(names)) == len(names)
    for model in family():
        assert find(model.name) is model
        assert model.memory_mb["int8"] < model.memory_mb["float16"]
        assert model.memory_mb["int8"] > model.disk_mb
        assert (model.languages == "en") == (model.name.endswith(".en") or model.name.startswith("distil-"))
    by_speed = {speed: [model.disk_mb for model in family() if model.speed is speed] for speed in Speed}
    sizes = list(by_speed.values())
    assert all(max(smaller) < min(larger) for smaller, larger in pairwise(sizes))


def test_the_family_is_that_of_faster_whisper() -> None:
    """Every name that faster-whisper knows is known, and means the same repository."""
    from faster_whisper.utils import _MODELS  # noqa: PLC0415

    assert {name: model.repository for name in _MODELS if (model := find(name))} == _MODELS


_MEMINFO = "MemFree: 1 kB\nMemTotal:        8000000 kB\n"


@pytest.mark.parametrize(
    ("files", "memory_mb"),
    [
        pytest.param({"proc/meminfo": _MEMINFO}, 7812, id="a computer"),
        pytest.param({"proc/meminfo": _MEMINFO, "sys/fs/cgroup/memory.max": "max\n"}, 7812, id="no limit"),
        pytest.param({"proc/meminfo": _MEMINFO, "sys/fs/cgroup/memory.max": "1073741824\n"}, 1024, id="a container"),
        pytest.param(
            {"proc/meminfo": _MEMINFO, "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712"},
            7812,
            id="an older kernel",
        ),
        pytest.param({}, None, id="another system"),
    ],
)
def test_memory_is_that_of_the_computer_or_the_container(
    tmp_path: Path, files: dict[str, str], memory_mb: int | None
) -> None:
    """Memory is that of the computer, or of the container where that is less."""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert look("cpu", tmp_path).memory_mb == memory_mb


@pytest.mark.parametrize(("share", "cores"), [("50000 100000", 1), ("max 100000", None), ("nonsense", None)])
def test_cores_are_those_that_a_container_may_use(tmp_path: Path, share: str, cores: int | None) -> None:
    """A container's share of the cores counts."""
    (tmp_path / "sys/fs/cgroup").mkdir(parents=True)
    (tmp_path / "sys/fs/cgroup/cpu.max").write_text(share)
    assert look("cpu", tmp_path).cores == (cores or look("cpu").cores)


_DRIVER = """
int nvmlInit_v2(void) { return FAILS == 1; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) { *device = (void *)7; return FAILS == 2 || index; }
int nvmlDeviceGetMemoryInfo(void *device, unsigned long long *memory) {
    memory[0] = 8589934592ULL; memory[1] = 1; memory[2] = 2; return FAILS == 3 || device != (void *)7;
}
int nvmlShutdown(void) { return 0; }
"""
"""What a driver's library offers, by the names and types of its documentation."""


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a compiler")
@pytest.mark.parametrize(("fails", "memory_mb"), [(0, 8192), (1, None), (2, None), (3, None)])
def test_the_driver_is_asked_for_the_memory_of_a_gpu(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fails: int, memory_mb: int | None
) -> None:
    """A driver tells the memory of its first GPU, or that it cannot."""
    library = tmp_path / "libnvidia-ml.so.1"
    command = ["cc", "-shared", "-fPIC", f"-DFAILS={fails}", "-xc", "-", "-o", str(library)]
    subprocess.run(command, input=_DRIVER, text=True, check=True, timeout=60)
    monkeypatch.setattr(machine, "_NVML", str(library))
    assert look("cuda").gpu_memory_mb == memory_mb


def test_a_gpu_without_its_driver_tells_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the driver's library is missing, the memory of a GPU is unknown."""
    monkeypatch.setattr(machine, "_NVML", str(tmp_path / "none.so"))
    found = look("cuda")
    assert (found.gpu, found.gpu_memory_mb) == (True, None)
    assert "a GPU" in str(found)


@pytest.mark.parametrize("wished", ["cpu", "cuda"])
def test_a_device_that_is_named_is_taken(wished: str) -> None:
    """Who names a device gets it, or hears that it is not there."""
    assert usable_device(wished) == wished


@pytest.mark.parametrize("languages", [(), ("--language", "en"), ("--language", "de,en")], ids=["any", "en", "de,en"])
async def test_a_server_chooses_by_itself_and_says_so(tmp_path: Path, languages: tuple[str, ...]) -> None:
    """What was chosen, and why, is in the log, the status and the description, and is what is downloaded."""
    device = usable_device("auto")
    codes = tuple(languages[-1].split(",")) if languages else ()
    choice = choose(look(device), codes)
    model = find(choice.name)
    assert model
    files = {path.name: path.read_bytes() for path in WHISPER.iterdir() if path.suffix in (".bin", ".json")}
    repositories: dict[str, Any] = {model.repository: files}
    with (
        HubServer(repositories) as hub,
        SpeechProcess("--whisper", "auto", *languages, "--data", tmp_path, "--hub", hub.url) as speech,
    ):
        ears = speech.settled()["ears"]
        assert (ears["state"], ears["name"], ears["why"]) == ("ready", choice.name, choice.why), speech.log
        assert f"Chose {choice.name} for the ears: {choice.why}" in speech.log
        async with Client(speech.socket) as client:
            await client.send(Describe())
            (program,) = Info.from_event(await client.receive()).asr
        assert program.models[0].name == choice.name
        assert choice.why in (program.models[0].description or "")


@pytest.mark.parametrize(
    ("wished", "found", "hears"),
    [
        pytest.param("auto", "cuda", True, id="found by itself"),
        pytest.param("cuda", "cuda", False, id="asked for"),
        pytest.param("cpu", "cpu", True, id="not wanted"),
    ],
)
@pytest.mark.skipif(usable_device("auto") == "cuda", reason="is about GPUs that cannot be used")
async def test_a_gpu_that_cannot_be_used_leaves_the_cpu(
    monkeypatch: pytest.MonkeyPatch, wished: str, found: str, *, hears: bool
) -> None:
    """Ears that found a GPU by themselves hear without it; who asked for it is told."""
    monkeypatch.setattr(program, "usable_device", lambda _: found)
    options = parse(["--uri", "unix:///s", "--whisper", str(WHISPER), "--device", wished])
    part = Part("ears", "tiny", program._ears(options, Hub(options.hub)), StatusBoard())
    await part.start()
    part.stop()
    assert (part.status.state is State.READY) is hears
    assert hears or "CUDA" in (part.status.message or "")
