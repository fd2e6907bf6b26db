"""How one text was edited into another, word by word, as ranges of both bodies."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from corpus.copies.words import WordRun, words_of


@dataclass(frozen=True, slots=True)
class Edit:
    """`body[start:end]` of one text and `body[other_start:other_end]` of the other: the same words
    (`equal`), or what was put for what. A side with nothing is an empty range."""

    equal: bool
    start: int
    end: int
    other_start: int
    other_end: int


def edits(
    one: str,
    other: str,
    span: tuple[int, int] | None = None,
    in_other: tuple[int, int] | None = None,
) -> tuple[Edit, ...]:
    """How `one[slice(*span)]` differs from `other[slice(*in_other)]`, equal and changed in turn;
    ranges count from the beginning of the bodies. Spellings of one word, and names of one month,
    are equal; punctuation does not count."""
    here, there = span or (0, len(one)), in_other or (0, len(other))
    mine, its = words_of(one[slice(*here)]), words_of(other[slice(*there)])
    made: list[Edit] = []
    words = others = 0
    for block in LCSseq.opcodes(mine.keys.tolist(), its.keys.tolist()).as_matching_blocks():
        if block.a > words or block.b > others:
            ranges = _range(mine, words, block.a, here[0]), _range(its, others, block.b, there[0])
            made.append(Edit(False, *ranges[0], *ranges[1]))
        words, others = block.a + block.size, block.b + block.size
        if block.size:
            ranges = _range(mine, block.a, words, here[0]), _range(its, block.b, others, there[0])
            made.append(Edit(True, *ranges[0], *ranges[1]))
    return tuple(made)


def _range(words: WordRun, first: int, last: int, offset: int) -> tuple[int, int]:
    """From word `first` to before word `last`; of none, the end of the word before."""
    if first == last:
        at = int(words.ends[first - 1]) if first else 0
        return at + offset, at + offset
    return int(words.starts[first]) + offset, int(words.ends[last - 1]) + offset
