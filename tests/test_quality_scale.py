"""The quality scale: what a test can see of each rule that is said to be done."""

from collections.abc import Callable, Iterator, Mapping
import json
from pathlib import Path
import re
from typing import Any

import pytest
import yaml

import custom_components.parlor
from custom_components.parlor.binary_sensor import CONNECTIVITY
from custom_components.parlor.sensor import CONTACTED, MEMORY, TURN_COUNTS, TURN_FIGURES
from tests.flow_texts import ENGLISH

FOLDER = Path(custom_components.parlor.__file__).parent
ROOT = FOLDER.parent.parent
RULES: Mapping[str, Any] = yaml.safe_load((FOLDER / "quality_scale.yaml").read_text(encoding="utf-8"))["rules"]
MANIFEST: Mapping[str, Any] = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
PLATFORMS = ("ai_task", "binary_sensor", "conversation", "sensor", "stt", "tts")
TOLD = (*TURN_FIGURES, *TURN_COUNTS, MEMORY, CONTACTED)


def _text(path: str, folder: Path = ROOT) -> str:
    return (folder / path).read_text(encoding="utf-8")


def _has(path: str, *wanted: str) -> Callable[[], bool]:
    """Return a check that a file of the project has these texts."""
    return lambda: all(text in _text(path) for text in wanted)


def _code_has(path: str, *wanted: str) -> Callable[[], bool]:
    """Return a check that a file of the integration has these texts."""
    return lambda: all(text in _text(path, FOLDER) for text in wanted)


def _labels(tree: Mapping[str, Any]) -> Iterator[str]:
    """Return what the fields of all steps of a flow are called."""
    for step in tree["step"].values():
        yield from step.get("data", {}).values()
        for section in step.get("sections", {}).values():
            yield from section.get("data", {}).values()


def _documented(*flows: Mapping[str, Any]) -> bool:
    """Return whether the documentation names every field of these flows."""
    docs = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")).casefold()
    missing = [label for flow in flows for label in _labels(flow) if label.casefold() not in docs]
    return not missing or pytest.fail(f"not documented: {missing}")


def _platforms() -> Iterator[str]:
    return (_text(f"{name}.py", FOLDER) for name in PLATFORMS if (FOLDER / f"{name}.py").exists())


def _icons() -> bool:
    icons = json.loads(_text("icons.json", FOLDER))["entity"]["sensor"]
    return all(description.translation_key in icons for description in TOLD)


def _names() -> bool:
    sensors = ENGLISH["entity"]["sensor"]
    return all(sensors[description.translation_key]["name"] for description in TOLD) and bool(
        ENGLISH["entity"]["binary_sensor"][CONNECTIVITY.translation_key]["name"]
    )


