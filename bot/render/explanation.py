"""Why an answer is what it is, for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.render.plain import visible
from bot.render.verdict import iso
from bot.words import choose, words
from bot.words.catalogue import Words
from bot.words.coverage import BETWEEN, outlet_name
from bot.words.direction import name
from retrieval.answer.explain.explanation import (
    Decision,
    Explained,
    Explanation,
    How,
    Reason,
    Understood,
    Weighed,
    Where,
    WordFound,
)
from retrieval.question.wanted import Wanted
from retrieval.types import Evidence, Missing, MissingKind

# Of a text that is not shown, so much as tells which it is.
_BEGINNING = 100
# What would be shown as 0.
_LEAST = 0.005


def explanation_view(explanation: Explanation, language: str) -> RenderableType:
    """What decided, then each candidate, in the interface language nearest to that of the
    question."""
    interface = words(choose(language))
    lines: list[RenderableType] = [Text(interface.say("explain_title"), style="bold cyan")]
    lines += [_line(said, 2, "yellow") for said in decided(explanation, interface)]
    for each in explanation.candidates:
        lines.append(_line(_heading(each, interface, explanation.wanted), 2, "bold"))
        lines += [_line(said, 4) for said in _about(each, interface, explanation.wanted)]
    return Group(*lines, "")


def explanation_json(explanation: Explanation) -> dict[str, Any]:
    """What `ask --explain --json` adds to an answer."""
    best = explanation.best
    return {
        "explain": {
            "decision": str(explanation.decision),
            "evidence": best and round(best.evidence, 6),
            "needed": best and _rounded(best.needed),
            "wanted": explanation.wanted and str(explanation.wanted),
            "understood": explanation.understood and _understood_json(explanation.understood),
            "named": [{"asked": each.asked, "kind": str(each.kind)} for each in explanation.named],
            "missing": [_missing_json(each) for each in explanation.missing],
        },
        "candidates": [_candidate_json(each) for each in explanation.candidates],
    }


def _understood_json(understood: Understood) -> dict[str, Any]:
    return {
        "wants": list(understood.wants),
        "words": [
            {"word": each.word, "weight": round(each.weight, 6), "how": each.how and str(each.how)}
            for each in understood.words
        ],
        "speaker": understood.speaker,
        "days": [iso(day) for day in understood.days],
    }


def _candidate_json(each: Explained) -> dict[str, Any]:
    quote, part = each.quote, each.quote.part
    return {
        "article": quote.article.id,
        "part": str(part.kind),
        "start": quote.start - part.start,
        "end": quote.end - part.start,
        "text": quote.text,
        "outlet": quote.article.source.outlet,
        "chosen": each.shown is not None,
        "quote": each.shown,
        "reason": each.reason and str(each.reason),
        "same_as": each.same_as,
        "missing": [_missing_json(one) for one in each.missing],
        "fits": each.fits,
        "score": round(each.score, 6),
        "beside": _rounded(each.beside),
        **_sides(each.score_parts),
        "judge": _sides(each.judge_parts),
        "evidence": {
            "value": round(each.weighed.evidence, 6),
            "needed": _rounded(each.weighed.needed),
            **_sides(each.weighed.parts),
        },
        "words": [
            {
                "word": word.word,
                "weight": round(word.weight, 6),
                "where": str(word.where),
                "how": word.how and str(word.how),
                "found": word.found,
                "likeness": round(word.likeness, 6),
            }
            for word in each.words
        ],
    }


def _sides(parts: Sequence[Evidence]) -> dict[str, Any]:
    """What speaks for and against, each with its size, the largest first."""
    ordered = sorted(parts, key=lambda part: -abs(part.part))
    sized = [(part.name, round(part.part, 6)) for part in ordered]
    return {
        "for": [[name, size] for name, size in sized if size > 0],
        "against": [[name, -size] for name, size in sized if size < 0],
    }


def _missing_json(each: Missing) -> dict[str, Any]:
    return {"asked": each.asked, "kind": str(each.kind), "elsewhere": each.elsewhere}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def decided(explanation: Explanation, interface: Words) -> Iterator[str]:
    """Why there is an answer or none, and what the question wants of one."""
    decision, best = explanation.decision, explanation.best
    if decision is Decision.ANSWERED and best and best.needed is None:
        yield interface.say("explain_answered_word")
    elif decision in (Decision.ANSWERED, Decision.EVIDENCE) and best:
        yield interface.say(f"explain_{decision}", **_weights(best))
    elif decision is Decision.MISSING:
        yield interface.say("explain_missing", names=_missing_names(explanation.missing, interface))
    else:
        yield interface.say(f"explain_{decision}")
    if explanation.wanted:
        yield interface.say(f"explain_wants_{explanation.wanted}")
    if explanation.named:
        asked = [each.asked for each in explanation.named]
        yield interface.say("explain_named", names=_listed(asked, interface))


def _heading(each: Explained, interface: Words, wanted: Wanted | None) -> str:
    """Which quote it became, or why none, and how it begins."""
    if each.shown:
        title = interface.say("explain_shown", n=interface.number(each.shown))
    else:
        title = interface.say("explain_not_shown", why=reason_said(each, interface, wanted))
    beginning = each.quote.text[:_BEGINNING]
    cut = f"{beginning.rstrip()}…" if len(beginning) < len(each.quote.text) else beginning
    outlet = outlet_name(each.quote.article.source.outlet, interface)
    return BETWEEN.join([title, name(cut, interface.right_to_left), outlet])


def reason_said(each: Explained, interface: Words, wanted: Wanted | None) -> str:
    """Why a candidate is not shown."""
    match each.reason:
        case Reason.MISSING:
            spoken = any(one.kind is MissingKind.SPEAKER for one in each.missing)
            key = "explain_lacks_speaker" if spoken else "explain_lacks"
            return interface.say(key, names=_missing_names(each.missing, interface))
        case Reason.UNFIT:
            return interface.say(f"explain_unfit_{wanted}")
        case Reason.BELOW:
            return interface.say(
                "explain_below", value=decimal(each.score), needed=decimal(each.beside or 0.0)
            )
        case Reason.COPY | Reason.OVERLAP:
            return interface.say(f"explain_{each.reason}", n=interface.number(each.same_as or 0))
        case Reason.EVIDENCE:
            return interface.say("explain_too_little")
        case Reason.UNCOUNTED:
            return interface.say("explain_no_number_of_it")
        case _:
            return interface.say(f"explain_{each.reason}")


def _about(each: Explained, interface: Words, wanted: Wanted | None) -> Iterator[str]:
    """The words of the question, what is wanted, and the numbers, a line for each kind."""
    yield from _words_lines(each.words, interface)
    if wanted:
        yield interface.say(f"explain_{'has' if each.fits else 'no'}_{wanted}")
    parts = _parts(each.score_parts, interface)
    yield interface.say("explain_score", value=decimal(each.score), parts=parts)
    if each.judge_parts:
        yield interface.say("explain_judge", parts=_parts(each.judge_parts, interface))
    parts = _parts(each.weighed.parts, interface)
    key = "explain_weight" if each.weighed.needed is not None else "explain_weight_free"
    yield interface.say(key, parts=parts, **_weights(each.weighed))


def _words_lines(found: Sequence[WordFound], interface: Words) -> Iterator[str]:
    by_place: dict[str, list[str]] = {}
    for word in found:
        place = str(word.how) if word.where is Where.QUOTE else str(word.where)
        by_place.setdefault(place, []).append(_word(word, interface))
    for place in (*How, Where.NEIGHBOUR, Where.ARTICLE, Where.NOWHERE):
        if place in by_place:
            listed = interface.say("between_names").join(by_place[place])
            yield interface.say(f"explain_word_{place}", words=listed)


def _word(word: WordFound, interface: Words) -> str:
    """A word of the question, with what stands for it where that is another, and how near."""
    said = name(word.word, interface.right_to_left)
    if not word.found or word.how is How.FORM:
        return said
    near = f" {decimal(word.likeness)}" if word.how is How.MEANING else ""
    return f"{said} ({name(word.found, interface.right_to_left)}{near})"


def _parts(parts: Iterable[Evidence], interface: Words) -> str:
    """What a sum is made of, on one line."""
    return BETWEEN.join(
        f"{evidence_name(part, interface)} {signed(part.part)}" for part in told_parts(parts)
    )


def told_parts(parts: Iterable[Evidence]) -> list[Evidence]:
    """Those that have a part in the sum, the largest first."""
    ordered = sorted(parts, key=lambda part: -abs(part.part))
    return [part for part in ordered if abs(part.part) >= _LEAST]


def evidence_name(part: Evidence, interface: Words) -> str:
    """A piece of evidence in words, by its name where the catalogue has none."""
    return interface.sentences.get(f"evidence_{part.name}", part.name)


def _weights(weighed: Weighed) -> dict[str, str]:
    needed = "" if weighed.needed is None else decimal(weighed.needed)
    return {"value": decimal(weighed.evidence), "needed": needed}


def _missing_names(missing: Sequence[Missing], interface: Words) -> str:
    return _listed([each.asked for each in missing], interface)


def _listed(names: Iterable[str], interface: Words) -> str:
    shown = (name(each, interface.right_to_left) for each in dict.fromkeys(names))
    return interface.say("between_names").join(shown)


def decimal(value: float) -> str:
    """A number with two places and a true minus."""
    return f"{value:.2f}".replace("-", "−")


def signed(value: float) -> str:
    """The same with its sign."""
    return f"{'+' if value > 0 else ''}{decimal(value)}"


def _line(text: str, indent: int, style: str = "") -> Padding:
    shown = Text(" ".join(visible(text).split()), style=style)
    return Padding(shown, (0, indent), expand=False)
