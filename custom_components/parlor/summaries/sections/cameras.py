"""What cameras see, as a vision model describes it."""

import asyncio
from typing import Final

from homeassistant.exceptions import HomeAssistantError

from ...home import HomeEntity, clean_name
from ..look import Found, Look
from ..made import names_of
from ..sheet import Fact

_LENGTH: Final = 600
_LIMIT: Final = 25


async def async_cameras(look: Look) -> Found:
    """Collect what the cameras that were named see now, one picture after the other."""
    cameras = [camera for entity_id in look.request.cameras if (camera := _camera(look, entity_id))]
    known = {camera.entity_id for camera in cameras}
    left_out = [_unread(look, entity_id) for entity_id in look.request.cameras if entity_id not in known]
    if look.describe is None:
        left_out += [look.wording.text("without", "not_described", name=camera.name) for camera in cameras]
        return Found((), (), tuple(left_out))
    facts = []
    for camera in cameras:
        try:
            async with asyncio.timeout(_LIMIT):
                seen = clean_name(await look.describe(camera.entity_id), length=_LENGTH)
        except HomeAssistantError, TimeoutError:
            # The camera gave no picture, or nobody could say in time what is on it.
            seen = ""
        if not seen:
            left_out.append(_unread(look, camera.name))
            continue
        # What is written on a parcel or a sign in front of the camera is somebody else's.
        facts.append(Fact(f"{look.wording.subject(camera)}: {seen}", names_of(camera), from_outside=True))
    return Found(tuple(facts), tuple(camera.entity_id for camera in cameras), tuple(left_out))


def _camera(look: Look, entity_id: str) -> HomeEntity | None:
    return look.home.entity(entity_id) if look.may_read(entity_id) else None


def _unread(look: Look, name: str) -> str:
    return look.wording.text("without", "unread", name=name)
