"""Where announcements can be heard: satellites, and media players that can play what they are given."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from homeassistant.components.assist_satellite.const import AssistSatelliteEntityFeature
from homeassistant.components.media_player.const import MediaPlayerEntityFeature
from homeassistant.const import ATTR_SUPPORTED_FEATURES, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .announcement import Delivery, Fate

SATELLITE: Final = "assist_satellite"
PLAYER: Final = "media_player"


@dataclass(frozen=True, slots=True)
class Place:
    """A satellite or a media player.

    `volume_of` is the media player whose volume can be set for it, if there is one. What has the same `device` is one
    loudspeaker.
    """

    entity_id: str
    device: str
    volume_of: str | None

    @property
    def is_satellite(self) -> bool:
        """Return whether it is a satellite, which does the speaking by itself."""
        return self.entity_id.startswith(f"{SATELLITE}.")


@callback
def sort_targets(
    hass: HomeAssistant, named: Iterable[str], implied: Iterable[str]
) -> tuple[tuple[Place, ...], tuple[Delivery, ...]]:
    """Return the targets that can be announced on, and what is wrong with the others.

    Of what was `named` by its entity id everything is accounted for; `implied` by areas, floors, devices or labels are
    only satellites and players that can play, and of those of one device only the satellite.
    """
    places: list[Place] = []
    failed: list[Delivery] = []
    for entity_id in sorted(named):
        fate = _unfit(hass, entity_id)
        if fate is None:
            places.append(_place(hass, entity_id))
        else:
            failed.append(Delivery(entity_id, fate))
    # Satellites come first by their name.
    for entity_id in sorted(implied):
        fate = _unfit(hass, entity_id)
        if fate in (None, Fate.UNAVAILABLE) and _is_new(place := _place(hass, entity_id), places):
            if fate is None:
                places.append(place)
            else:
                failed.append(Delivery(entity_id, fate))
    return tuple(places), tuple(failed)


def _is_new(place: Place, places: Iterable[Place]) -> bool:
    return all(other.device != place.device for other in places)


def _unfit(hass: HomeAssistant, entity_id: str) -> Fate | None:
    """Return why nothing can be announced on an entity; None if it can."""
    state = hass.states.get(entity_id)
    domain = entity_id.partition(".")[0]
    if state is None:
        return Fate.UNKNOWN
    if domain not in (SATELLITE, PLAYER):
        return Fate.UNABLE
    if state.state == STATE_UNAVAILABLE:
        return Fate.UNAVAILABLE
    needed = AssistSatelliteEntityFeature.ANNOUNCE if domain == SATELLITE else MediaPlayerEntityFeature.PLAY_MEDIA
    return None if _can(hass, entity_id, needed) else Fate.UNABLE


def _place(hass: HomeAssistant, entity_id: str) -> Place:
    registry = er.async_get(hass)
    entry = registry.async_get(entity_id)
    device_id = entry.device_id if entry else None
    related = [one.entity_id for one in er.async_entries_for_device(registry, device_id)] if device_id else []
    able = (one for one in (entity_id, *sorted(related)) if _can(hass, one, MediaPlayerEntityFeature.VOLUME_SET))
    return Place(entity_id, device_id or entity_id, next(able, None))


def _can(hass: HomeAssistant, entity_id: str, feature: AssistSatelliteEntityFeature | MediaPlayerEntityFeature) -> bool:
    state = hass.states.get(entity_id)
    if state is None or (isinstance(feature, MediaPlayerEntityFeature) and state.domain != PLAYER):
        return False
    return bool(state.attributes.get(ATTR_SUPPORTED_FEATURES, 0) & feature)
