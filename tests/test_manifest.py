"""The rules of Home Assistant's and HACS's own checks, where these can not be run."""

import json
from pathlib import Path
import re
from typing import Any

from awesomeversion import AwesomeVersion
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.loader import async_get_integration
from homeassistant.setup import async_setup_component
from packaging.requirements import Requirement
from PIL import Image
import probatio
import pytest
import yaml

import custom_components.parlor

FOLDER = Path(custom_components.parlor.__file__).parent
ROOT = FOLDER.parent.parent
MANIFEST: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))

BRONZE = {
    "action-setup",
    "appropriate-polling",
    "brands",
    "common-modules",
    "config-flow-test-coverage",
    "config-flow",
    "dependency-transparency",
    "docs-actions",
    "docs-triggers",
    "docs-conditions",
    "docs-high-level-description",
    "docs-installation-instructions",
    "docs-removal-instructions",
    "entity-event-setup",
    "entity-unique-id",
    "has-entity-name",
    "runtime-data",
    "test-before-configure",
    "test-before-setup",
    "unique-config-entry",
}
SILVER = {
    "action-exceptions",
    "config-entry-unloading",
    "docs-configuration-parameters",
    "docs-installation-parameters",
    "entity-unavailable",
    "integration-owner",
    "log-when-unavailable",
    "parallel-updates",
    "reauthentication-flow",
    "test-coverage",
}
GOLD = {
    "devices",
    "diagnostics",
    "discovery-update-info",
    "discovery",
    "docs-data-update",
    "docs-examples",
    "docs-known-limitations",
    "docs-supported-devices",
    "docs-supported-functions",
    "docs-troubleshooting",
    "docs-use-cases",
    "dynamic-devices",
    "entity-category",
    "entity-device-class",
    "entity-disabled-by-default",
    "entity-translations",
    "exception-translations",
    "icon-translations",
    "reconfiguration-flow",
    "repair-issues",
    "stale-devices",
}
PLATINUM = {"async-dependency", "inject-websession", "strict-typing"}


def test_key_order() -> None:
    """Domain and name come first, then all others by name."""
    assert list(MANIFEST) == ["domain", "name", *sorted(set(MANIFEST) - {"domain", "name"})]


def test_required_keys() -> None:
    """What Home Assistant and HACS ask of a custom integration is there."""
    assert MANIFEST["domain"] == FOLDER.name
    assert MANIFEST["integration_type"] == "service"
    assert MANIFEST["iot_class"] in {"local_push", "local_polling"}
    assert MANIFEST["config_flow"] is True
    assert MANIFEST["single_config_entry"] is True
    assert AwesomeVersion(MANIFEST["version"]).valid
    assert MANIFEST["documentation"].startswith("https://github.com/")
    assert MANIFEST["issue_tracker"] == f"{MANIFEST['documentation']}/issues"
    owner = MANIFEST["documentation"].split("/")[3]
    assert MANIFEST["codeowners"] == [f"@{owner}"]


def test_requirements() -> None:
    """Core may bring any later release of what both need, and pins would fight with core's."""
    for text in MANIFEST["requirements"]:
        requirement = Requirement(text)
        assert {specifier.operator for specifier in requirement.specifier} == {">="}
        known = {"ifaddr": "0.2.0", "ollama": "0.6.2", "rapidfuzz": "3.14.6", "wyoming": "1.10.2"}
        assert requirement.specifier.contains(known[requirement.name])


async def test_loads(hass: HomeAssistant) -> None:
    """Home Assistant accepts it as a custom integration, and knows every integration that it depends on."""
    integration = await async_get_integration(hass, MANIFEST["domain"])
    assert not integration.is_built_in
    assert await integration.resolve_dependencies() is not None
    assert integration.dependencies == sorted(integration.dependencies)


