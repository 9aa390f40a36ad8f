"""Texts out of Home Assistant's media folder."""

from pathlib import Path
from typing import Final

from homeassistant.components.media_source import Unresolvable, async_resolve_media
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError

from ..const import DOMAIN
from .request import HandedIn

_MOST_BYTES: Final = 1024 * 1024


async def async_read_text(hass: HomeAssistant, media_id: str) -> HandedIn:
    """Return a text file of the media folder, its name as the title.

    Raises ServiceValidationError where there is no such file, where it is no text, or more than 1 MiB.
    """
    try:
        media = await async_resolve_media(hass, media_id, None)
    except Unresolvable as err:
        # Removed, or the name of something that is not media.
        raise _unusable(media_id) from err
    if media.path is None or not media.mime_type.startswith("text/"):
        raise _unusable(media_id)
    return HandedIn(media.path.name, await hass.async_add_executor_job(_read, media.path, media_id))


def _read(path: Path, media_id: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as err:
        # Removed in the meantime, or not written in UTF-8.
        raise _unusable(media_id) from err
    if len(content) > _MOST_BYTES:
        raise _unusable(media_id)
    return text


def _unusable(media_id: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key="file_unusable", translation_placeholders={"file": media_id}
    )
