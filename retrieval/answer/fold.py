"""One quote for each independent text: what others carry too is quoted once, of the earliest known.

Which articles carry the words of a quote is read in the register of copies, that is in the whole
coverage. Articles that carry the same speech and nothing around it are independent reports of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from corpus.copies import Carrier, is_speech
from corpus.store import Coverage, Selection
from corpus.types import Article
from retrieval.analyse import words
from retrieval.answer.question import Asked
from retrieval.answer.quote import QUOTE_CHARACTERS, Candidate
from retrieval.answer.wanted import gives
from retrieval.types import Quote

# The share of shingles in common from which two quotes are one text in two dresses, also where they
# are too short for the register.
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class _Text:
    """An independent text: the candidates of it, the best first, and where else the words of that
    one stand."""

    members: list[Candidate]
    carriers: dict[str, Carrier]
    shingles: frozenset[str]

    def holds(self, quote: Quote, shingles: frozenset[str]) -> bool:
        """Whether a quote is of this text, as far as can be told without looking for its own
        carriers."""
        carrier = self.carriers.get(quote.article.id)
        if carrier is not None and _overlap(carrier, quote):
            return True
        return _alike(self.shingles, shingles) and not is_speech(
            quote.article.body, quote.start, quote.end
        )

    def of_these(self, carriers: dict[str, Carrier]) -> bool:
        """Whether its words stand where the words of another quote do."""
        best = self.members[0].quote
        carrier = carriers.get(best.article.id)
        return carrier is not None and _overlap(carrier, best)


def fold(
    found: Iterable[Candidate],
    coverage: Coverage,
    asked: Asked,
    *,
    limit: int,
    selection: Selection | None = None,
) -> list[Candidate]:
    """The best `limit` independent texts of candidates, which come best first. Each is quoted from
    the earliest known article of the `selection` (else the one that names its outlet) that says as
    much of what is asked; the other carriers in the coverage become its copies. Overlapping quotes
    of one article fold into the better one. In the order of the best of each."""
    texts: list[_Text] = []
    taken: dict[str, list[Quote]] = {}
    for candidate in found:
        quote = candidate.quote
        others = taken.setdefault(quote.article.id, [])
        if any(_overlap(quote, other) for other in others):
            continue
        others.append(quote)
        shingles = _shingles(quote.text)
        text = next((each for each in texts if each.holds(quote, shingles)), None)
        if text is None and len(texts) < limit:
            carriers = _carriers(quote, coverage)
            text = next((each for each in texts if each.of_these(carriers)), None)
            if text is None:
                texts.append(_Text([candidate], carriers, shingles))
        if text and all(each.quote.article.id != quote.article.id for each in text.members):
            text.members.append(candidate)
    return [_folded(text, coverage, asked, selection) for text in texts]


def _carriers(quote: Quote, coverage: Coverage) -> dict[str, Carrier]:
    """Where other articles that were made of the same text carry a quote."""
    found = coverage.carriers(quote.article.id, quote.start, quote.end)
    return {carrier.article: carrier for carrier in found}


def _folded(
    text: _Text, coverage: Coverage, asked: Asked, selection: Selection | None
) -> Candidate:
    best = text.members[0]
    quotes = {each.quote.article.id: each.quote for each in text.members}
    order = coverage.earliest([*quotes, *(each for each in text.carriers if each not in quotes)])
    if order == [best.quote.article.id]:
        return best
    articles = coverage.articles_by_id(order)
    quotable = articles if selection is None else coverage.articles_by_id(order, selection)
    for each in order:
        here = each in text.carriers and each in quotable
        placed = _placed(quotable[each], text.carriers[each]) if here else None
        first = next(
            (
                quote
                for quote in (placed, quotes.get(each))
                if quote and _says_as_much(quote, best, asked)
            ),
            None,
        )
        if first:
            break
    else:
        first = best.quote
    copies = tuple(
        articles[each] for each in order if each in articles and each != first.article.id
    )
    return replace(best, quote=replace(first, score=best.quote.score, copies=copies))


def _placed(article: Article, carrier: Carrier) -> Quote | None:
    """The whole sentences of which an article carries most here, if they make a quote."""
    inside = [
        sentence
        for sentence in article.sentences
        if 2 * (min(sentence.end, carrier.end) - max(sentence.start, carrier.start))
        >= sentence.end - sentence.start
    ]
    if not inside or len(inside) > 2 or any(sentence.heading for sentence in inside):
        return None
    start, end = inside[0].start, inside[-1].end
    if inside[1:] and (end - start > QUOTE_CHARACTERS or "\n" in article.body[start:end]):
        return None
    return Quote(article, start, end, 0.0)


def _says_as_much(quote: Quote, best: Candidate, asked: Asked) -> bool:
    """Whether a copy still says what the best candidate was chosen for: it may have been edited."""
    if asked.wanted and best.fits and not gives(asked.wanted, quote.text):
        return False
    return asked.carried(quote.text) >= asked.carried(best.quote.text)


def _overlap(one: Quote | Carrier, other: Quote) -> bool:
    return one.start < other.end and other.start < one.end


def _shingles(text: str) -> frozenset[str]:
    """Runs of three normalised words, or all of a text with fewer."""
    found = words(text)
    runs = [" ".join(found[i : i + 3]) for i in range(len(found) - 2)]
    return frozenset(runs or found)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts have most of their shingles in common (Jaccard similarity)."""
    return len(one & other) >= _ALIKE * len(one | other)
