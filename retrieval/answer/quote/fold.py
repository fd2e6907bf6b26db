"""One quote for each independent text: what others have too is quoted once, from the earliest known
article.

The register of copies, which covers the whole coverage, says which articles contain the words of a
quote. Articles that share a statement and nothing around it are independent reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from corpus.copies import Carrier, is_speech
from corpus.language.tokens import words
from corpus.store import Coverage, Selection
from corpus.types import Article
from retrieval.answer.quote.candidates import Candidate
from retrieval.answer.quote.span import likely, quotable, sentences_in
from retrieval.answer.quote.whole import whole
from retrieval.question.understand import Question
from retrieval.question.wanted import gives
from retrieval.types import Quote

# The share of shingles in common from which two quotes are one text in two dresses, also where they
# are too short for the register.
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class _Member:
    """A candidate of a text, and what would be shown of its article."""

    candidate: Candidate
    shown: Quote


@dataclass(frozen=True, slots=True)
class _Text:
    """An independent text: the candidates of it, the best first, and where else the words of that
    one stand."""

    members: list[_Member]
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

    def add(self, member: _Member) -> None:
        """One more member, unless its article has one."""
        article = member.shown.article.id
        if all(each.shown.article.id != article for each in self.members):
            self.members.append(member)

    def of_these(self, carriers: dict[str, Carrier]) -> bool:
        """Whether what is shown of it stands where the words of another quote do."""
        best = self.members[0].shown
        carrier = carriers.get(best.article.id)
        return carrier is not None and _overlap(carrier, best)


def fold(
    rounds: Iterable[Iterable[Candidate]],
    coverage: Coverage,
    asked: Question,
    *,
    limit: int,
    selection: Selection | None = None,
) -> list[Candidate]:
    """The first `limit` independent texts of candidates, which come in rounds, best first in each.

    Each text is quoted from the earliest known article of the `selection` (else the one that names
    its outlet) that says as much of what is asked, with the sentences it needs. Other articles of
    the coverage with the answering words become its copies. Overlapping quotes of one article fold
    into the better one. The order is that of the best candidate of each text. No unnecessary round
    is requested, and a higher limit gives the same first texts: later rounds add nothing to earlier
    texts.
    """
    texts: list[_Text] = []
    taken: dict[str, list[_Member]] = {}
    for found in rounds:
        before = len(texts)
        for candidate in found:
            others = taken.setdefault(candidate.quote.article.id, [])
            quote = _left(candidate.quote, others)
            if quote is None:
                continue
            candidate = replace(candidate, quote=quote)
            member = _Member(candidate, shown(candidate, [_place(other.shown) for other in others]))
            others.append(member)
            shingles = _shingles(quote.text)
            held = (at for at, each in enumerate(texts) if each.holds(quote, shingles))
            at = next(held, None)
            if at is None and len(texts) < limit:
                carriers = _carriers(quote, coverage)
                if not any(each.of_these(carriers) for each in texts):
                    texts.append(_Text([member], carriers, shingles))
            elif at is not None and at >= before:
                texts[at].add(member)
        if len(texts) >= limit:
            break
    folded: list[Candidate] = []
    told: list[Carrier] = []
    for text in texts:
        made = _folded(text, coverage, asked, selection, told)
        folded.append(made)
        told += [_place(made.quote), *text.carriers.values()]
    return folded


def shown(candidate: Candidate, others: Sequence[Carrier]) -> Quote:
    """What is shown of a candidate: the likeliest run around it, with what it needs to be
    understood, that has nothing in common with `others`; the bare candidate if there is none."""
    core = candidate.quote
    article = core.article
    numbers = sentences_in(article, core.start, core.end)
    for run in likely(article, numbers, candidate.around) or [(core.start, core.end)]:
        start, end = whole(article, *run)
        quote = replace(core, start=start, end=end)
        if _free(quote, others):
            return quote
    return core


def same_text(one: Quote, other: Quote, coverage: Coverage) -> bool:
    """Whether two quotes of different articles are of one text, as `fold` tells it."""
    carrier = _carriers(one, coverage).get(other.article.id)
    if carrier is not None and _overlap(carrier, other):
        return True
    alike = _alike(_shingles(one.text), _shingles(other.text))
    return alike and not is_speech(one.article.body, one.start, one.end)


def _left(quote: Quote, others: Sequence[_Member]) -> Quote | None:
    """What is left to show of a quote: nothing where it overlaps what answers in another; else its
    sentences that did not come along with another."""
    if not _free(quote, [_place(other.candidate.quote) for other in others]):
        return None
    beside = [_place(other.shown) for other in others]
    if _free(quote, beside):
        return quote
    article = quote.article
    each = (article.sentences[at] for at in sentences_in(article, quote.start, quote.end))
    alone = [replace(quote, start=sentence.start, end=sentence.end) for sentence in each]
    free = [sentence for sentence in alone if _free(sentence, beside)]
    return replace(quote, start=free[0].start, end=free[-1].end) if free else None


def _carriers(quote: Quote, coverage: Coverage) -> dict[str, Carrier]:
    """Where other articles that were made of the same text carry a quote."""
    found = coverage.carriers(quote.article.id, quote.start, quote.end)
    return {carrier.article: carrier for carrier in found}


def _folded(
    text: _Text,
    coverage: Coverage,
    asked: Question,
    selection: Selection | None,
    told: Sequence[Carrier],
) -> Candidate:
    """What a text is quoted as, if possible from where nothing is `told` already."""
    best = text.members[0]
    core = best.candidate.quote
    quotes = {each.shown.article.id: each for each in text.members}
    order = [*quotes, *(each for each in text.carriers if each not in quotes)]
    articles: dict[str, Article] = {}
    if len(order) > 1:
        order = coverage.earliest(order)
        articles = coverage.articles_by_id(order)
    everything = selection is None or selection.everything
    allowed = articles if everything else coverage.articles_by_id(order, selection)
    found: list[Quote] = []
    grown = (best.shown.start, best.shown.end) != (core.start, core.end)
    wide = _carriers(best.shown, coverage) if grown and len(order) > 1 else {}
    for each in order:
        if each in allowed:
            stretches = (carriers.get(each) for carriers in (wide, text.carriers))
            found += _placed(allowed[each], [stretch for stretch in stretches if stretch])
        if each in quotes:
            found += [quotes[each].shown, quotes[each].candidate.quote]
        found = [quote for quote in found if _says_as_much(quote, best.candidate, asked)]
        if found:
            break
    first = next((quote for quote in found if _free(quote, told)), [*found, core][0])
    copies = tuple(
        articles[each] for each in order if each in articles and each != first.article.id
    )
    made = replace(first, score=core.score, copies=copies)
    return replace(best.candidate, quote=made)


def _placed(article: Article, stretches: Iterable[Carrier]) -> Iterator[Quote]:
    """The whole sentences of which an article carries most in each stretch, where they make a
    quote, with what they need to be understood."""
    for carrier in stretches:
        inside = [
            sentence
            for sentence in article.sentences
            if 2 * (min(sentence.end, carrier.end) - max(sentence.start, carrier.start))
            >= sentence.end - sentence.start
        ]
        if quotable(article, inside):
            yield Quote(article, *whole(article, inside[0].start, inside[-1].end), 0.0)


def _says_as_much(quote: Quote, best: Candidate, asked: Question) -> bool:
    """Whether a copy still says what the best candidate was chosen for: it may have been edited."""
    core = best.quote
    if quote.article.id == core.article.id and quote.start <= core.start and core.end <= quote.end:
        return True
    if asked.wanted and best.fits and not gives(asked.wanted, quote.text):
        return False
    return asked.carried(quote.text) >= asked.carried(best.quote.text)


def _overlap(one: Carrier, other: Quote) -> bool:
    return one.start < other.end and other.start < one.end


def _free(quote: Quote, others: Iterable[Carrier]) -> bool:
    """Whether a quote has nothing in common with these places."""
    return not any(other.article == quote.article.id and _overlap(other, quote) for other in others)


def _place(quote: Quote) -> Carrier:
    return Carrier(quote.article.id, quote.start, quote.end, 1.0)


@lru_cache(maxsize=512)
def _shingles(text: str) -> frozenset[str]:
    """Runs of three normalised words, or all of a text with fewer."""
    found = words(text)
    runs = [" ".join(found[i : i + 3]) for i in range(len(found) - 2)]
    return frozenset(runs or found)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts have most of their shingles in common (Jaccard similarity)."""
    return len(one & other) >= _ALIKE * len(one | other)
