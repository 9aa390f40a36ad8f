"""The machine and the versions that figures belong to; neither names nor paths."""

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
import os
from pathlib import Path
import platform
import subprocess

from homeassistant.const import __version__ as home_assistant_version

_LIBRARIES = ("faster-whisper", "ctranslate2", "piper-tts", "onnxruntime", "wyoming", "ollama")
_GIB = 1024**3


def machine() -> str:
    """Return the processor, its cores and the memory: "AMD EPYC, 2 cores, 7.8 GiB of memory"."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB
    cores = len(os.sched_getaffinity(0))
    return f"{_processor()}, {cores} cores, {memory:.1f} GiB of memory, {platform.system()} {platform.machine()}"


def versions(environment: Path | None = None) -> str:
    """Return the versions of Python, Home Assistant and the libraries, and of those of another environment."""
    told = [f"Python {platform.python_version()}", f"Home Assistant {home_assistant_version}"]
    told += [f"{name} {found}" for name in _LIBRARIES if (found := _version(name))]
    return ", ".join([*told, *_others(environment)])


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        # Not every machine has the speech libraries.
        return None


def _others(environment: Path | None) -> Iterable[str]:
    """Yield the versions of what is measured against."""
    if environment is None or not (python := environment / "bin" / "python").exists():
        return
    for name in ("wyoming-faster-whisper", "wyoming-piper"):
        command = [str(python), "-c", f"from importlib.metadata import version; print(version({name!r}))"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 # names from above
        if done.returncode == 0:
            yield f"{name} {done.stdout.strip()}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
