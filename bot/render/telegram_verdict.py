"""What /verify says, as Telegram messages. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.render.claimed import claimed_lines, place_of
from bot.render.messages import Message
from bot.render.telegram_html import Block, joined, lines, packed, quote_blocks
from bot.render.telegram_text import MOST_ENTITIES, escape, note, plain, sanitise, units
from bot.words import Words
from retrieval.answer.check.aligned import Piece
from retrieval.answer.check.verdict import Match, Verdict, VerdictKind
from retrieval.answer.matched import quoted
from retrieval.types import Quote

# Of the words that differ so many units and entities are shown; the original is below anyway.
_MOST_UNITS = 2_500
_MOST_MARKED = MOST_ENTITIES - 20
# Of a draft so many parts are shown, and of what the writer added so many characters.
_MOST_PARTS = 30
_LONGEST_OWN = 300
# What is not in the article is struck out, what the article has instead is underlined.
_TAGS = {"insert": "s", "delete": "u"}


def verdict_messages(verdict: Verdict, interface: Words) -> tuple[Message, ...]:
    """The verdict in words, and where the text or its original stands: an exact quote in a
    blockquote with who says it and its source, and whether an attribution is right; of one that is
    altered or spelled otherwise first how it differs. Of a draft this is said of each part."""
    if verdict.told_by_parts:
        return tuple(packed(_by_parts(verdict, interface)))
    head = interface.say(verdict_key(verdict))
    if not verdict.matches:
        return (Message(note(head, interface)),)
    return tuple(packed(_placed(head, verdict.matches, interface)))


def _by_parts(verdict: Verdict, interface: Words) -> Iterator[Block]:
    yield lines(interface.say(parts_key(verdict)), interface)
    shown = verdict.parts[:_MOST_PARTS]
    for part in shown:
        place = place_of(part.start, part.end)
        kind = "own" if verdict.is_own(part) else part.kind
        head = interface.say(f"verify_part_{kind}", place=place)
        if part.matches:
            yield from _placed(head, part.matches, interface)
        else:
            cut = part.text if len(part.text) <= _LONGEST_OWN else f"{part.text[:_LONGEST_OWN]}…"
            yield lines(f"{head}\n{cut}", interface)
    if len(shown) < len(verdict.parts):
        yield lines("…", interface)


def _placed(head: str, matches: Sequence[Match], interface: Words) -> Iterator[Block]:
    """What is said of a text, and its first place."""
    first = matches[0]
    told = [head]
    if first.superseded:
        told.append(interface.say("verify_superseded"))
    said = "\n".join(note(line, interface) for line in told)
    if first.diff:
        original = note(interface.say("verify_original"), interface)
        said = f"{said}\n\n{marked_diff(first.diff)}\n\n{original}"
    yield Block(said, units(plain(said)), said.count("</"))
    *firsts, last = quote_blocks(_quote(matches), interface)
    if first.superseded:  # as is said, so no correction is news
        last = replace(last, receipts=())
    claimed = [lines(line, interface) for line in claimed_lines(matches, interface)]
    yield from firsts
    yield joined("\n", last, *claimed) if claimed else last


def parts_key(verdict: Verdict) -> str:
    """What is said before the parts of a draft."""
    if verdict.own:
        return "verify_quoted"
    return "verify_parts" if verdict.kind is VerdictKind.EXACT else "verify_partly"


def verdict_key(verdict: Verdict) -> str:
    if verdict.spelled:
        return "verify_spelled"
    if verdict.kind is not VerdictKind.ABSENT:
        return f"verify_{verdict.kind}"
    if verdict.removed:
        return "verify_removed"
    if verdict.purged:
        return "verify_purged"
    return "verify_receipt" if verdict.receipt else "verify_absent"


def _quote(matches: Sequence[Match]) -> Quote:
    """The first place, those in other articles as its copies."""
    first = matches[0]
    others = {match.article.id: match.article for match in matches[1:]}
    others.pop(first.article.id, None)
    return replace(quoted(first), copies=tuple(others.values()))


def marked_diff(diff: Sequence[Piece]) -> str:
    """What was given and what the article says, word by word, as HTML."""
    out, room, tags = list[str](), _MOST_UNITS, _MOST_MARKED
    for kind, text in diff:
        bare = text.strip()
        tag = _TAGS.get(kind) if bare else None
        room -= units(sanitise(text)) + 1
        tags -= tag is not None
        if room < 0 or tags < 0:
            return "".join(out).rstrip() + " …"
        if tag is None:
            out.append(escape(text))
            continue
        before = text[: len(text) - len(text.lstrip())]
        after = text[len(text.rstrip()) :] or " "
        out.append(f"{escape(before)}<{tag}>{escape(bare)}</{tag}>{escape(after)}")
    return "".join(out).strip()
