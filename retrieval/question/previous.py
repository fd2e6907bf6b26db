"""Whether a question goes on with the one before it, and what it takes from there.

«And when?» has no subject of its own, and in «who received him?» somebody else says who he is. The
words that tell stand in the files of the languages, under `[followups]`. Nothing is written for
anybody: what is looked for are words of the earlier question and the new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property

from corpus.language import cldr, marks
from corpus.language.clitics import clitics
from corpus.language.detect import detect
from corpus.language.languages import by_language, merged
from corpus.language.name_finder import Word, split_words
from corpus.language.phrases import phrases
from corpus.language.scripts import has_arabic
from retrieval.question.known_names import uncased
from retrieval.question.understand import is_greeting, question_words

# A message that asks nothing and opens like one that goes on has at most so many content words.
_FRAGMENT = 3
# Behind so many content words an Arabic pronoun may mean the subject, whose name is not known.
_VERB_AND_SUBJECT = 2
# Months, days of the week and languages name nobody and no place.
_NO_NAMES = ("m-", "d-", "l-")
_OUTER = f" \t\n{marks.SENTENCE_ENDS}{marks.CLAUSE_ENDS}{marks.DASHES}"


class Kind(StrEnum):
    """A question that stands by itself, one that goes on with the one before, and a wish for
    further quotes of the same."""

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
        return f"{', '.join(self.taken)}: {self.asked}"


def kind_of(question: str) -> Kind:
    """What a message is to the one before, by its words alone."""
    if is_greeting(question):
        return Kind.OWN
    return _Reading(question).kind


def follow_up(earlier: str, question: str) -> FollowUp | None:
    """A question that goes on with an `earlier` one; `None` where that has nothing to be taken."""
    before, new = _Reading(earlier), _Reading(question)
    asked = new.text[new.rest[0].start :].strip() if new.rest else new.text.strip()
    if new.replaces and (place := before.place_for(new)):
        kept = [piece for piece in before.pieces() if not _overlap(piece, place)]
        start, end = place
        put = new.text[new.topic[0].start : new.topic[-1].end]
        query = f"{earlier[:start]}{put}{earlier[end:]}"
        return FollowUp(tuple(earlier[a:b] for a, b in kept), asked, query)
    by_name = bool(new.content) and not new.replaces and not new.points
    pieces = before.pieces(names_only=by_name)
    if not pieces:
        return None
    taken = tuple(earlier[start:end] for start, end in pieces)
    if new.replaces:  # it has no word that asks, so those of the earlier question are needed too
        return FollowUp(taken, asked, f"{earlier.rstrip(_OUTER)} {asked}")
    return FollowUp(taken, asked, f"{' '.join(taken)}: {asked}")


class _Reading:
    """A question as it is looked at: `rest` are its words behind what it opens with."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = split_words(text)
        self.folded = tuple(word.folded for word in self.words)
        self._begins = self._led()

    @property
    def rest(self) -> tuple[Word, ...]:
        return self.words[self._begins :]

    @cached_property
    def kind(self) -> Kind:
        if self.folded in _table("more"):
            return Kind.MORE
        if not self.words or self._is_persian or not (self._refers() or self._lacks_subject()):
            return Kind.OWN
        return Kind.FOLLOW_UP

    @property
    def _is_persian(self) -> bool:
        """Whether it is in a language that shares a script, and no word, with these tables."""
        return has_arabic(self.text) and detect(self.text, ("ar", "fa")) == "fa"

    @cached_property
    def content(self) -> list[int]:
        """The places of the words that something can be looked for by."""
        return [at for at in range(self._begins, len(self.words)) if self._is_content(at)]

    @cached_property
    def names(self) -> list[tuple[int, int, bool]]:
        """The names in the question, `text[start:end]`, and whether each is of a place."""
        found = [
            (named.start, named.end, True)
            for named in cldr.found(self.text)
            if not named.group.startswith(_NO_NAMES)
        ]
        run: list[Word] = []
        for at, word in enumerate(self.words):
            placed = any(start <= word.start < end for start, end, _ in found)
            named = not placed and self._is_name(at)
            if run and (not named or self.text[run[-1].end : word.start].strip(" -")):
                found.append((run[0].start, run[-1].end, False))
                run = []
            if named:
                run.append(word)
        if run:
            found.append((run[0].start, run[-1].end, False))
        return sorted(found)

    @cached_property
    def topic(self) -> tuple[Word, ...]:
        """What a message about another thing names: all from its first content word to its last."""
        return self.words[self.content[0] : self.content[-1] + 1] if self.content else ()

    @property
    def replaces(self) -> bool:
        """Whether it only names another thing to ask the same of."""
        return bool(self.content) and (self._about or (self._led_in and not self._asks))

    @property
    def points(self) -> bool:
        """Whether it means something that may have no name: this, that, there."""
        return any(_longest("pointers", self._bare, at) for at in range(len(self.words)))

    def pieces(self, *, names_only: bool = False) -> list[tuple[int, int]]:
        """What can be taken from the question: its names, else all it can be looked for by, runs of
        neighbouring words together."""
        names = [(start, end) for start, end, _ in self.names]
        if names_only and names:
            return names
        found = list(names)
        run: list[Word] = []
        for at in (*self.content, None):
            word = self.words[at] if at is not None else None
            inside = word and any(start <= word.start < end for start, end in names)
            if run and (not word or inside or self.text[run[-1].end : word.start].strip(" ")):
                found.append((run[0].start, run[-1].end))
                run = []
            if word and not inside:
                run.append(word)
        return sorted(found)

    def place_for(self, new: _Reading) -> tuple[int, int] | None:
        """Where the question names what the new one names another of: its last name of the same
        kind."""
        kinds = {is_place for start, _, is_place in new.names if start >= new.topic[0].start}
        same = [(start, end) for start, end, is_place in self.names if is_place in kinds]
        return same[-1] if len(kinds) == 1 and same else None

    def _led(self) -> int:
        """How many words it opens with that only tie it to what was said."""
        at = 0
        while at < len(self.words) and (length := _longest("leads", self.folded, at)):
            at += length
        self._led_in = at > 0
        joined = at < len(self.words) and self._is_joined(self.words[at])
        self._led_in = self._led_in or joined
        length = _longest("about", self.folded, at)
        self._about = length > 0
        return at + length

    @cached_property
    def _asks(self) -> bool:
        places = range(self._begins, len(self.words))
        return any(_longest("asks", self._bare, at) for at in places)

    @cached_property
    def _bare(self) -> tuple[str, ...]:
        """The words, the first one without a conjunction written on to it."""
        found = list(self.folded)
        if self._begins < len(found) and self._is_joined(self.words[self._begins]):
            found[self._begins] = found[self._begins][1:]
        return tuple(found)

    def _is_joined(self, word: Word) -> bool:
        """Whether an Arabic conjunction is written on to a word."""
        rest = word.folded[1:]
        if len(rest) < 2 or word.folded[0] not in clitics("ar").conjunctions:
            return False
        known = rest in _function_words() or (rest,) in _table("asks") or (rest,) in _table("bare")
        definite = rest.startswith(clitics("ar").definite) and len(rest) > 4
        return known or definite or uncased(rest) is not None or bool(cldr.found(rest))

    def _is_content(self, at: int) -> bool:
        word = self._bare[at]
        if len(word) == 1 and not word.isdigit():
            return False
        if at and self.words[at].written.istitle() and not has_arabic(word):
            return True  # «in May»
        if word in _function_words() or self.folded[at] in _function_words():
            return False
        return not any((word,) in _table(kind) for kind in _EMPTY)

    def _is_name(self, at: int) -> bool:
        word = self.words[at]
        if has_arabic(word.folded):
            return uncased(self._bare[at]) is not None
        return word.written[:1].isupper() and self._is_content(at)

    def _refers(self) -> bool:
        """Whether somebody or something is meant that the question does not name before."""
        silent = {
            place
            for at in range(len(self.words))
            for place in range(at, at + _longest("never", self._bare, at))
        }
        clause, earlier = False, False
        for at in range(self._begins, len(self.words)):
            if clause and (length := _longest("owners", self._bare, at)):
                silent.update(range(at, at + length))  # «with him»
            if at > self._begins and self._opens_clause(at):
                earlier = earlier or clause or bool(self._content_before(at))
                clause = False
            if at not in silent and self._refers_at(at, clause=clause, earlier=earlier):
                return True
            clause = clause or self._is_antecedent(at) or self._is_counted(at)
        return False

    def _refers_at(self, at: int, *, clause: bool, earlier: bool) -> bool:
        known = clause or earlier
        if length := _longest("pointers", self._bare, at):
            return not earlier and not _longest("times", self._bare, at + length)
        word = self._bare[at]
        if has_arabic(word):
            if (word,) in _table("subjects"):
                return not known and not self._is_noun(at + 1)
            bound = _longest("objects", self._bare, at) > 0 or self._is_attached(at)
            return bound and not (known or self._resumes(at))
        if _longest("objects", self._bare, at):
            return not earlier
        if (word,) in _table("subjects"):
            if at and self.text[self.words[at].start - 1] in marks.DASHES:
                return not self._content_before(at - 1)  # «est-il», its subject before the verb
            return not earlier if at == len(self.words) - 1 else not known
        return (word,) in _table("owners") and not known

    def _resumes(self, at: int) -> bool:
        """Whether the pronoun of an Arabic word means what the question itself asks for or has
        named: «ما الذي كتبه كيم؟», or a subject whose name is not known as one."""
        if len(self._content_before(at)) >= _VERB_AND_SUBJECT:
            return True
        if any((word,) in _table("relatives") for word in self._bare[:at]):
            return True
        if at > self._begins + 1 and (self._bare[at - 1],) in _table("resumed"):
            return True  # «… ما نشرته»
        return (self._bare[self._begins],) in _table("resumed") and self._is_noun(at + 1)

    def _is_noun(self, at: int) -> bool:
        """Whether the word there may be a noun: no preposition, nor another word without content."""
        return at < len(self.words) and (self._is_content(at) or self._is_antecedent(at))

    def _is_attached(self, at: int) -> bool:
        """Whether an Arabic word ends in a pronoun. It is looked at as it is written: folded, the
        feminine ending is one."""
        written, folded = self.words[at].written, self._bare[at]
        if not has_arabic(written) or folded in _single("unattached") or not self._is_content(at):
            return False
        if folded.startswith(clitics("ar").definite) or uncased(folded) or cldr.found(written):
            return False
        ending = next((each for each in _PRONOUNS if written.endswith(each)), "")
        return bool(ending) and len(written) - len(ending) >= 3

    def _is_antecedent(self, at: int) -> bool:
        word = self.words[at]
        if any(start <= word.start < end for start, end, _ in self.names):
            return True
        if has_arabic(word.folded):
            definite = self._bare[at].startswith(clitics("ar").definite) and len(word.folded) > 4
            return definite and self._is_content(at)
        articled = at > 0 and (self.folded[at - 1],) in _table("articles")
        return articled and self._is_content(at)

    def _is_counted(self, at: int) -> bool:
        """Whether the word stands behind «how many» or «which»."""
        before = (self._bare[max(at - n, 0) : at] for n in (1, 2))
        return self._is_content(at) and any(each in _table("which") for each in before)

    def _opens_clause(self, at: int) -> bool:
        between = self.text[self.words[at - 1].end : self.words[at].start]
        if any(mark in between for mark in marks.CLAUSE_ENDS):
            return True
        return _longest("clauses", self.folded, at) > 0 or (
            has_arabic(self.folded[at]) and self._is_joined(self.words[at])
        )

    def _content_before(self, at: int) -> list[int]:
        return [each for each in self.content if each < at]

    def _lacks_subject(self) -> bool:
        """Whether it asks without saying of what."""
        if not self.content or (self._about and self.rest) or not self.rest:
            return True
        if self._led_in and not self._asks and len(self.content) <= _FRAGMENT:
            return True
        return self._is_elliptical() or self._drops_subject()

    def _is_elliptical(self) -> bool:
        """«Which officials?», «who else attended?»: one noun or verb, and a word that asks."""
        (first, *others) = self.content
        if others or not self._asks or self._is_antecedent(first):
            return False
        if first and (self.folded[first - 1],) in _table("prepositions"):
            return False  # «what happened in Wonsan?»
        return not (
            self.words[first].written.isdigit() or (self._bare[first],) in _table("happens")
        )

    def _drops_subject(self) -> bool:
        """«متى وصل إلى وونسان؟», «когда прилетел в Вонсан?»"""
        length = _longest("dropped", self._bare, self._begins)
        at = self._begins + length
        if not length or at >= len(self.words) or not self._is_content(at):
            return False
        word = self._bare[at]
        if (word,) in _table("happens") or self._is_antecedent(at):
            return False
        if not has_arabic(word) and not word.endswith(tuple(_single("verbs"))):
            return False
        return at + 1 == len(self.words) or _longest("prepositions", self.folded, at + 1) > 0


_EMPTY = ("bare", "asks", "subjects", "objects", "owners", "pointers", "leads", "which")
_PRONOUNS = ("هما", "ها", "هم", "هن", "ه")


@cache
def _function_words() -> frozenset[str]:
    """Those of the languages that have these tables: in others a name may be one (Turkish «kim»)."""
    return frozenset().union(*map(question_words, by_language("followups")))


@cache
def _table(kind: str) -> frozenset[tuple[str, ...]]:
    """The phrases of an entry as normalised words."""
    return frozenset(
        tuple(word.folded for word in split_words(phrase))
        for phrase in phrases(merged("followups").get(kind, ""))
    )


@cache
def _single(kind: str) -> frozenset[str]:
    return frozenset(phrase[0] for phrase in _table(kind) if len(phrase) == 1)


@cache
def _lengths(kind: str) -> tuple[int, ...]:
    return tuple(sorted({len(phrase) for phrase in _table(kind)}, reverse=True))


def _longest(kind: str, said: Sequence[str], at: int) -> int:
    """How many words the longest phrase of an entry has that stands there; 0 for none."""
    held = _table(kind)
    return next((n for n in _lengths(kind) if tuple(said[at : at + n]) in held), 0)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
