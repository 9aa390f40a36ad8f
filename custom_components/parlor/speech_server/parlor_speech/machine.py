"""What this computer has to hear with: cores, memory, and a GPU that CTranslate2 can use."""

import ctypes
from dataclasses import dataclass
import os
from pathlib import Path
import platform

AUTO = "auto"
CPU = "cpu"
CUDA = "cuda"

_ARM = ("aarch64", "arm64", "armv7l", "armv8l")
_CUBLAS = "libcublas.so.12"
"""What CTranslate2 loads at its first multiplication on a GPU; a driver alone is not enough."""

_NVML = "libnvidia-ml.so.1"
_ROOT = Path("/")


@dataclass(frozen=True, slots=True)
class Machine:
    """A computer or a container. None is what could not be found out.

    `memory_mb` and `gpu_memory_mb` are in all, whatever of them is free; `gpu_memory_mb` without `gpu` is None.
    """

    cores: int | None = None
    memory_mb: int | None = None
    arm: bool = False
    gpu: bool = False
    gpu_memory_mb: int | None = None

    def __str__(self) -> str:
        """Say it in words."""
        kind = "ARM cores" if self.arm else "cores"
        memory = "memory unknown" if self.memory_mb is None else f"{self.memory_mb / 1024:.1f} GB of memory"
        gpu = "no GPU"
        if self.gpu:
            gpu = "a GPU" if self.gpu_memory_mb is None else f"a GPU with {self.gpu_memory_mb / 1024:.1f} GB"
        return f"{self.cores or 'unknown'} {kind}, {memory}, {gpu}"


def look(device: str, root: Path = _ROOT) -> Machine:
    """Look at this computer; `device` as `usable_device` returns it. Blocks. Never raises."""
    gpu = device == CUDA
    return Machine(
        cores=_cores(root),
        memory_mb=_memory_mb(root),
        arm=platform.machine().lower() in _ARM,
        gpu=gpu,
        gpu_memory_mb=_gpu_memory_mb() if gpu else None,
    )


def usable_device(wished: str) -> str:
    """Return what to run models on: for auto a GPU where CTranslate2 finds one with all its libraries, else the CPU."""
    if wished != AUTO:
        return wished
    # An engine of its own, and imported only by the thread of the ears.
    from ctranslate2 import get_cuda_device_count  # noqa: PLC0415

    return CUDA if get_cuda_device_count() and _loads(_CUBLAS) else CPU


def _cores(root: Path) -> int | None:
    """Return the cores that this process may use, by its affinity and its container's share."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    quota, _, period = _text(root / "sys/fs/cgroup/cpu.max").partition(" ")
    if allowed and quota.isdecimal() and period.isdecimal() and int(period):
        return max(1, min(allowed, int(quota) // int(period)))
    return allowed


def _memory_mb(root: Path) -> int | None:
    """Return the memory of the computer, or of the container where that is less."""
    lines = _text(root / "proc/meminfo").splitlines()
    found = [int(line.split()[1]) // 1024 for line in lines if line.startswith("MemTotal:")]
    for limit in ("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"):
        text = _text(root / limit)
        if text.isdecimal():
            found.append(int(text) // 1024**2)
    return min(found, default=None)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError:
        # Another kind of system, or one that does not tell.
        return ""


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        # It is not there, or not for this computer.
        return False
    return True


class _Memory(ctypes.Structure):
    """What NVML tells of a GPU's memory, in bytes."""

    _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))


def _gpu_memory_mb() -> int | None:
    """Ask the driver for the memory of the first GPU."""
    try:
        nvml = ctypes.CDLL(_NVML)
    except OSError:
        # A driver without it: some containers get CUDA only.
        return None
    if nvml.nvmlInit_v2():
        return None
    try:
        device, memory = ctypes.c_void_p(), _Memory()
        if nvml.nvmlDeviceGetHandleByIndex_v2(0, ctypes.byref(device)):
            return None
        if nvml.nvmlDeviceGetMemoryInfo(device, ctypes.byref(memory)):
            return None
        return int(memory.total // 1024**2)
    finally:
        nvml.nvmlShutdown()
