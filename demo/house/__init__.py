"""The demo house: a real Home Assistant with five rooms on two floors."""

from .seed import async_seed, watched_entity_ids
from .start import DemoHouse, running_house

__all__ = ["DemoHouse", "async_seed", "running_house", "watched_entity_ids"]
