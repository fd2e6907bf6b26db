"""What `verify` says, for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.render.citation import page_said, particulars
from bot.render.claimed import claimed_lines, place_of
from bot.render.plain import visible
from bot.render.shapes import said_by_json
from bot.words import words
from bot.words.coverage import BETWEEN, outlet_name, said_before
from corpus.dates.days import FoundDay
from corpus.types import PartKind
from retrieval.answer.check.verdict import Claimed, Match, Verdict, VerdictKind
from retrieval.answer.matched import quoted

_STYLES = {
    VerdictKind.EXACT: "bold green",
    VerdictKind.ALTERED: "bold yellow",
    VerdictKind.ABSENT: "bold red",
}
# Places told of a part of a draft.
_MOST_OF_PART = 3
# As wdiff writes them: told apart without colours too.
_MARKS = {"equal": ("", "", ""), "delete": ("[-", "-]", "red"), "insert": ("{+", "+}", "green")}


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """`verify --json`."""
    return {
        "verdict": str(verdict.kind),
        "matches": [_match_json(each, verdict.kind) for each in verdict.matches],
        "sentences": [
            {
                "text": part.text,
                "start": part.start,
                "end": part.end,
                "verdict": str(part.kind),
                "matches": [_match_json(each, part.kind) for each in part.matches],
            }
            for part in verdict.parts
        ],
        "purged": verdict.purged and verdict.purged.isoformat(),
        "attributions": [{"start": each.start, "end": each.end} for each in verdict.attributions],
        "own": [{"start": each.start, "end": each.end} for each in verdict.own],
    }


def verdict_view(verdict: Verdict) -> RenderableType:
    """The verdict in words, then where the text stands, who says it and whether an attribution is
    right; of one that is altered or spelled otherwise the original with what was taken away as
    [-so-] and what was put in as {+so+}. Of a draft this is said of each part."""
    lines: list[RenderableType] = [Text(_said(verdict), style=_STYLES[verdict.kind])]
    if not verdict.told_by_parts:
        return Group(*lines, *_matches(verdict.matches, 2))
    english = words("en")
    for part in verdict.parts:
        place = place_of(part.start, part.end)
        own = verdict.is_own(part)
        label = Text(english.say(f"verify_part_{'own' if own else part.kind}", place=place))
        label.stylize("bold" if own else _STYLES[part.kind])
        lines.append(Padding(label, (0, 2), expand=False))
        if not part.matches:
            lines.append(Padding(Text(visible(part.text)), (0, 4), expand=False))
        lines += _matches(part.matches[:_MOST_OF_PART], 4)
    return Group(*lines)


def _matches(matches: Sequence[Match], indent: int) -> Iterator[RenderableType]:
    for number, match in enumerate(matches):
        yield Padding(_words(match), (0, indent), expand=False)
        told = [_place(match), *([] if number else claimed_lines(matches, words("en")))]
        for line in told:
            yield Padding(Text(line, style="dim"), (0, indent + 2), expand=False)


def _said(verdict: Verdict) -> str:
    if verdict.own:
        return "exact: the quote is word for word in the coverage; the rest is your own words"
    if verdict.told_by_parts:
        exact = sum(part.kind is VerdictKind.EXACT for part in verdict.parts)
        told = (
            f"{exact} of {len(verdict.parts)} parts {'is' if exact == 1 else 'are'} word for word"
        )
        return f"{verdict.kind}: {told}; each with its place in the text given"
    if verdict.kind is VerdictKind.EXACT:
        places = len(verdict.matches)
        so = "word for word, spelled otherwise," if verdict.spelled else "so"
        return f"exact: it stands {so} in the coverage" + (
            f", {places} times" if places > 1 else ""
        )
    if verdict.kind is VerdictKind.ALTERED:
        return "altered: the closest original is"
    if verdict.removed:
        return "absent: the receipt is of an article that has been removed"
    if verdict.purged:
        return (
            "absent: the receipt is of an article that was taken out of the coverage for good on"
            f" {verdict.purged}"
        )
    if verdict.receipt:
        return "absent: the receipt is of no article of this coverage, or of other words of it"
    return "absent: neither these words nor an original of them stand in the coverage"


def _words(match: Match) -> Text:
    if match.diff is None:
        return Text(f"«{visible(match.text)}»")
    shown = Text("«")
    for kind, text in match.diff:
        before, after, style = _MARKS[kind]
        bare = text.rstrip()
        shown.append(f"{before}{visible(bare)}{after}", style=style)
        shown.append(visible(text[len(bare) :]) or (" " if kind != "equal" else ""))
    return shown.append("»")


def _place(match: Match) -> str:
    source, english = match.article.source, words("en")
    said = said_before(quoted(match), english)
    page = page_said(match.quote.page, english)
    parts = [said + outlet_name(source.outlet, english), *particulars(source, english), *page]
    part = match.part
    places = f"{match.start - part.start} to {match.end - part.start}"
    of = "" if part.kind is PartKind.BODY else f" of the {part.kind}"
    where = f"{match.article.id}@{match.article.version}, {places}{of}"
    return f"— {BETWEEN.join(parts)} ({where}{', superseded' if match.superseded else ''})"


def _match_json(match: Match, kind: VerdictKind) -> dict[str, Any]:
    source = match.article.source
    return {
        "article": match.article.id,
        "version": match.article.version,
        "superseded": match.superseded,
        "outlet": source.outlet,
        "published": source.published and source.published.isoformat(),
        "part": str(match.part.kind),
        "start": match.start - match.part.start,
        "end": match.end - match.part.start,
        "page": match.quote.page,
        "text": match.text,
        "diff": match.diff and [list(piece) for piece in match.diff],
        "spelling": kind is VerdictKind.EXACT and bool(match.diff),
        "said_by": said_by_json(quoted(match)),
        "claimed": _claimed_json(match.claimed),
    }


def _claimed_json(claimed: Claimed | None) -> dict[str, Any] | None:
    if claimed is None:
        return None
    attribution = claimed.attribution
    day = next(iter(attribution.days), None)
    return {
        "outlet": attribution.outlet,
        "published": day and iso(day),
        "agrees": claimed.agrees,
        "outlet_agrees": claimed.outlet and str(claimed.outlet),
        "published_agrees": claimed.published and str(claimed.published),
    }


def iso(day: FoundDay) -> str:
    """As much of a day as is written: 2024-05-03, 2024-05, --05-03."""
    year = "-" if day.year is None else f"{day.year:04}"
    return f"{year}-{day.month:02}" + (f"-{day.day:02}" if day.day else "")
