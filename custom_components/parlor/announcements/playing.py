"""Let one place speak, and wait until it has."""

import asyncio
from typing import Final

from homeassistant.components.assist_pipeline import OPTION_PREFERRED, async_get_pipelines
from homeassistant.components.assist_pipeline.pipeline import async_get_pipeline
from homeassistant.components.assist_satellite.const import DATA_COMPONENT, DOMAIN as SATELLITES
from homeassistant.components.media_player.const import (
    ATTR_MEDIA_ANNOUNCE,
    ATTR_MEDIA_CONTENT_ID,
    ATTR_MEDIA_CONTENT_TYPE,
    SERVICE_PLAY_MEDIA,
    MediaPlayerState,
    MediaType,
)
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Context, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event

from ..speech.languages import base_language
from .announcement import Announcement
from .places import PLAYER, Place
from .voice import Voice

# How long a player may take to begin, and to show that it has ended.
_LAG: Final = 3.0
_MOST_LAG: Final = 15.0
# A satellite is not interrupted while somebody is speaking with it, unless that never ends.
_PATIENCE: Final = 45.0


async def async_play(hass: HomeAssistant, context: Context, place: Place, text: str, voice: Voice) -> None:
    """Play a text on a media player; returns when it has been played, as far as that can be known.

    Raises HomeAssistantError where voice or player fail.
    """
    media_id, seconds = await voice.async_make(hass, text)
    ended = _Ended(hass, place.entity_id)
    data = {
        ATTR_ENTITY_ID: place.entity_id,
        ATTR_MEDIA_CONTENT_ID: media_id,
        ATTR_MEDIA_CONTENT_TYPE: MediaType.MUSIC,
        ATTR_MEDIA_ANNOUNCE: True,
    }
    try:
        await hass.services.async_call(PLAYER, SERVICE_PLAY_MEDIA, data, blocking=True, context=context)
        await ended.async_wait(seconds)
    finally:
        ended.stop()


async def async_say(
    hass: HomeAssistant, context: Context, place: Place, announcement: Announcement, voice: Voice | None
) -> None:
    """Let a satellite speak when nobody is speaking with it; returns when it has spoken.

    Where its own pipeline has Parlor's voice, or there is none, it speaks as it always does. Raises HomeAssistantError
    where it fails.
    """
    await _async_wait_idle(hass, place.entity_id)
    data = {ATTR_ENTITY_ID: place.entity_id, "message": announcement.text, "preannounce": announcement.preannounce}
    if voice is not None and not _has_voice(hass, place.entity_id, voice):
        data["media_id"], _seconds = await voice.async_make(hass, announcement.text)
    await hass.services.async_call(SATELLITES, "announce", data, blocking=True, context=context)


class _Ended:
    """Notice that a player has played something: it shows so, or the time for it has passed."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        """Begin to watch; must be made before the player is told to play."""
        state = hass.states.get(entity_id)
        # A player that plays music goes on with it afterwards, and shows nothing else all the time.
        self._busy = state is not None and state.state == MediaPlayerState.PLAYING
        self._begun = asyncio.Event()
        self._over = asyncio.Event()
        self.stop = async_track_state_change_event(hass, entity_id, self._changed)

    async def async_wait(self, seconds: float) -> None:
        """Wait until something of this length has been played."""
        if self._busy:
            await asyncio.sleep(seconds + _LAG)
            return
        try:
            async with asyncio.timeout(seconds + _LAG):
                await self._over.wait()
        except TimeoutError:
            # It began late, or shows nothing of what it plays.
            if self._begun.is_set():
                await self._async_wait_longer()

    async def _async_wait_longer(self) -> None:
        try:
            async with asyncio.timeout(_MOST_LAG):
                await self._over.wait()
        except TimeoutError:
            pass  # it does not say when it has ended

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        plays = state is not None and state.state in (MediaPlayerState.PLAYING, MediaPlayerState.BUFFERING)
        if plays:
            self._begun.set()
        elif self._begun.is_set():
            self._over.set()


async def _async_wait_idle(hass: HomeAssistant, entity_id: str) -> None:
    idle = asyncio.Event()

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is None or state.state not in _SPEAKING:
            idle.set()

    stop = async_track_state_change_event(hass, entity_id, changed)
    try:
        state = hass.states.get(entity_id)
        if state is not None and state.state in _SPEAKING:
            async with asyncio.timeout(_PATIENCE):
                await idle.wait()
    except TimeoutError:
        pass  # the conversation does not end; the announcement does not wait any longer
    finally:
        stop()


_SPEAKING: Final = frozenset({"listening", "processing", "responding"})


def _has_voice(hass: HomeAssistant, entity_id: str, voice: Voice) -> bool:
    """Return whether a satellite speaks with this voice, in this language, by itself."""
    entity = hass.data[DATA_COMPONENT].get_entity(entity_id)
    choice = hass.states.get(entity.pipeline_entity_id) if entity and entity.pipeline_entity_id else None
    if choice is None or choice.state == OPTION_PREFERRED:
        pipeline = async_get_pipeline(hass)
    else:
        named = [one for one in async_get_pipelines(hass) if one.name == choice.state]
        pipeline = named[0] if named else async_get_pipeline(hass)
    language = base_language(pipeline.tts_language or pipeline.language)
    return pipeline.tts_engine == voice.entity_id and language == base_language(voice.language)
