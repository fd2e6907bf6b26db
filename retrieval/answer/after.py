"""What may be asked about an answer: more quotes, the context of one, the wording of its copies.
All of it can be computed from a question or a receipt, so no answer has to be remembered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from rapidfuzz.distance import LCSseq

from corpus.copies import Edit, edits
from corpus.copies.shared import longest
from corpus.copies.words import words_of
from corpus.errors import InputError
from corpus.language.pasted import folded
from corpus.split import sentences
from corpus.store import Coverage
from corpus.types import Article
from retrieval.answer.check.receipt import (
    Receipt,
    Receipted,
    carriers_of_all,
    read_receipt,
    receipted,
)
from retrieval.types import Answer, Quote, Slice

_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class More:
    """The quotes of an answer after those already shown; `left` says whether there are others
    after these."""

    quotes: tuple[Quote, ...]
    left: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`body[start:end]` of an article without outer white space; `quoted` says whether any of the
    quote is in it."""

    start: int
    end: int
    heading: bool
    quoted: bool


@dataclass(frozen=True, slots=True)
class Context:
    """What is around a quote, in order, and the article in the version quoted. The quote is
    `article.body[start:end]`. `cut_before` and `cut_after` say that something of the page was left
    out there, or may have been."""

    article: Article
    start: int
    end: int
    paragraphs: tuple[Paragraph, ...]
    cut_before: bool
    cut_after: bool

    def text(self, paragraph: Paragraph) -> str:
        return self.article.body[paragraph.start : paragraph.end]


@dataclass(frozen=True, slots=True)
class CopyPlace(Slice):
    """Where an article contains a quote."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a quote and the copies that have it, in the order of `Quote.copies`. `edits`
    go from the article of the quote to the body of the first of them, as ranges of both; in a
    wording that is the quote's own all of them are equal."""

    places: tuple[CopyPlace, ...]
    edits: tuple[Edit, ...]

    @property
    def same(self) -> bool:
        return all(edit.equal for edit in self.edits)


def more(answer: Answer, shown: int, limit: int) -> More:
    """At most `limit` quotes after the first `shown` of an answer that was asked for at least one
    more than these together."""
    return More(answer.quotes[shown : shown + limit], len(answer.quotes) > shown + limit)


def first(answer: Answer, limit: int) -> Answer:
    """An answer cut to its first `limit` quotes, with the figures that these report."""
    figures = []
    for figure in answer.figures:
        kept = [at for at, number in enumerate(figure.quotes) if number < limit]
        if kept:
            quotes = tuple(figure.quotes[at] for at in kept)
            places = tuple(figure.places[at] for at in kept)
            figures.append(replace(figure, quotes=quotes, places=places))
    return replace(answer, quotes=answer.quotes[:limit], figures=tuple(figures))


def opened(receipt: str, coverage: Coverage) -> tuple[Quote, bool] | None:
    """The quote of a receipt, and whether its article has another text now; `None` if no article
    has it any more. Raises `InputError` for a receipt that is mistyped."""
    found = receipted(read_receipt(receipt), coverage)
    return (quote_of(found, coverage), found.superseded) if found else None


def opened_all(receipts: Sequence[str], coverage: Coverage) -> list[tuple[Quote, bool] | None]:
    """`opened` of many; `None` also for those that are mistyped."""
    read: dict[str, Receipt] = {}
    for written in receipts:
        with suppress(InputError):
            read[written] = read_receipt(written)
    articles = carriers_of_all(read.values(), coverage)
    made: list[tuple[Quote, bool] | None] = []
    for written in receipts:
        receipt = read.get(written)
        found = receipt and receipted(receipt, coverage, articles[receipt.article])
        made.append((quote_of(found, coverage), found.superseded) if found else None)
    return made


def quote_of(found: Receipted, coverage: Coverage) -> Quote:
    """The quote that a receipt is of, with the articles that contain it now as its copies; none for
    a text that is superseded. Of a body that was cleaned otherwise since nothing is known but the
    words: only the lines of the quote are between its cuts."""
    article, start, end = found.article, found.start, found.end
    if found.body != article.body:
        around = found.body.rfind("\n", 0, start) + 1, found.body.find("\n", end)
        article = replace(
            article,
            body=found.body,
            sentences=sentences(found.body, article.language),
            cuts=tuple(cut for cut in around if cut > 0),
            pages=(),
        )
    if found.superseded:
        return Quote(article, start, end, 0.0)
    carriers = [each.article for each in coverage.carriers(article.id, start, end)]
    articles = coverage.articles_by_id(carriers)
    copies = tuple(articles[each] for each in coverage.earliest(carriers) if each in articles)
    return Quote(article, start, end, 0.0, copies=copies)


