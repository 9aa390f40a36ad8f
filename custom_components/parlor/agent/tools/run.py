"""Run scripts and scenes, press buttons."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, override

from homeassistant.core import HomeAssistant, State
import probatio

from ...home import HomeEntity
from ...inference import JsonObject
from .base import TARGETS, HomeTool, Service, Step, UnworkableError
from .goals import Goal, is_not_state
from .switching import by_domain

_PRESSED: Final = frozenset({"button", "input_button"})


class Run(HomeTool):
    """Run what runs once."""

    name = "run"
    description = "Press a button, run a script"
    parameters = probatio.Schema(
        {TARGETS: [str], probatio.Optional("fields", description="of the script"): {probatio.Extra: object}}
    )
    domains = frozenset({"script", "scene", *_PRESSED})
    usual = domains
    broad = frozenset[str]({"none"})
    fields: ClassVar[Mapping[str, str]] = {"fields": "values"}
    needs: ClassVar[Mapping[str, str]] = {"fields": "fields"}

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        return [
            _script(entity, arguments.get("fields") or {}) if domain == "script" else _once(hass, entity)
            for domain, members in by_domain(entities)
            for entity in members
        ]


def _script(entity: HomeEntity, values: JsonObject) -> Step:
    known = {name.removesuffix("*"): name.endswith("*") for name in entity.fields}
    lacking = [name for name, required in known.items() if required and values.get(name) in (None, "")]
    unknown = [name for name in values if name not in known]
    if lacking or unknown:
        listed = ", ".join(known) or "none"
        raise UnworkableError(
            f"{entity.label} takes the fields {listed}"
            + (f"; needed: {', '.join(lacking)}" if lacking else "")
            + (f"; unknown: {', '.join(unknown)}" if unknown else "")
        )
    # What a script did cannot be seen in its own state.
    return Step((entity,), (Service("script", "turn_on", {"variables": values} if values else {}),), None, "script_run")


def _once(hass: HomeAssistant, entity: HomeEntity) -> Step:
    if entity.domain == "scene":
        return Step((entity,), (Service("scene", "turn_on"),), None, "scene_run")
    goal = _used_since(hass.states.get(entity.entity_id))
    return Step((entity,), (Service(entity.domain, "press"),), goal, "pressed")


def _used_since(before: State | None) -> Goal:
    """Return the goal of another moment of last use than before."""
    return is_not_state(*([before.state] if before else []))
