"""Whether a text is a verbatim quote of the coverage, as it is or ever was; and of a draft, which
of its parts are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain

from corpus.attribution.aliases import Aliases
from corpus.attribution.names import compact, known
from corpus.errors import InputError
from corpus.language.pasted import words_to_find
from corpus.store import Coverage
from retrieval.answer.check.attributions import Attribution, attributions
from retrieval.answer.check.draft import blocks
from retrieval.answer.check.own import of_parts
from retrieval.answer.check.parts import of_block, of_sentence
from retrieval.answer.check.quote import Found, altered, exact, ways_of
from retrieval.answer.check.receipt import (
    carriers,
    is_receipt,
    purged,
    read_receipt,
    receipted,
)
from retrieval.answer.check.search import MOST_MATCHES, Search
from retrieval.answer.check.verdict import Match, Verdict, VerdictKind

MOST_CHARACTERS = 50_000
"""Characters of a text that is looked for."""


def verify(text: str, coverage: Coverage, aliases: Aliases | None = None) -> Verdict:
    """Judge a receipt, a quote with or without its attribution, or a draft with quotes in it.
    `aliases` are names by which outlets and agencies go too. Raises `InputError` for what has no
    words, too many, or is a mistyped receipt."""
    if len(text) > MOST_CHARACTERS:
        raise InputError(
            f"the text has {len(text)} characters: verify {MOST_CHARACTERS} at a time at most"
        )
    if not words_to_find(text):
        raise InputError("there are no words to verify: paste a quote, or give a receipt")
    search = Search(coverage)
    if is_receipt(text) and not search.exact(text):
        return _of_receipt(text, coverage)
    cited, (kind, matches) = _whole(text, search, lambda: _names(coverage, aliases))
    every = blocks(text, cited)
    found: list[Found] = [(kind, matches)] * len(every)
    if not matches and len(every) > 1:
        found = [exact(ways_of(block.text), search) for block in every]
        if all(each for _, each in found):
            kind = VerdictKind.EXACT
            pairs = zip(every, found, strict=True)
            checked = (_checked(each, block.attribution, aliases) for block, (_, each) in pairs)
            matches = tuple(chain.from_iterable(checked))[:MOST_MATCHES]
    if not matches:
        kind, matches = altered(ways_of(_without_these(text, cited))[-1], search)
    if len(cited) == 1:
        matches = _checked(matches, cited[0], aliases)
    if len(every) == 1 and len(every[0].sentences) == 1:
        judged = [(every[0], list(of_sentence(every[0], kind, matches, search)))]
    else:
        judged = [
            (block, list(of_block(block, places, matches[:1], search)))
            for block, (_, places) in zip(every, found, strict=True)
        ]
    parts = [
        replace(part, matches=_checked(part.matches, block.attribution, aliases))
        for block, of_it in judged
        for part in of_it
    ]
    if kind is not VerdictKind.EXACT:
        kind, matches = of_parts(text, (kind, matches), parts, search)
    told = tuple(parts) if len(parts) > 1 else ()
    return Verdict(kind, matches, parts=told, attributions=tuple(cited))


def _whole(
    text: str, search: Search, names: Callable[[], Collection[str]]
) -> tuple[list[Attribution], Found]:
    """Where the whole text stands, and its attributions; none of a text that is there with what
    looks like them."""
    cited = attributions(text, names)
    ways = ways_of(text)
    if cited:
        bare = _without_these(text, cited)
        least = len(words_to_find(bare))
        with_these = [way for way in ways if len(words_to_find(way)) > least]
        if (found := exact(with_these, search))[1]:
            return [], found
        ways = ways_of(bare) if least else []
    return cited, exact(ways, search)


def _of_receipt(text: str, coverage: Coverage) -> Verdict:
    receipt = read_receipt(text)
    found = receipted(receipt, coverage)
    if found is None:
        removed = bool(coverage.removed(carriers(receipt, coverage)))
        gone = None if removed else purged(receipt, coverage)
        return Verdict(VerdictKind.ABSENT, (), receipt=True, removed=removed, purged=gone)
    match = Match(found.article, found.superseded, found.body, found.start, found.end)
    return Verdict(VerdictKind.EXACT, (match,), receipt=True)


def _names(coverage: Coverage, aliases: Aliases | None) -> frozenset[str]:
    return _known(aliases) | frozenset(map(compact, coverage.outlet_names()))


@cache
def _known(aliases: Aliases | None) -> frozenset[str]:
    return frozenset[str]().union(*(one.keys for one in known(aliases)))


def _without_these(text: str, cited: Sequence[Attribution]) -> str:
    """The text without attributions and the marks that quoted their lines."""
    for each in reversed(cited):
        text = text[: each.start].rstrip("> \t\r\n") + "\n" + text[each.end :]
    return text.strip()


def _checked(
    matches: Sequence[Match], attribution: Attribution | None, aliases: Aliases | None
) -> tuple[Match, ...]:
    """The places with what is claimed of them, those first that are as claimed."""
    checked = [match.checked(attribution, aliases) for match in matches]
    return tuple(
        sorted(checked, key=lambda match: bool(match.claimed and not match.claimed.agrees))
    )
