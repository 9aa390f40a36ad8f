"""The files themselves: the same in both places, complete, and told of in the documentation."""

from collections.abc import Callable, Mapping
from pathlib import Path
import re
from typing import Any

from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.components.blueprint.schemas import BLUEPRINT_SCHEMA
from homeassistant.util.yaml import load_yaml_dict
import pytest

import custom_components.parlor
from tests.test_manifest import MANIFEST

ROOT = Path(custom_components.parlor.__file__).parent.parent.parent
SOURCE, SHIPPED = ROOT / "blueprints", ROOT / "custom_components" / "parlor" / "blueprints"
FILES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.yaml"))
SCHEMAS: Mapping[str, Callable[[Any], Any]] = {"automation": AUTOMATION_BLUEPRINT_SCHEMA, "script": BLUEPRINT_SCHEMA}


def blueprint(file: str) -> Blueprint:
    """Return a blueprint as Home Assistant reads it."""
    domain = file.partition("/")[0]
    return Blueprint(load_yaml_dict(SOURCE / file), expected_domain=domain, path=file, schema=SCHEMAS[domain])


def test_copies() -> None:
    """The copies that HACS installs are the same, byte for byte; `scripts/blueprints` makes them."""
    shipped = {path.relative_to(SHIPPED).as_posix(): path.read_bytes() for path in SHIPPED.rglob("*.*")}
    assert shipped == {file: (SOURCE / file).read_bytes() for file in FILES}


@pytest.mark.parametrize("file", FILES)
def test_header(file: str) -> None:
    """Each says what it does, where it comes from, and which Home Assistant it needs."""
    found = blueprint(file)
    about = found.metadata
    assert about["source_url"] == f"{MANIFEST['documentation']}/blob/main/blueprints/{file}"
    assert about["homeassistant"]["min_version"] == "2026.10.0"
    assert found.validate() is None
    assert len(about["description"]) > len(about["name"])
    for key, one in found.inputs.items():
        assert one["name"], key
        assert one["selector"], key


@pytest.mark.parametrize("file", FILES)
def test_inputs_are_used(file: str) -> None:
    """Home Assistant itself refuses those that are used and not asked for."""
    text = (SOURCE / file).read_text(encoding="utf-8")
    for key in blueprint(file).inputs:
        assert f"!input {key}\n" in text, key


@pytest.mark.parametrize("file", FILES)
def test_documented(file: str) -> None:
    """With a link that imports it."""
    page = (ROOT / "docs" / "blueprints.md").read_text(encoding="utf-8")
    about: dict[str, Any] = blueprint(file).metadata
    assert f"**{about['name']}**" in page
    assert f"blueprint_url={re.sub('[:/]', _escaped, about['source_url'])}" in page


def _escaped(match: re.Match[str]) -> str:
    return {":": "%3A", "/": "%2F"}[match[0]]
