"""Answers to questions and pressed buttons: searched, and made into messages. All of it blocks: run
it in a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from itertools import islice
from typing import Protocol

from bot.render.comparison import comparison_messages
from bot.render.messages import Message
from bot.render.telegram_answer import Shape, full, further, short, single
from bot.render.telegram_claim import claim_messages
from bot.render.telegram_context import context_messages, copies_messages
from bot.render.telegram_lists import linked_html
from bot.render.telegram_text import note
from bot.render.telegram_verdict import verdict_messages
from bot.render.timeline import timeline_messages, timeline_title
from bot.telegram.languages import asked_in
from bot.telegram.threads import ALONE, Turn
from bot.words import Words, choose, words
from corpus.errors import InputError
from corpus.store import Coverage
from retrieval.answer.after import context, first, more, opened, wordings
from retrieval.answer.arrivals import Followed, News
from retrieval.answer.check.receipt import is_receipt, receipt_of
from retrieval.answer.check.verdict import Verdict, VerdictKind
from retrieval.answer.claim import Stance, against, near_claim
from retrieval.answer.compare import QUOTES as COMPARED_QUOTES
from retrieval.answer.compare import asked_about, compare
from retrieval.answer.days.timeline import QUOTES as TIMELINE_QUOTES
from retrieval.answer.days.timeline import of_coverage, of_question
from retrieval.answer.examples import subjects
from retrieval.answer.listing import opening
from retrieval.types import Answer, Dropped, Filters

MOST_EXAMPLES = 3
"""Questions that somebody new is shown."""


class Answering(Protocol):
    """What answers questions: `retrieval.engine.Engine`."""

    @property
    def coverage(self) -> Coverage: ...

    def ask(
        self,
        question: str,
        *,
        limit: int,
        filters: Filters | None = None,
        today: date | None = None,
    ) -> Answer: ...

    def verify(self, text: str) -> Verdict: ...

    def newest(self) -> int: ...

    def news(self, followed: Sequence[Followed], *, today: date | None = None) -> News: ...


@dataclass(frozen=True, slots=True)
class Manner:
    """How somebody is answered: in the language that their chat has `fixed`, else in that of their
    question, else in their `own` or that of their `client`; from these `outlets` alone, if any; in
    a `short` form or whole."""

    fixed: str | None = None
    own: str | None = None
    client: str | None = None
    outlets: tuple[str, ...] = ()
    short: bool = False

    def words(self, question: str | None) -> Words:
        """The interface for a question in this language."""
        return words(choose(self.fixed, question, self.own, self.client))

    def words_about(self, text: str) -> Words:
        """The interface for what is said of a text that somebody else wrote."""
        known = self.fixed or self.own or self.client
        return words(choose(known, None if known else asked_in(text)))


@dataclass(frozen=True, slots=True)
class Found:
    """Messages; of those that answer a question also the receipts of the quotes, in their order.
    Whether it `fits`: the coverage has something of what was asked."""

    messages: tuple[Message, ...]
    receipts: tuple[str, ...] | None = None
    fits: bool = True


class Answers:
    """Answers of at most `limit` quotes; `zone` is the newsroom's, and `bot` gives the username to
    which links lead."""

    def __init__(self, engine: Answering, limit: int, zone: tzinfo, bot: Callable[[], str]) -> None:
        self._engine = engine
        self._limit = limit
        self._zone = zone
        self._bot = bot
        self._examples: dict[str, tuple[object, list[str]]] = {}

    @property
    def limit(self) -> int:
        """Quotes in an answer."""
        return self._limit

    @property
    def coverage(self) -> Coverage:
        return self._engine.coverage

    def answer(
        self,
        question: str,
        manner: Manner,
        turn: Turn = ALONE,
        dropped: tuple[Dropped, ...] = (),
    ) -> Found:
        """Quotes, or why there are none, for a question as its `turn` has it understood, which is
        told; what it says of the kinds `dropped` restricts nothing. Raises `PullquoteError` if the
        search cannot be done."""
        limit = 1 if manner.short else self._limit
        followed = turn.followed
        query = followed.query if followed else question
        try:
            answer = self._ask(query, limit + 1, manner, dropped)
        except InputError:
            return _said("no_question", manner.words(None))
        shown = first(answer, limit)
        interface = manner.words(asked_in(question, None if followed else answer.language))
        understood = f"↪ {followed.understood}" if followed else ""
        if turn.lost:
            understood = interface.say("followed_nothing")
        left = len(answer.quotes) > limit
        shape = Shape(
            left=left,
            newest=self._newest(answer),
            understood=understood,
            chosen=manner.outlets,
        )
        messages = (
            short(shown, shape, interface, self._bot())
            if manner.short
            else full(shown, shape, interface)
        )
        receipts = tuple(receipt_of(quote) for quote in shown.quotes)
        return Found(messages, receipts, fits=bool(receipts))

    def more(
        self, question: str, shown: int, manner: Manner, dropped: tuple[Dropped, ...] = ()
    ) -> Found:
        """The quotes after the first `shown`, or that there are none. Raises `PullquoteError`."""
        answer = self._ask(question, shown + self._limit + 1, manner, dropped)
        found = more(answer, shown, self._limit)
        interface = manner.words(asked_in(question, answer.language))
        if not found.quotes:
            return _said("no_more", interface)
        return Found(further(found.quotes, Shape(shown, found.left), interface, dropped))

    def recognised(self, text: str, manner: Manner) -> Found | None:
        """What a text is, if it is a quote or was made of one; else `None`."""
        try:
            verdict = self._engine.verify(text)
        except InputError:
            return None
        return None if verdict.kind is VerdictKind.ABSENT else _verdict(verdict, text, manner)

    def verified(self, text: str, manner: Manner) -> Found:
        """Whether a text, or what a receipt is of, is a quote."""
        try:
            return _verdict(self._engine.verify(text), text, manner)
        except InputError:
            key = "receipt_mistyped" if is_receipt(text) else "no_words"
            return _said(key, manner.words_about(text))

    def checked(self, claim: str, manner: Manner) -> Found:
        """What the coverage says of what somebody claims: a quote that it is, else the nearest ones
        for and against it by their words. Raises `PullquoteError`."""
        interface = manner.words_about(claim)
        try:
            verdict = self._engine.verify(claim)
            if verdict.kind is VerdictKind.EXACT and not verdict.own:
                return _verdict(verdict, claim, manner)
            quotes = near_claim(claim, lambda text, limit: self._ask(text, limit, manner))
        except InputError:
            return _said("no_words", interface)
        held = against(claim, quotes)
        fits = any(each.stance is not Stance.NEAR for each in held)
        return Found(claim_messages(held, interface), fits=fits)

    def opened(self, receipt: str, manner: Manner) -> Found:
        """The quote of a receipt, or why it is not shown."""
        interface = manner.words(None)
        try:
            held = opened(receipt, self._engine.coverage)
        except InputError:
            return _said("receipt_mistyped", interface)
        if held is None:
            return _said("quote_gone", interface)
        quote, superseded = held
        return Found(single(quote, interface, superseded=superseded))

    def linked(self, address: str, manner: Manner) -> Found:
        """The article of an address, if the coverage has it, and its first sentence."""
        interface = manner.words(None)
        article = self.coverage.at_address(address)
        if article is None:
            return _said("link_unknown", interface)
        messages = [Message(linked_html(article, interface))]
        if quote := opening(article, self.coverage):
            messages += single(quote, interface)
        return Found(tuple(messages))

    def examples(self, interface: Words) -> list[str]:
        """Questions about what headlines name that get an answer, at most `MOST_EXAMPLES`."""
        key = interface.language, self.coverage.count()
        if self._examples.get(interface.language, (None, []))[0] != key:
            found = islice(self._answered(interface), MOST_EXAMPLES)
            self._examples[interface.language] = key, list(found)
        return self._examples[interface.language][1]

    def _answered(self, interface: Words) -> Iterator[str]:
        between = interface.say("between_names")
        for names in subjects(self.coverage, interface.language):
            question = interface.say("example_question", name=between.join(names))
            if self._ask(question, 1, Manner()).answered:
                yield question

    def context(self, receipt: str, question: str, manner: Manner) -> Found:
        """What is around the quote of a receipt. Raises `InputError` for a mistyped one."""
        interface = _interface(question, manner)
        held = opened(receipt, self._engine.coverage)
        if held is None:
            return _said("quote_gone", interface)
        quote, superseded = held
        return Found(context_messages(context(quote), interface, superseded=superseded))

    def copies(self, receipt: str, question: str, manner: Manner) -> Found:
        """Who else carries the quote of a receipt, in which words. Raises `InputError` for a
        mistyped one."""
        interface = _interface(question, manner)
        held = opened(receipt, self._engine.coverage)
        if held is None:
            return _said("quote_gone", interface)
        quote, _ = held
        return Found(copies_messages(quote, wordings(quote), interface))

    def timeline(self, question: str, manner: Manner) -> Found:
        """A picture of what happened when, and the first quotes of it; without a question of all
        articles. Raises `PullquoteError` if the search cannot be done."""
        interface = manner.words(None)
        if question:
            try:
                answer = self._ask(question, TIMELINE_QUOTES, manner)
            except InputError:
                return _said("no_question", interface)
            interface = manner.words(asked_in(question, answer.language))
            if not answer.answered:
                return Found(full(answer, Shape(), interface), fits=False)
            timeline = of_question(answer, self.coverage)
        else:
            chosen = self.coverage.select(manner.outlets)
            if chosen is None:  # of outlets that the chat has chosen none is left
                return _said("timeline_none", interface)
            timeline = of_coverage(self.coverage, chosen)
        messages = timeline_messages(timeline, interface)
        if not timeline.entries:
            return Found(messages, fits=False)
        # it loads a library for drawing, which no other answer needs
        from bot.render.timeline_picture import picture

        title = note(timeline_title(timeline, interface), interface)
        drawn = Message(title, photo=picture(timeline, interface))
        return Found((drawn,) if manner.short else (drawn, *messages))

    def compared(self, question: str, manner: Manner) -> Found:
        """Who carries what is quoted for a question, and who does not. Raises `PullquoteError`."""
        try:
            answer = self._ask(asked_about(question), COMPARED_QUOTES, manner)
        except InputError:
            return _said("no_question", manner.words(None))
        interface = manner.words(asked_in(question, answer.language))
        if not answer.answered:
            return Found(full(answer, Shape(), interface), fits=False)
        return Found(comparison_messages(compare(answer, self.coverage), interface))

    def _ask(
        self, question: str, limit: int, manner: Manner, dropped: tuple[Dropped, ...] = ()
    ) -> Answer:
        given = Filters(outlets=manner.outlets, dropped=dropped)
        filters = None if given == Filters() else given
        today = datetime.now(self._zone).date()
        return self._engine.ask(question, limit=limit, filters=filters, today=today)

    def _newest(self, answer: Answer) -> date | None:
        """The last day of publication in what was searched."""
        if answer.absence:
            return None
        applied = answer.filters
        coverage = self._engine.coverage
        chosen = coverage.select(applied.outlets, applied.since, applied.until, applied.language)
        return coverage.span(chosen)[1]


def _verdict(verdict: Verdict, text: str, manner: Manner) -> Found:
    fits = verdict.kind is not VerdictKind.ABSENT
    return Found(verdict_messages(verdict, manner.words_about(text)), fits=fits)


def _said(key: str, interface: Words) -> Found:
    return Found((Message(note(interface.say(key), interface)),), fits=False)


def _interface(question: str, manner: Manner) -> Words:
    return manner.words(asked_in(question) if question else None)
