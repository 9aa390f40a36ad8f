"""From what an action is aimed at to the entities that may be told of."""

from collections.abc import Mapping
import logging
from typing import Any

from homeassistant.const import ENTITY_MATCH_ALL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from ..home import Home

_LOGGER = logging.getLogger(__name__)


@callback
def resolve_entities(hass: HomeAssistant, home: Home, target: Mapping[str, Any]) -> frozenset[str]:
    """Return the entities that a target means: entities, devices, areas, floors and labels by their ids.

    What a device, an area, a floor or a label holds counts as far as it is exposed to voice assistants; an entity that
    is named by its own id, or through a group, need not be. Without a target, and for the entity id "all", it is
    everything that is exposed. Whatever does not exist is logged, as by other actions.
    """
    selection = TargetSelection(dict(target))
    exposed = home.entities
    if not selection.has_any_target or ENTITY_MATCH_ALL in selection.entity_ids:
        return frozenset(exposed)
    selected = async_extract_referenced_entity_ids(hass, selection, primary_entities_only=False)
    missing = {entity_id for entity_id in selected.referenced if hass.states.get(entity_id) is None}
    selected.log_missing(missing, _LOGGER)
    return frozenset((selected.referenced - missing) | (selected.indirectly_referenced & exposed.keys()))