def test_hacs() -> None:
    """HACS rejects keys that it does not know, and wants exactly one integration."""
    hacs = json.loads((ROOT / "hacs.json").read_text(encoding="utf-8"))
    assert hacs["name"] == MANIFEST["name"]
    assert AwesomeVersion(hacs["homeassistant"]) >= AwesomeVersion("2026.10.0")
    known = {"name", "homeassistant", "hacs", "country", "filename", "zip_release", "content_in_root"}
    assert set(hacs) <= known | {"hide_default_branch", "persistent_directory", "render_readme"}
    integrations = [path.parent.name for path in FOLDER.parent.glob("*/manifest.json")]
    assert integrations == [MANIFEST["domain"]]
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "height"),
    [("icon.png", 256), ("icon@2x.png", 512), ("dark_icon.png", 256), ("dark_icon@2x.png", 512)],
)
def test_icons(name: str, height: int) -> None:
    """Icons are square and of the sizes that Home Assistant shows."""
    with Image.open(FOLDER / "brand" / name) as image:
        assert image.size == (height, height)


@pytest.mark.parametrize("name", ["logo.png", "logo@2x.png", "dark_logo.png", "dark_logo@2x.png"])
def test_logos(name: str) -> None:
    """Logos lie on their side."""
    with Image.open(FOLDER / "brand" / name) as image:
        assert image.width > image.height


def test_icons_of_entities() -> None:
    """Icons are Material Design icons; that they are of entities that exist is seen where these are set up."""
    icons = json.loads((FOLDER / "icons.json").read_text(encoding="utf-8"))
    assert set(icons) == {"entity", "services"}
    assert all(re.fullmatch(r"mdi:[a-z0-9-]+", icon["service"]) for icon in icons["services"].values())
    for icon in (icon for keys in icons["entity"].values() for icon in keys.values()):
        named = [icon["default"], *icon.get("state", {}).values()]
        assert all(re.fullmatch(r"mdi:[a-z0-9-]+", name) for name in named)


async def test_actions_are_described(hass: HomeAssistant) -> None:
    """Every action and each of its fields has its selector, its texts and its icon, and there are none besides."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, MANIFEST["domain"], {})
    actions = hass.services.async_services_for_domain(MANIFEST["domain"])
    described = yaml.safe_load((FOLDER / "services.yaml").read_text(encoding="utf-8"))
    texts = json.loads((FOLDER / "translations" / "en.json").read_text(encoding="utf-8"))["services"]
    icons = json.loads((FOLDER / "icons.json").read_text(encoding="utf-8"))["services"]
    assert set(actions) == set(described) == set(texts) == set(icons)
    for name, action in actions.items():
        schemas = action.schema.validators if isinstance(action.schema, probatio.All) else [action.schema]
        fields = {str(field) for one in schemas if isinstance(one, probatio.Schema) for field in one.schema}
        targets = set(cv.ENTITY_SERVICE_FIELDS) if "target" in (described[name] or {}) else set[str]()
        shown = (described[name] or {}).get("fields", {})
        assert fields - targets == set(shown) == set(texts[name].get("fields", {})), name


def test_target_only_where_one_is_needed() -> None:
    """The user interface performs no action that has a target without one, and tells of the whole home without."""
    described = yaml.safe_load((FOLDER / "services.yaml").read_text(encoding="utf-8"))
    assert {name for name, action in described.items() if "target" in (action or {})} == {"announce"}


def test_texts_are_in_translations_only() -> None:
    """Custom integrations have no strings.json."""
    assert not (FOLDER / "strings.json").exists()


def test_quality_scale() -> None:
    """Every rule is listed once, and what is not done says why."""
    rules = yaml.safe_load((FOLDER / "quality_scale.yaml").read_text(encoding="utf-8"))["rules"]
    assert set(rules) == BRONZE | SILVER | GOLD | PLATINUM
    assert tuple(map(len, (BRONZE, SILVER, GOLD, PLATINUM))) == (20, 10, 21, 3)
    for rule, answer in rules.items():
        if answer != "done":
            assert answer["status"] in {"done", "todo", "exempt"}, rule
            assert len(answer["comment"]) > 20, rule
