"""Tests of the whole path, from speech to speech."""
