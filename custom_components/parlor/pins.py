"""Which version of each model is in use, remembered across restarts: a name says little about what answers to it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, TypedDict

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .inference import full_name

_VERSION: Final = 1
_REMIND_AFTER: Final = timedelta(days=1)


class Pin(TypedDict):
    """What is remembered of one model of one server: its digest, and until when a change of it is not told."""

    digest: str
    quiet_until: str | None


type _Pins = dict[str, dict[str, Pin]]


class Pins:
    """The digests of the models in use, by server id and name.

    The first digest seen is the one in use. Another one under the same name is only taken over when the user says so.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Remember nothing yet."""
        self._hass = hass
        self._store: Store[_Pins] = Store(hass, _VERSION, f"{DOMAIN}.pins")
        self._pins: _Pins = {}

    async def async_load(self, server_ids: Collection[str]) -> None:
        """Read what was remembered of these servers; of others it is forgotten."""
        stored = await self._store.async_load() or {}
        self._pins = {server_id: pins for server_id, pins in stored.items() if server_id in server_ids}

    async def async_remove(self) -> None:
        """Forget everything, on disk too."""
        await self._store.async_remove()

    @callback
    def in_use(self, server_id: str, model: str) -> str | None:
        """Return the digest in use; None before any was seen."""
        pin = self._pins.get(server_id, {}).get(full_name(model))
        return pin["digest"] if pin else None

    @callback
    def is_news(self, server_id: str, model: str, digest: str) -> bool:
        """Take in the digest that a server tells now, and return whether the user is to hear that it is another one."""
        pin = self._pins.get(server_id, {}).get(full_name(model))
        if pin is None:
            self.accept(server_id, model, digest)
            return False
        if pin["digest"] == digest:
            return False
        quiet_until = dt_util.parse_datetime(pin["quiet_until"] or "")
        return quiet_until is None or dt_util.utcnow() >= quiet_until

    @callback
    def accept(self, server_id: str, model: str, digest: str) -> None:
        """Take a digest as the one in use."""
        self._keep(server_id, model, digest, None)

    @callback
    def put_off(self, server_id: str, model: str) -> None:
        """Say nothing of a changed digest until tomorrow."""
        if digest := self.in_use(server_id, model):
            self._keep(server_id, model, digest, dt_util.utcnow() + _REMIND_AFTER)

    def _keep(self, server_id: str, model: str, digest: str, quiet_until: datetime | None) -> None:
        pin = Pin(digest=digest, quiet_until=quiet_until.isoformat() if quiet_until else None)
        self._pins.setdefault(server_id, {})[full_name(model)] = pin
        self._hass.async_create_task(self._store.async_save(self._pins), "parlor pins")
