"""What became of a quote: whether it is still in the article, and what is there now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import LCSseq

from corpus.copies import edits
from corpus.copies.words import WordRun, words_of
from corpus.errors import InputError
from corpus.store import Coverage, Selection
from corpus.types import Article, Sentence
from retrieval.answer.check.aligned import Piece, differences
from retrieval.answer.check.receipt import (
    Receipt,
    Receipted,
    carriers_of_all,
    read_receipt,
    receipted,
)
from retrieval.types import Quote

# A sentence is another wording of a quote from this share of words in common, in their order.
_ALIKE = 0.3


class ChangeKind(StrEnum):
    """A quote was `corrected`, or `taken_out` of its article; its article was `withdrawn`, or is
    not `known` any more."""

    CORRECTED = "corrected"
    TAKEN_OUT = "taken_out"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Change:
    """What has become of a quote. `article` is the one that it was taken from, as it is now, if it
    is known; `now` is what is in place of what was corrected, and `diff` how the two differ: what
    is equal and what is deleted make up what stands now, what is equal and what is inserted the
    quote."""

    kind: ChangeKind
    article: Article | None = None
    now: Quote | None = None
    diff: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class _Held:
    """A receipt and the articles that it may be of, each with what tells their texts apart."""

    receipt: Receipt
    articles: tuple[tuple[str, str], ...]


class Changes:
    """Looks for changes again and again, each time only at what changed since the last time. Used
    by one thread at a time."""

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage
        self._looked: dict[str, _Held] = {}

    def of(self, receipts: Iterable[str]) -> dict[str, Change]:
        """What has become of those that do not stand any more. A receipt that is mistyped stands:
        nobody was shown one."""
        held = self._held(receipts)
        changed = {}
        for written, each in held.items():
            if self._looked.get(written) != each and (found := _change(each, self._coverage)):
                changed[written] = found
        self._looked = held  # not before: what fails is looked at again
        return changed

    def forget(self) -> None:
        """Look at everything the next time."""
        self._looked = {}

    def _held(self, receipts: Iterable[str]) -> dict[str, _Held]:
        read: dict[str, Receipt] = {}
        for written in receipts:
            try:
                read[written] = read_receipt(written)
            except InputError:
                continue
        carriers = carriers_of_all(read.values(), self._coverage)
        every = {article for found in carriers.values() for article in found}
        states = self._coverage.states(every)
        return {
            written: _Held(
                receipt,
                tuple((each, states[each]) for each in carriers[receipt.article] if each in states),
            )
            for written, receipt in read.items()
        }


def change_of(receipt: str, coverage: Coverage) -> Change | None:
    """What has become of the quote of a receipt; `None` if it stands."""
    return Changes(coverage).of([receipt]).get(receipt)


def _change(held: _Held, coverage: Coverage) -> Change | None:
    names = [name for name, _ in held.articles]
    found = receipted(held.receipt, coverage, names)
    if found is None:
        removed = sorted(coverage.removed(names))
        if not removed:
            return Change(ChangeKind.UNKNOWN)
        of_these = coverage.articles_by_id(removed, Selection(removed=True))
        # of several that it may be of nobody can say which it was
        return Change(
            ChangeKind.WITHDRAWN, next(iter(of_these.values())) if len(of_these) == 1 else None
        )
    if not found.superseded:
        return None
    newest = coverage.article(found.article.id)
    # the same version was cleaned again, which corrects nothing
    if newest is None or newest.version == found.article.version:
        return None
    return _corrected(found, newest)


def _corrected(found: Receipted, newest: Article) -> Change | None:
    """What an article has instead of a quote; `None` if it has the quote, or the same words."""
    if found.text in newest.body:
        return None
    stand = [each for each in _in_place(found, newest) if _alike(found.text, newest, each)]
    if not stand:
        return Change(ChangeKind.TAKEN_OUT, newest)
    now = Quote(newest, stand[0].start, stand[-1].end, 0.0)
    made = edits(found.body, newest.body, (found.start, found.end), (now.start, now.end))
    if all(edit.equal for edit in made):
        return None
    return Change(ChangeKind.CORRECTED, newest, now, differences(found.text, now.text))


def _in_place(found: Receipted, newest: Article) -> Iterator[Sentence]:
    """The sentences between what stood before the quote and what stood after it."""
    mine, its = words_of(found.body), words_of(newest.body)
    first, last = _words_in(mine, found.start, found.end)
    low, high = 0, len(its.keys)
    for block in LCSseq.opcodes(mine.keys.tolist(), its.keys.tolist()).as_matching_blocks():
        if block.size and block.a < first:
            low = block.b + min(block.size, first - block.a)
        if block.size and block.a + block.size > last:
            high = block.b + max(last - block.a, 0)
            break
    if low < high:
        start, end = int(its.starts[low]), int(its.ends[high - 1])
        for sentence in newest.sentences:
            if sentence.start < end and start < sentence.end and not sentence.heading:
                yield sentence


def _words_in(words: WordRun, start: int, end: int) -> tuple[int, int]:
    """The first word that begins in a range, and the one after the last."""
    first, last = words.starts.searchsorted([start, end]).tolist()
    return first, last


def _alike(text: str, article: Article, sentence: Sentence) -> bool:
    """Whether a sentence is another wording of a text or of a part of it."""
    its = words_of(article.body[sentence.start : sentence.end]).keys.tolist()
    mine = words_of(text).keys.tolist()
    common = LCSseq.similarity(mine, its)
    return bool(its) and common >= _ALIKE * min(len(mine), len(its))
