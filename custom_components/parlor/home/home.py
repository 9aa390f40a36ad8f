"""The house as Parlor knows it: kept current by events, surveyed again only when something changed."""

from collections.abc import Callable, Mapping

from homeassistant.components.homeassistant.exposed_entities import async_listen_entity_updates
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_FRIENDLY_NAME, ATTR_SUPPORTED_FEATURES, EVENT_STATE_CHANGED
from homeassistant.core import EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
)

from .catalogue import write_catalogue
from .model import Area, Floor, HomeEntity
from .survey import ASSISTANT, Survey, async_entity, async_survey

# What of a state's attributes the survey reads.
_SURVEYED = (ATTR_FRIENDLY_NAME, ATTR_DEVICE_CLASS, ATTR_SUPPORTED_FEATURES, "supported_color_modes")


class Home:
    """What is exposed to conversation agents, with names and places.

    Reading a property surveys the house again if anything changed since the last reading, and only then.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Know nothing yet; the first reading surveys the house."""
        self._hass = hass
        self._survey = Survey()
        self._catalogue = ""
        self._revision = 0
        self._has_timers = False
        self._outdated = True
        self._unsubscribe: list[Callable[[], None]] = []
        self._listeners: list[Callable[[], None]] = []

    async def async_start(self) -> None:
        """Begin to notice changes; the core integration "homeassistant" must be set up."""
        listen = self._hass.bus.async_listen
        self._unsubscribe = [
            async_listen_entity_updates(self._hass, ASSISTANT, self._async_outdate),
            listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._async_outdate),
            listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, self._async_outdate),
            listen(ar.EVENT_AREA_REGISTRY_UPDATED, self._async_outdate),
            listen(fr.EVENT_FLOOR_REGISTRY_UPDATED, self._async_outdate),
            listen(EVENT_STATE_CHANGED, self._async_outdate, event_filter=_changes_the_survey),
        ]

    async def async_stop(self) -> None:
        """Notice nothing any more."""
        while self._unsubscribe:
            self._unsubscribe.pop()()

    @property
    def entities(self) -> Mapping[str, HomeEntity]:
        """Return the exposed entities by entity id, in catalogue order."""
        return self._current().entities

    def entity(self, entity_id: str) -> HomeEntity | None:
        """Return an entity whether it is exposed or not, as a user may name one; None where it has no state."""
        survey = self._current()
        if known := survey.entities.get(entity_id):
            return known
        state = self._hass.states.get(entity_id)
        return async_entity(self._hass, state, survey.areas, survey.floors) if state else None

    @property
    def domains(self) -> frozenset[str]:
        """Return the domains of the exposed entities."""
        return self._current().domains

    @property
    def areas(self) -> Mapping[str, Area]:
        """Return the areas by id, floor by floor."""
        return self._current().areas

    @property
    def floors(self) -> Mapping[str, Floor]:
        """Return the floors by id, lowest first."""
        return self._current().floors

    @property
    def catalogue(self) -> str:
        """Return the catalogue text."""
        self._current()
        return self._catalogue

    @property
    def has_timers(self) -> bool:
        """Return whether any device of the house has kept timers since the start; one that is away comes back."""
        self._notice_timers()
        return self._has_timers

    @property
    def revision(self) -> int:
        """Return a number that changes only when the catalogue text does, or when the first timers can be kept."""
        self._current()
        self._notice_timers()
        return self._revision

    @callback
    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call a listener whenever the house may have changed; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def _notice_timers(self) -> None:
        manager = self._hass.data.get(TIMER_DATA)
        if not self._has_timers and manager is not None and manager.handlers:
            self._has_timers = True
            self._revision += 1

    @callback
    def _async_outdate(self, _event: object = None) -> None:
        self._outdated = True
        for listener in list(self._listeners):
            listener()

    @callback
    def _current(self) -> Survey:
        if self._outdated:
            survey = async_survey(self._hass)
            # Asking whether an entity is exposed may write that down in the entity registry, which is no news.
            self._outdated = False
            if survey != self._survey:
                self._survey = survey
            catalogue = write_catalogue(survey.entities.values())
            if catalogue != self._catalogue:
                self._catalogue = catalogue
                self._revision += 1
        return self._survey


@callback
def _changes_the_survey(data: EventStateChangedData) -> bool:
    old, new = data["old_state"], data["new_state"]
    if old is None or new is None:
        return True
    if old.attributes is new.attributes:
        return False
    return any(old.attributes.get(name) != new.attributes.get(name) for name in _SURVEYED)
