"""What no prompt can promise: a question changes nothing, and some things are not moved by a misheard word."""

from collections.abc import Iterable

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.core import Context, HomeAssistant

from ..home import HomeEntity
from .said import is_question
from .tools import HomeTool
from .utterance import Utterance
from .words import Words

# Ways into the house. They are not opened or closed until the agent can ask for a spoken yes.
_WAYS_IN = frozenset({"door", "garage", "gate"})


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


async def async_readable(hass: HomeAssistant, context: Context, entities: Iterable[HomeEntity]) -> list[HomeEntity]:
    """Return the entities whose state the user behind the context may read; without a user, all."""
    listed = list(entities)
    if context.user_id is None:
        return listed
    user = await hass.auth.async_get_user(context.user_id)
    if user is None:
        return []
    return [entity for entity in listed if user.permissions.check_entity(entity.entity_id, POLICY_READ)]
