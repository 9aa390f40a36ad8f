"""Play, pause, skip, turn up and down what plays."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, override

from homeassistant.components.media_player.const import MediaPlayerEntityFeature as Feature
from homeassistant.core import HomeAssistant, State
import probatio

from ...home import HomeEntity
from ...inference import JsonObject
from .base import (
    CHANGE,
    NUMBER,
    PERCENT,
    TARGETS,
    HomeTool,
    Service,
    Step,
    UnworkableError,
    chosen,
    names_of,
    supporting,
)
from .goals import Goal, at_figure, attribute, is_not_state, is_state, shows, when
from .media_search import finder
from .relative_steps import changed, lacking

_ACTIVE: Final = ("playing", "buffering")
_VOLUME_OFF: Final = 2
# In which order players are meant where none is named.
_LIKELY: Final = (("playing", "buffering"), ("paused",), ("on", "idle"))


class Media(HomeTool):
    """Control media players."""

    name = "media"
    description = "Control media players"
    parameters = probatio.Schema(
        {
            TARGETS: [str],
            probatio.Optional("action"): probatio.In(["play", "pause", "stop", "next", "previous", "mute", "unmute"]),
            probatio.Optional("volume"): PERCENT,
            CHANGE: NUMBER,
            probatio.Optional("source"): str,
            probatio.Optional("what", description="to play"): str,
        }
    )
    domains = frozenset({"media_player"})
    usual = domains
    broad = domains
    fields: ClassVar[Mapping[str, str]] = {
        "action": "media_actions",
        "volume": "percent",
        "change": "change",
        "source": "text",
        "what": "text",
    }
    needs: ClassVar[Mapping[str, str]] = {"source": "source", "what": "search"}
    alone = "media player"
    change_of = "volume"
    step = 10

    @override
    def likely(self, hass: HomeAssistant, entities: Sequence[HomeEntity]) -> Sequence[HomeEntity]:
        for states in _LIKELY:
            found = [entity for entity in entities if (state := _state(hass, entity)) and state.state in states]
            if found:
                return found
        return entities

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        steps = []
        if arguments.get("what"):
            steps += [finder(hass, entity, arguments["what"]) for entity in entities]
        elif arguments.get("source"):
            steps += [_source(hass, entity, arguments["source"]) for entity in entities]
        elif action := arguments.get("action"):
            steps.append(_acted(hass, entities, action))
        if (volume := arguments.get("volume")) is not None:
            able = _able(hass, entities, Feature.VOLUME_SET, "set the volume")
            steps.append(_volume({entity: float(volume) for entity in able}, ""))
        elif (change := arguments.get("change")) is not None:
            steps.append(_changed(hass, entities, change))
        if not steps:
            raise UnworkableError("media needs action, volume, change, source or what")
        return steps


class _Action:
    """What an action is to Home Assistant, and what is expected of it."""

    def __init__(
        self, service: str, feature: Feature, goal: Goal | None, state: str, data: JsonObject | None = None
    ) -> None:
        self.service = service
        self.feature = feature
        self.goal = goal
        self.state = state
        self.data = data or {}


def _is_muted(*, muted: bool) -> Goal:
    return when(lambda state: bool(state.attributes.get("is_volume_muted")) is muted)


_ACTIONS: Final = {
    "play": _Action("media_play", Feature.PLAY, is_state(*_ACTIVE), "playing"),
    "pause": _Action("media_pause", Feature.PAUSE, is_not_state(*_ACTIVE), "paused"),
    "stop": _Action("media_stop", Feature.STOP, is_not_state(*_ACTIVE), "silenced"),
    # Whether a title follows at once cannot be relied upon to be shown.
    "next": _Action("media_next_track", Feature.NEXT_TRACK, None, "next"),
    "previous": _Action("media_previous_track", Feature.PREVIOUS_TRACK, None, "previous"),
    "mute": _Action("volume_mute", Feature.VOLUME_MUTE, _is_muted(muted=True), "muted", {"is_volume_muted": True}),
    "unmute": _Action(
        "volume_mute", Feature.VOLUME_MUTE, _is_muted(muted=False), "unmuted", {"is_volume_muted": False}
    ),
}


def _acted(hass: HomeAssistant, entities: Sequence[HomeEntity], name: str) -> Step:
    action = _ACTIONS[name]
    if name == "stop" and not supporting(hass, entities, action.feature):
        action = _ACTIONS["pause"]
    able = _able(hass, entities, action.feature, name)
    if name != "play":
        # In a room with several players, what is silent is not meant.
        able = [entity for entity in able if (state := _state(hass, entity)) and state.state in _ACTIVE] or able
    return Step(tuple(able), (Service("media_player", action.service, action.data),), action.goal, action.state)


def _source(hass: HomeAssistant, entity: HomeEntity, wanted: str) -> Step:
    state = _state(hass, entity)
    sources = state.attributes.get("source_list") if state else None
    source = chosen(wanted, sources or [], entity.label)
    service = Service("media_player", "select_source", {"source": source})
    return Step((entity,), (service,), shows("source", source), "source", values={"source": source})


def _changed(hass: HomeAssistant, entities: Sequence[HomeEntity], change: float) -> Step:
    levels = {
        entity: level
        for entity in supporting(hass, entities, Feature.VOLUME_SET)
        if (state := _state(hass, entity)) and (level := _volume_of(state)) is not None
    }
    way = "louder" if change > 0 else "quieter"
    if levels:
        return _volume({entity: min(max(level + change, 0), 100) for entity, level in levels.items()}, way)
    steppers = tuple(_able(hass, entities, Feature.VOLUME_STEP, "change the volume"))
    service = Service("media_player", "volume_up" if change > 0 else "volume_down")
    # How loud a player is that shows no volume, nobody can see.
    return Step(steppers, (service,), None, way)


def _volume(targets: Mapping[HomeEntity, float], way: str) -> Step:
    return changed(
        targets,
        lambda level: Service("media_player", "volume_set", {"volume_level": round(level / 100, 4)}),
        lambda level: at_figure(_volume_of, level, _VOLUME_OFF),
        state="volume",
        value="volume",
        way=way,
    )


def _volume_of(state: State) -> float | None:
    level = attribute("volume_level")(state)
    return None if level is None else level * 100


def _state(hass: HomeAssistant, entity: HomeEntity) -> State | None:
    return hass.states.get(entity.entity_id)


def _able(hass: HomeAssistant, entities: Sequence[HomeEntity], feature: Feature, what: str) -> list[HomeEntity]:
    able = supporting(hass, entities, feature)
    if able:
        return able
    if all((state := _state(hass, entity)) is None or state.state in ("off", "standby") for entity in entities):
        raise UnworkableError(f"{names_of(entities)}: turned off, use turn_on first")
    raise UnworkableError(lacking(entities, what))
