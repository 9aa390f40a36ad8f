"""The sections of a fact sheet: one file each; a new one is listed here, in the order in which they are told."""

from collections.abc import Mapping
from typing import Final

from ..look import Collect
from .changes import async_changes
from .open import async_open

SECTIONS: Final[Mapping[str, Collect]] = {
    "open": async_open,
    "changes": async_changes,
}
