"""Answers with buttons, contexts and copies as Telegram messages: within the server's limits
whatever an article holds."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.local_telegram.entities import clean
from bot.local_telegram.html import parse_html
from bot.local_telegram.params import Params
from bot.local_telegram.rules import read_markup
from bot.local_telegram.utf16 import covered, utf16_length
from bot.render import buttons
from bot.render.messages import Button, Message
from bot.render.telegram_answer import Shape, full, further, short, single
from bot.render.telegram_context import MOST_LISTED, context_messages, copies_messages
from bot.render.telegram_text import (
    MOST_BYTES,
    MOST_ENTITIES,
    MOST_UNITS,
    directed,
    sanitise,
    units,
)
from bot.telegram.keyboards import replies
from bot.words import LANGUAGES, words
from corpus.split import sentences
from corpus.types import Article, DateKind, Source, SourceDate
from retrieval.answer.after import context, wordings
from retrieval.answer.check.receipt import receipt_of
from retrieval.types import Absence, Answer, Filters, Missing, MissingKind, Quote

DAY = date(2025, 7, 11)
EN = words("en")

TEXTS = st.text(st.sampled_from("aб س😀.\n<&\t\0\u202e\u200f،🇰"), min_size=1, max_size=600)
NAMES = st.none() | st.text(max_size=300)


class Shown:
    """A message as the server stores it; refused as the server would."""

    def __init__(self, message: Message) -> None:
        assert len(message.html.encode()) <= MOST_BYTES
        warnings: list[str] = []
        text, entities = parse_html(message.html)
        self.text, self.entities = clean(text, entities, warnings)
        assert warnings == []
        assert self.text
        assert utf16_length(self.text) <= MOST_UNITS
        assert len(self.entities) <= MOST_ENTITIES
        [reply] = replies((message,))
        markup = reply.keyboard.to_dict() if reply.keyboard else None
        read_markup(Params({"reply_markup": markup} if markup else {}))
        self.buttons = [button for row in message.keyboard for button in row]
        assert len(self.buttons) <= 100

    def spans(self, *kinds: str) -> list[str]:
        return [covered(self.text, one) for one in self.entities if one["type"] in kinds]

    @property
    def quotes(self) -> list[str]:
        return self.spans("blockquote", "expandable_blockquote")


def article(id: str, body: str, day: date | None = None, **source: Any) -> Article:
    dates = (SourceDate(DateKind.PUBLISHED, day, ""),) if day else ()
    found = Source(f"{id}.txt", dates=dates, **source)
    return Article(id, "v", found, "en", body, sentences(body, "en"))


def quote(body: str, *, copies: Sequence[Article] = (), **source: Any) -> Quote:
    return Quote(article("a", body, **source), 0, len(body), 1.0, copies=tuple(copies))


def answer(*quotes: Quote, filters: Filters | None = None) -> Answer:
    absence = None if quotes else Absence(16, 10, DAY, DAY, 3, quote("Near miss.", outlet="Near"))
    return Answer("?", "en", quotes, absence, filters or Filters(), (), "i", 1.0)


def shown(messages: Iterable[Message]) -> list[Shown]:
    return [Shown(message) for message in messages]


def labels(message: Shown) -> list[str]:
    return [button.text for button in message.buttons]


# ------------------------------------------------------------------ whole answers


def test_quotes_are_numbered_and_have_a_row_each() -> None:
    copy = article("b", "Two.", outlet="B")
    [message] = shown(
        full(
            answer(quote("One.", outlet="A"), quote("Two.", copies=[copy])),
            Shape(left=True, newest=DAY),
            EN,
        )
    )
    assert message.quotes == ["One.", "Two."]
    assert message.text == (
        "One.\n① A · undated\n\nTwo.\n② outlet unknown · undated · +1 copy\n\n"
        "1 independent text · newest article searched: July 11, 2025"
    )
    assert labels(message) == [
        *("① Context", "① Copy text", "① Collect"),
        *("② Context", "② Copies", "② Copy text", "② Collect"),
        *("More", "👍", "👎"),
    ]


def test_one_quote_has_no_number_and_no_more() -> None:
    [message] = shown(full(answer(quote("One.", outlet="A")), Shape(), EN))
    assert message.text.startswith("One.\n— A · undated\n\n")
    assert labels(message) == ["Context", "Copy text", "Collect", "👍", "👎"]


def test_filters_are_said() -> None:
    filters = Filters(outlets=("Meridian",), since=DAY, from_question=True, undone=True)
    asked = answer(quote("One."), filters=filters)
    [whole] = shown(full(asked, Shape(), EN))
    [brief] = shown(short(asked, Shape(), EN, "Bot"))
    for message in (whole, brief):
        assert EN.say("day_undone") in message.text
        assert "Meridian · published since July 11, 2025" in message.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_absence_names_the_nearest_miss_as_a_miss(language: str) -> None:
    interface = words(language)
    [message] = shown(full(answer(), Shape(), interface))
    assert message.quotes == []
    assert message.spans("italic") == ["“Near miss.”"]
    label, text, line = message.text.splitlines()[-3:]
    assert label == directed(interface.say("nearest"), interface)
    assert text == "“Near miss.”"
    assert "Near" in line
    told = [button.data for button in message.buttons if button.data]
    assert told[0].startswith("q:c:")
    assert told[1].startswith(buttons.COLLECT)
    assert told[2:] == ["q:+:", "q:-:"]
    [brief] = shown(short(answer(), Shape(), interface, "Bot"))
    assert brief.buttons == []
    assert "Near miss" not in brief.text
    assert brief.text.splitlines()[-1].startswith(interface.say("nearest"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_absence_says_what_is_missing(language: str) -> None:
    interface = words(language)
    missing = (
        Missing("Iran", MissingKind.PLACE),
        Missing("2019", MissingKind.DATE),
        Missing("Omsk", MissingKind.PLACE, elsewhere=True),
        Missing("Kim", MissingKind.SPEAKER, elsewhere=True),
    )
    silent = answer()
    assert silent.absence
    silent = replace(silent, absence=replace(silent.absence, missing=missing))
    for shape in (full(silent, Shape(), interface), short(silent, Shape(), interface, "Bot")):
        [message] = shown(shape)
        both, here, said = message.text.splitlines()[:3]
        assert "Iran" in both
        assert "2019" in both
        assert "Omsk" in here
        assert "Kim" in said
        assert interface.say("nothing_found") not in message.text


def test_a_nearest_miss_longer_than_a_message_is_shown_in_full() -> None:
    long = " ".join(f"Word {n} <&>." for n in range(900))
    silent = answer()
    assert silent.absence
    nearest = quote(long, outlet="Near")
    silent = replace(silent, absence=replace(silent.absence, nearest=nearest))
    messages = shown(full(silent, Shape(), EN))
    assert len(messages) > 1
    assert all(units(message.text) <= MOST_UNITS for message in messages)
    pieces = " ".join(piece for message in messages for piece in message.spans("italic"))
    assert pieces == f"“{long}”"
    assert messages[-1].text.endswith("— Near · undated")


def test_short_form_is_the_first_quote_and_one_row() -> None:
    first = quote("One.", copies=[article("b", "One.")])
    message, *rest = shown(short(answer(first, quote("Two.")), Shape(left=True), EN, "NewsBot"))
    assert rest == []
    assert message.text == "One.\n— outlet unknown · undated · +1 copy"
    assert labels(message) == ["More", "Context", "Copies", "Collect", "In private"]
    assert message.buttons[-1].url == f"https://t.me/NewsBot?start={receipt_of(first)}"
    assert message.buttons[0].data == "q:m:1"


def test_further_quotes_go_on_counting() -> None:
    [message] = shown(further([quote("Four."), quote("Five.")], Shape(3, left=True), EN))
    assert "④ outlet" in message.text
    assert "⑤ outlet" in message.text
    assert message.buttons[-1] == Button("More", "q:m:5")
    [last] = shown(further([quote("Four.")], Shape(3), EN))
    assert "More" not in labels(last)
    assert "④ outlet" in last.text


def test_more_ends_somewhere() -> None:
    quotes = [quote("x.")]
    [message] = shown(further(quotes, Shape(buttons.MOST_SHOWN - 1, left=True), EN))
    assert message.buttons[-1].data == f"q:m:{buttons.MOST_SHOWN}"
    [message] = shown(further(quotes, Shape(buttons.MOST_SHOWN, left=True), EN))
    assert "More" not in labels(message)
    assert "(61) outlet" in message.text


def test_a_superseded_quote_is_said_to_be() -> None:
    [message] = shown(single(quote("One."), EN, superseded=True))
    assert message.text.startswith(EN.say("verify_superseded"))
    assert message.quotes == ["One."]


# ------------------------------------------------------------------ what buttons carry


def test_copied_text_has_a_citation_where_it_fits() -> None:
    def copied(body: str) -> list[str | None]:
        row = buttons.quote_row(quote(body, outlet="Meridian", day=DAY), EN)
        return [button.copy for button in row if button.copy]

    assert copied("Short.") == ["“Short.”\n— Meridian · July 11, 2025"]
    assert copied("x" * 240) == ["x" * 240]
    assert copied("😀" * 128) == ["😀" * 128]
    assert copied("😀" * 129) == ["😀" * 128, "😀"]


def test_a_long_quote_is_copied_in_parts_that_make_it_up() -> None:
    body = " ".join(f"word{n}" for n in range(80))
    row = buttons.quote_row(quote(body, outlet="Meridian", day=DAY), EN)
    parts = [button for button in row if button.copy]
    assert [button.text for button in parts] == ["Copy text 1/3", "Copy text 2/3", "Copy text 3/3"]
    assert all(len(button.copy or "") <= 256 for button in parts)
    assert " ".join(button.copy or "" for button in parts) == body
    far = buttons.quote_row(quote("x" * 1_281, outlet="Meridian", day=DAY), EN)
    assert not [button for button in far if button.copy]


@pytest.mark.parametrize(
    "data",
    [
        *("", "q:", "q:m:", "q:m:0", "q:m:99", "q:m:-1", "q:m:٣", "q:m:3 ", "q:x:3", "s:m:3"),
        *("q:c:", "q:c:aaaaaaaaaaaaaaaa", "q:w:../../etc/passwd", "q:+:<b>", "q:m:3:q:m:4"),
        "q:c:" + "a" * 60,
    ],
)
def test_forged_data_asks_for_nothing(data: str) -> None:
    assert buttons.read(data) is None


def test_data_is_read_back() -> None:
    held = quote("One.", copies=[article("b", "One.")])
    receipt = receipt_of(held)
    row = [*buttons.quote_row(held, EN), *buttons.thumbs(held), buttons.more_button(3, EN)]
    read = [
        buttons.read(button.data)
        for button in row
        if button.data and not button.data.startswith(buttons.COLLECT)
    ]
    assert read == [
        buttons.Press("c", receipt=receipt),
        buttons.Press("w", receipt=receipt),
        buttons.Press("+", receipt=receipt),
        buttons.Press("-", receipt=receipt),
        buttons.Press("m", shown=3),
    ]
    assert buttons.read("q:-:") == buttons.Press("-")


# ------------------------------------------------------------------ context and copies


def test_context_has_a_blockquote_for_each_paragraph_and_the_quote_bold() -> None:
    body = "Far.\n\nBefore it.\n\nIt was. It <is>. It will be.\n\nAfter it.\n\nFar too."
    start = body.index("It <is>.")
    held = Quote(article("a", body, outlet="A"), start, start + len("It <is>."), 1.0)
    [message] = shown(context_messages(context(held), EN, superseded=False))
    assert message.quotes == ["Before it.", "It was. It <is>. It will be.", "After it."]
    assert message.spans("bold") == ["It <is>."]
    assert message.text.endswith("\n— A · undated")
    assert "[…]" not in message.text


def test_context_says_where_something_was_left_out() -> None:
    body = "Before it.\n\nIt is.\n\nAfter it."
    cut = replace(article("a", body), cuts=(12,))
    start = body.index("It is.")
    [message] = shown(
        context_messages(context(Quote(cut, start, start + 6, 1.0)), EN, superseded=True)
    )
    assert message.quotes == ["It is.", "After it."]
    assert message.text.startswith(EN.say("verify_superseded"))
    assert "[…]\n\nIt is." in message.text


def test_copies_are_grouped_by_their_words() -> None:
    text = "The minister arrived in the old port on Friday for a visit of three days."
    other = text.replace("old", "new").replace(" for a visit of three days", "")
    held = quote(
        text,
        copies=[
            article("b", text, outlet="B", url="https://b.example/1"),
            article("c", other, outlet="C"),
            article("d", text, outlet="D", day=DAY),
        ],
    )
    [message] = shown(copies_messages(held, wordings(held), EN))
    same, changed = message.text.split(EN.say("copies_changed"))
    assert same.startswith(EN.say("copies_same"))
    assert "• B · undated\n• D · July 11, 2025" in same
    assert message.quotes == [other]
    assert message.spans("underline") == ["new"]
    assert message.spans("strikethrough") == ["old", "for a visit of three days"]
    assert changed.endswith("• C · undated")
    assert message.spans("text_link") == ["B"]


def test_too_many_copies_are_counted() -> None:
    text = "The minister arrived in the port on Friday for a visit of three days."
    held = quote(text, copies=[article(f"c{n}", text, outlet=f"O{n}") for n in range(100)])
    messages = shown(copies_messages(held, wordings(held), EN))
    listed = sum(message.text.count("• ") for message in messages)
    assert listed == MOST_LISTED
    assert messages[-1].text.endswith("… +60 copies")


def test_a_quote_that_nobody_carries_any_more() -> None:
    [message] = shown(copies_messages(quote("One."), (), EN))
    assert message.text == EN.say("copies_gone")


# ------------------------------------------------------------------ any article


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    bodies=st.lists(TEXTS.filter(lambda text: sanitise(text).strip()), min_size=1, max_size=12),
    times=st.integers(1, 30),
    outlet=NAMES,
    via=NAMES,
    url=st.none() | st.builds("https://a.example/{}".format, st.text(max_size=60)),
    matches=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=120),
    language=st.sampled_from(LANGUAGES),
    left=st.booleans(),
)
def test_any_article_fits_with_its_buttons(
    bodies: list[str],
    times: int,
    outlet: str | None,
    via: str | None,
    url: str | None,
    matches: list[tuple[int, int]],
    language: str,
    left: bool,
) -> None:
    quotes = [
        replace(
            quote(
                (body * (times if at == 0 else 1)).strip() or "x",
                outlet=outlet,
                via=via,
                url=url,
                copies=[article("b", body, outlet=via)] * (at % 2),
            ),
            matches=tuple(matches),
        )
        for at, body in enumerate(bodies)
    ]
    interface = words(language)
    shape = Shape(left=left, newest=DAY)
    filters = Filters(outlets=tuple(outlet or "x" for _ in range(40)))
    asked = answer(*quotes, filters=filters)
    whole = shown(full(asked, shape, interface))
    parts = "".join(part for message in whole for part in message.quotes)
    # direction marks in a row are joined by the server alone
    assert _bare(parts) == _bare("".join(one.text for one in quotes))
    shown(short(asked, shape, interface, "B" * 32))
    shown(further(quotes, Shape(37, left=left), interface))
    shown(single(quotes[0], interface, superseded=left))
    shown(context_messages(context(quotes[0]), interface, superseded=left))
    shown(full(replace(answer(), filters=filters), shape, interface))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    text=st.text(st.sampled_from("ab 😀.\n<&س"), min_size=5, max_size=4_000),
    changes=st.lists(st.tuples(st.integers(0, 4_000), st.sampled_from(["<x>", "", "😀 y"]))),
    number=st.integers(1, 60),
    outlet=NAMES,
)
def test_any_copies_fit(
    text: str, changes: list[tuple[int, str]], number: int, outlet: str | None
) -> None:
    text = re.sub(r"\s+$", "", "words in a row to be found again " + text)
    other = text
    for at, new in changes:
        other = other[:at] + new + other[at + 3 :]
    held = quote(
        text,
        copies=[article(f"c{n}", other if n % 3 else text, outlet=outlet) for n in range(number)],
    )
    messages = shown(copies_messages(held, wordings(held), EN))
    inside = sanitise("\n".join(copy.body for copy in held.copies))
    assert all(part in inside for message in messages for part in message.quotes)


def _bare(text: str) -> str:
    return re.sub(r"[\s\u200c-\u200f]", "", sanitise(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_many_outlets_in_a_filter_fit(language: str) -> None:
    filters = Filters(outlets=tuple(f"{n}" + "x" * 300 for n in range(50)), agencies=("y" * 300,))
    for asked in (answer(quote("One."), filters=filters), answer()):
        interface = words(language)
        assert shown(full(replace(asked, filters=filters), Shape(), interface))
        absence = Absence(0, 0, None, None, 0, None)
        silent = replace(answer(), absence=absence, filters=replace(filters, agencies=()))
        [message] = shown(full(silent, Shape(), interface))
        assert interface.count("more_outlets", 42) in message.text
