"""Whether a text is a verbatim quote of the coverage, as it is or ever was."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from math import log

from corpus.errors import InputError
from corpus.language.pasted import UNSPACED, Folded, folded, sent, words_to_find
from corpus.language.spelling import Spelled, has_signs, signs_end
from corpus.store import Coverage, Entered
from corpus.types import Article, Part, PartKind
from retrieval.answer.check.aligned import Aligned, FoldedText, Piece, aligned, differences
from retrieval.answer.check.receipt import carriers, is_receipt, read_receipt, receipted

MOST_CHARACTERS = 50_000
"""Characters of a text that is looked for."""

MOST_MATCHES = 100
"""Places told of a text that stands in more."""

# A text is looked for by its first words; so many bodies that have them are read at most.
_FIRST_WORDS = 40
_READ = 2_000
# And again for another spelling, which takes longer.
_READ_TWICE = 200
# The original of an altered text is looked for by pairs of its words, spread over it; a pair that
# more bodies than this have tells little.
_PAIRS = 32
_COMMON = 1_000
# It has at least this share of the pairs, and of those that have, so many are read.
_SHARE_OF_PAIRS = 0.25
_ALIGNED = 8
# What of the words must stand in the original, in its order: half, fewer where there is a long run
# of them; where there is not even a short one, three quarters of all words there, for chance leaves
# them scattered (tests/benchmark/verify.py prints how far such texts stay below).
_FEWEST = 3
_SHORT_RUN = 5
_DENSE = 0.75
_SHARE = 0.5
_LONG_RUN = 8
_SHARE_WITH_LONG_RUN = 0.1

_OPENING, _CLOSING = "\"«“”„‟'‘‚‹「『", "\"»”“‟'’‘›」』"
_LAST_LINE = re.compile(r"[\r\n]+[^\r\n]*$")
_OUTSIDE = re.compile(rf"^\s*[{_OPENING}](.+)[{_CLOSING}]\s*([—–-]\s*[^\n]*)$", re.DOTALL)
_CITATION = re.compile(r"\s·\s|https?://")
_LETTERS = re.compile(rf"[^\W_{UNSPACED}]{{2}}")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~\n])")
_MARKDOWN = re.compile(r"^[ \t]*> ?", re.MULTILINE)


class VerdictKind(StrEnum):
    """`exact`: to the character, but for what programs change and for spelling. `altered`: not so,
    and it was made of what stands there. `absent`: neither."""

    EXACT = "exact"
    ALTERED = "altered"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Match:
    """`body[start:end]` of a version of an article. `superseded`: the article's text is another
    one now. `diff` tells how a text was altered, or an exact one is spelled otherwise: what is
    equal and what is deleted make up `text`, what is equal and what is inserted the text that was
    given."""

    article: Article
    superseded: bool
    body: str
    start: int
    end: int
    diff: tuple[Piece, ...] | None = None

    @property
    def text(self) -> str:
        return self.body[self.start : self.end]

    @property
    def part(self) -> Part:
        """The part of the article that it stands in; a text that was cleaned again since is body
        throughout."""
        if self.body != self.article.body:
            return Part(PartKind.BODY, 0, len(self.body))
        return self.article.part_at(self.start)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text is, and where it or its original stands, what was published last first;
    superseded texts after all others. `receipt`: what was given is one; `removed`: of an article
    that was removed."""

    kind: VerdictKind
    matches: tuple[Match, ...]
    receipt: bool = False
    removed: bool = False

    @property
    def spelled(self) -> bool:
        """Whether the text is exact but for its spelling, which the matches tell."""
        return self.kind is VerdictKind.EXACT and any(match.diff for match in self.matches)


def verify(text: str, coverage: Coverage) -> Verdict:
    """Judge a receipt, a quote, or a whole paragraph with or without its citation. Raises
    `InputError` for what has no words, too many, or is a mistyped receipt."""
    if len(text) > MOST_CHARACTERS:
        raise InputError(
            f"the text has {len(text)} characters: verify {MOST_CHARACTERS} at a time at most"
        )
    if not words_to_find(text):
        raise InputError("there are no words to verify: paste a quote, or give a receipt")
    if is_receipt(text) and not _exact(text, _carrying(text, coverage), coverage):
        return _of_receipt(text, coverage)
    ways = _ways(text)
    carrying = []
    for way in ways:
        carrying.append(_carrying(way, coverage))
        if found := _exact(way, carrying[-1], coverage):
            return Verdict(VerdictKind.EXACT, found)
    for way, entries in zip(ways, carrying, strict=True):
        if entries and (found := _spelled(way, entries[:_READ_TWICE], coverage)):
            return Verdict(VerdictKind.EXACT, found)
    near = closest(ways[-1], coverage)
    if near and _made_of_it(near[1]):
        return Verdict(VerdictKind.ALTERED, near[:1])
    return Verdict(VerdictKind.ABSENT, ())


def _of_receipt(text: str, coverage: Coverage) -> Verdict:
    receipt = read_receipt(text)
    found = receipted(receipt, coverage)
    if found is None:
        removed = bool(coverage.removed(carriers(receipt, coverage)))
        return Verdict(VerdictKind.ABSENT, (), receipt=True, removed=removed)
    match = Match(found.article, found.superseded, found.body, found.start, found.end)
    return Verdict(VerdictKind.EXACT, (match,), receipt=True)


def _ways(text: str) -> list[str]:
    """The text, and what is left of it without what is not the quote: marks of a quotation, the
    quotation marks around it, the citation behind or below it. Least is left in the last."""
    ways = [text.strip()]
    for way in ways:  # grows meanwhile, by ever shorter texts
        ways += [left for left in _without(way) if left and left not in ways]
    return sorted(ways, key=len, reverse=True)


