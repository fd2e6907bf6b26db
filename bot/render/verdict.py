"""What `verify` says, for a terminal and as JSON."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.render.citation import particulars
from bot.render.plain import visible
from bot.words import words
from bot.words.coverage import BETWEEN, outlet_name
from corpus.types import PartKind
from retrieval.answer.check.verify import Match, Verdict, VerdictKind

_STYLES = {
    VerdictKind.EXACT: "bold green",
    VerdictKind.ALTERED: "bold yellow",
    VerdictKind.ABSENT: "bold red",
}
# As wdiff writes them: told apart without colours too.
_MARKS = {"equal": ("", "", ""), "delete": ("[-", "-]", "red"), "insert": ("{+", "+}", "green")}


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """`verify --json`."""
    return {
        "verdict": str(verdict.kind),
        "matches": [_match_json(each) for each in verdict.matches],
    }


def verdict_view(verdict: Verdict) -> RenderableType:
    """The verdict in words, then where the text stands; of one that is altered or spelled otherwise
    the original with what was taken away as [-so-] and what was put in as {+so+}."""
    lines: list[RenderableType] = [Text(_said(verdict), style=_STYLES[verdict.kind])]
    for match in verdict.matches:
        lines.append(Padding(_words(match), (0, 2), expand=False))
        lines.append(Padding(Text(_place(match), style="dim"), (0, 4), expand=False))
    return Group(*lines)


def _said(verdict: Verdict) -> str:
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
    parts = [outlet_name(source.outlet, english), *particulars(source, english)]
    part = match.part
    places = f"{match.start - part.start} to {match.end - part.start}"
    of = "" if part.kind is PartKind.BODY else f" of the {part.kind}"
    where = f"{match.article.id}@{match.article.version}, {places}{of}"
    return f"— {BETWEEN.join(parts)} ({where}{', superseded' if match.superseded else ''})"


def _match_json(match: Match) -> dict[str, Any]:
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
        "text": match.text,
        "diff": match.diff and [list(piece) for piece in match.diff],
    }
