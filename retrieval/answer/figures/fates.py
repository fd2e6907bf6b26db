"""What befell those whom a number counts, where its sentence says so."""

from __future__ import annotations

from corpus.language.marks import COMMAS
from retrieval.answer.figures.lexicon import lexicon
from retrieval.answer.figures.quantities import Number, Quantity, ends_sentence
from retrieval.answer.figures.tokens import NumberToken
from retrieval.answer.figures.words import among, fate

# How far from its number a fate stands; further where a lexicon tells parts of sentences apart.
_REACH = 8
_LEXICON_REACH = 20
# Words between a fate and its number.
_BETWEEN = 3


def fate_of(reading: Quantity, number: Number) -> str | None:
    """What befell those whom a number counts: the nearest that its sentence names."""
    tokens, found, known = reading.tokens, [], lexicon(reading.language)
    reach = _LEXICON_REACH if known else _REACH
    for at, step in ((number.last, 1), (number.first - 1, -1)):
        joints = 0
        for far in range(reach):
            here = at + far * step
            if not 0 <= here < len(tokens) or ends_sentence(tokens, here):
                break
            if known and _joins(tokens[here], step):
                if known.endings or tokens[here].unspaced:
                    break
                joints += 1
            if tokens[here].is_word and (name := fate(tokens[here].text)):
                found.append((far + joints, step, name))
                break
    return min(found)[2] if found else None


def _joins(token: NumberToken, step: int) -> bool:
    """Whether a word or a mark that is met begins another part of the sentence, with a verb of its
    own: behind a number, only a comma of Chinese does."""
    if step > 0:
        return token.unspaced and token.text == ","
    return token.text in COMMAS or token.text == "who" or among("and", token.text)


def fate_before(reading: Quantity, number: Number) -> int:
    """The token before a number that may tell a fate: «muertos subió a 12», «ölü sayısı 12»."""
    at, tokens = number.opens - 1, reading.tokens
    between = ("number_of", "reaches", "toward")
    for _ in range(_BETWEEN if lexicon(reading.language) else 0):
        if at < 0 or not any(among(name, tokens[at].text) for name in between):
            break
        at -= 1
    return at
