"""A drawing surface in pixels, from the top left, for text of any direction: what pictures are made
of. Only matplotlib is used, which brings its font and shapes and orders Arabic itself."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font, get_font_names
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle
from PIL import Image

from bot.words.direction import END, FIRST_STRONG, LEFT_TO_RIGHT, RIGHT_TO_LEFT

_DPI = 100
# Colours of the file, which stays small so.
_PALETTE = 200
_POINTS = 72
# The first ships with matplotlib and has Latin, Cyrillic, Greek, Arabic, Hebrew; the others are
# looked for on the machine, for what it lacks.
_FONTS = ("DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK KR", "Noto Sans Devanagari")
_UNKNOWN = "□"
_MARKS = frozenset(LEFT_TO_RIGHT + RIGHT_TO_LEFT + FIRST_STRONG + END)
_RLM, _LRM = "\u200f", "\u200e"


class Canvas:
    """A picture of `width` pixels that grows downwards until it is cut at `png`. Where it is
    `mirrored`, x counts from the right."""

    def __init__(self, width: int, most: int, ground: str, *, mirrored: bool) -> None:
        self.width = width
        self.mirrored = mirrored
        self._most = most
        self._figure = Figure(figsize=(width / _DPI, most / _DPI), dpi=_DPI, facecolor=ground)
        self._canvas = FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(most, 0)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        color: str,
        *,
        bold: bool = False,
        middle: bool = False,
        far: bool = False,
        ours: bool = False,
    ) -> None:
        """One line with its baseline at `y`, of which `x` is where the line starts, its middle, or,
        with `far`, its other end. What is `ours` runs as the picture does, whatever it holds."""
        side = "right" if self.mirrored != far else "left"
        self._axes.text(
            self._x(x),
            y,
            _line(text, right_to_left=self.mirrored if ours else _runs(text, self.mirrored)),
            fontproperties=_font(size, bold=bold),
            color=color,
            ha="center" if middle else side,
            va="baseline",
            parse_math=False,
        )

    def measured(self, text: str, size: float, *, bold: bool = False) -> float:
        """The width of a line in pixels."""
        font = _font(size, bold=bold)
        line = _line(text, right_to_left=False)
        renderer = self._canvas.get_renderer()  # type: ignore[no-untyped-call]
        width, _, _ = renderer.get_text_width_height_descent(line, font, False)
        return float(width)

    def wrapped(self, text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
        """The lines of a text that is at most so wide, broken between words."""
        return list(self._lines(text.split(), size, room, bold))

    def fitted(self, text: str, size: float, room: float) -> str:
        """A name, cut where it is too wide."""
        if self.measured(text, size) <= room:
            return text
        while text and self.measured(text + "…", size) > room:
            text = text[:-1].rstrip()
        return text + "…"

    def circle(self, x: float, y: float, radius: float, color: str) -> None:
        self._axes.add_patch(Circle((self._x(x), y), radius, facecolor=color, linewidth=0))

    def ring(self, x: float, y: float, side: float, color: str) -> None:
        """An open square around a point."""
        corner = self._x(x) - side / 2, y - side / 2
        square = Rectangle(corner, side, side, fill=False, edgecolor=color, linewidth=1.6)
        self._axes.add_patch(square)

    def box(
        self, x: float, y: float, width: float, height: float, color: str, corner: float = 0
    ) -> None:
        """A filled box, its top at `y`."""
        left = self._x(x) - (width if self.mirrored else 0)
        style = f"round,pad=0,rounding_size={corner}" if corner else "square,pad=0"
        shape = FancyBboxPatch((left, y), width, height, boxstyle=style, facecolor=color)
        shape.set_linewidth(0)
        self._axes.add_patch(shape)

    def rule(self, x: float, y: float, width: float, color: str) -> None:
        self.box(x, y, width, 2, color)

    def png(self, height: float) -> bytes:
        """The picture as PNG, as high as this."""
        kept = min(height, self._most)
        self._figure.set_size_inches(self.width / _DPI, kept / _DPI)
        self._axes.set_ylim(kept, 0)
        self._canvas.draw()  # type: ignore[no-untyped-call]
        size = self._canvas.get_width_height()
        pixels = self._canvas.buffer_rgba()  # type: ignore[no-untyped-call]
        drawn = Image.frombytes("RGBA", size, bytes(pixels))
        written = io.BytesIO()
        flat = drawn.convert("RGB").quantize(_PALETTE, dither=Image.Dither.NONE)
        flat.save(written, "png", optimize=True)
        return written.getvalue()

    def _x(self, x: float) -> float:
        return self.width - x if self.mirrored else x

    def _lines(self, words: Sequence[str], size: float, room: float, bold: bool) -> Iterator[str]:
        line = ""
        for word in words:
            longer = f"{line} {word}".strip()
            if line and self.measured(longer, size, bold=bold) > room:
                yield line
                longer = word
            line = longer
        if line:
            yield line


def _line(text: str, *, right_to_left: bool) -> str:
    """A line that can be drawn, in this direction whatever it begins with."""
    known = _known()
    shown = "".join(
        letter if letter in _MARKS or ord(letter) in known else _UNKNOWN for letter in text
    )
    return (_RLM if right_to_left else _LRM) + shown


def _runs(text: str, otherwise: bool) -> bool:
    """Whether most of its letters run from right to left."""
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    right, left = sum(kind in ("R", "AL") for kind in kinds), kinds.count("L")
    return right > left if right or left else otherwise


@cache
def _families() -> list[str]:
    installed = set(get_font_names())
    return [name for name in _FONTS if name in installed]


@cache
def _known() -> frozenset[int]:
    """The code points that any of the fonts has."""
    paths = [findfont(FontProperties(family=[name])) for name in _families()]
    return frozenset(code for path in paths for code in get_font(path).get_charmap())


def _font(size: float, *, bold: bool) -> FontProperties:
    weight = "bold" if bold else "normal"
    return FontProperties(family=_families(), size=size * _POINTS / _DPI, weight=weight)