CHECKS: Mapping[str, Callable[[], bool]] = {
    "action-exceptions": _code_has("translations/en.json", '"exceptions"'),
    "action-setup": (FOLDER / "services.yaml").exists,
    "async-dependency": _code_has("inference/client.py", "ollama.AsyncClient"),
    "brands": (FOLDER / "brand" / "icon.png").exists,
    "common-modules": (FOLDER / "entity.py").exists,
    "config-entry-unloading": _code_has("__init__.py", "async_unload_entry"),
    "config-flow": lambda: MANIFEST["config_flow"],
    "config-flow-test-coverage": (ROOT / "tests" / "test_config_flow.py").exists,
    "dependency-transparency": lambda: all(">=" in requirement for requirement in MANIFEST["requirements"]),
    "devices": _code_has("entity.py", "DeviceInfo("),
    "diagnostics": _code_has("diagnostics.py", "async_get_config_entry_diagnostics"),
    "discovery": lambda: "zeroconf" in MANIFEST,
    "discovery-update-info": lambda: False,
    "docs-actions": lambda: all(f"parlor.{name}" in _text("docs/actions.md") for name in ENGLISH["services"]),
    "docs-configuration-parameters": lambda: _documented(ENGLISH["options"], *ENGLISH["config_subentries"].values()),
    "docs-data-update": _has("docs/monitoring.md", "## How often things are looked at"),
    "docs-examples": _has("docs/monitoring.md", "### Examples", "```yaml"),
    "docs-high-level-description": _has("README.md", "A private voice agent for [Home Assistant]"),
    "docs-installation-instructions": _has("README.md", "## Install", "HACS", "By hand"),
    "docs-installation-parameters": lambda: _documented(ENGLISH["config"]),
    "docs-known-limitations": _has("docs/troubleshooting.md", "## Known limits"),
    "docs-removal-instructions": _has("docs/removal.md", "Delete"),
    "docs-supported-functions": _has("docs/talking.md", "| You say | It does |"),
    "docs-troubleshooting": _has("docs/troubleshooting.md", "| What it means | What to do |"),
    "docs-use-cases": _has("docs/talking.md", "Turn off the kitchen lights", "## From an automation"),
    "dynamic-devices": _code_has("sensor.py", "get_subentries_of_type"),
    "entity-category": _code_has("entity.py", "_attr_entity_category = EntityCategory.DIAGNOSTIC"),
    "entity-device-class": lambda: (
        any(description.device_class for description in TOLD) and bool(CONNECTIVITY.device_class)
    ),
    "entity-disabled-by-default": lambda: any(not one.entity_registry_enabled_default for one in TOLD),
    "entity-event-setup": _code_has("sensor.py", "self.async_on_remove("),
    "entity-translations": _names,
    "entity-unavailable": _code_has("stt.py", "def available("),
    "entity-unique-id": _code_has("entity.py", "_attr_unique_id = "),
    "exception-translations": lambda: all(text["message"] for text in ENGLISH["exceptions"].values()),
    "has-entity-name": _code_has("entity.py", "_attr_has_entity_name = True"),
    "icon-translations": _icons,
    "inject-websession": lambda: False,
    "integration-owner": lambda: bool(MANIFEST["codeowners"]),
    "log-when-unavailable": _has("tests/inference/test_model_servers.py", "the log has one line each way"),
    "parallel-updates": lambda: all("PARALLEL_UPDATES = 0" in platform for platform in _platforms()),
    "reauthentication-flow": _code_has("config_flow.py", "async_step_reauth"),
    "reconfiguration-flow": _code_has("config_flow.py", "async_step_reconfigure"),
    "repair-issues": lambda: bool(ENGLISH["issues"]) and (FOLDER / "repairs.py").exists(),
    "runtime-data": _code_has("__init__.py", "entry.runtime_data = "),
    "stale-devices": _has("tests/test_init.py", "async def test_removed_subentry"),
    "strict-typing": _has("pyproject.toml", "strict = true"),
    "test-before-configure": _has("tests/test_config_flow.py", "server_unreachable"),
    "test-coverage": _has("scripts/test", "--fail-under=95"),
    "unique-config-entry": lambda: MANIFEST["single_config_entry"],
}


@pytest.mark.parametrize("rule", sorted(RULES))
def test_rule(rule: str) -> None:
    """A rule that is done can be seen to be, and one that is exempt or to do has no such thing to be seen."""
    answer = RULES[rule]
    status = answer if isinstance(answer, str) else answer["status"]
    if status == "done":
        assert CHECKS[rule](), rule
    elif rule in {"action-setup", "discovery", "discovery-update-info", "inject-websession"}:
        assert not CHECKS[rule](), f"{rule} is done by now"


def test_no_entity_is_polled() -> None:
    """Appropriate polling is none: every entity says so."""
    classes = re.findall(r"^class \w+\(Entity\):$", _text("entity.py", FOLDER), re.MULTILINE)
    assert _text("entity.py", FOLDER).count("_attr_should_poll = False") == len(classes)


def test_links() -> None:
    """The documentation is all linked from the first page, and links lead somewhere."""
    pages = {path.name for path in (ROOT / "docs").glob("*.md")}
    linked = set(re.findall(r"docs/(\w+\.md)", _text("README.md")))
    assert pages <= linked
    for page in sorted(pages):
        for target in re.findall(r"\]\(((?!http)[^)#]+)", _text(f"docs/{page}")):
            assert (ROOT / "docs" / target).exists(), (page, target)
