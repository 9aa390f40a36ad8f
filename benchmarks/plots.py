"""Bars as SVG, readable on light and on dark pages."""

from collections.abc import Iterator
from html import escape

from .results import Plot

_WIDTH = 760
_LEFT = 190
_RIGHT = 90
_BAR = 15
_GAP = 14
_TOP = 64
_COLORS = ("#0a7d5a", "#c8553d", "#4472c4", "#b08900")
_DARK = ("#3ecf9a", "#ff8a70", "#8fb4ff", "#f0c846")
_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px }
  .quiet { fill: #59636e }
  line { stroke: #59636e; stroke-opacity: 0.5 }
"""
_DARK_STYLE = "text { fill: #e6edf3 } .quiet { fill: #9198a1 } line { stroke: #9198a1 }"


def svg(plot: Plot) -> str:
    """Return the picture of a plot: a group of bars for each label, the longest as wide as there is room."""
    height = _TOP + len(plot.labels) * (_BAR * len(plot.series) + _GAP) + 8
    colors = "".join(f".s{at} {{ fill: {color} }} " for at, color in enumerate(_COLORS))
    dark = "".join(f".s{at} {{ fill: {color} }} " for at, color in enumerate(_DARK))
    style = f"{_STYLE}  {colors}\n  @media (prefers-color-scheme: dark) {{ {_DARK_STYLE} {dark}}}\n"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>{escape(plot.title)}</title>",
        f"<style>{style}</style>",
        f'<text class="title" x="8" y="22">{escape(plot.title)}</text>',
        *_legend(plot),
        *_groups(plot),
        f'<line x1="{_LEFT}" y1="{_TOP - 6}" x2="{_LEFT}" y2="{height - 10}"/>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _legend(plot: Plot) -> Iterator[str]:
    x = _LEFT
    for at, name in enumerate(plot.series):
        yield f'<rect class="s{at}" x="{x}" y="36" width="11" height="11" rx="2"/>'
        yield f'<text class="quiet" x="{x + 16}" y="46">{escape(name)}</text>'
        x += 40 + 7 * len(name)


def _groups(plot: Plot) -> Iterator[str]:
    longest = max((bar for bars in plot.series.values() for bar in bars if bar is not None), default=0) or 1
    y = _TOP
    for group, label in enumerate(plot.labels):
        middle = y + _BAR * len(plot.series) / 2 + 4
        yield f'<text x="{_LEFT - 10}" y="{middle:.0f}" text-anchor="end">{escape(label)}</text>'
        for at, bars in enumerate(plot.series.values()):
            bar = bars[group]
            if bar is not None:
                width = max(1.5, bar / longest * (_WIDTH - _LEFT - _RIGHT))
                yield f'<rect class="s{at}" x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR - 3}" rx="2"/>'
                value = escape(f"{_number(bar)} {plot.unit}".strip())
                yield f'<text class="quiet" x="{_LEFT + width + 6:.1f}" y="{y + 11}">{value}</text>'
            y += _BAR
        y += _GAP


def _number(value: float) -> str:
    small = 10
    return f"{value:,.0f}" if value >= small or value == int(value) else f"{value:.2g}"
