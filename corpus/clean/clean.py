"""Cleaning: whole lines of a page are kept or removed, and no character of a kept line changes.

Losing a paragraph is worse than keeping a piece of furniture: a rule that ends the article must be
on a line of its own and have enough of the article above it, and what no rule knows stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from operator import attrgetter

from corpus.attribution.agencies import is_desk, outlet_named, parts, signature
from corpus.clean.captions import is_caption
from corpus.clean.foot import take_foot
from corpus.clean.furniture import Rule, RuleKind, heading_rule, is_labelled_date, line_rule
from corpus.clean.header import CAPTION, DATE, HEADLINE, STANDFIRST, read_top
from corpus.clean.inserts import take_boxes
from corpus.clean.lines import Line, lines_of
from corpus.clean.pages import page_of_line, pages_of
from corpus.types import Cleaned, RawDocument, Removal

SIGNATURE = "signature"
SEPARATOR = "separator"

# A heading such as «اقرأ أيضا» ends an article that has come to its end (signed or tagged) when
# the text above it is at least this part of all text; so short a text may well be the whole of it.
PART_ABOVE_WHEN_OVER = 1 / 4
# Without such a sign, «الأكثر قراءة» ends it when no more text follows than is above.
PART_ABOVE = 1 / 2
# A paragraph of this length is no teaser.
PARAGRAPH_CHARACTERS = 200
# An item of a list of links, and how many of them one list has at most.
ITEM_CHARACTERS = 140
ITEMS = 20
# Lines of the teaser of one article, and the characters of each.
CARD_LINES, CARD_CHARACTERS = 5, 100
SIGNATURE_WORDS = 12
# Where a text opens with place and agency: «المدينة - وكالة الإقليم: ».
DATELINE_CHARACTERS = 80


def clean(raw: RawDocument) -> Cleaned:
    """The body of a document, and what was removed from it by which rule.

    The body is made of whole lines of `raw.text`, in order, joined by line feeds; runs of blank
    lines become one empty line. Headline and standfirst are outside the body.
    """
    lines = lines_of(raw.text)
    rules: dict[int, str] = {}
    take_boxes(lines, rules)
    text = [replace(line, text="", key="") if line.number in rules else line for line in lines]
    end = _end(text, rules)
    top = read_top(text[:end], raw.given, raw.titles)
    rules.update(top.rules)
    _take_known(lines[:end], rules, top.headline)
    _take_signatures(lines[:end], rules)
    take_foot(lines[:end], rules)
    body, cuts, places = _assemble(lines, rules)
    titles = [number for number, rule in rules.items() if rule in (HEADLINE, STANDFIRST)]
    return Cleaned(
        body=body,
        cuts=cuts,
        removed=(*_removals(lines, rules, raw.dropped),),
        restored=raw.restored,
        headline=top.headline or raw.given.headline,
        standfirst=top.standfirst,
        pages=pages_of(raw, places),
        top_page=page_of_line(raw, min(titles)) if titles else None,
    )


def _removals(
    lines: Sequence[Line], rules: dict[int, str], dropped: Sequence[Removal]
) -> Iterator[Removal]:
    """What cleaning and the reader of the page took out, in the order of the page."""
    taken = [
        Removal(line.number, line.text, rules[line.number])
        for line in lines
        if line.number in rules
    ]
    yield from sorted((*taken, *dropped), key=attrgetter("line"))


def _end(lines: Sequence[Line], rules: dict[int, str]) -> int:
    """The number of lines that belong to the article. Lists of links inside the article and all
    lines after it are entered in `rules`."""
    known = [_known(line) for line in lines]
    prose = [
        len(line.text) if line.prose and rule is None else 0
        for line, rule in zip(lines, known, strict=True)
    ]
    total = sum(prose)
    last_closing = max((n for n, rule in enumerate(known) if rule and rule.closing), default=0)
    signed = sum(prose[:last_closing])
    above = 0
    over = False
    index = 0
    while index < len(lines):
        line, rule = lines[index], known[index]
        above += prose[index]
        if rule is None or line.number in rules or not above:
            heading = rule if rule and rule.kind in (RuleKind.LIST, RuleKind.END) else None
            if heading and not above:
                _take_items(lines, index, heading, known, rules)
            index += 1
            continue
        if rule.kind is RuleKind.END and _ends(
            rule, above, total, over=over, signed_below=signed > above, below=lines[index + 1 :][:4]
        ):
            _take_rest(lines[index:], known[index:], rules)
            return index
        if rule.kind in (RuleKind.LIST, RuleKind.END):
            _take_items(lines, index, rule, known, rules)
        over = over or (rule.closing and above >= total * PART_ABOVE_WHEN_OVER)
        index += 1
    return len(lines)


def _ends(
    rule: Rule, above: int, total: int, *, over: bool, signed_below: bool, below: Sequence[Line]
) -> bool:
    """Whether a heading ends the article, by the characters of text above it and in total.

    `over`: a signature or tags are above. `signed_below`: there is text, and then such a sign,
    below it, so that the text is signed with the rest. `below`: the next lines.
    """
    if above == total:
        return True
    if over:
        return above >= total * PART_ABOVE_WHEN_OVER
    if rule.insert or signed_below or above < total * PART_ABOVE:
        return False
    # Over a full paragraph the same words are a heading of the article.
    first = next((line for line in below if not line.blank), None)
    return first is None or not (first.prose and len(first.text) >= PARAGRAPH_CHARACTERS)


def _take_rest(lines: Sequence[Line], known: Sequence[Rule | None], rules: dict[int, str]) -> None:
    """Enter all lines, the first of which ends the article, each under the heading above it."""
    heading = ""
    for line, rule in zip(lines, known, strict=True):
        if rule is not None and rule.kind in (RuleKind.LIST, RuleKind.END):
            heading = rule.name
        if not line.blank:
            # A signature down there signs another text.
            signs = rule is None or rule.name == SIGNATURE
            rules[line.number] = heading if rule is None or signs else rule.name


def _take_items(
    lines: Sequence[Line],
    index: int,
    rule: Rule,
    known: Sequence[Rule | None],
    rules: dict[int, str],
) -> None:
    """Enter the heading at `index` and the items below it: short lines that end like no sentence,
    up to a blank line, or up to the text where each item stands by itself."""
    rules[lines[index].number] = rule.name
    if card := _card(lines, index, rule):
        rules.update((line.number, rule.name) for line in card)
        return
    items: list[int] = []
    after = index + 1
    while after < len(lines) and len(items) < ITEMS:
        line = lines[after]
        if line.blank:
            # One blank line may part the heading from its items.
            if items or after > index + 1:
                break
        elif (
            known[after] is not None
            or line.prose
            or len(line.text) > ITEM_CHARACTERS
            or (line.closed and rule.kind is RuleKind.LIST)
        ):
            break
        else:
            items.append(after)
        after += 1
    followed = after < len(lines) and lines[after].prose
    if items and followed and items[-1] == after - 1 and len(items) > 1:
        # Right above the text, the last short line is rather its heading than an item.
        items.pop()
    for item in items:
        rules[lines[item].number] = rule.name


def _card(lines: Sequence[Line], index: int, rule: Rule) -> Sequence[Line]:
    """The lines below a heading of related articles that stand with it between two blank lines: the
    teaser of one, which may end like a sentence."""
    if rule.kind is not RuleKind.END or index == 0 or not lines[index - 1].blank:
        return ()
    card = list(takewhile(lambda line: not line.blank, lines[index + 1 : index + CARD_LINES + 2]))
    short = all(len(line.text) <= CARD_CHARACTERS for line in card)
    return card if short and 2 <= len(card) <= CARD_LINES else ()


def _take_known(lines: Sequence[Line], rules: dict[int, str], headline: str | None) -> None:
    """Enter the lines of the article's part that a rule knows by themselves."""
    copies = Counter(line.uncounted for line in lines)
    heading = lines_of(headline)[0] if headline else None
    paragraphs = [n.number for n in lines if n.prose and line_rule(n, header=False) is None]
    foot = max(paragraphs, default=0)
    for line in lines:
        if line.number in rules or line.blank:
            continue
        if line.drawn:
            rules[line.number] = SEPARATOR
        elif (rule := line_rule(line, header=False)) is not None:
            if not (rule.foot and line.prose and line.number < foot):
                rules[line.number] = rule.name
        elif heading and line.key == heading.key:
            rules[line.number] = HEADLINE
        elif not line.prose and is_caption(line, header=False, copies=copies[line.uncounted]):
            rules[line.number] = CAPTION


