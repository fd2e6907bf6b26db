"""How long a PDF takes from the file to the answer: python tests/benchmark/documents.py

    [--pages 200] [--letters 2500] [--language ar|en]

It makes a PDF of so many pages with about so many letters each, words put together at random in
paragraphs, and ingests it by the command line in a process of its own: read, cleaned, split,
stored, embedded and indexed. It ends with 1 where that took more than 10 s or 500 MB.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.made_documents import ARABIC, ENGLISH, pdf

MOST_SECONDS, MOST_MEGABYTES = 10.0, 500.0
_WORDS = {"ar": " ".join(ARABIC).split(), "en": " ".join(ENGLISH).split()}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=200)
    arguments.add_argument("--letters", type=int, default=2500, help="of a page")
    arguments.add_argument("--language", choices=sorted(_WORDS), default="ar")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "quays.pdf"
        text = paragraphs(given.pages * given.letters, given.language)
        file.write_bytes(pdf(text, right=given.language == "ar", page=(210, 297), size=12))
        pages = _pages(file)
        command = [sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main())"]
        started = time.perf_counter()
        subprocess.run([*command, "--home", folder, "ingest", str(file)], check=True)
        took = time.perf_counter() - started
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        memory, own = used.ru_maxrss / 1024, used.ru_utime + used.ru_stime
    letters = sum(map(len, text))
    print(
        f"{pages} pages, {letters:,} letters: {took:.1f} s ({own:.1f} s of work), {memory:.0f} MB"
    )
    return int(took > MOST_SECONDS or memory > MOST_MEGABYTES)


def paragraphs(letters: int, language: str) -> list[str]:
    """Paragraphs of some 400 letters, no two the same."""
    order = random.Random(7)
    made: list[str] = []
    while letters > 0:
        words = [order.choice(_WORDS[language]) for _ in range(order.randint(45, 85))]
        for at in range(11, len(words), order.randint(9, 18)):
            words[at] = words[at].rstrip(".،,") + "."
        words[-1] = words[-1].rstrip(".،,") + "."
        made.append(f"{len(made) + 1} {' '.join(words)}")
        letters -= len(made[-1])
    return made


def _pages(file: Path) -> int:
    from pypdfium2 import PdfDocument

    opened = PdfDocument(file)
    try:
        return len(opened)
    finally:
        opened.close()


if __name__ == "__main__":
    sys.exit(main())
