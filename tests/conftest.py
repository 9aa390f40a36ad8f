"""What every test needs: the integration found as a custom one, in the Home Assistant of the test plugin."""

from pathlib import Path

import pytest

import custom_components.parlor
from custom_components.parlor import shipped
from custom_components.parlor.flow import find, progress

# Imported here so that the package of this folder is found before the plugin's own testing configuration.
assert custom_components.parlor.__name__ == "custom_components.parlor"


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations: None, hass_storage: dict[str, object]) -> None:
    """Let Home Assistant load custom integrations in every test, and keep what one stores from the next."""


@pytest.fixture(autouse=True)
def _no_usual_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no flow look for a server at the usual places, unless a test is about that."""
    monkeypatch.setattr(find, "_URLS", ("http://127.0.0.1:9",))


@pytest.fixture(autouse=True)
def _no_browser(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Let no step of a flow wait until a browser sees it, unless a test is about that."""
    if "test_browser_flow" not in request.node.nodeid:
        monkeypatch.setattr(progress, "SEEN_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def _no_offer(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Let no set-up offer the blueprints, unless a test is about that."""
    if "tests/blueprints" not in request.node.nodeid:
        monkeypatch.setattr(shipped, "SHIPPED", Path(__file__).parent / "no_blueprints")
