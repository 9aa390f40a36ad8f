"""The Python interpreter that the speech process runs with.

Home Assistant's own interpreter where the speech libraries are installed for it; otherwise a virtual environment in the
cache folder, which backups leave out, made once for each combination of interpreter and requirements.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
import contextlib
import hashlib
import importlib.util
import logging
import os
from pathlib import Path
import platform
import shutil
import sys
import sysconfig
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.package import is_installed

from ..const import DOMAIN
from .errors import SpeechInstallFailed, SpeechNotSupported
from .output import lines

_LOGGER = logging.getLogger(__name__)

type Progress = Callable[[float], None]
"""Takes how far an installation is, from 0 to 1."""

REQUIREMENTS_FILE: Final = Path(__file__).with_name("requirements.txt")
INSTALL_LIMIT_S: Final = 1800.0
_COMPLETE: Final = ".complete"
_PACKAGES_EXPECTED: Final = 30
_LOCK: HassKey[asyncio.Lock] = HassKey(f"{DOMAIN}_speech_environment")


async def async_local_speech_supported(hass: HomeAssistant) -> bool:
    """Say whether the speech process can run on this machine, now or after an installation."""
    return await hass.async_add_executor_job(_is_supported)


async def async_environment_ready(hass: HomeAssistant) -> bool:
    """Say whether the speech process can be started without installing anything."""
    return await hass.async_add_executor_job(_existing_interpreter, _cache_folder(hass)) is not None


async def async_ensure_environment(hass: HomeAssistant, progress: Progress | None = None) -> Path:
    """Return the interpreter for the speech process; make its virtual environment where there is none.

    Takes minutes and the network where it must install. Raises SpeechNotSupported and SpeechInstallFailed.
    """
    folder = _cache_folder(hass)
    async with hass.data.setdefault(_LOCK, asyncio.Lock()):
        if interpreter := await hass.async_add_executor_job(_existing_interpreter, folder):
            return interpreter
        if (installer := await hass.async_add_executor_job(_usable_installer)) is None:
            raise SpeechNotSupported
        environment = await hass.async_add_executor_job(_environment_folder, folder)
        _LOGGER.info("Installing the speech libraries into %s", environment)
        await hass.async_add_executor_job(_prepare_folder, environment)
        await _async_install(installer, environment, progress or _ignore)
        await hass.async_add_executor_job(_finish, environment)
        return _interpreter(environment)


def requirements() -> tuple[str, ...]:
    """Read what the speech process needs; blocks."""
    return tuple(REQUIREMENTS_FILE.read_text(encoding="utf-8").splitlines())


def _cache_folder(hass: HomeAssistant) -> Path:
    return Path(hass.config.cache_path(DOMAIN))


def _is_supported() -> bool:
    return all(map(is_installed, requirements())) or _usable_installer() is not None


def _usable_installer() -> tuple[str, ...] | None:
    """Return the command of an installer, if there is one and the libraries have wheels for this machine."""
    has_wheels = (sys.platform, platform.machine()) in {
        ("linux", "x86_64"),
        ("linux", "aarch64"),
        ("darwin", "arm64"),
    } and (sys.platform != "linux" or platform.libc_ver()[0] == "glibc")
    return _installer() if has_wheels else None


def _installer() -> tuple[str, ...] | None:
    """Return the command of uv: the one that Home Assistant brings, or else one on the path."""
    if importlib.util.find_spec("uv"):
        return (sys.executable, "-m", "uv")
    found = shutil.which("uv")
    return (found,) if found else None


def _existing_interpreter(cache: Path) -> Path | None:
    """Return an interpreter that has the libraries, without installing any."""
    if all(map(is_installed, requirements())):
        return Path(sys.executable)
    environment = _environment_folder(cache)
    return _interpreter(environment) if (environment / _COMPLETE).exists() else None


def _environment_folder(cache: Path) -> Path:
    """Return the folder whose name changes with the interpreter and the requirements."""
    parts = (sys.version, sys.prefix, str(sysconfig.get_config_var("SOABI")), *requirements())
    return cache / f"speech-{hashlib.sha256('\n'.join(parts).encode()).hexdigest()[:12]}"


def _interpreter(environment: Path) -> Path:
    return environment / "bin" / "python"


def _prepare_folder(environment: Path) -> None:
    """Take away what an earlier installation left unfinished."""
    shutil.rmtree(environment, ignore_errors=True)
    environment.parent.mkdir(parents=True, exist_ok=True)


def _finish(environment: Path) -> None:
    """Mark an environment as complete and remove those of earlier interpreters and requirements."""
    (environment / _COMPLETE).touch()
    for other in environment.parent.glob("speech-*"):
        if other != environment:
            shutil.rmtree(other, ignore_errors=True)


async def _async_install(installer: tuple[str, ...], environment: Path, progress: Progress) -> None:
    progress(0.0)
    await _async_run([*installer, "venv", "--python", sys.executable, str(environment)], _ignore_line)
    progress(0.05)
    counter = _Counter(progress)
    install = ["pip", "install", "--python", str(_interpreter(environment)), "--requirement", str(REQUIREMENTS_FILE)]
    await _async_run([*installer, *install], counter.count)
    progress(1.0)


class _Counter:
    """Guesses how far uv is from the packages that it names while it works."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._seen = 0

    def count(self, line: str) -> None:
        """Count a line that says that one more package is here."""
        if line.lstrip().startswith(("Downloaded", "+ ")):
            self._seen += 1
            self._progress(min(0.95, 0.1 + 0.85 * self._seen / _PACKAGES_EXPECTED))


async def _async_run(command: Sequence[str], on_line: Callable[[str], None]) -> None:
    """Run a command to its end. Raises SpeechInstallFailed with the last lines of its output."""
    last: deque[str] = deque(maxlen=5)
    environ = {**os.environ, "NO_COLOR": "1", "UV_NO_PROGRESS": "1"}
    environ.pop("VIRTUAL_ENV", None)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environ,
        )
    except OSError as err:  # the installer is gone, or there are too many processes
        raise SpeechInstallFailed(message=str(err)) from err
    try:
        async with asyncio.timeout(INSTALL_LIMIT_S):
            async for line in lines(process.stdout):
                _LOGGER.debug("%s", line)
                last.append(line)
                on_line(line)
            status = await process.wait()
    except TimeoutError as err:  # an index that does not answer
        raise SpeechInstallFailed(message=" ".join(last)) from err
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):  # it ended in this moment
                process.kill()
            await process.wait()
    if status:
        raise SpeechInstallFailed(message=" ".join(last))


def _ignore(_fraction: float) -> None:
    """Take progress that nobody asked for."""


def _ignore_line(_line: str) -> None:
    """Take a line that says nothing about progress."""
