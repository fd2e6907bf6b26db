"""What a quote needs of the sentences around it to be understood: the one before, where it opens
with a pronoun or somebody adds something, and the rest of a quotation of which it has a part.

Sentences are added across paragraphs, because news in Arabic often has one sentence in each; never
across a heading or a cut, and never beyond what fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from corpus.language.clitics import clitics
from corpus.language.languages import table as language_table
from corpus.language.phrases import any_of, phrases
from corpus.language.text import normalise
from corpus.types import Article
from retrieval.answer.quote.span import Span, quotable, sentences_in

# Marks of quotation by their pairs; ”…“ is how some right-to-left text has them.
_MARKED = re.compile("«[^«»]*»|‹[^‹›]*›|“[^“”]*”|„[^“”„]*[“”]|”[^“”\n]*“|「[^「」]*」|『[^『』]*』")
_LINE = re.compile(r"[^\n]+")
# Lines after the one in which straight marks open a quotation that may close it.
_LINES = 4
_MARK = re.compile('"')
# What of a sentence is compared with the table of openers.
_OPENING = 60
_BEFORE = re.compile(r"^[\W_]+")
# Languages that are compared as `normalise` has them.
_ARABIC = ("ar", "fa")


def whole(article: Article, start: int, end: int) -> Span:
    """The span of whole sentences `body[start:end]` with what it needs around it, as far as that
    fits: quotations of which it has only a part, then the sentences before one that opens with a
    pronoun, a demonstrative or "he added"."""
    run = _mended(article, sentences_in(article, start, end))
    while (
        run[0]
        and not article.sentences[run[0]].lead
        and leans(_text(article, run[0]), article.language)
    ):
        wider = _mended(article, range(run[0] - 1, run[-1] + 1))
        if not _quotable(article, wider) or not _parted(article, wider) <= _parted(article, run):
            break
        run = wider
    return article.sentences[run[0]].start, article.sentences[run[-1]].end


def leans(sentence: str, language: str) -> bool:
    """Whether a sentence opens so that it cannot be understood without the one before."""
    found = _openers(language)
    if found is None:
        return False
    opens, never = found
    opening = _folded(_BEFORE.sub("", sentence[:_OPENING]), language)
    return bool(opens.match(opening)) and not never.match(opening)


@lru_cache(maxsize=64)
def quotations(body: str) -> tuple[Span, ...]:
    """The stretches of a body from a mark that opens a quotation to the one that closes it, both
    included. Straight marks pair within a line, or over two that both have an odd number of them
    and few lines between; a mark without its other is none."""
    found = [match.span() for match in _MARKED.finditer(body)]
    return tuple(sorted([*found, *_straight(body)]))


def _straight(body: str) -> Iterator[Span]:
    opened: int | None = None
    if '"' not in body:
        return
    lines = [
        [mark.start() for mark in _MARK.finditer(body, *line.span())]
        for line in _LINE.finditer(body)
        if line.group().strip()
    ]
    for number, marks in enumerate(lines):
        for mark in marks:
            if opened is None:
                opened = mark
            else:
                yield opened, mark + 1
                opened = None
        below = lines[number + 1 : number + 1 + _LINES]
        following: list[int] = next(filter(None, below), [])
        if len(following) % 2 == 0:
            opened = None


def _mended(article: Article, run: range) -> range:
    """A run of sentences, wider where that makes quotations whole of which it had a part."""
    parted = _parted(article, run)
    for quotation in sorted(parted, key=lambda span: span[1] - span[0]):
        wider, more = run, frozenset([quotation])
        while more:
            for start, end in more:
                reached = sentences_in(article, start, end)
                wider = range(min(wider.start, reached.start), max(wider.stop, reached.stop))
            more = _parted(article, wider) - parted
        if _quotable(article, wider):
            return _mended(article, wider)
    return run


def _parted(article: Article, run: range) -> frozenset[Span]:
    """The quotations of which a run of sentences has a part only."""
    start, end = article.sentences[run[0]].start, article.sentences[run[-1]].end
    return frozenset(
        span
        for span in quotations(article.body)
        if span[0] < end and start < span[1] and not (start <= span[0] and span[1] <= end)
    )


def _quotable(article: Article, run: range) -> bool:
    return quotable(article, article.sentences[run.start : run.stop])


def _text(article: Article, number: int) -> str:
    sentence = article.sentences[number]
    return article.body[sentence.start : sentence.end]


def _folded(text: str, language: str) -> str:
    return normalise(text) if language in _ARABIC else text.lower()


@cache
def _openers(language: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """What opens a sentence that leans on the one before, and what only looks so; `None` for a
    language without a table."""
    table = language_table(language, "openers")
    if not table:
        return None
    return _pattern(table["opens"], language), _pattern(table["never"], language)


def _pattern(table: str, language: str) -> re.Pattern[str]:
    names = sorted((_folded(name, language) for name in phrases(table)), key=len)[::-1]
    return re.compile(rf"{clitics(language).conjunction}(?:{any_of(names)})(?!\w)")
