"""The interpreter of the speech process: this one, or a virtual environment made by the real installer."""

import asyncio
import importlib.util
from pathlib import Path
import platform
import subprocess
import sys
import tomllib
import zipfile

from homeassistant.core import HomeAssistant
import pytest

from custom_components.parlor.speech import environment
from custom_components.parlor.speech.environment import (
    async_ensure_environment,
    async_environment_ready,
    async_local_speech_supported,
    requirements,
)
from custom_components.parlor.speech.errors import SpeechInstallFailed, SpeechNotSupported

NAME = "parlor_test_package"


def _wheel(folder: Path) -> Path:
    """Make a package that can be installed without a network."""
    path = folder / f"{NAME}-1.0-py3-none-any.whl"
    info = f"{NAME}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{NAME}.py", "WHERE = 'here'\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", f"{NAME}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return path


@pytest.fixture
def package(own_config: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Require a package that is not installed, and return the file that says so."""
    file = own_config / "requirements.txt"
    _require(file, f"{NAME} @ {_wheel(own_config).as_uri()}")
    monkeypatch.setattr(environment, "REQUIREMENTS_FILE", file)
    return file


def _require(file: Path, requirement: str) -> None:
    file.write_text(f"{requirement}\n", encoding="utf-8")


def _make(folder: Path) -> None:
    folder.mkdir(parents=True)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_requirements_agree() -> None:
    """What is installed here is what the speech server's own package requires."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert list(requirements()) == project["dependencies"]


async def test_this_interpreter(hass: HomeAssistant, own_config: Path) -> None:
    """Where the libraries are installed already, nothing is made."""
    assert await async_local_speech_supported(hass)
    assert await async_environment_ready(hass)
    assert await async_ensure_environment(hass) == Path(sys.executable)
    assert _names(own_config) == []


@pytest.mark.usefixtures("package")
async def test_made_once(hass: HomeAssistant, own_config: Path) -> None:
    """An environment is made, reported on, used again, and replaces those of before."""
    cache = own_config / ".cache" / "parlor"
    _make(cache / "speech-of-before")
    _make(cache / "models")
    assert await async_local_speech_supported(hass)
    assert not await async_environment_ready(hass)

    told: list[float] = []
    first, second = await asyncio.gather(async_ensure_environment(hass, told.append), async_ensure_environment(hass))
    assert first == second
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert told == sorted(told)
    assert len(told) > 3

    code = f"import sys, {NAME}; print(sys.version, {NAME}.WHERE)"
    run = await hass.async_add_executor_job(subprocess.check_output, [str(first), "-c", code])
    assert run.decode().split() == [*sys.version.split(), "here"]
    assert await async_environment_ready(hass)
    assert _names(cache) == ["models", first.parent.parent.name]


async def test_made_again_for_other_requirements(hass: HomeAssistant, package: Path) -> None:
    """Other requirements are another environment."""
    first = await async_ensure_environment(hass)
    _require(package, f"{NAME} >= 1")
    assert environment._environment_folder(environment._cache_folder(hass)) != first.parent.parent


@pytest.mark.usefixtures("package")
async def test_unfinished_is_made_again(hass: HomeAssistant) -> None:
    """What an interrupted installation left is not used."""
    folder = environment._environment_folder(environment._cache_folder(hass))
    _make(folder / "bin")
    assert not await async_environment_ready(hass)
    interpreter = await async_ensure_environment(hass)
    assert await hass.async_add_executor_job(subprocess.check_output, [str(interpreter), "-c", f"import {NAME}"]) == b""


async def test_install_fails(hass: HomeAssistant, package: Path) -> None:
    """The installer's last words are the message."""
    _require(package, f"{NAME} @ file:///no/such/{NAME}-1.0-py3-none-any.whl")
    with pytest.raises(SpeechInstallFailed) as raised:
        await async_ensure_environment(hass)
    assert NAME in (raised.value.translation_placeholders or {})["message"]
    assert not await async_environment_ready(hass)


@pytest.mark.usefixtures("package")
async def test_install_takes_too_long(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installer that hangs is ended."""
    monkeypatch.setattr(environment, "INSTALL_LIMIT_S", 0.3)
    hanging = ("/bin/sh", "-c", "echo waiting for the index; exec sleep 1000")
    monkeypatch.setattr(environment, "_installer", lambda: hanging)
    with pytest.raises(SpeechInstallFailed) as raised:
        await async_ensure_environment(hass)
    assert raised.value.translation_placeholders == {"message": "waiting for the index"}


@pytest.mark.usefixtures("package")
async def test_install_cancelled(hass: HomeAssistant) -> None:
    """A flow that is closed ends its installer."""
    started = asyncio.Event()
    installing = asyncio.create_task(async_ensure_environment(hass, lambda _fraction: started.set()))
    await started.wait()
    installing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await installing
    assert not await async_environment_ready(hass)


@pytest.mark.usefixtures("package")
async def test_installer_cannot_be_started(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installer that is no program is an error of the installation."""
    monkeypatch.setattr(environment, "_installer", lambda: ("/no/such/uv",))
    with pytest.raises(SpeechInstallFailed):
        await async_ensure_environment(hass)


@pytest.mark.parametrize(
    ("system", "machine", "libc", "supported"),
    [
        pytest.param("linux", "x86_64", "glibc", True, id="Debian"),
        pytest.param("linux", "aarch64", "glibc", True, id="Raspberry Pi"),
        pytest.param("linux", "x86_64", "", False, id="Alpine"),
        pytest.param("linux", "armv7l", "glibc", False, id="32 bits"),
        pytest.param("darwin", "arm64", "", True, id="Mac"),
        pytest.param("darwin", "x86_64", "", False, id="Mac of before"),
        pytest.param("win32", "AMD64", "", False, id="Windows"),
    ],
)
@pytest.mark.usefixtures("package")
async def test_supported(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    system: str,
    machine: str,
    libc: str,
    supported: bool,
) -> None:
    """Where the libraries have no wheels, speech on this machine is not offered."""
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(platform, "libc_ver", lambda: (libc, ""))
    assert await async_local_speech_supported(hass) is supported
    if not supported:
        with pytest.raises(SpeechNotSupported):
            await async_ensure_environment(hass)


@pytest.mark.usefixtures("package")
async def test_no_installer(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an installer nothing can be made; one on the path will do."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert await async_local_speech_supported(hass)
    monkeypatch.setenv("PATH", "/no/such/folder")
    assert not await async_local_speech_supported(hass)
    with pytest.raises(SpeechNotSupported):
        await async_ensure_environment(hass)
