"""The queue of announcements: on one loudspeaker one at a time, on several side by side."""

import asyncio
from collections.abc import Sequence
from typing import Final

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import probatio

from ..home import clean_name
from .announcement import Announcement, Delivery, Fate, Quiet
from .loudness import at_volume
from .places import Place
from .playing import async_play, async_say
from .voice import Voice

_MESSAGE_LENGTH: Final = 200


class Announcer:
    """Owns the announcements that are waiting or being played; stopping it ends them."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Have nothing to announce."""
        self._hass = hass
        self._turns: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[Delivery]] = set()

    async def async_announce(
        self,
        announcement: Announcement,
        places: Sequence[Place],
        voice: Voice | None,
        context: Context,
        quiet: Quiet | None = None,
    ) -> list[Delivery]:
        """Announce on all places, each when its turn has come; returns what became of it when the last has ended.

        Whether it is quiet is judged when a place's turn has come. Nothing is raised for what a place or a voice does
        wrong.
        """
        tasks = [
            self._hass.async_create_background_task(
                self._async_deliver(announcement, place, voice, context, quiet),
                f"parlor announcement {place.entity_id}",
            )
            for place in places
        ]
        self._tasks.update(tasks)
        for task in tasks:
            task.add_done_callback(self._tasks.discard)
        try:
            await asyncio.wait(tasks) if tasks else None
        except asyncio.CancelledError:
            # The automation was stopped: it announces no more.
            for task in tasks:
                task.cancel()
            raise
        return [
            Delivery(place.entity_id, Fate.STOPPED) if task.cancelled() else task.result()
            for place, task in zip(places, tasks, strict=True)
        ]

    async def async_stop(self) -> None:
        """End what is being played and forget what waits; volumes are put back."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _async_deliver(
        self, announcement: Announcement, place: Place, voice: Voice | None, context: Context, quiet: Quiet | None
    ) -> Delivery:
        """Announce on one place when it is free."""
        turn = self._turns.setdefault(place.device, asyncio.Lock())
        async with turn:
            volume = announcement.volume
            if quiet is not None and quiet.holds(dt_util.now().time()):
                if quiet.volume is None:
                    return Delivery(place.entity_id, Fate.SKIPPED)
                volume = quiet.volume
            return await self._async_try(announcement, place, voice, context, volume)

    async def _async_try(
        self, announcement: Announcement, place: Place, voice: Voice | None, context: Context, volume: float | None
    ) -> Delivery:
        try:
            async with at_volume(self._hass, context, place.volume_of, volume):
                if place.is_satellite:
                    await async_say(self._hass, context, place, announcement, voice)
                elif voice is None:
                    return Delivery(place.entity_id, Fate.NO_VOICE)
                else:
                    await async_play(self._hass, context, place, announcement.text, voice)
        except (HomeAssistantError, probatio.Invalid) as error:
            # The device, its integration, the voice or the user's permissions do not allow it.
            return Delivery(place.entity_id, Fate.FAILED, _message(error))
        except Exception as error:  # noqa: BLE001
            # Integrations raise what their libraries raise; the other places are to be served all the same.
            return Delivery(place.entity_id, Fate.FAILED, _message(error))
        return Delivery(place.entity_id, Fate.ANNOUNCED)


def _message(error: Exception) -> str:
    return clean_name(str(error), length=_MESSAGE_LENGTH) or type(error).__name__
