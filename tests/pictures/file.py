"""The files of the pictures, each with a mark of the page that it shows."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"

_SHOWS = "Shows"
# Few colours are shown, and the pictures stand in the repository.
_COLOURS = 128


def write(name: str, taken: bytes, html: str) -> Path:
    """Keep a picture of the page `html`, with a palette."""
    file = _file(name)
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    mark = PngInfo()
    mark.add_text(_SHOWS, _mark(html))
    palette = image.quantize(_COLOURS, dither=Image.Dither.NONE)
    palette.save(file, optimize=True, pnginfo=mark)
    return file


def size(name: str) -> tuple[int, int]:
    """Width and height of a picture, in its pixels. Raises `FileNotFoundError`."""
    with Image.open(_file(name)) as image:
        return image.size


def shows(name: str, html: str) -> bool:
    """Whether a picture is of this page. Raises `FileNotFoundError`."""
    with Image.open(_file(name)) as image:
        return bool(image.info.get(_SHOWS) == _mark(html))


def _file(name: str) -> Path:
    return FOLDER / f"{name}.png"


def _mark(html: str) -> str:
    return sha256(html.encode(errors="surrogatepass")).hexdigest()
