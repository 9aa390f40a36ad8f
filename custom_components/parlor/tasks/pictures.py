"""Pictures for a model: read, checked, and made as large as models look at them."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
import io
from typing import Final

from homeassistant.components.conversation import Attachment
from homeassistant.core import HomeAssistant
from PIL import Image, ImageOps, UnidentifiedImageError

from .errors import NoPicture, PictureMissing, PictureTooLarge, PictureUnreadable

_MOST_BYTES: Final = 25 * 1024 * 1024
_MOST_PIXELS: Final = 50_000_000
# Models look at no more than this, or make so many tokens of a larger picture that it does not fit into their context.
_LONGEST_SIDE: Final = 1280
_QUALITY: Final = 90
# About what a model makes of a picture, for the room that is left for words: one token for a patch of 28 by 28 pixels.
_PATCH: Final = 28


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a request has it: a JPEG in base64, and about how many tokens it is to a model."""

    data: str
    tokens: int


async def async_load(hass: HomeAssistant, attachments: Sequence[Attachment]) -> list[Picture]:
    """Return the attachments as pictures. Raises NoPicture, PictureMissing, PictureTooLarge or PictureUnreadable."""
    for attachment in attachments:
        if not attachment.mime_type.startswith("image/"):
            raise NoPicture(name=attachment.media_content_id, kind=attachment.mime_type)
    return [await hass.async_add_executor_job(_load, attachment) for attachment in attachments]


def _load(attachment: Attachment) -> Picture:
    name = attachment.media_content_id
    try:
        with attachment.path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as err:
        # Removed, a folder, or not readable.
        raise PictureMissing(name=name) from err
    if len(content) > _MOST_BYTES:
        raise PictureTooLarge(name=name, limit=f"{_MOST_BYTES // 1024**2} MiB")
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise PictureTooLarge(name=name, limit=f"{_MOST_PIXELS // 10**6} MP")
            return _picture(image)
    except Image.DecompressionBombError as err:
        # Even larger than what is asked about above.
        raise PictureTooLarge(name=name, limit=f"{_MOST_PIXELS // 10**6} MP") from err
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as err:
        # What Pillow says of a file that ends early, is damaged, or is of a kind that it does not know.
        raise PictureUnreadable(name=name) from err


def _picture(image: Image.Image) -> Picture:
    """Return a picture upright and on white, without what a camera has written about place and time."""
    # A camera's JPEG is decoded smaller at once.
    image.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
    image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    flat = Image.new("RGBA", upright.size, "white")
    flat.alpha_composite(upright)
    out = io.BytesIO()
    flat.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    tokens = -(-flat.width // _PATCH) * -(-flat.height // _PATCH)
    return Picture(base64.b64encode(out.getvalue()).decode(), tokens)