def context(quote: Quote) -> Context:
    """The paragraphs in which a quote stands and the one before and after them, with the headings
    between; nothing from beyond a cut."""
    article = quote.article
    cuts = sorted(article.cuts)
    since = max((cut for cut in cuts if cut <= quote.start), default=0)
    until = min((cut for cut in cuts if cut >= quote.end), default=len(article.body))
    every = list(_paragraphs(quote, since, until))
    inside = [at for at, paragraph in enumerate(every) if paragraph.quoted]
    first = _neighbour(every, range(inside[0] - 1, -1, -1), inside[0])
    last = _neighbour(every, range(inside[-1] + 1, len(every)), inside[-1])
    return Context(
        article,
        quote.start,
        quote.end,
        tuple(every[first : last + 1]),
        cut_before=since in cuts and first == 0,
        cut_after=until in cuts and last == len(every) - 1,
    )


def wordings(quote: Quote) -> tuple[Wording, ...]:
    """How the copies of a quote word it: the quote's own wording first, then that which most
    copies have. Copies whose words are edited alike stand together, but for those that are spelled
    or punctuated otherwise: theirs is another wording, as none of them published the other's."""
    body, span = quote.article.body, (quote.start, quote.end)
    found: dict[tuple[object, ...], tuple[list[CopyPlace], tuple[Edit, ...]]] = {}
    for copy in quote.copies:
        place = _place(quote, copy)
        made = edits(body, copy.body, span, (place.start, place.end))
        changes = _changes(made, copy.body)
        key = (changes, folded(place.text) if changes else "")
        found.setdefault(key, ([], made))[0].append(place)
    grouped = [Wording(tuple(places), made) for places, made in found.values()]
    return tuple(sorted(grouped, key=lambda each: (not each.same, -len(each.places))))


def _paragraphs(quote: Quote, since: int, until: int) -> Iterator[Paragraph]:
    """The lines of `body[since:until]` that are not blank."""
    body = quote.article.body
    headings = {sentence.start for sentence in quote.article.sentences if sentence.heading}
    for line in _LINE.finditer(body, since, until):
        bare = line.group().strip()
        if bare:
            start = body.index(bare, line.start())
            end = start + len(bare)
            quoted = start < quote.end and quote.start < end
            yield Paragraph(start, end, start in headings, quoted)


def _neighbour(every: Sequence[Paragraph], after: range, known: int) -> int:
    """The place of the nearest paragraph that is no heading, else of the last heading before the
    end."""
    for at in after:
        known = at
        if not every[at].heading:
            break
    return known


def _place(quote: Quote, copy: Article) -> CopyPlace:
    """Where a copy carries a quote: the stretch with most of its words, and the sentences most of
    which are in it; of a quote too short for a stretch the sentence most like it."""
    mine, its = words_of(quote.text), words_of(copy.body)
    stretch = longest(mine, its)
    if stretch is None:
        keys = mine.keys.tolist()
        best = max(
            copy.sentences,
            key=lambda each: LCSseq.normalized_similarity(
                keys, its.between(each.start, each.end).keys.tolist()
            ),
        )
        return CopyPlace(copy, best.start, best.end)
    start, end = stretch.other_start, stretch.other_end
    inside = [
        each
        for each in copy.sentences
        if 2 * (min(each.end, end) - max(each.start, start)) >= each.end - each.start
    ]
    return CopyPlace(
        copy,
        min([start, *(each.start for each in inside)]),
        max([end, *(each.end for each in inside)]),
    )


def _changes(made: Sequence[Edit], other: str) -> tuple[object, ...]:
    """What tells one wording from another: where the quote was changed, and to which words."""
    return tuple(
        (edit.start, edit.end, other[edit.other_start : edit.other_end])
        for edit in made
        if not edit.equal
    )
