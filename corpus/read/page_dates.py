"""The dates that the markup of a page states; none is guessed from running text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from corpus.dates.written import parse_date
from corpus.read.blocks import HtmlElement
from corpus.types import DateKind, SourceDate

# Names of <meta> (property, name or itemprop), in lower case, that give a date of the article.
_NAMES = {
    "article:published_time": DateKind.PUBLISHED,
    "og:published_time": DateKind.PUBLISHED,
    "datepublished": DateKind.PUBLISHED,
    "article.published": DateKind.PUBLISHED,
    "article:published": DateKind.PUBLISHED,
    "pubdate": DateKind.PUBLISHED,
    "publication_date": DateKind.PUBLISHED,
    "publicationdate": DateKind.PUBLISHED,
    "dcterms.date": DateKind.PUBLISHED,
    "dcterms.issued": DateKind.PUBLISHED,
    "publishdate": DateKind.PUBLISHED,
    "publish-date": DateKind.PUBLISHED,
    "publish_date": DateKind.PUBLISHED,
    "parsely-pub-date": DateKind.PUBLISHED,
    "sailthru.date": DateKind.PUBLISHED,
    "dc.date": DateKind.PUBLISHED,
    "dc.date.issued": DateKind.PUBLISHED,
    "dcterms.created": DateKind.PUBLISHED,
    "date": DateKind.PUBLISHED,
    "article:modified_time": DateKind.UPDATED,
    "og:updated_time": DateKind.UPDATED,
    "datemodified": DateKind.UPDATED,
    "article.updated": DateKind.UPDATED,
    "article:modified": DateKind.UPDATED,
    "dc.date.modified": DateKind.UPDATED,
    "dcterms.modified": DateKind.UPDATED,
    "last-modified": DateKind.UPDATED,
}
_KEYS = {"datePublished": DateKind.PUBLISHED, "dateModified": DateKind.UPDATED}
_WITH_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_EVIDENCE_CHARACTERS = 160
# Elements of which the dates are those of other articles.
_OTHERS = frozenset(["a", "aside", "footer", "nav", "li"])

_Stated = tuple[DateKind, str, str]


def page_dates(
    page: HtmlElement, structured: Sequence[tuple[str, str]], text: Sequence[HtmlElement]
) -> tuple[SourceDate, ...]:
    """Dates the markup states, one for each day and kind. `structured` are keys and values of
    structured data, `text` the elements of the article's text: what is marked as a date counts in
    the head of the page, and below it where it stands with this text."""
    own = _own(page, text)
    stated = [*_metas(page, own)]
    for key, value in structured:
        if key in _KEYS:
            stated.append((_KEYS[key], value, f'"{key}": "{value}"'))
    if not any(kind is DateKind.PUBLISHED for kind, _, _ in stated):
        stated += _times(page, own)
    found: dict[tuple[DateKind, object], SourceDate] = {}
    moments: dict[tuple[DateKind, datetime], SourceDate] = {}
    for kind, written, evidence in stated:
        day = parse_date(written)
        moment = _moment(written)
        if day is None or (moment and (kind, moment) in moments):
            # The same moment in another time zone may fall on another day.
            continue
        one = SourceDate(kind, day, evidence[:_EVIDENCE_CHARACTERS])
        found.setdefault((kind, day), one)
        if moment:
            moments[kind, moment] = one
    return tuple(found.values())


def _own(page: HtmlElement, text: Sequence[HtmlElement]) -> list[HtmlElement]:
    """The elements in the body of the page that may date the article: down to the last paragraph,
    and in the article around it; not those of links and lists to others."""
    last = text[-1] if text else None
    around = {each for one in text[:1] for each in one.iterancestors("article")}
    own: list[HtmlElement] = []
    ended = False
    for element in page.iter():
        if element is last:
            ended = True
        elif element.tag in ("meta", "time"):
            above = list(element.iterancestors())
            if any(each.tag == "head" for each in above):
                own.append(element)
            elif any(each.tag in _OTHERS for each in above):
                continue
            elif not ended or not around.isdisjoint(above):
                own.append(element)
    return own


def _metas(page: HtmlElement, own: Sequence[HtmlElement]) -> Iterator[_Stated]:
    for tag in own:
        names = ((tag.get(key) or "").strip().lower() for key in ("property", "name", "itemprop"))
        value = "content" if tag.tag == "meta" else "datetime"
        for name in names:
            if name in _NAMES and tag.get(value):
                content = tag.get(value).strip()
                yield _NAMES[name], content, f'<{tag.tag} {name} {value}="{content}">'


def _times(page: HtmlElement, own: Sequence[HtmlElement]) -> list[_Stated]:
    """The <time> elements of the one <article>, if they all name one day."""
    articles = page.findall(".//article")
    if len(articles) != 1:
        return []
    inside = [
        time.get("datetime")
        for time in own
        if time.tag == "time"
        and time.get("datetime")
        and any(each is articles[0] for each in time.iterancestors("article"))
    ]
    if len({parse_date(text) for text in inside}) != 1:
        return []
    return [(DateKind.PUBLISHED, inside[0], f'<time datetime="{inside[0]}">')]


def _moment(written: str) -> datetime | None:
    if not _WITH_TIME.match(written):
        return None
    try:
        moment = datetime.fromisoformat(written.strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
