"""Cleaning under atheris: whatever text or page comes, whole lines are kept in their order.

    pip install atheris
    python tests/fuzz/cleaners.py -max_total_time=600

Options are those of libFuzzer. An input is read as lines: each byte below 128 is a phrase of
furniture.toml or a sentence, each other begins characters of its own. What ends the run is an
exception, a line changed, twenty seconds in one input, or 2 GB of memory.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

with atheris.instrument_imports(include=["corpus"]):
    from corpus.clean.clean import clean
    from corpus.clean.furniture import table
    from corpus.read.html import read_html
    from corpus.types import RawDocument, Source

_RULES = (*table().lines, *table().headings, *table().boxes)
PHRASES = (
    *("", "", " ", "\n", "Read also", "list of 2 items", "end of list", "11-07-2025 | 19:28"),
    *("The council opened the second quay on Monday after two years of work.", "(AFP)", "Quay (1)"),
    *("عاينت لجنة من الوزارة جسم السد صباح الثلاثاء بعد ارتفاع المنسوب فيه.", "#السد #المياه"),
    *(rule.ordered[len(rule.ordered) // 2] for rule in _RULES if rule.ordered),
)
TAGS = ("p", "div", "h2", "li", "ul", "table", "tr", "td", "a", "aside", "article", "br", "span")


def one_input(data: bytes) -> None:
    """The first byte says whether the rest is pasted text or a page."""
    source = atheris.FuzzedDataProvider(data)
    if source.ConsumeBool():
        found = read_html(page(source), Source(path="a.html"))
        if isinstance(found, RawDocument):
            check(found)
    else:
        check(RawDocument(pasted(source), Source(path="a.txt")))


def pasted(source: atheris.FuzzedDataProvider) -> str:
    """Lines of a text."""
    lines: list[str] = []
    while source.remaining_bytes() and len(lines) < 400:
        lines.append(written(source))
    return str(source.PickValueInList(["\n", "\r\n", "\r"])).join(lines)


def page(source: atheris.FuzzedDataProvider) -> str:
    """Elements with lines in them, closed or not."""
    parts = ["<html><body>"]
    while source.remaining_bytes() and len(parts) < 400:
        tag = source.PickValueInList(list(TAGS))
        parts.append(f'<{tag} class="{source.PickValueInList(list(table().names))}">')
        parts.append(written(source))
        if source.ConsumeBool():
            parts.append(f"</{tag}>")
    return "".join(parts)


def written(source: atheris.FuzzedDataProvider) -> str:
    choice: int = source.ConsumeIntInRange(0, 255)
    if choice < 128:
        return PHRASES[choice % len(PHRASES)]
    free = str(source.ConsumeUnicodeNoSurrogates(choice - 127))
    return free * (1 if choice < 250 else 500)


def check(raw: RawDocument) -> None:
    """Kept lines are lines of the text, unchanged and in order, and the rest is accounted for."""
    cleaned = clean(raw)
    lines = raw.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    remaining = iter(lines)
    body = cleaned.body.split("\n")
    assert all(line in remaining for line in body if line), "a line changed or moved"
    dropped = set(raw.dropped)
    for removal in cleaned.removed:
        assert removal in dropped or lines[removal.line - 1] == removal.text, "a false account"
    for cut in cleaned.cuts:
        assert 0 < cut < len(cleaned.body), "a cut outside the body"
        assert cleaned.body[cut - 1] == "\n", "a cut inside a line"


def main() -> None:
    name, *options = sys.argv
    atheris.Setup([name, "-timeout=20", "-rss_limit_mb=2048", *options], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
