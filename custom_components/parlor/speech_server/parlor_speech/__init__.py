"""Ears and voice of Parlor: faster-whisper and Piper behind one Wyoming server, unaware of Home Assistant."""

__version__ = "0.1.0"
