"""What a camera sees, in the words of a model that can look at pictures."""

import base64

from homeassistant.core import HomeAssistant

from .asking import Author
from .look import Describe
from .orders import to_look

_WIDTH, _TIMEOUT = 1024, 10


def describer(hass: HomeAssistant, author: Author, language: str) -> Describe:
    """Return what describes the picture of a camera; that raises HomeAssistantError where it cannot be done."""

    async def describe(entity_id: str) -> str:
        # Imported where it is needed: a home without cameras has no camera integration.
        from homeassistant.components.camera import async_get_image  # noqa: PLC0415

        image = await async_get_image(hass, entity_id, timeout=_TIMEOUT, width=_WIDTH)
        return await author.async_ask(to_look(language), "The picture:", (base64.b64encode(image.content).decode(),))

    return describe
