"""The speech servers that announce themselves in the home's network, as Home Assistant has seen them."""

from typing import TYPE_CHECKING, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import SelectOptionDict

if TYPE_CHECKING:
    from zeroconf import Zeroconf

_SERVICE: Final = "_wyoming._tcp.local."
_PROPERTY: Final = b"parlor"
"""What tells Parlor's own servers from all other Wyoming servers and satellites."""


async def async_found_speech_servers(hass: HomeAssistant) -> list[SelectOptionDict]:
    """Return the addresses of Parlor's own speech servers, named as they announce themselves; asks nobody."""
    if "zeroconf" not in hass.config.components:
        return []
    # Where Home Assistant runs without it, its library may be missing as well.
    from homeassistant.components.zeroconf import async_get_async_instance  # noqa: PLC0415 - as said

    return speech_servers_in((await async_get_async_instance(hass)).zeroconf)


def speech_servers_in(zeroconf: Zeroconf) -> list[SelectOptionDict]:
    """Return the servers that are in the memory of a zeroconf instance, in the order of their names."""
    from zeroconf import BadTypeInNameException  # noqa: PLC0415 - as above
    from zeroconf.asyncio import AsyncServiceInfo  # noqa: PLC0415 - as above
    from zeroconf.const import _CLASS_IN, _TYPE_PTR  # noqa: PLC0415 - as above

    found = []
    for record in zeroconf.cache.async_all_by_details(_SERVICE, _TYPE_PTR, _CLASS_IN):
        service: str = getattr(record, "alias", "")  # what a pointer points to
        try:
            info = AsyncServiceInfo(_SERVICE, service)
        except BadTypeInNameException:  # whatever somebody in the network has announced
            continue
        if info.load_from_cache(zeroconf) and _PROPERTY in info.properties and (addresses := info.parsed_addresses()):
            host = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
            uri = f"tcp://{host}:{info.port}"
            name = service.removesuffix(f".{_SERVICE}")
            found.append(SelectOptionDict(value=uri, label=f"{name} ({uri})"))
    return sorted(found, key=lambda option: option["label"])
