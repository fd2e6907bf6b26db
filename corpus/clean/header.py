"""The top of a page: headline, standfirst, dates, path of sections, names of outlet and author.

Everything here is about the lines above the first paragraph. What is not recognised stays in the
body, where a short line is a heading: that loses nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from corpus.attribution.agencies import agency_named, is_desk, outlet_named
from corpus.attribution.byline_words import byline_words
from corpus.clean.captions import is_caption
from corpus.clean.furniture import (
    heading_rule,
    is_breadcrumb,
    is_date_line,
    is_labelled_date,
    is_timed_date,
    line_rule,
    table,
    words_beside_date,
)
from corpus.clean.lines import Line, key_of
from corpus.language.marks import CLAUSE_ENDS
from corpus.types import Source

HEADLINE = "headline"
STANDFIRST = "standfirst"
DATE = "date line"
BREADCRUMB = "breadcrumb"
OUTLET = "outlet line"
CAPTION = "caption"
BYLINE = "byline"
OTHER = "top of page"

# More lines than this above the first paragraph are no header but a page of another kind.
HEADER_LINES = 40
HEADLINE_CHARACTERS = 200
# A first line that nothing confirms to be the headline has at most this many.
HEADLINE_ALONE_CHARACTERS = 120
HEADLINE_WORDS = 4
# A line without a full stop and of this size is a standfirst rather than a heading.
STANDFIRST_WORDS, STANDFIRST_CHARACTERS = 12, 80
STANDFIRST_LONGEST = 500
# Right below the headline and above more of the header, so few words may be one.
STANDFIRST_UNDER_HEADLINE = 4
CLOSED_STANDFIRST_CHARACTERS = 300
NAME_WORDS = 6

_SITE = re.compile(r"\s+[|—–»«-]\s+|\s*\|\s*")


@dataclass(slots=True)
class Top:
    """What was found: `rules` names the rule for each line number taken out of the body."""

    headline: str | None = None
    standfirst: str | None = None
    rules: dict[int, str] = field(default_factory=dict)


def read_top(lines: Sequence[Line], given: Source, titles: Sequence[str] | None = None) -> Top:
    """The top of the page whose lines, up to where the article ends, are `lines`; the page itself
    marks `titles` among them, and what it marks no standfirst is none."""
    filled = [line for line in lines if not line.blank]
    if not any(line.prose for line in filled):
        return Top()
    repeated = Counter(line.key for line in filled)
    zone = _zone(filled, repeated)
    top = Top()
    for line in zone:
        if rule := _of_itself(line, zone, filled):
            top.rules[line.number] = rule
    _leave_chronology(top, zone, filled)
    _find_headline(top, zone, given, {key_of(title) for title in titles or ()})
    for line in zone:
        if line.number not in top.rules and is_caption(
            line, header=True, copies=repeated[line.key]
        ):
            top.rules[line.number] = CAPTION
    _find_standfirst(top, zone, lines, given, guessing=titles is None)
    return top


def names_someone(byline: str) -> bool:
    """Whether what follows the first word of a byline is a name («By the numbers» is none)."""
    known = byline_words()
    rest = re.sub(r"^\W*\w+\W*", "", byline.strip(), count=1)
    words = rest.split()
    office = not table().roles.isdisjoint(key_of(rest).split()) and len(words) <= 8
    if agency_named(rest) or is_desk(rest) or office:
        return True
    return 0 < len(words) <= 8 and all(
        not word[0].islower() or word in known.particles or word in known.joining for word in words
    )


def same(one: str, other: str) -> bool:
    """Whether two keys are one headline, be it that a page adds the name of the site to one."""
    short, long = sorted((one, other), key=len)
    return short == long or bool(
        len(short.split()) >= HEADLINE_WORDS
        and long.startswith(short)
        and _SITE.match(long, len(short))
    )


def _zone(filled: Sequence[Line], repeated: Counter[str]) -> list[Line]:
    """The lines above the first paragraph. A third long line without a full stop shows that the
    text has begun: one may be the headline and one the standfirst."""
    zone: list[Line] = []
    long_lines = 0
    standfirst = False
    for index, line in enumerate(filled[:HEADER_LINES]):
        copied = repeated[line.key] > 1 and len(line.text) <= HEADLINE_CHARACTERS
        known = line_rule(line, header=True) or heading_rule(line)
        if line.prose and not known:
            if standfirst or not zone or not _is_closed_standfirst(line, filled, index, zone):
                break
            standfirst = True
            zone.append(line)
            continue
        if line.words >= STANDFIRST_WORDS and not copied and not known:
            long_lines += 1
        if long_lines > 2:
            break
        zone.append(line)
    return zone


def _is_closed_standfirst(
    line: Line, filled: Sequence[Line], index: int, zone: Sequence[Line]
) -> bool:
    """Whether a line that ends like a sentence is a standfirst all the same: before the next such
    line the page gives its date, its author or its headline again."""
    if len(line.text) > CLOSED_STANDFIRST_CHARACTERS:
        return False
    headlines = {above.key for above in zone if above.words >= HEADLINE_WORDS}
    # In a text of entries, each below its date and time, none of them is a standfirst.
    entries = sum(words_beside_date(each) == 0 and is_timed_date(each) for each in filled) > 1
    for below in filled[index + 1 : index + 8]:
        if below.prose:
            return False
        rule = line_rule(below, header=True)
        byline = rule is not None and rule.name == BYLINE and names_someone(below.text)
        if byline or (is_timed_date(below) and not entries) or below.key in headlines:
            return True
    return False


def _of_itself(line: Line, zone: Sequence[Line], filled: Sequence[Line]) -> str | None:
    """The rule for a line that its own words explain."""
    rule = line_rule(line, header=True)
    if rule is not None and (rule.name != BYLINE or names_someone(line.text)):
        return rule.name
    if is_date_line(line) or is_labelled_date(line):
        return DATE
    if is_breadcrumb(line, zone):
        return BREADCRUMB
    if line.words <= 2 * NAME_WORDS and _names_outlet(line, filled):
        return OUTLET
    return None


def _names_outlet(line: Line, filled: Sequence[Line]) -> bool:
    """Whether the line is an outlet's name, or two joined by a hyphen, or the name that the line of
    rights at the foot of the page repeats."""
    if line.closed or any(character.isdigit() for character in line.key):
        return False
    if outlet_named(line.text):
        return True
    pair = line.text.split("-")
    if len(pair) == 2 and all(0 < len(part.split()) <= NAME_WORDS for part in pair):
        return any(outlet_named(part) for part in pair)
    rights = (
        other.key
        for other in filled[-12:]
        if (rule := line_rule(other, header=False)) and rule.name == "copyright"
    )
    return 2 <= line.words <= NAME_WORDS and any(line.bare in key for key in rights)


def _leave_chronology(top: Top, zone: Sequence[Line], filled: Sequence[Line]) -> None:
    """A date above the first paragraph is a heading where more such headings follow in the text."""
    below = filled[len(zone) :]
    if zone and top.rules.get(zone[-1].number) == DATE:
        dated = [line for line in below if words_beside_date(line) == 0]
        timed = is_timed_date(zone[-1]) and any(is_timed_date(line) for line in dated)
        if words_beside_date(zone[-1]) == 0 and (len(dated) > 1 or timed):
            del top.rules[zone[-1].number]


def _find_headline(
    top: Top, zone: Sequence[Line], given: Source, titles: Collection[str] = ()
) -> None:
    for line in zone:
        if line.key in titles and top.rules.get(line.number) in (None, BREADCRUMB, OUTLET):
            top.rules[line.number] = HEADLINE
            top.headline = given.headline or top.headline or line.text.strip()
    free = [
        line
        for line in zone
        if line.number not in top.rules and len(line.text) <= HEADLINE_CHARACTERS
    ]
    found = _headline(free, zone, given, top.rules)
    if found is None:
        return
    for line in zone:
        if same(line.key, found.key) and top.rules.get(line.number) in (None, BREADCRUMB, OUTLET):
            top.rules[line.number] = HEADLINE
    top.headline = given.headline or top.headline or found.text.strip()


def _headline(
    free: Sequence[Line], zone: Sequence[Line], given: Source, rules: dict[int, str]
) -> Line | None:
    """The line that is the headline: the one given, else one repeated, else one that the path of
    sections ends in, else the first that is long enough."""
    if given.headline:
        wanted = Line(0, given.headline, key_of(given.headline))
        return wanted if any(same(line.key, wanted.key) for line in free) else None
    candidates = [line for line in free if line.words >= 3]
    for line in sorted(candidates, key=lambda one: len(one.key)):
        if sum(same(line.key, other.key) for other in candidates) > 1:
            return line
    paths = [line for line in zone if rules.get(line.number) == BREADCRUMB]
    for line in candidates:
        if any(path.key.endswith(line.key) for path in paths):
            return line
    last = max((line.number for line in zone if line.number in rules), default=0)
    alone = [line for line in free if not is_caption(line, header=True, copies=1)]
    first = next((line for line in alone if line.words >= HEADLINE_WORDS or line.spaceless), None)
    # Names of sections may be above it, but then something of the header is below it too.
    if first is not None and first is not alone[0] and first.number > last:
        return None
    if first is None or len(first.text) > HEADLINE_ALONE_CHARACTERS or _goes_on(first):
        return None
    return first


def _find_standfirst(
    top: Top, zone: Sequence[Line], lines: Sequence[Line], given: Source, *, guessing: bool
) -> None:
    """Sort the lines that nothing explained so far into standfirst, top of page, and body."""
    top.standfirst = given.standfirst
    if given.standfirst:
        wanted = Line(0, given.standfirst, key_of(given.standfirst)).bare
        # It may be closed like a sentence, and then looks like the first paragraph.
        first = next((line for line in lines if line.prose), None)
        # In a record of one paragraph the summary is the text itself.
        told = any(line.prose and line.bare != wanted for line in lines)
        for line in (*zone, *((first,) if first else ())):
            if told and line.bare == wanted and line.number not in top.rules:
                top.rules[line.number] = STANDFIRST
    signs = [line.number for line in zone if line.number in top.rules]
    last = max(signs, default=0)
    for line in zone:
        if line.number in top.rules:
            continue
        if line.closed:
            if line.prose and top.standfirst is None and guessing:
                top.standfirst = line.text.strip()
                top.rules[line.number] = STANDFIRST
            continue
        above, below = _neighbour(lines, line, -1), _neighbour(lines, line, +1)
        if guessing and top.standfirst is None and _is_standfirst(line, top, above, below, last):
            top.standfirst = line.text.strip()
            top.rules[line.number] = STANDFIRST
        elif line.words <= NAME_WORDS and (
            line.number < last
            or (above and above.number in top.rules and _blank_below(lines, line))
        ):
            top.rules[line.number] = OTHER


def _is_standfirst(line: Line, top: Top, above: Line | None, below: Line | None, last: int) -> bool:
    """Whether an unexplained line of the header is a standfirst and not the first heading: it
    stands close to the headline or to the text, has more words than a heading, or has something
    of the header below it."""
    under_headline = above is not None and top.rules.get(above.number) == HEADLINE
    least = STANDFIRST_UNDER_HEADLINE if under_headline and line.number < last else NAME_WORDS + 1
    if len(line.text) > STANDFIRST_LONGEST or line.words < least or _goes_on(line):
        return False
    if line.words >= STANDFIRST_WORDS or len(line.text) >= STANDFIRST_CHARACTERS:
        return top.headline is not None or line.number < last
    if line.number < last:
        return True
    return under_headline or (top.headline is not None and above is None and below is not None)


def _blank_below(lines: Sequence[Line], line: Line) -> bool:
    """Whether only short lines are between `line` and the next blank one."""
    for below in lines[line.number : line.number + HEADER_LINES]:
        if below.blank:
            return True
        if below.closed or below.words > NAME_WORDS:
            return False
    return False


def _neighbour(lines: Sequence[Line], line: Line, step: int) -> Line | None:
    """The line right above (-1) or below (+1), or `None` where a blank line or the edge is."""
    index = line.number - 1 + step
    if not 0 <= index < len(lines) or lines[index].blank:
        return None
    return lines[index]


def _goes_on(line: Line) -> bool:
    """Whether the line ends in a mark after which its sentence goes on below."""
    return line.key[-1:] in tuple(CLAUSE_ENDS)
