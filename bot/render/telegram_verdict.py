"""What /verify says, as Telegram messages. Pure functions."""

from __future__ import annotations

from dataclasses import replace

from bot.render.messages import Message
from bot.render.telegram_html import Block, packed, quote_blocks
from bot.render.telegram_text import MOST_ENTITIES, escape, note, plain, sanitise, units
from bot.words import Words
from retrieval.answer.check.verify import Match, Verdict, VerdictKind
from retrieval.types import Quote

# Of the words that differ so many units and entities are shown; the original stands below anyway.
_MOST_UNITS = 2_500
_MOST_MARKED = MOST_ENTITIES - 20
# What is not in the article is struck out, what the article has instead is underlined.
_TAGS = {"insert": "s", "delete": "u"}


def verdict_messages(verdict: Verdict, interface: Words) -> tuple[Message, ...]:
    """The verdict in words, and where the text or its original stands: an exact quote in a
    blockquote with its source; of one that is altered or spelled otherwise first how it differs."""
    head = note(interface.say(_key(verdict)), interface)
    if not verdict.matches:
        return (Message(head),)
    first = verdict.matches[0]
    if first.superseded:
        head += "\n" + note(interface.say("verify_superseded"), interface)
    if first.diff:
        original = note(interface.say("verify_original"), interface)
        head = f"{head}\n\n{_marked(first)}\n\n{original}"
    said = Block(head, units(plain(head)), head.count("</"))
    return tuple(packed([said, *quote_blocks(_quote(verdict.matches), interface)]))


def _key(verdict: Verdict) -> str:
    if verdict.spelled:
        return "verify_spelled"
    if verdict.kind is not VerdictKind.ABSENT:
        return f"verify_{verdict.kind}"
    if verdict.removed:
        return "verify_removed"
    return "verify_receipt" if verdict.receipt else "verify_absent"


def _quote(matches: tuple[Match, ...]) -> Quote:
    """The first place, those in other articles as its copies."""
    first = matches[0]
    others = {match.article.id: match.article for match in matches[1:]}
    others.pop(first.article.id, None)
    article = replace(first.article, body=first.body)
    return Quote(article, first.start, first.end, 1.0, copies=tuple(others.values()))


def _marked(match: Match) -> str:
    """What was given and what the article says, word by word."""
    out, room, tags = list[str](), _MOST_UNITS, _MOST_MARKED
    for kind, text in match.diff or ():
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
