"""Where an article comes from, as far as its page says so.

What the user gave or metadata state overrides a signature; a signature overrides the lines at the
top of the page. A name cited in the text attributes nothing, and a photo credit attributes the
photo only. What stays unknown is `None`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from corpus.attribution.agencies import (
    NAME_WORDS,
    Names,
    Signature,
    names_contributor,
    names_of,
    republished_from,
    signature,
)
from corpus.attribution.aliases import Aliases, name_key
from corpus.attribution.bylines import LABEL, read_byline
from corpus.attribution.publisher import Publisher
from corpus.clean.furniture import table
from corpus.clean.header import BREADCRUMB, BYLINE, CAPTION, DATE, HEADLINE, OTHER, OUTLET, same
from corpus.clean.lines import key_of
from corpus.dates.dateline import Dateline, read_dateline
from corpus.dates.dating import dates_of
from corpus.dates.written import find_dates
from corpus.language.marks import SENTENCE_ENDS
from corpus.types import Cleaned, RawDocument, Removal, Source

_LABELLED = re.compile(r"^\s*[^\W\d_][^:：]{0,20}[:：]\s*")
_SITE = re.compile(r"^\s*[|—–-]\s*")
_CLOSED = re.compile(rf"[{SENTENCE_ENDS}]['\"»”’]*\s*$")
_LAST_PARENTHESES = re.compile(r"\(([^()]{2,60})\)\s*[.]?\s*$")
# «ع.م/ ص.ش (أ ف ب)»: writers by their initials, then what they used.
_INITIALS = re.compile(r"^[^\W\d_]{1,2}(?:[. /]+[^\W\d_]{1,2}){1,7}[. /]*\(([^()]{2,60})\)$")
_TAIL_CHARACTERS = 120
# Rules of the table of furniture whose lines name who wrote or supplied the text.
SIGNATURE, CREDITS = "signature", "credits"
# A line that a dateline may be on by itself, above the text.
_DATELINE_LINES = (OTHER, BYLINE, OUTLET, DATE)


@dataclass(frozen=True, slots=True)
class _Page:
    """What an article's own lines and those around it are asked for."""

    removed: tuple[Removal, ...]
    paragraphs: tuple[str, ...]
    names: Names

    def of(self, *rules: str) -> tuple[Removal, ...]:
        """The lines that one of `rules` took."""
        return tuple(line for line in self.removed if line.rule in rules)


def attribute(
    raw: RawDocument, cleaned: Cleaned, today: date, aliases: Aliases | None = None
) -> Source:
    """The source of a cleaned document, under the names that `aliases` gives.

    Dates later than `today` are left out, and so are those of a page before `dating.EARLIEST`.
    """
    given, names = raw.given, names_of(aliases)
    paragraphs = tuple(line for line in cleaned.body.split("\n") if line.strip())
    page = _Page(cleaned.removed, paragraphs, names)
    signed, opening = _signed(page), _opening(page)
    outlet, via = _outlets(page)
    byline, wire = _byline(page)
    if raw.titles is not None and byline:
        # of a web page, which gives desks and accounts as authors
        byline = read_byline(byline, Publisher.of([given.outlet], given.url), names).written
    dateline = opening[1] if opening else Dateline(0)
    first = signed.outlet or outlet or wire.outlet or dateline.outlet
    return replace(
        given,
        outlet=_renamed(given.outlet or first, aliases, names),
        via=_renamed(given.via or via or _republisher(signed, outlet), aliases, names),
        agency=_agency(given.agency, names) or signed.agency or dateline.agency or wire.agency,
        byline=given.byline or byline or signed.byline,
        headline=given.headline or cleaned.headline,
        standfirst=given.standfirst or cleaned.standfirst,
        dates=dates_of(given.dates, cleaned.removed, opening, given.url, given.path, today),
    )


def _renamed(name: str | None, aliases: Aliases | None, names: Names) -> str | None:
    """An outlet, or an agency in its place, as it was given, unless the editor has another name."""
    if not name or aliases is None:
        return name
    own = {each for each, _ in (*aliases.outlets, *aliases.agencies)}
    found = names.known_outlet(name) or names.known_agency(name)
    return found if found in own else name


def _agency(given: str | None, names: Names) -> str | None:
    return (names.agency(given) or given) if given else None


def _republisher(signed: Signature, outlet: str | None) -> str | None:
    """The outlet on top of a page whose text is signed by another one."""
    return outlet if signed.outlet and signed.outlet != outlet else None


def _signed(page: _Page) -> Signature:
    """What all signatures say together: the first agency, the last outlet."""
    total = Signature()
    for text, trusted in _signatures(page):
        found = signature(text, trusted=trusted, names=page.names)
        if found is not None:
            total = Signature(
                agency=total.agency or (None if total.general else found.agency),
                outlet=found.outlet or total.outlet,
                byline=total.byline or found.byline,
                general=total.general or found.general,
            )
    for text in _foot(page):
        if first := republished_from(text, page.names):
            total = replace(total, outlet=first)
    return total


