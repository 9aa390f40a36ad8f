"""Play something by its name."""

from collections.abc import Mapping

from homeassistant.components.media_player.const import MediaPlayerEntityFeature as Feature
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError

from ...home import HomeEntity, clean_name
from .base import Service, Step, UnworkableError, features_of
from .goals import Progress, is_state, when

_TITLE_LENGTH = 80
_PLAYS = is_state("playing", "buffering")


def finder(hass: HomeAssistant, entity: HomeEntity, what: str) -> Step:
    """Return the step that plays what a player finds by this name, or the source of this name.

    Raises UnworkableError where the player can do neither.
    """
    state = hass.states.get(entity.entity_id)
    attributes = state.attributes if state else {}
    sources = {str(source).casefold(): str(source) for source in attributes.get("source_list") or ()}
    if source := sources.get(what.casefold()):
        service = Service("media_player", "select_source", {"source": source})
        return Step((entity,), (service,), None, "source", values={"source": source})
    if not features_of(hass, entity) & Feature.SEARCH_MEDIA:
        raise UnworkableError(f"{entity.label}: cannot search for media by name")

    before = _content(state) if state and _PLAYS(state) is Progress.REACHED else None
    wanted: list[str] = []

    def is_found(state: State) -> bool:
        # What played before is not what was asked for, unless it is.
        content = _content(state)
        return _PLAYS(state) is Progress.REACHED and (content != before or content[0] in wanted)

    async def search_and_play(hass: HomeAssistant, context: Context) -> Mapping[str, str]:
        found = await _async_search(hass, context, entity, what)
        wanted.append(found["media_content_id"])
        await hass.services.async_call(
            "media_player",
            "play_media",
            {
                "entity_id": entity.entity_id,
                "media_content_id": found["media_content_id"],
                "media_content_type": found["media_content_type"],
            },
            blocking=True,
            context=context,
        )
        return {"title": clean_name(found["title"] or what, length=_TITLE_LENGTH)}

    return Step((entity,), (), when(is_found), "plays", values={"title": what}, errand=search_and_play)


def _content(state: State) -> tuple[str, str]:
    """Return what is playing: its id and its title."""
    return str(state.attributes.get("media_content_id")), str(state.attributes.get("media_title"))


async def _async_search(hass: HomeAssistant, context: Context, entity: HomeEntity, what: str) -> dict[str, str]:
    """Return the first thing found that can be played."""
    response = await hass.services.async_call(
        "media_player",
        "search_media",
        {"entity_id": entity.entity_id, "search_query": what},
        blocking=True,
        context=context,
        return_response=True,
    )
    # The service gives the player's own object, not its JSON.
    found = (response or {}).get(entity.entity_id)
    for item in getattr(found, "result", None) or ():
        if item.can_play:
            return {name: str(getattr(item, name)) for name in ("title", "media_content_id", "media_content_type")}
    raise HomeAssistantError(f"nothing was found for {what}")
