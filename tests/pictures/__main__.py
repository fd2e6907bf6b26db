"""`python -m tests.pictures`: the pictures of docs/pictures, made anew."""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.pictures.browser import lacking, open_page, show
from tests.pictures.file import FOLDER, write
from tests.pictures.phone import page
from tests.pictures.play import pages
from tests.pictures.scenes import demo, screens


async def make() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        async with demo(Path(home)) as (telegram, _), open_page() as shown:
            async for name, screen in screens(telegram):
                html = page(screen)
                await show(shown, html)
                _write(name, await shown.screenshot(full_page=True), html)
        async for taken in pages(Path(home)):
            _write(taken.name, taken.png, taken.html)


def _write(name: str, png: bytes, html: str) -> None:
    written = write(name, png, html)
    print(f"{written.name}: {written.stat().st_size // 1024} kB")


def main() -> int:
    if missing := lacking():
        print(f"the pictures cannot be drawn: {missing}", file=sys.stderr)
        return 2
    asyncio.run(make())
    return 0


sys.exit(main())
