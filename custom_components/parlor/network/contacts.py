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

    It has what the flows have tried as well, and servers that are no longer set up. Hosts that a speech server has
    downloaded models from are there by their names.
    """
    return hass.data.get(_CONTACTS, {})


def summed(books: Iterable[Mapping[str, Traffic]]) -> Mapping[str, Traffic]:
    """Return what went to each address in all."""
    total: dict[str, Traffic] = {}
    for book in books:
        book_news((total,), {}, book)
    return total


def opened(books: Iterable[dict[str, Traffic]], address: str) -> tuple[Traffic, ...]:
    """Write down a connection that was opened to an address; return where its bytes are to be counted."""
    counts = tuple(book.setdefault(address, Traffic()) for book in books)
    for count in counts:
        count.connections += 1
    return counts


def book_news(books: Iterable[dict[str, Traffic]], before: Mapping[str, Traffic], now: Mapping[str, Traffic]) -> None:
    """Write down what somebody else has counted by host since it was `before`; less than before is a new count."""
    for host, traffic in now.items():
        last = before.get(host, Traffic())
        if traffic.connections < last.connections:
            last = Traffic()
        for book in books:
            count = book.setdefault(host, Traffic())
            count.connections += traffic.connections - last.connections
            count.requests += traffic.requests - last.requests
            count.sent += traffic.sent - last.sent
            count.received += traffic.received - last.received


def ledger(hass: HomeAssistant) -> dict[str, Traffic]:
    """Return where every connection is written down for `contacts`."""
    return hass.data.setdefault(_CONTACTS, {})
