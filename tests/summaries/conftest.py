"""Fixtures of the tests of summaries."""

import pytest


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Ask for nothing: the recorder must be there before Home Assistant is."""
