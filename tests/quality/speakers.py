"""`python -m tests.quality.speakers [LANGUAGE …]`: who says it, on sentences labelled by hand.

The Arabic ones are real and stand in ../shared (data/dev/speakers.jsonl, with the articles of
data/dev/events). Their articles are parted in two by their addresses. Of each other language 60
were written for this in tests/speakers, by hands that did not know the rules, half of them held
back; of four languages 60 more later, all open (more.jsonl). What is wrong in the open half is
shown and may be mended for; of the other only figures are shown. A name is right when it is one of
the accepted forms, whole: a name that runs on, or lacks a word, is wrong. Precision is the share of
the names found that are right, recall that of the labelled sentences of which a name was found. A
label does not tell persons and institutions apart.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

from corpus.language.text import normalise
from corpus.split import sentences
from corpus.types import Article, Source
from retrieval.answer.annotate import annotate
from retrieval.answer.speakers.attribution import attributed
from retrieval.types import Quote, SaidKind

DEV = Path(__file__).resolve().parents[3] / "shared" / "data" / "dev"
WRITTEN = Path(__file__).resolve().parent.parent / "speakers"
LANGUAGES = ("en", "ru", "fr", "es", "tr", "fa", "de", "zh")
EVENTS = ("gaza", "singapore")
# Longer texts are shown without what stands around the quote.
_LONG = 1000
KINDS = {"speaker": "speakers and institutions", "agency": "agencies"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence, `article.body[start:end]`, the forms of each kind of label that are accepted
    (none: nobody is to be named), and the half that it is in, 0 or 1."""

    article: Article
    start: int
    end: int
    accepted: dict[str, list[str]]
    note: str
    half: int


@dataclass(slots=True)
class Count:
    """How many names were found, how many of them are right, and of how many sentences that are
    labelled so a right one was found."""

    found: int = 0
    right: int = 0
    labelled: int = 0
    reached: int = 0

    def __str__(self) -> str:
        precision, recall = self.right / max(self.found, 1), self.reached / max(self.labelled, 1)
        return (
            f"precision {precision:.3f} ({self.right} of {self.found})   "
            f"recall {recall:.3f} ({self.reached} of {self.labelled})"
        )


def articles() -> dict[str, Article]:
    """The articles of the events by their addresses."""
    read: dict[str, Article] = {}
    for event in EVENTS:
        path = DEV / "events" / event / "articles.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in map(json.loads, file):
                body, source = row["body"], Source(path="", url=row["url"])
                read[row["url"]] = Article(
                    row["url"], "v", source, "ar", body, sentences(body, "ar")
                )
    return read


def labelled(read: dict[str, Article]) -> list[Labelled]:
    rows = [json.loads(line) for line in (DEV / "speakers.jsonl").open(encoding="utf-8")]
    halves = {url: number % 2 for number, url in enumerate(sorted({row["url"] for row in rows}))}
    return [_labelled(row, read[row["url"]], halves[row["url"]]) for row in rows]


def written(language: str) -> list[Labelled]:
    """The labelled sentences of a language that were written for this; the held ones are half 1."""
    return _read(f"{language}.jsonl")


def more(language: str) -> list[Labelled]:
    """Those that were written later."""
    return [each for each in _read("more.jsonl") if each.article.language == language]


def _read(file: str) -> list[Labelled]:
    found = []
    for row in map(json.loads, (WRITTEN / file).read_text(encoding="utf-8").splitlines()):
        language = row["language"]
        text, start = row["text"], row["text"].index(row["quote"])
        source = Source(path="", url=row["id"])
        article = Article(row["id"], "v", source, language, text, sentences(text, language))
        where = {"start": start, "end": start + len(row["quote"])}
        found.append(_labelled(row | where, article, int(row["held"])))
    return found


def _labelled(row: dict[str, Any], article: Article, half: int) -> Labelled:
    accepted = {kind: row[kind] or [] for kind in KINDS}
    return Labelled(article, row["start"], row["end"], accepted, row["note"], half)


def judged(one: Labelled, counts: dict[str, Count], kinds: Counter[tuple[str, bool]]) -> list[str]:
    """What is wrong with the names found in a sentence, which are counted."""
    wrong = []
    said = attributed(Quote(one.article, one.start, one.end, 1.0)).said_by
    for kind, forms in one.accepted.items():
        count, accepted = counts[kind], set(map(_plain, forms))
        found = [each for each in said if (each.kind is SaidKind.AGENCY) == (kind == "agency")]
        for each in found:
            kinds[each.kind.value, _plain(each.name) in accepted] += 1
        right = [each.name for each in found if _plain(each.name) in accepted]
        count.found += len(found)
        count.right += len(right)
        count.labelled += bool(accepted)
        count.reached += bool(right)
        wrong += [f"{kind} {each.name!r}" for each in found if each.name not in right]
        if accepted and not right:
            wrong.append(f"no {kind} {forms[0]!r}")
    return wrong


def _plain(name: str) -> str:
    """A name as it is compared: without the article that opens it, which «لل» has swallowed."""
    return re.sub(r"[\W_]+", " ", normalise(name)).strip().removeprefix("ال")


def report(part: list[Labelled], name: str, *, shown: bool) -> Iterator[str]:
    counts, wrong = {kind: Count() for kind in KINDS}, []
    kinds: Counter[tuple[str, bool]] = Counter()
    for each in part:
        if faults := judged(each, counts, kinds):
            text = each.article.body
            marked = f"{text[: each.start]}[{text[each.start : each.end]}]{text[each.end :]}"
            quoted = text[each.start : each.end] if len(text) > _LONG else marked
            wrong.append(f"  {', '.join(faults)} ({each.note})\n      {quoted}")
    yield f"{name}: {len(part)} sentences"
    yield from (f"  {KINDS[kind]:26} {count}" for kind, count in counts.items())
    for kind in SaidKind:
        right, found = (
            kinds[kind.value, True],
            kinds.total() and sum(kinds[kind.value, each] for each in (True, False)),
        )
        yield f"    found as {kind.value}: {found}, right: {right}"
    if shown:
        yield from wrong


def main(languages: list[str]) -> int:
    for language in languages or ("ar", *LANGUAGES):
        if language == "ar" and not (DEV / "speakers.jsonl").is_file():
            print(f"skipped: {DEV / 'speakers.jsonl'} is not there")
            continue
        every = labelled(articles()) if language == "ar" else written(language)
        for half, name in enumerate(("open", "held")):
            part = [each for each in every if each.half == half]
            print("\n".join(report(part, f"{language}, {name}", shown=half == 0)))
        print("\n".join(report(every, f"{language}, both", shown=False)))
        if language != "ar" and (later := more(language)):
            print("\n".join(report(later, f"{language}, later", shown=True)))
    if "ar" in (languages or ["ar"]) and DEV.is_dir():
        timed(list(articles().values()))
    return 0


def timed(read: list[Article]) -> None:
    annotate(read[:20])  # tables are read once
    began = process_time()
    annotate(read)
    print(f"an article takes {(process_time() - began) / len(read) * 1000:.2f} ms to annotate")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
