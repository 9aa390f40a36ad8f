"""Put back what the last turn changed, by the means that Home Assistant has for scenes."""

from collections.abc import Mapping, Sequence

from homeassistant.core import Context, HomeAssistant, State
from homeassistant.helpers.state import async_reproduce_state

from ...home import Home, HomeEntity
from ...inference import ToolCall
from ..facts import Fact, FactKind, Subject
from ..orders import Deed, Order
from ..tools import Errand, Goal, Progress, Step
from ..words import Words
from .memory import UNDO, Undo
from .restore import Told, as_before, differs, may_return, told

_ONE_BY_ONE = frozenset({"climate", "media_player"})
_RANGE = frozenset({"target_temp_low", "target_temp_high"})
_COLOR_MODE = "color_mode"
# Their words say already that it was otherwise.
_NEGATED = frozenset({"not_oscillating", "unmuted"})
# The attribute without which a colour mode cannot be reproduced.
_COLOR_MODES = {"color_temp": "color_temp_kelvin", "hs": "hs_color"}


def undo_order(hass: HomeAssistant, home: Home, undo: Undo, words: Words) -> Order | None:
    """Return the order that puts everything back; None if nothing was changed.

    What cannot be put back, or not without a spoken yes, is left as it is, and said.
    """
    tellings: dict[str, Told] = {}
    refused: list[HomeEntity] = []
    lasting = [entity for entity in undo.lasting if entity.entity_id in home.entities]
    for entity_id, before in undo.before.items():
        entity, now = home.entities.get(entity_id), hass.states.get(entity_id)
        if entity is None or now is None or not differs(before, now):
            # What is not exposed any more does not exist, and what is as before needs nothing.
            continue
        if not may_return(entity, before, words):
            refused.append(entity)
        elif (telling := told(before, now)) is None:
            lasting.append(entity)
        else:
            tellings[entity_id] = telling
    deeds = tuple(_deeds(home, undo, tellings))
    facts = [
        *([Fact(FactKind.REFUSED, Subject(tuple(refused)))] if refused else []),
        *([Fact(FactKind.LASTING, Subject(tuple(dict.fromkeys(lasting))))] if lasting else []),
    ]
    if not deeds and not facts:
        return None
    return Order(ToolCall(UNDO, {}, None), UNDO, {}, deeds=deeds, facts=tuple(facts))


def _deeds(home: Home, undo: Undo, tellings: Mapping[str, Told]) -> list[Deed]:
    """Return one deed for those that are to be told in the same words, group by group."""
    deeds: list[Deed] = []
    left = dict(tellings)
    for subject in undo.groups:
        ids = [entity.entity_id for entity in subject.entities if entity.entity_id in left]
        alike = {repr(left[entity_id]) for entity_id in ids}
        if len(alike) == 1 and len(ids) == len(subject.entities):
            deeds.append(_deed(home, undo, ids, left[ids[0]], subject))
            for entity_id in ids:
                del left[entity_id]
    for entity_id, telling in left.items():
        deeds.append(_deed(home, undo, [entity_id], telling, None))
    return deeds


def _deed(home: Home, undo: Undo, ids: Sequence[str], telling: Told, subject: Subject | None) -> Deed:
    entities = tuple(home.entities[entity_id] for entity_id in ids)
    before = {entity_id: undo.before[entity_id] for entity_id in ids}
    step = Step(
        entities,
        (),
        _all_as_before(before),
        telling.state,
        telling.under_way,
        telling.values,
        errand=_reproduce(before),
        again=telling.state not in _NEGATED,
    )
    return Deed(step, subject or Subject(entities))


def _all_as_before(before: Mapping[str, State]) -> Goal:
    goals = {entity_id: as_before(state) for entity_id, state in before.items()}

    def progress(state: State) -> Progress:
        return goals[state.entity_id](state)

    return progress


def _reproduce(before: Mapping[str, State]) -> Errand:
    async def errand(hass: HomeAssistant, context: Context) -> Mapping[str, str]:
        wanted = [_reproducible(hass, state) for state in before.values()]
        await async_reproduce_state(hass, wanted, context=context)
        return {}

    return errand


def _reproducible(hass: HomeAssistant, before: State) -> State:
    """Return a state as Home Assistant can reproduce it, and where it sets one thing at a time, only what has changed.

    What plays on would begin anew.
    """
    now = hass.states.get(before.entity_id)
    kept = dict(before.attributes)
    if now is not None and before.domain in _ONE_BY_ONE:
        same = {name for name, value in kept.items() if now.attributes.get(name) == value}
        # Both ends of a range are set together.
        same -= _RANGE if not same >= _RANGE else set()
        kept = {name: value for name, value in kept.items() if name not in same}
    if kept.get(_COLOR_MODE) in _COLOR_MODES and kept.get(_COLOR_MODES[kept[_COLOR_MODE]]) is None:
        # A lamp that does not say which white it shows: its brightness alone can be put back.
        del kept[_COLOR_MODE]
    return State(before.entity_id, before.state, kept)
