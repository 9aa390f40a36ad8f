"""Tests of where anything may be sent, and where it went."""
