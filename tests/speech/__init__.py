"""Tests of Home Assistant's side of speech."""
