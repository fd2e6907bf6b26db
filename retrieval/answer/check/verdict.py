"""What a text is, according to the coverage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from corpus.attribution.aliases import Aliases
from corpus.attribution.names import compact, known, same
from corpus.split import sentences
from corpus.types import Article, Part, PartKind
from retrieval.answer.check.aligned import Piece
from retrieval.answer.check.attributions import Attribution
from retrieval.types import Quote


class VerdictKind(StrEnum):
    """`exact`: the same characters, apart from what programs change and from spelling; of a draft,
    every quote in it is. `altered`: made from a text of the coverage. `absent`: neither."""

    EXACT = "exact"
    ALTERED = "altered"
    ABSENT = "absent"


class Agreement(StrEnum):
    """Whether what is claimed of a quote is what the coverage has; `unknown` where it has
    nothing."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Claimed:
    """An attribution held against a place where the quote stands; `None` for what it does not
    name."""

    attribution: Attribution
    outlet: Agreement | None
    published: Agreement | None

    @property
    def agrees(self) -> bool:
        """Whether all that is named is as the coverage has it."""
        return {self.outlet, self.published} <= {Agreement.AGREES, None}

    @property
    def doubts(self) -> int:
        """How much of what is named is not as the coverage has it."""
        return sum(each not in (None, Agreement.AGREES) for each in (self.outlet, self.published))


@dataclass(frozen=True, slots=True)
class Match:
    """`body[start:end]` of a version of an article. `superseded`: the article has another text now.

    `diff` shows how a text was altered, or how an exact one is spelled differently: equal and
    deleted pieces make up `text`, equal and inserted pieces the text that was given. `claimed`:
    what a given attribution says about it.
    """

    article: Article
    superseded: bool
    body: str
    start: int
    end: int
    diff: tuple[Piece, ...] | None = None
    claimed: Claimed | None = None

    @property
    def text(self) -> str:
        return self.body[self.start : self.end]

    @property
    def part(self) -> Part:
        """The part of the article that it is in; a text that was cleaned again since is body
        throughout."""
        if self.body != self.article.body:
            return Part(PartKind.BODY, 0, len(self.body))
        return self.article.part_at(self.start)

    @property
    def published(self) -> date | None:
        """The day of its article, or in a live blog of its entry."""
        known = self.body == self.article.body
        return self.article.day_at(self.start) if known else self.article.source.published

    @property
    def quote(self) -> Quote:
        """The place as a quote, of the text in which it stands."""
        article = self.article
        if self.body != article.body:
            found = sentences(self.body, article.language)
            article = replace(
                article, body=self.body, sentences=found, cuts=(), parts=(), entries=(), pages=()
            )
        return Quote(article, self.start, self.end, 1.0)

    def checked(self, attribution: Attribution | None, aliases: Aliases | None) -> Match:
        """The same with what an attribution claims of it."""
        if attribution is None:
            return self
        claimed = Claimed(
            attribution,
            _outlet_agrees(attribution, self, aliases),
            _day_agrees(attribution, self.published),
        )
        return replace(self, claimed=claimed)


@dataclass(frozen=True, slots=True)
class DraftPart:
    """`draft[start:end]`, a sentence of a draft or a piece of one, and what it is."""

    start: int
    end: int
    text: str
    kind: VerdictKind
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text is, and where it or its original is: the latest publication first, superseded
    texts last.

    `receipt`: a receipt was given; `removed`: its article was removed, or `purged` on that day.
    `parts` are the sentences of a longer text, with quotations and the words around them apart.
    `attributions` say whose text it is. Together they contain every word, in order.
    """

    kind: VerdictKind
    matches: tuple[Match, ...]
    receipt: bool = False
    removed: bool = False
    purged: date | None = None
    parts: tuple[DraftPart, ...] = ()
    attributions: tuple[Attribution, ...] = ()

    @property
    def own(self) -> tuple[DraftPart, ...]:
        """The words around exact quotes that are not in the coverage: whoever wrote the text added
        them."""
        return tuple(filter(self.is_own, self.parts))

    def is_own(self, part: DraftPart) -> bool:
        """Whether a part of the text is such words."""
        return self.kind is VerdictKind.EXACT and part.kind is VerdictKind.ABSENT

    @property
    def spelled(self) -> bool:
        """Whether the text is exact but for its spelling, which the matches tell."""
        return self.kind is VerdictKind.EXACT and any(match.diff for match in self.matches)

    @property
    def told_by_parts(self) -> bool:
        """Whether the parts say more than the whole: some are quotes and the whole is none, or
        each has an attribution of its own."""
        if self.kind is VerdictKind.EXACT:
            return bool(self.own) or (bool(self.parts) and len(self.attributions) > 1)
        return any(part.kind is not VerdictKind.ABSENT for part in self.parts)


def _outlet_agrees(
    attribution: Attribution, match: Match, aliases: Aliases | None
) -> Agreement | None:
    """An agency that signs a text or is cited in it, and who passed it on, may be named for it
    too."""
    source, claimed = match.article.source, attribution.outlet
    if claimed is None:
        return None
    names = [name for name in (source.outlet, source.via, source.agency) if name]
    if same(claimed, names, aliases) or _cites(match, claimed, aliases):
        return Agreement.AGREES
    return Agreement.DIFFERS if source.outlet else Agreement.UNKNOWN


def _cites(match: Match, claimed: str, aliases: Aliases | None) -> bool:
    key = compact(claimed)
    agency = next((one for one in known(aliases) if one.agency and key in one.keys), None)
    if agency is None:
        return False
    # few quotes are given with an agency that does not sign them
    from retrieval.question.agencies import says

    return says(agency, match.article, match.text)


def _day_agrees(attribution: Attribution, published: date | None) -> Agreement | None:
    if not attribution.days:
        return None
    if published is None:
        return Agreement.UNKNOWN
    fits = any(
        (each.year or published.year, each.month, each.day or published.day)
        == (published.year, published.month, published.day)
        for each in attribution.days
    )
    return Agreement.AGREES if fits else Agreement.DIFFERS
