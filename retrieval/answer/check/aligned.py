"""Where in a body the original of an altered text stands, and how the words differ."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Literal, NamedTuple

from rapidfuzz.distance import LCSseq

from corpus.language.marks import SENTENCE_ENDS
from corpus.language.pasted import UNSPACED, Folded
from corpus.language.text import INVISIBLE, normalise

Piece = tuple[Literal["equal", "delete", "insert"], str]

# Words of the original between two runs that somebody left out, at most.
_LEFT_OUT = 300
_CHANCE = 2
# A pair of words that is in the text more often shows no place in it.
_REPEATS = 16
# What a word between two runs takes from the words they have in common.
_GAP = 0.01
# Words before the first run and after the last that may be what the text changed at its edges.
_EDGE = 6

_LETTER = rf"[^\W_{UNSPACED}]"
_TOKEN = re.compile(rf"[{UNSPACED}]|{_LETTER}(?:{_LETTER}|[{INVISIBLE[1:-1]}])*|\.{{2,}}|\S")
_STOP = re.compile(f"[{SENTENCE_ENDS}]")


class FoldedToken(NamedTuple):
    """A word or a mark of a folded text; `word` is none of a mark."""

    written: str
    word: str
    start: int
    end: int


class EqualRun(NamedTuple):
    """Words in a row that are the same: their first places, and how many."""

    text: int
    body: int
    length: int


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text as tokens; `words` are the places of its words among them."""

    source: str
    folded: Folded
    tokens: tuple[FoldedToken, ...]
    words: tuple[int, ...]

    @classmethod
    @lru_cache(maxsize=32)  # pieces of a draft are compared with the same few bodies
    def of(cls, text: str) -> FoldedText:
        folded = Folded.of(text)
        tokens = tuple(
            FoldedToken(found.group(), _word(found.group()), *found.span())
            for found in _TOKEN.finditer(folded.text)
        )
        return cls(text, folded, tokens, tuple(at for at, each in enumerate(tokens) if each.word))

    def keys(self) -> list[str]:
        return [self.tokens[at].word for at in self.words]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where the tokens from `first` to before `last`, at least one, are in the source."""
        return self.folded.original(self.tokens[first].start, self.tokens[last - 1].end)

    def written(self, first: int, last: int, end: int) -> str:
        """The source of these tokens, with what is between them and the next before `end`."""
        if first == last:
            return ""
        start, stop = self.span(first, last)
        return self.source[start : self.span(last, last + 1)[0] if last < end else stop]


@dataclass(frozen=True, slots=True)
class Aligned:
    """`body[start:end]` as the original of a text: `words` of the text are there in the same order,
    `longest` of them in a row. `share` is their share of the text's words, `dense` that of the
    words of text or original, whichever has more."""

    start: int
    end: int
    words: int
    longest: int
    share: float
    dense: float
    diff: tuple[Piece, ...]


def aligned(text: FoldedText, original: FoldedText) -> Aligned | None:
    """What in a body the text was most likely made of; `None` if they have no two words in a row in
    common. The pieces of the diff that are not inserted make up `body[start:end]`."""
    runs = _best(_runs(text.keys(), original.keys()))
    if not runs:
        return None
    ways = [runs]
    # two words at an edge may be there by chance, far from what was changed
    if len(runs) > 1 and runs[-1].length == _CHANCE:
        ways.append(runs[:-1])
    if len(runs) > 1 and runs[0].length == _CHANCE:
        ways.append(runs[1:])
    return max((_along(way, text, original) for way in ways), key=lambda each: each.dense)


def differences(text: str, original: str) -> tuple[Piece, ...]:
    """The diff of the whole of `original` to the whole of a text."""
    tokens, source = FoldedText.of(text), FoldedText.of(original)
    return _diff(tokens, source, 0, len(source.tokens))[0]


def _along(runs: Sequence[EqualRun], text: FoldedText, original: FoldedText) -> Aligned:
    first, last = _window(runs, text, original)
    diff, equal = _diff(text, original, first, last)
    words, others = len(text.words), sum(bool(token.word) for token in original.tokens[first:last])
    return Aligned(
        *original.span(first, last),
        equal,
        max(run.length for run in runs),
        equal / words,
        equal / max(words, others),
        diff,
    )


@lru_cache(maxsize=1 << 16)
def _word(written: str) -> str:
    return normalise(written) if written[0].isalnum() else ""


def _runs(text: Sequence[str], body: Sequence[str]) -> list[EqualRun]:
    """All runs of two and more words that both have, in the order of the body."""
    every: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, pair in enumerate(pairwise(text)):
        every[pair].append(at)
    places = {pair: found for pair, found in every.items() if len(found) <= _REPEATS}
    made: dict[int, list[EqualRun]] = defaultdict(list)
    for at, pair in enumerate(pairwise(body)):
        for place in places.get(pair, ()):
            line = made[at - place]
            if line and line[-1].body + line[-1].length == at + 1:
                line[-1] = line[-1]._replace(length=line[-1].length + 1)
            else:
                line.append(EqualRun(place, at, 2))
    return sorted(chain.from_iterable(made.values()), key=lambda run: run.body)


def _best(runs: Sequence[EqualRun]) -> list[EqualRun]:
    """The runs that follow each other in both texts and have most words, near to each other."""
    scores: list[float] = []
    before: list[int] = []
    for run in runs:
        best, link = 0.0, -1
        for at in range(len(scores)):
            other = runs[at]
            gap = run.body - other.body - other.length
            if 0 <= gap <= _LEFT_OUT and run.text >= other.text + other.length:
                score = scores[at] - _GAP * gap
                if score > best:
                    best, link = score, at
        scores.append(best + run.length)
        before.append(link)
    made: list[EqualRun] = []
    at = max(range(len(runs)), key=scores.__getitem__, default=-1)
    while at >= 0:
        made.append(runs[at])
        at = before[at]
    return made[::-1]


def _window(runs: Sequence[EqualRun], text: FoldedText, original: FoldedText) -> tuple[int, int]:
    """The tokens of the original, from the first to before the last, that the text stands for."""
    first, last = runs[0], runs[-1]
    mine = text.words[first.text], text.words[last.text + last.length - 1]
    its = original.words[first.body], original.words[last.body + last.length - 1]
    return _edge(text, original, mine[0], its[0], -1), _edge(text, original, mine[1], its[1], 1) + 1


def _edge(text: FoldedText, original: FoldedText, mine: int, at: int, step: Literal[-1, 1]) -> int:
    """The last token of the original beyond `at` for which the text has something beyond `mine`: as
    many words, and no more ends of sentences than are there; and a mark next to the last of them
    where the text has one at that end."""
    beyond = text.tokens[:mine] if step < 0 else text.tokens[mine + 1 :]
    words = min(sum(bool(token.word) for token in beyond), _EDGE)
    marked = bool(beyond) and not beyond[0 if step < 0 else -1].word
    places = range(mine) if step < 0 else range(mine, len(text.tokens) - 1)
    ends = sum(_ends_sentence(text, place) for place in places)
    while 0 <= at + step < len(original.tokens):
        between = at - 1 if step < 0 else at
        ends -= _ends_sentence(original, between)
        token = original.tokens[at + step]
        beside = marked and not token.word and _touching(original, between)
        if ends < 0 or not (words or beside) or (token.word and not words):
            break
        words -= bool(token.word)
        at += step
    return at


def _touching(tokens: FoldedText, at: int) -> bool:
    """Whether nothing is between this token and the next."""
    return tokens.tokens[at].end == tokens.tokens[at + 1].start


def _ends_sentence(tokens: FoldedText, at: int) -> bool:
    """Whether a sentence or line ends between this token and the next."""
    if _touching(tokens, at):
        return False
    between = tokens.source[tokens.span(at, at + 1)[1] : tokens.span(at + 1, at + 2)[0]]
    return "\n" in between or bool(_STOP.match(tokens.tokens[at].written))


def _diff(
    text: FoldedText, original: FoldedText, first: int, last: int
) -> tuple[tuple[Piece, ...], int]:
    """The diff of these tokens of the original to the text, and how many words are equal. Spellings
    of one word differ."""
    mine = [token.written for token in original.tokens[first:last]]
    its = [token.written for token in text.tokens]
    made: list[Piece] = []
    equal = 0
    gone = come = ""
    for block in LCSseq.opcodes(mine, its):
        source = original.written(first + block.src_start, first + block.src_end, last)
        pasted = text.written(block.dest_start, block.dest_end, len(its))
        if block.tag != "equal":
            gone, come = gone + source, come + pasted
            continue
        equal += sum(bool(each.word) for each in text.tokens[block.dest_start : block.dest_end])
        made += _changed(gone, come)
        made.append(("equal", source))
        gone = come = ""
    return (*made, *_changed(gone, come)), equal


def _changed(gone: str, come: str) -> list[Piece]:
    changed: list[Piece] = [("delete", gone), ("insert", come)]
    return [piece for piece in changed if piece[1]]