def _take_signatures(lines: Sequence[Line], rules: dict[int, str]) -> None:
    """Enter the lines that sign the text: in parentheses, or short ones at its very end."""
    kept = [line for line in lines if not line.blank and line.number not in rules]
    begun = False
    dateline = next((line.key[:DATELINE_CHARACTERS] for line in kept if line.prose), "")
    for line in kept:
        if begun and _in_parentheses(line) and signature(line.text):
            rules[line.number] = SIGNATURE
        begun = begun or line.prose
    for line in reversed(kept):
        if line.number in rules:
            continue
        if line.closed or not begun or line.words > SIGNATURE_WORDS:
            break
        if is_labelled_date(line):
            rules[line.number] = DATE
        elif _signs(line) or f" {line.bare}:" in dateline or f" {line.bare} /" in dateline:
            rules[line.number] = SIGNATURE
        else:
            break


def _signs(line: Line) -> bool:
    """Whether the last line of a text holds nothing but names of agencies, outlets and desks."""
    found = signature(line.text)
    if found is None:
        return is_desk(line.text) or _initials(line)
    unexplained = [
        part
        for part in parts(line.text.strip("() "))
        if not (outlet_named(part) or is_desk(part) or signature(part))
    ]
    beside_agency = found.agency is not None and len(unexplained) == 1
    return not unexplained or _in_parentheses(line) or (beside_agency and line.words <= 6)


def _initials(line: Line) -> bool:
    """Whether it is the initials of those who wrote and edited: «م ع / ن ص»."""
    letters = line.key.replace("/", " ").replace(".", " ").split()
    return len(letters) > 1 and all(len(one) == 1 and one.isalpha() for one in letters)


def _in_parentheses(line: Line) -> bool:
    text = line.text.strip()
    return line.words <= SIGNATURE_WORDS and text[:1] in ("(", "[") and text[-1:] in (")", "]")


def _known(line: Line) -> Rule | None:
    """The rule that knows `line`, be it a heading or a line by itself."""
    if line.blank:
        return None
    return heading_rule(line) or line_rule(line, header=False)


def _assemble(
    lines: Sequence[Line], rules: dict[int, str]
) -> tuple[str, tuple[int, ...], dict[int, int]]:
    """The kept lines as one text, the positions in it at which lines are missing, and where in it
    each line stands, by its number."""
    kept: list[str] = []
    places: dict[int, int] = {}
    cuts: list[int] = []
    length = 0
    gap = removed = False
    for line in lines:
        if line.blank:
            gap = True
        elif line.number in rules:
            removed = gap = True
        else:
            if kept and gap:
                kept.append("")
                length += 1
            if kept and removed:
                cuts.append(length)
            kept.append(line.text)
            places[line.number] = length
            length += len(line.text) + 1
            gap = removed = False
    return "\n".join(kept), tuple(cuts), places
