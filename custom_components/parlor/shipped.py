"""The blueprints that come with Parlor, and their installation: what the user has edited is never touched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import hashlib
import logging
from pathlib import Path
from typing import Final, TypedDict

from homeassistant.components.blueprint.const import BLUEPRINT_FOLDER
from homeassistant.const import SERVICE_RELOAD
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
from homeassistant.util.file import write_utf8_file

from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)
SHIPPED: Final = Path(__file__).parent / BLUEPRINT_FOLDER
_VERSION: Final = 1


class Fate(StrEnum):
    """What becomes of a blueprint; the values are those of the response.

    KEPT is one that the user has edited, or that came there by another way.
    """

    INSTALLED = "installed"
    UPDATED = "updated"
    KEPT = "kept"
    CURRENT = "current"


class _Stored(TypedDict):
    """What is remembered: the hash of each file as it was installed, and of the whole set that the user declined."""

    installed: dict[str, str]
    declined: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an installation would do with each blueprint, by its path below `blueprints/`; `texts` are the files."""

    fates: Mapping[str, Fate]
    texts: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def to_write(self) -> tuple[str, ...]:
        """Return the files that are new, or newer than what was installed."""
        return tuple(path for path, fate in self.fates.items() if fate in (Fate.INSTALLED, Fate.UPDATED))

    @property
    def version(self) -> str:
        """Return what tells this set of blueprints from any other."""
        return _hash(b"".join(_hash(text).encode() for text in self.texts.values()))


class ShippedBlueprints:
    """Installs Parlor's blueprints into the configuration, and remembers what it has installed."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Look at nothing yet."""
        self._hass = hass
        self._store: Store[_Stored] = Store(hass, _VERSION, f"{DOMAIN}.blueprints")

    async def async_plan(self) -> Plan:
        """Return what an installation would do now. Raises OSError if a file cannot be read."""
        stored = await self._async_stored()
        return await self._hass.async_add_executor_job(_plan, SHIPPED, self._folder, stored["installed"])

    async def async_install(self) -> Plan:
        """Install what is new and update what nobody has edited; returns what was done.

        Automations and scripts that use a blueprint are loaded again. Raises HomeAssistantError or OSError if a file
        cannot be written; those before it are.
        """
        stored = await self._async_stored()
        plan = await self.async_plan()
        for path in plan.to_write:
            await self._hass.async_add_executor_job(_write, self._folder / path, plan.texts[path])
            stored["installed"][path] = _hash(plan.texts[path])
            await self._store.async_save(stored)
        for domain in sorted({path.partition("/")[0] for path in plan.to_write}):
            await self._async_reload(domain)
        return plan

    async def _async_reload(self, domain: str) -> None:
        if not self._hass.services.has_service(domain, SERVICE_RELOAD):
            return
        try:
            await self._hass.services.async_call(domain, SERVICE_RELOAD, blocking=True)
        except (HomeAssistantError, OSError) as error:
            # The user's configuration cannot be read just now: the files are there, and are found at the next reload.
            _LOGGER.warning("The %s blueprints were installed, but not loaded: %s", domain, error)

    async def async_is_wanted(self) -> bool:
        """Return whether there is something to install that the user has not declined."""
        plan, stored = await self.async_plan(), await self._async_stored()
        return bool(plan.to_write) and stored["declined"] != plan.version

    async def async_decline(self) -> None:
        """Remember that the user does not want what there is to install."""
        plan, stored = await self.async_plan(), await self._async_stored()
        await self._store.async_save({**stored, "declined": plan.version})

    async def async_forget(self) -> None:
        """Forget what was installed; the files stay, since automations may use them."""
        await self._store.async_remove()

    @property
    def _folder(self) -> Path:
        return Path(self._hass.config.path(BLUEPRINT_FOLDER))

    async def _async_stored(self) -> _Stored:
        return await self._store.async_load() or _Stored(installed={}, declined=None)


def _plan(shipped: Path, folder: Path, installed: Mapping[str, str]) -> Plan:
    texts = {path.relative_to(shipped).as_posix(): path.read_bytes() for path in sorted(shipped.rglob("*.yaml"))}
    return Plan({path: _fate(folder / path, text, installed.get(path)) for path, text in texts.items()}, texts)


def _fate(file: Path, text: bytes, installed: str | None) -> Fate:
    try:
        there = file.read_bytes()
    except FileNotFoundError:
        # It was never installed, or the user has deleted it and asks for it again.
        return Fate.INSTALLED
    if there == text:
        return Fate.CURRENT
    return Fate.UPDATED if _hash(there) == installed else Fate.KEPT


def _write(file: Path, text: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    write_utf8_file(str(file), text, mode="wb")


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
