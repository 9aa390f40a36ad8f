"""Secrets in forms: asterisks stand for what is stored, which no form ever shows."""

from collections.abc import Mapping
from typing import Final

from ..inference.headers import can_be_sent

KEPT: Final = "********"


def headers_text(headers: Mapping[str, str]) -> str:
    """Return headers for a form: their names, and asterisks for their values."""
    return "\n".join(f"{name}: {KEPT}" for name in headers)


def read_headers(text: str, known: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that were typed; asterisks stand for the value that is known under the same name.

    Raises ValueError where a line is no header.
    """
    headers: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, value = (part.strip() for part in line.partition(":"))
        if value == KEPT:
            value = known.get(name, "")
        if not can_be_sent(name, value):
            raise ValueError(line)
        headers[name] = value
    return headers
