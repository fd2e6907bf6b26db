"""The labelled pages: pasted text in text/, saved pages in html/, every line judged by hand.

Text: the first character of a line is its label and the rest the line. HTML: the label stands
before the `>` that ends an element's opening tag. `+` is body, `=` may be body or standfirst
(it is not counted, unless it is lost), `?` is not judged (the time of day above an entry of a live
report), `-` (in HTML: no label) is furniture or headline. A name begins with its page's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

FOLDER = Path(__file__).parent
BODY, EITHER, UNJUDGED, FURNITURE = "+=?-"
_LABELLED = re.compile(r"<(\w+)([^<>]*) ([+=?])>(.*?)</\1>", re.DOTALL)
_CELL = re.compile(r"</t[dh]>")
_TAG = re.compile(r"<[^>]+>")
_MARKS = re.compile(r"^(?:[-*•–—]|\d+[.)])\s+|\|")


@dataclass(frozen=True, slots=True)
class Page:
    """One page as a reader is handed it, and which of its lines are body or may be."""

    name: str
    html: bool
    text: str
    body: tuple[str, ...]
    either: tuple[str, ...]
    unjudged: tuple[str, ...]

    @property
    def language(self) -> str:
        return self.name[:2]


def pages() -> tuple[Page, ...]:
    """All labelled pages, in the order of their names."""
    pasted = [_pasted(file) for file in sorted(FOLDER.glob("text/*.txt"))]
    saved = [_saved(file) for file in sorted(FOLDER.glob("html/*.html"))]
    return (*pasted, *saved)


def key(line: str) -> str:
    """A line without the marks of a list or a table, which extractors write as they like."""
    return " ".join(_MARKS.sub(" ", line.strip()).split())


def _pasted(file: Path) -> Page:
    lines = file.read_text(encoding="utf-8").splitlines()
    wrong = [line for line in lines if line and line[0] not in (BODY, EITHER, UNJUDGED, FURNITURE)]
    if wrong:
        raise ValueError(f"{file.name}: no label before {wrong[0]!r}")
    return Page(
        name=file.stem,
        html=False,
        text="\n".join(line[1:] for line in lines),
        body=tuple(line[1:] for line in lines if line.startswith(BODY)),
        either=tuple(line[1:] for line in lines if line.startswith(EITHER)),
        unjudged=tuple(line[1:] for line in lines if line.startswith(UNJUDGED)),
    )


def _saved(file: Path) -> Page:
    written = file.read_text(encoding="utf-8")
    return Page(
        name=file.stem,
        html=True,
        text=re.sub(r" [+=?]>", ">", written),
        body=tuple(_labelled(written, BODY)),
        either=tuple(_labelled(written, EITHER)),
        unjudged=tuple(_labelled(written, UNJUDGED)),
    )


def _labelled(written: str, label: str) -> Iterator[str]:
    for _, _, found, inner in _LABELLED.findall(written):
        if found == label:
            yield unescape(_TAG.sub("", _CELL.sub(" ", inner)))
