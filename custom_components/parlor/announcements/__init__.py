"""Announcements: text in Parlor's voice on players and satellites, one after the other on each."""

from .announcement import Announcement, Delivery, Fate, Quiet
from .announcer import Announcer
from .places import Place, sort_targets
from .voice import Voice, find_voice

__all__ = ["Announcement", "Announcer", "Delivery", "Fate", "Place", "Quiet", "Voice", "find_voice", "sort_targets"]
