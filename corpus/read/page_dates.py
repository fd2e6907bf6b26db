"""The dates that the markup of a page states; none is guessed from running text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from corpus.clean.furniture import table
from corpus.clean.lines import key_of
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
        stated += _times(page, own, text)
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
    scopes = {each for one in text[:1] for each in one.iterancestors() if _is_scope(each)}
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
            elif not ended or not around.isdisjoint(above) or _scope(above) in scopes:
                own.append(element)
    return own


def _scope(above: Sequence[HtmlElement]) -> HtmlElement | None:
    """The item of microdata that an element below these belongs to, if it is an article."""
    scope = next((each for each in above if each.get("itemscope") is not None), None)
    return scope if scope is not None and _is_scope(scope) else None


def _is_scope(element: HtmlElement) -> bool:
    kind = element.get("itemtype") or ""
    return element.get("itemscope") is not None and kind.endswith(("Article", "Posting"))


def _metas(page: HtmlElement, own: Sequence[HtmlElement]) -> Iterator[_Stated]:
    for tag in own:
        names = ((tag.get(key) or "").strip().lower() for key in ("property", "name", "itemprop"))
        value = "content" if tag.tag == "meta" else "datetime"
        for name in names:
            if name in _NAMES and tag.get(value):
                content = tag.get(value).strip()
                yield _NAMES[name], content, f'<{tag.tag} {name} {value}="{content}">'


def _times(
    page: HtmlElement, own: Sequence[HtmlElement], text: Sequence[HtmlElement]
) -> Iterator[_Stated]:
    """The <time> elements between the title and the text, else those of the article around it,
    where they name one day; one that is said to be of an update tells of that."""
    above = _above(page, text)
    around = {each for one in text[:1] for each in one.iterancestors("article")}
    times = [each for each in own if each.tag == "time" and parse_date(each.get("datetime") or "")]
    found = [each for each in times if each in above] or [
        each for each in times if not around.isdisjoint(each.iterancestors("article"))
    ]
    for kind in (DateKind.PUBLISHED, DateKind.UPDATED):
        written = [each.get("datetime") for each in found if _kind(each) is kind]
        if len(set(map(parse_date, written))) == 1:
            yield kind, written[0], f'<time datetime="{written[0]}">'


def _above(page: HtmlElement, text: Sequence[HtmlElement]) -> set[HtmlElement]:
    """The elements between the title of the first level and the first paragraph."""
    above: set[HtmlElement] = set()
    titled = False
    for element in page.iter():
        if text and element is text[0]:
            return above if titled else set()
        if element.tag == "h1":
            titled, above = True, set()
        above.add(element)
    return set()


def _kind(time: HtmlElement) -> DateKind:
    """Whether the words right before a time, in its element, say that it is of an update."""
    above = time.getparent()
    said = key_of(f"{above.text or ''} {time.text or ''}") if above is not None else ""
    return DateKind.UPDATED if any(word in said for word in table().updated) else DateKind.PUBLISHED


def _moment(written: str) -> datetime | None:
    if not _WITH_TIME.match(written):
        return None
    try:
        moment = datetime.fromisoformat(written.strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