def _foot(page: _Page) -> tuple[str, ...]:
    """The last paragraph and the lines that sign or credit the text."""
    return (*page.paragraphs[-1:], *(line.text for line in page.of(SIGNATURE, CREDITS)))


def _signatures(page: _Page) -> Iterator[tuple[str, bool]]:
    """The texts that sign the article, and whether each has a label that says so."""
    for line in page.of(SIGNATURE):
        label = _LABELLED.match(line.text)
        yield (line.text[label.end() :] if label else line.text), label is not None
    for line in page.of(CAPTION):
        if initials := _INITIALS.match(line.text.strip()):
            yield initials[1], False
    yield from ((text, False) for text in _foot(page) if names_contributor(text, page.names))
    last = page.paragraphs[-1] if page.paragraphs else ""
    tail = last[-_TAIL_CHARACTERS:]
    match = _LAST_PARENTHESES.search(tail)
    # Inside a sentence, parentheses explain it; after a caption they credit the picture.
    before = tail[: match.start()] if match else ""
    if match and (_CLOSED.search(before) or not last[: -len(match[0])].strip()):
        yield match[0].strip(" ."), False


def _opening(page: _Page) -> tuple[str, Dateline] | None:
    """The dateline, on a line of its own above the text or in the first two paragraphs (the first
    may be a heading), with the text it opens."""
    header = [line.text for line in page.of(*_DATELINE_LINES) if not find_dates(line.text)]
    for text in (*header, *page.paragraphs[:2]):
        found = read_dateline(text, page.names)
        if found is not None and (found.end or found.agency):
            return text, found
    return None


def _outlets(page: _Page) -> tuple[str | None, str | None]:
    """The outlet and who republished it, from the lines above the text: «via-outlet», the name of
    the outlet by itself, or the name of the site that a page's title adds to the headline."""
    names = page.names
    lines = [line.text for line in page.of(OUTLET)]
    lines += [line.text for line in page.of(OTHER) if names.known_outlet(line.text)]
    for line in lines:
        pair = line.split("-")
        if len(pair) == 2 and names.outlet(pair[1]):
            return _name(pair[1], names), _name(pair[0], names)
        if len(pair) == 2 and names.outlet(pair[0]):
            # «سكاي نيوز عربية - أبوظبي»: the place of the writer.
            return _name(pair[0], names), None
    for line in lines:
        if not names.known_agency(line):
            return _name(line, names), None
    headlines = page.of(HEADLINE)
    shortest = min((line.text.strip() for line in headlines), key=len, default="")
    for headline in headlines:
        rest = headline.text.strip().removeprefix(shortest)
        if rest and same(key_of(shortest), key_of(headline.text)) and _SITE.match(rest):
            site = _SITE.sub("", rest)
            if 0 < len(site.split()) <= NAME_WORDS:
                return _name(site, names), None
    return None, None


def _name(written: str, names: Names) -> str | None:
    return names.outlet(written) or names.spelled(written) or None


def _byline(page: _Page) -> tuple[str | None, Signature]:
    """The byline; and the agency and the outlet named in its place or next to a date."""
    names, wire = page.names, Signature()
    byline: str | None = None
    for line in page.of(BYLINE, OTHER, DATE, OUTLET, BREADCRUMB):
        if _is_photo(line.text):
            continue
        label = LABEL.match(f"{line.text} ")
        if label is None and line.rule == BYLINE:
            label = _LABELLED.match(line.text)
        text = line.text[label.end() :] if label else line.text
        listed = names.listed(_without_dates(text))
        agencies = {agency for name in listed if (agency := names.agency(name))}
        people = [name for name in listed if not (names.agency(name) or names.is_general(name))]
        signs = label or line.rule in (BYLINE, DATE) or "|" in text or not people
        if len(agencies) == 1 and signs and wire.agency is None:
            wire = replace(wire, agency=agencies.pop())
        if label and people and len(people) < len(listed) and _is_outlet(people[0], names):
            wire = replace(wire, outlet=_name(people[0], names))
        elif byline is None and line.rule == BYLINE and people:
            written = names.spelled(text if len(people) == len(listed) else ", ".join(people))
            byline = written if len(written.split()) <= NAME_WORDS else None
        elif byline is None and line.rule == OTHER and names.is_desk(line.text):
            byline = names.spelled(line.text)
    return byline, wire


def _is_outlet(name: str, names: Names) -> bool:
    return bool(names.outlet(name)) or (
        not names.is_desk(name) and name_key(name).split()[0] in names.articles
    )


def _is_photo(text: str) -> bool:
    """Whether a line credits a picture («Photo: Reuters», «© AFP»)."""
    words = re.findall(r"\w+", key_of(text))
    return "©" in text or not table().caption.isdisjoint(words)


def _without_dates(text: str) -> str:
    kept, after = "", 0
    for day in find_dates(text):
        kept, after = kept + text[after : day.start] + " | ", day.end
    return kept + text[after:]