def _without(text: str) -> Iterator[str]:
    yield _MARKDOWN.sub("", text).strip()
    yield _ESCAPED.sub(r"\1", text).strip()
    if len(text) > 2 and text[0] in _OPENING and text[-1] in _CLOSING:
        yield text[1:-1].strip()
    if outside := _OUTSIDE.match(text):
        yield outside[1].strip()
    if (line := _LAST_LINE.search(text)) and _CITATION.search(line[0].strip()):
        yield text[: line.start()].strip()


def _exact(text: str, carrying: Sequence[Entered], coverage: Coverage) -> tuple[Match, ...]:
    """Every place where the text stands."""
    sought = folded(text)
    return _standing(carrying, coverage, lambda body: _places(sought, body))


def _spelled(text: str, carrying: Sequence[Entered], coverage: Coverage) -> tuple[Match, ...]:
    """Every place where the text stands in another spelling, with what is spelled otherwise."""
    signs = has_signs(text)
    sought = Spelled.of(text, signs=signs).text.strip()
    found = _standing(carrying, coverage, lambda body: _spelled_places(sought, body, signs))
    return tuple(replace(match, diff=differences(text, match.text)) for match in found)


def _carrying(text: str, coverage: Coverage) -> list[Entered]:
    """The versions that have or had the first words of a text."""
    words = words_to_find(text)[:_FIRST_WORDS]
    return _versions(coverage, coverage.with_run(words, _READ)) if words else []


def _standing(
    carrying: Sequence[Entered], coverage: Coverage, places: Callable[[str], list[tuple[int, int]]]
) -> tuple[Match, ...]:
    """Those of the places in the bodies of these versions that are told."""
    found: list[Match] = []
    for entry in carrying:
        for number, body in enumerate(coverage.bodies(entry.article, entry.version)):
            if not (here := places(body)):
                continue
            article = coverage.article(entry.article, entry.version)
            assert article is not None
            superseded = number > 0 or not entry.newest
            found += (Match(article, superseded, body, *place) for place in here)
            break
        if len(found) >= MOST_MATCHES:
            break
    found.sort(key=_last_first)
    return tuple(found[:MOST_MATCHES])


def _versions(coverage: Coverage, numbers: list[int]) -> list[Entered]:
    """The versions that have or had these bodies, each once, newest ones first."""
    entries = {(each.article, each.version): each for each in coverage.entered(numbers)}
    return sorted(entries.values(), key=lambda each: not each.newest)


def _places(sought: str, body: str) -> list[tuple[int, int]]:
    """Where the text stands in a body, from word to word."""
    if sought not in folded(body):
        body = sent(body)
    if sought not in folded(body):
        return []
    return list(_found(sought, Folded.of(body)))


def _spelled_places(sought: str, body: str, signs: bool) -> list[tuple[int, int]]:
    for way in dict.fromkeys((body, sent(body))):
        inside = Spelled.of(way, signs=signs)
        if found := [(start, signs_end(way, end)) for start, end in _found(sought, inside)]:
            return found
    return []


def _found(sought: str, inside: Folded | Spelled) -> Iterator[tuple[int, int]]:
    for found in re.finditer(re.escape(sought), inside.text):
        if not any(_inside_word(inside.text, at) for at in found.span()):
            yield inside.original(*found.span())


def _inside_word(text: str, at: int) -> bool:
    """Whether a cut at this place goes through a word, or between a letter and its signs."""
    if not 0 < at < len(text):
        return False
    return bool(unicodedata.combining(text[at]) or _LETTERS.match(text, at - 1))


def _last_first(match: Match) -> tuple[bool, int, str, int]:
    day = match.article.source.published
    return match.superseded, -day.toordinal() if day else 0, match.article.id, match.start


def closest(text: str, coverage: Coverage) -> tuple[Match, Aligned] | None:
    """What an altered text was most likely made of, if anything, and how near the two are."""
    tokens = FoldedText.of(text)
    best: tuple[tuple[float, bool], Match, Aligned] | None = None
    for entry in _versions(coverage, _candidates(text, coverage)):
        for number, body in enumerate(coverage.bodies(entry.article, entry.version)):
            found = aligned(tokens, body)
            if found is None:
                continue
            superseded = number > 0 or not entry.newest
            rank = found.share + found.dense, not superseded
            if best is None or rank > best[0]:
                article = coverage.article(entry.article, entry.version)
                assert article is not None
                match = Match(article, superseded, body, found.start, found.end, found.diff)
                best = rank, match, found
    return best and best[1:]


def _made_of_it(found: Aligned) -> bool:
    if found.words < _FEWEST:
        return False
    if found.longest < _SHORT_RUN:
        return found.dense >= _DENSE
    return found.share >= (_SHARE if found.longest < _LONG_RUN else _SHARE_WITH_LONG_RUN)


def _candidates(text: str, coverage: Coverage) -> list[int]:
    """The bodies with most of the pairs of words of a text, rare ones counting more."""
    words = words_to_find(text)
    pairs = list(dict.fromkeys(pairwise(words)))
    spread = pairs[:: -(-len(pairs) // _PAIRS)] if pairs else []
    having: Counter[int] = Counter()
    weights: dict[int, float] = defaultdict(float)
    for pair in spread:
        numbers = coverage.with_run(pair, _COMMON)
        having.update(numbers)
        weight = log(1 + 2 * _COMMON / (1 + len(numbers)))
        for number in numbers:
            weights[number] += weight
    enough = max(_SHARE_OF_PAIRS * len(spread), 1)
    able = [number for number, pairs in having.items() if pairs >= enough]
    return sorted(able, key=lambda number: (-weights[number], -number))[:_ALIGNED]
