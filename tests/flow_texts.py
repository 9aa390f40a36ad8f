"""What a flow shows, checked against the English translation."""

from collections.abc import Iterable, Mapping
from functools import wraps
import json
from pathlib import Path
import re
from typing import Any

from homeassistant import data_entry_flow
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowManager, FlowResultType
from homeassistant.helpers.selector import SelectOptionDict, SelectSelector
import pytest

import custom_components.parlor

ENGLISH: Mapping[str, Any] = json.loads(
    (Path(custom_components.parlor.__file__).parent / "translations" / "en.json").read_text(encoding="utf-8")
)
_PLACEHOLDER = re.compile(r"{(\w+)}")


@pytest.fixture
def _translated(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check every result of every flow of Parlor for a translation of all that it shows."""
    managers: tuple[FlowManager[Any, Any, Any], ...] = (
        hass.config_entries.flow,
        hass.config_entries.options,
        hass.config_entries.subentries,
    )
    for manager in managers:
        for name in ("async_init", "async_configure"):
            monkeypatch.setattr(manager, name, _checking(manager, getattr(manager, name)))


def placeholders_of(text: str) -> set[str]:
    """Return the names of a text's placeholders."""
    return set(_PLACEHOLDER.findall(text))


def _checking(manager: Any, method: Any) -> Any:
    @wraps(method)
    async def check(*args: Any, **kwargs: Any) -> Any:
        result = await method(*args, **kwargs)
        _check(_section(manager, result["handler"]), result)
        return result

    return check


def _section(manager: Any, handler: Any) -> Mapping[str, Any]:
    """Return the part of the translation that belongs to a flow."""
    if isinstance(handler, tuple):
        section: Mapping[str, Any] = ENGLISH["config_subentries"][handler[1]]
        return section
    options = type(manager).__name__ == "OptionsFlowManager"
    flow: Mapping[str, Any] = ENGLISH["options" if options else "config"]
    return flow


def _check(section: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    """Fail where anything that a result shows has no text, or a text has a placeholder without a value."""
    match result["type"]:
        case FlowResultType.FORM:
            _check_form(section, result)
        case FlowResultType.MENU:
            step = section["step"][result["step_id"]]
            assert set(result["menu_options"]) == set(step["menu_options"])
            _check_placeholders((step["title"], step["description"], *step["menu_options"].values()), result)
        case FlowResultType.SHOW_PROGRESS:
            _check_placeholders((section["progress"][result["progress_action"]],), result)
        case FlowResultType.ABORT if result.get("translation_domain") is None:
            if result["reason"] != "single_instance_allowed":
                assert result["reason"] in section["abort"]


def _check_form(section: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    step = section["step"][result["step_id"]]
    assert step["title"]
    fields = dict(result["data_schema"].schema) if result["data_schema"] else {}
    for field in [field for field, value in fields.items() if isinstance(value, data_entry_flow.section)]:
        group = step["sections"][str(field)]
        assert group["name"]
        _check_fields(group, fields.pop(field).schema.schema)
    _check_fields(step, fields)
    errors = [section["error"][error] for error in (result["errors"] or {}).values()]
    helps = [step.get("data_description", {})[str(field)] for field in fields]
    _check_placeholders((step["title"], step.get("description", ""), *helps, *errors), result)


def _check_placeholders(texts: Iterable[str], result: Mapping[str, Any]) -> None:
    given = set(result["description_placeholders"] or {})
    for text in texts:
        assert placeholders_of(text) <= given, text


def _check_fields(texts: Mapping[str, Any], fields: Mapping[Any, Any]) -> None:
    assert set(texts.get("data", {})) >= {str(field) for field in fields}
    assert set(texts.get("data_description", {})) >= {str(field) for field in fields}
    for selector in fields.values():
        if isinstance(selector, SelectSelector) and (key := selector.config.get("translation_key")):
            options = [option if isinstance(option, str) else _bare(option) for option in selector.config["options"]]
            assert set(options) - {None} <= set(ENGLISH["selector"][key]["options"])


def _bare(option: SelectOptionDict) -> str | None:
    """Return the value of an option that has no label of its own."""
    return option["value"] if option["label"] == option["value"] else None
