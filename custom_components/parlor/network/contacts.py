"""Who was talked to, and how much."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN


@dataclass(slots=True)
class Traffic:
    """What went to one address and came back: connections, requests over them, and their bytes."""

    connections: int = 0
    requests: int = 0
    sent: int = 0
    received: int = 0


_CONTACTS: HassKey[dict[str, Traffic]] = HassKey(f"{DOMAIN}_contacts")


def contacts(hass: HomeAssistant) -> Mapping[str, Traffic]:
    """Return what went to each address since Home Assistant's start, whichever part of Parlor asked.

    It has what the flows have tried as well, and servers that are no longer set up.
    """
    return hass.data.get(_CONTACTS, {})


def opened(books: Iterable[dict[str, Traffic]], address: str) -> tuple[Traffic, ...]:
    """Write down a connection that was opened to an address; return where its bytes are to be counted."""
    counts = tuple(book.setdefault(address, Traffic()) for book in books)
    for count in counts:
        count.connections += 1
    return counts


def ledger(hass: HomeAssistant) -> dict[str, Traffic]:
    """Return where every connection is written down for `contacts`."""
    return hass.data.setdefault(_CONTACTS, {})
