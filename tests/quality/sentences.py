"""`python -m tests.quality.sentences`: where sentences end, next to sentencex by itself.

The labels are those of the people who made public parallel texts: a segment of the TICO-19 and WMT
sets is one sentence, so three of them in a row make a paragraph of which the ends of sentences are
known. A few segments hold two sentences; this counts against every splitter alike. Every second
paragraph is held back while rules are made.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import sentencex

from corpus.boundaries import pieces

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "train"
TICO, NEWS = "tico19.jsonl.gz", "wmt_newstest.jsonl.gz"
SETS = {
    **dict.fromkeys(("ar", "fa", "ur", "hi", "es", "pt", "fr", "zh"), TICO),
    **dict.fromkeys(("en", "ru", "de", "tr", "ja"), NEWS),
}
SEGMENTS = 3
PARAGRAPHS = 120
# One in so many segments of a set begins a paragraph.
STEP = 7
_CLOSED = tuple(".!?؟。！？۔।")
_UNSPACED = ("zh", "ja")

Split = Callable[[str, str], list[int]]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and the positions after its sentences, the last left out."""

    language: str
    text: str
    ends: frozenset[int]


@dataclass(slots=True)
class Counts:
    """Ends found and right, found and wrong, missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def paragraphs(language: str) -> Iterator[Paragraph]:
    """Paragraphs of a language, at most `PARAGRAPHS`."""
    with gzip.open(FOLDER / SETS[language], "rt", encoding="utf-8") as file:
        every = (json.loads(line).get(language) for line in file)
        closed = [text for text in every if text and text.strip().endswith(_CLOSED)]
    between = "" if language in _UNSPACED else " "
    for first in islice(range(0, len(closed) - SEGMENTS, STEP * SEGMENTS), PARAGRAPHS):
        segments = [" ".join(text.split()) for text in closed[first : first + SEGMENTS]]
        ends, text = set(), ""
        for segment in segments:
            text += (between if text else "") + segment
            ends.add(len(text))
        yield Paragraph(language, text, frozenset(ends - {len(text)}))


def ours(text: str, language: str) -> list[int]:
    return [end for _, end in pieces(text, language)][:-1]


def sentencexs(text: str, language: str) -> list[int]:
    found = [each["end_index"] for each in sentencex.get_sentence_boundaries(language, text)]
    return [len(text[:end].rstrip()) for end in found][:-1]


def measure(split: Split, language: str, half: int) -> Counts:
    """What a splitter makes of one half of the paragraphs of a language."""
    counts = Counts()
    for paragraph in islice(paragraphs(language), half, None, 2):
        found = set(split(paragraph.text, language))
        counts.right += len(found & paragraph.ends)
        counts.wrong += len(found - paragraph.ends)
        counts.missed += len(paragraph.ends - found)
    return counts


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.quality.sentences", description=__doc__)
    parser.add_argument("--verbose", action="store_true", help="list what is wrong (tuned half)")
    parser.add_argument("languages", nargs="*", choices=[[], *SETS])
    options = parser.parse_args(arguments)
    if not FOLDER.is_dir():
        print(f"{FOLDER} is not there: the texts are no part of the project", file=sys.stderr)
        return 2
    chosen = options.languages or list(SETS)
    print("| language | half | boundaries | precision | recall | sentencex precision | recall |")
    print("|---|---|---|---|---|---|---|")
    for half, name in enumerate(("tuned on", "held back")):
        total, other_total = Counts(), Counts()
        for language in chosen:
            mine, other = (measure(split, language, half) for split in (ours, sentencexs))
            for whole, part in ((total, mine), (other_total, other)):
                whole.right += part.right
                whole.wrong += part.wrong
                whole.missed += part.missed
            print(_row(language, name, mine, other))
        print(_row("all", name, total, other_total))
    if options.verbose:
        for language in chosen:
            for paragraph in islice(paragraphs(language), 0, None, 2):
                _explain(paragraph)
    return 0


def _row(language: str, half: str, mine: Counts, other: Counts) -> str:
    figures = (mine.precision, mine.recall, other.precision, other.recall)
    count = mine.right + mine.missed
    return f"| {language} | {half} | {count} | {' | '.join(f'{one:.3f}' for one in figures)} |"


def _explain(paragraph: Paragraph) -> None:
    found = set(ours(paragraph.text, paragraph.language))
    for name, places in (("wrong", found - paragraph.ends), ("missed", paragraph.ends - found)):
        for at in sorted(places):
            text = paragraph.text
            print(f"{paragraph.language} {name}: {text[max(0, at - 40) : at]}⏎{text[at : at + 25]}")


if __name__ == "__main__":
    sys.exit(main())
