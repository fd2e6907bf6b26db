"""Whether a question continues the one before it, and what it takes from there.

«And when?» has no subject of its own, and in «who received him?» the earlier question says who he
is. Nothing is written for anybody: only words of the earlier and the new question are searched.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpus.language import marks
from retrieval.question.reading import Reading, Span, entry
from retrieval.question.referring import lacks_subject, refers
from retrieval.question.understand import is_greeting

# A claim has at least so many content words.
_CLAIM = 3
_BEHIND = f" \t\n{marks.CLOSING_QUOTES})"
_OUTER = f" \t\n{marks.SENTENCE_ENDS}{marks.CLAUSE_ENDS}{marks.DASHES}"


class Kind(StrEnum):
    """A complete question, one that continues the question before, or a wish for more quotes."""

    OWN = "own"
    FOLLOW_UP = "follow-up"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question with what it takes from the one before: `taken` are pieces of that one, in its
    order, `asked` the new one without what it opens with, and `query` is both."""

    taken: tuple[str, ...]
    asked: str
    query: str

    @property
    def understood(self) -> str:
        return ": ".join(filter(None, (", ".join(self.taken), self.asked)))


def kind_of(question: str) -> Kind:
    """What a message is to the one before, by its words alone."""
    said = Reading(question)
    if said.folded in entry("more"):
        return Kind.MORE
    if not said.words or said.is_foreign or is_greeting(question):
        return Kind.OWN
    return Kind.FOLLOW_UP if refers(said) or lacks_subject(said) else Kind.OWN


def asks_whether_so(message: str) -> bool:
    """Whether a message asks of what it replies to if it is so, and nothing else."""
    return Reading(message).folded in entry("checks")


def is_claim(message: str) -> bool:
    """Whether a message says something that may be so or not: no question, and no mere word."""
    said = Reading(message)
    asks = message.rstrip(_BEHIND).endswith(tuple(marks.QUESTION_MARKS))
    opens = any((word,) in entry("asks") for word in said.bare[said.begins :][:1])
    return not (asks or opens or is_greeting(message)) and len(said.content) >= _CLAIM


def has_content(question: str) -> bool:
    """Whether anything can be looked for by a question as it stands."""
    return bool(Reading(question).content)


def follow_up(earlier: str, question: str) -> FollowUp | None:
    """A question that continues an `earlier` one, or `None` if that has nothing to take.

    If it asks something itself, it gets the names of the earlier one, or all its content words if
    that has no names or if "this", "that" or "there" is meant. If it only names another thing, that
    replaces a name of the same kind, or is added to the earlier question.
    """
    before, new = Reading(earlier), Reading(question)
    asked = question[new.rest[0].start :].strip() if new.rest else question.strip()
    another = bool(new.content) and (new.about or (new.tied and not new.asks))
    if another and (place := _place_for(before, new)):
        start, end = place
        first, last = new.words[new.content[0]], new.words[new.content[-1]]
        kept = tuple(earlier[a:b] for a, b in before.pieces() if b <= start or a >= end)
        named = question[first.start : last.end]
        return FollowUp(kept, asked, f"{earlier[:start]}{named}{earlier[end:]}")
    by_name = bool(new.content) and not another and not new.points
    taken = tuple(earlier[start:end] for start, end in before.pieces(names_only=by_name))
    if not taken:
        return None
    # without a word that asks, those of the earlier question are needed too
    query = f"{earlier.rstrip(_OUTER)} {asked}" if another else f"{' '.join(taken)}: {asked}"
    return FollowUp(taken, asked, query)


def _place_for(before: Reading, new: Reading) -> Span | None:
    """Where the earlier question names what the new one names another of: its last name of the
    same kind."""
    first = new.words[new.content[0]].start
    kinds = {is_place for start, _, is_place in new.names if start >= first}
    same = [(start, end) for start, end, is_place in before.names if is_place in kinds]
    return same[-1] if len(kinds) == 1 and same else None
