"""What happened to the people whom a number counts, if its sentence says so."""

from __future__ import annotations

from corpus.language.marks import COMMAS
from retrieval.answer.figures.lexicon import lexicon
from retrieval.answer.figures.quantities import Number, Quantity, ends_sentence
from retrieval.answer.figures.tokens import NumberToken
from retrieval.answer.figures.words import among, fate

# How far from its number a fate is; further where a lexicon tells parts of sentences apart.
_REACH = 8
_LEXICON_REACH = 20
# Words between a fate and its number.
_BETWEEN = 3


def fate_of(reading: Quantity, number: Number) -> str | None:
    """What befell those whom a number counts: the nearest that its sentence names."""
    tokens, found, known = reading.tokens, [], lexicon(reading.language)
    reach = _LEXICON_REACH if known else _REACH
    # «38人死亡，其中12名儿童»: what befell them all is before the comma
    clause = reading.clause(number.opens - 1, -1) if number.opens else ()
    included = any(tokens[at].text == "including" for at in clause)
    of_others = {other.last for other in reading.numbers if other != number}
    for at, step in ((number.last, 1), (number.first - 1, -1)):
        joints = 0
        for far in range(reach):
            here = at + far * step
            if not 0 <= here < len(tokens) or ends_sentence(tokens, here):
                break
            if known and _joins(tokens[here], step):
                if known.endings or (tokens[here].unspaced and not (included and step < 0)):
                    break
                included = included and tokens[here].text not in COMMAS
                joints += 1
            if tokens[here].is_word and (name := fate(tokens[here].text)):
                if step > 0 and here in of_others:
                    break  # «46 rescued and 19 missing»
                if known and any(token.text == "not" for token in tokens[max(0, here - 2) : here]):
                    break  # «no dejó muertos»
                found.append((far + joints, -step, name))
                break
    return min(found)[2] if found else None


def _joins(token: NumberToken, step: int) -> bool:
    """Whether a word or a mark that is met begins another part of the sentence, with a verb of its
    own: after a number, only a comma of Chinese does."""
    if step > 0:
        return token.unspaced and token.text == ","
    return token.text in COMMAS or token.text in ("who", "including") or among("and", token.text)


def fate_behind(reading: Quantity, number: Number) -> int:
    """The token after a number and its verb that may tell a fate: «otros siete siguen
    desaparecidos», «12 fueron detenidos»."""
    at, tokens = number.last, reading.tokens
    for _ in range(_BETWEEN if lexicon(reading.language) else 0):
        if at >= len(tokens) or not among("reaches", tokens[at].text):
            break
        at += 1
    return at if number.last < at < len(tokens) else -1


def fate_before(reading: Quantity, number: Number) -> int:
    """The token before a number that may tell a fate: «muertos subió a 12», «ölü sayısı 12»."""
    at, tokens = number.opens - 1, reading.tokens
    between = ("number_of", "reaches", "toward", "additional")
    for _ in range(_BETWEEN if lexicon(reading.language) else 0):
        if at < 0 or not any(among(name, tokens[at].text) for name in between):
            break
        at -= 1
    return at
