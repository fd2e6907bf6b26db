"""Names in Arabic and Persian, which write no capitals: the words of `names.txt`, made by
`retrieval.training.names`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from corpus.language.clitics import clitics
from retrieval.question.understand import question_words

_SHORTEST = 3


@cache
def known_names() -> frozenset[str]:
    """Words that are names and nothing else, of languages that write no capitals, normalised."""
    text = files("retrieval.question").joinpath("names.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


def uncased(folded: str) -> str | None:
    """An Arabic or Persian name without what is written on to it; `None` for another word."""
    if folded in question_words():
        return None
    if folded in known_names():
        return folded
    rests = (folded.removeprefix(clitic) for clitic in clitics("ar").joined)
    return next((rest for rest in rests if len(rest) > _SHORTEST and rest in known_names()), None)
