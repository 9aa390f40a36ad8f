"""Draw Parlor's icon and logo: a house whose door is a speech bubble. Run: .venv/bin/python scripts/draw_brand.py."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

BRAND = Path(__file__).parent.parent / "custom_components" / "parlor" / "brand"
_INK = "#1f3a5f"
_WALL = "#f4b860"
_LIGHT = "#ffffff"
_SCALE = 4  # drawn larger and reduced, for smooth edges
_ICON = 256
_INK_ON_DARK = "#e8edf4"


def main() -> None:
    """Write icon and logo, each in two sizes, for light and dark backgrounds."""
    BRAND.mkdir(exist_ok=True)
    for suffix, size in (("", _ICON), ("@2x", 2 * _ICON)):
        for prefix, ink in (("", _INK), ("dark_", _INK_ON_DARK)):
            _icon(size, ink).save(BRAND / f"{prefix}icon{suffix}.png", optimize=True)
            _logo(size, ink).save(BRAND / f"{prefix}logo{suffix}.png", optimize=True)


def _icon(size: int, roof: str) -> Image.Image:
    side = size * _SCALE
    unit = side / 256
    image = Image.new("RGBA", (side, side))
    draw = ImageDraw.Draw(image)

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * unit, y * unit) for x, y in points]

    draw.line(at((22, 128), (128, 30), (234, 128)), fill=roof, width=round(26 * unit), joint="curve")
    for x, y in at((22, 128), (234, 128)):
        draw.circle((x, y), 13 * unit, fill=roof)
    draw.polygon(at((128, 62), (212, 140), (212, 236), (44, 236), (44, 140)), fill=_WALL)
    draw.rounded_rectangle(at((78, 124), (178, 196)), radius=28 * unit, fill=_LIGHT)
    draw.polygon(at((98, 186), (134, 186), (98, 222)), fill=_LIGHT)
    for x in (104, 128, 152):
        draw.circle((x * unit, 160 * unit), 9 * unit, fill=_INK)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _logo(height: int, colour: str) -> Image.Image:
    font = ImageFont.load_default(height * 0.62)
    left, top, right, bottom = font.getbbox("Parlor")
    gap = height // 8
    image = Image.new("RGBA", (height + gap + round(right - left), height))
    image.paste(_icon(height, colour), (0, 0))
    baseline = (height - (bottom - top)) / 2 - top
    ImageDraw.Draw(image).text((height + gap - left, baseline), "Parlor", font=font, fill=colour)
    return image


if __name__ == "__main__":
    main()
