"""Attachments as a model gets them."""

import base64
from collections.abc import Callable
import io
from pathlib import Path

from homeassistant.components.conversation import Attachment
from homeassistant.core import HomeAssistant
from PIL import Image
import pytest

from custom_components.parlor.tasks.errors import (
    NoPicture,
    PictureMissing,
    PictureTooLarge,
    PictureUnreadable,
    TaskError,
)
from custom_components.parlor.tasks.pictures import Picture, async_load


def _image(size: tuple[int, int], mode: str = "RGB", **how: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, **({"color": how.pop("color")} if "color" in how else {})).save(out, **how)  # type: ignore[arg-type]
    return out.getvalue()


def _turned() -> bytes:
    """Return a picture that a camera took on its side, and wrote down where."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "N"}
    return _image((400, 200), format="JPEG", exif=exif)


async def _load(hass: HomeAssistant, path: Path, mime_type: str) -> Picture:
    [picture] = await async_load(hass, [Attachment("media-source://x/y", mime_type, path)])
    return picture


def _open(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(picture.data)))


PICTURES: dict[str, tuple[bytes, str, tuple[int, int]]] = {
    "jpeg": (_image((640, 480), format="JPEG"), "image/jpeg", (640, 480)),
    "png": (_image((64, 48), format="PNG"), "image/png", (64, 48)),
    "webp": (_image((64, 48), format="WEBP"), "image/webp", (64, 48)),
    "gif": (_image((64, 48), "P", format="GIF"), "image/gif", (64, 48)),
    "grey with sixteen bits": (_image((64, 48), "I;16", format="PNG"), "image/png", (64, 48)),
    "large": (_image((3840, 2160), format="JPEG"), "image/jpeg", (1280, 720)),
    "tall": (_image((200, 5000), format="PNG"), "image/png", (51, 1280)),
    "turned": (_turned(), "image/jpeg", (200, 400)),
}


@pytest.mark.parametrize(("content", "mime_type", "size"), PICTURES.values(), ids=PICTURES)
async def test_pictures(
    hass: HomeAssistant, tmp_path: Path, content: bytes, mime_type: str, size: tuple[int, int]
) -> None:
    """Any kind becomes an upright JPEG of a size that models look at, without what the camera wrote into it."""
    path = tmp_path / "picture"
    path.write_bytes(content)
    picture = await _load(hass, path, mime_type)
    image = _open(picture)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", size)
    assert not image.getexif()
    assert 0 < picture.tokens <= 2200


async def test_what_is_transparent_is_white(hass: HomeAssistant, tmp_path: Path) -> None:
    """Nothing is drawn on black that was drawn on nothing."""
    path = tmp_path / "picture.png"
    path.write_bytes(_image((8, 8), "RGBA", color=(0, 0, 0, 0), format="PNG"))
    assert _open(await _load(hass, path, "image/png")).getpixel((4, 4)) == (255, 255, 255)


def _absent(_path: Path) -> None:
    """Leave nothing there."""


def _folder(path: Path) -> None:
    path.mkdir()


def _writes(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


FAILURES: dict[str, tuple[Callable[[Path], None], str, type[TaskError]]] = {
    "missing": (_absent, "image/jpeg", PictureMissing),
    "folder": (_folder, "image/jpeg", PictureMissing),
    "empty": (_writes(b""), "image/jpeg", PictureUnreadable),
    "text": (_writes(b"a thousand words"), "image/jpeg", PictureUnreadable),
    "svg": (_writes(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "image/svg+xml", PictureUnreadable),
    "cut off": (_writes(_image((640, 480), color="red", format="JPEG")[:800]), "image/jpeg", PictureUnreadable),
    "too many bytes": (_writes(b"x" * (25 * 1024**2 + 1)), "image/jpeg", PictureTooLarge),
    "too many pixels": (_writes(_image((8000, 8000), "1", format="PNG")), "image/png", PictureTooLarge),
    "a bomb": (_writes(_image((20_000, 20_000), "1", format="PNG")), "image/png", PictureTooLarge),
    "a film": (_writes(b"film"), "video/mp4", NoPicture),
    "a letter": (_writes(b"letter"), "application/pdf", NoPicture),
}


@pytest.mark.parametrize(("make", "mime_type", "error"), FAILURES.values(), ids=FAILURES)
async def test_failures(
    hass: HomeAssistant, tmp_path: Path, make: Callable[[Path], None], mime_type: str, error: type[TaskError]
) -> None:
    """What can not be shown to a model is said, each thing for itself, with the attachment's name."""
    make(tmp_path / "file")
    with pytest.raises(error) as raised:
        await _load(hass, tmp_path / "file", mime_type)
    assert (raised.value.translation_placeholders or {})["name"] == "media-source://x/y"
