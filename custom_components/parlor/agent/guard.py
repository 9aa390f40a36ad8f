"""What no prompt can promise: a question changes nothing, and nothing that guards the house gives way by itself."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..home import HomeEntity
from .said import is_question
from .tools import HomeTool, Service, Step
from .utterance import Utterance
from .words import Words


class Guarded(StrEnum):
    """Deeds that may need a spoken yes; the values are those of the settings."""

    UNLOCK = "unlock"
    OPEN_DOOR = "open_door"
    OPEN_VALVE = "open_valve"
    DISARM = "disarm"
    CLOSE_DOOR = "close_door"
    SIREN = "siren"
    RUN = "run"


# What is asked about unless the user chose otherwise, and what is never done after text of others was read.
ASKED_BY_DEFAULT = frozenset({Guarded.UNLOCK, Guarded.OPEN_DOOR, Guarded.OPEN_VALVE, Guarded.DISARM})

_WAYS_IN = frozenset({"door", "garage", "gate"})
_SERVICES: Mapping[tuple[str, str], Guarded] = {
    ("alarm_control_panel", "alarm_disarm"): Guarded.DISARM,
    ("button", "press"): Guarded.RUN,
    ("input_button", "press"): Guarded.RUN,
    ("lock", "open"): Guarded.UNLOCK,
    ("lock", "unlock"): Guarded.UNLOCK,
    ("scene", "turn_on"): Guarded.RUN,
    ("script", "turn_on"): Guarded.RUN,
    ("siren", "turn_on"): Guarded.SIREN,
    ("valve", "open_valve"): Guarded.OPEN_VALVE,
}
_STOPS = frozenset({"stop_cover", "stop_cover_tilt"})
_POSITIONED = frozenset({"set_cover_position", "set_valve_position"})
_ARMING = "alarm_arm_"


def is_barred_question(tool: HomeTool, utterance: Utterance, words: Words) -> bool:
    """Return whether a call would change something although only a question was asked."""
    return not tool.annotations.read_only and is_question(utterance.text, words)


def is_way_in(entity: HomeEntity, words: Words) -> bool:
    """Return whether moving this entity opens the house: a garage door, a gate, by its class or by its name."""
    if entity.domain != "cover":
        return False
    if entity.device_class is not None:
        return entity.device_class in _WAYS_IN
    found = (word.kind for name in (entity.name, *entity.aliases) for word in words.kinds_in(words.tokens(name)))
    return any(kind.device_classes & _WAYS_IN for kind in found)


def guarded_kinds(hass: HomeAssistant, step: Step, words: Words) -> frozenset[Guarded]:
    """Return what a step does that may need a yes, judged by the services that it is going to call."""
    kinds = (
        _kind(hass, entity, service, words)
        for service in step.services
        for entity in step.entities
        if not service.only or entity.entity_id in service.only
    )
    return frozenset(kind for kind in kinds if kind is not None)


def lacks_code(hass: HomeAssistant, entity: HomeEntity, step: Step) -> bool:
    """Return whether the entity wants a code for this and has none of its own: codes are not taken by voice."""
    state = hass.states.get(entity.entity_id)
    if state is None or not state.attributes.get("code_format"):
        return False
    if entity.domain == "alarm_control_panel":
        arms = all(service.name.startswith(_ARMING) for service in step.services)
        if arms and not state.attributes.get("code_arm_required", True):
            return False
    elif entity.domain != "lock":
        return False
    entry = er.async_get(hass).async_get(entity.entity_id)
    options = entry.options.get(entity.domain) if entry else None
    return not (options and options.get("default_code"))


async def async_readable(hass: HomeAssistant, context: Context, entities: Iterable[HomeEntity]) -> list[HomeEntity]:
    """Return the entities whose state the user behind the context may read; without a user, all."""
    may_read = await async_permission(hass, context, POLICY_READ)
    return [entity for entity in entities if may_read is None or may_read(entity.entity_id)]


async def async_controllable(hass: HomeAssistant, context: Context) -> Callable[[str], bool] | None:
    """Return what tells, by its id, whether the user behind the context may control an entity; None for all."""
    return await async_permission(hass, context, POLICY_CONTROL)


async def async_permission(hass: HomeAssistant, context: Context, policy: str) -> Callable[[str], bool] | None:
    """Return what tells, by its id, whether the user behind the context has this permission; None: for everything.

    A satellite speaks for nobody in particular, so it may do what the house may.
    """
    if context.user_id is None:
        return None
    user = await hass.auth.async_get_user(context.user_id)
    if user is None or not user.is_active:
        return lambda _entity_id: False
    permissions = user.permissions
    if permissions.access_all_entities(policy):
        return None
    return lambda entity_id: permissions.check_entity(entity_id, policy)


def _kind(hass: HomeAssistant, entity: HomeEntity, service: Service, words: Words) -> Guarded | None:
    if service.domain == "cover":
        if not is_way_in(entity, words) or service.name in _STOPS:
            return None
        opens = service.name != "close_cover" and (service.name not in _POSITIONED or _raises(hass, entity, service))
        return Guarded.OPEN_DOOR if opens else Guarded.CLOSE_DOOR
    if service.name in _POSITIONED:
        return Guarded.OPEN_VALVE if _raises(hass, entity, service) else None
    return _SERVICES.get((service.domain, service.name))


def _raises(hass: HomeAssistant, entity: HomeEntity, service: Service) -> bool:
    """Return whether a position is further open than the present one, or may be."""
    state = hass.states.get(entity.entity_id)
    current = state.attributes.get("current_position") if state else None
    return not isinstance(current, int | float) or service.data.get("position", 100) > current
