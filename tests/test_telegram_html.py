"""Answers as Telegram HTML, read back by the parser of the local server."""

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.local_telegram.entities import clean
from bot.local_telegram.html import parse_html
from bot.local_telegram.utf16 import covered, utf16_length
from bot.render.telegram_html import EXPANDABLE_FROM, packed, quote_blocks, sources_html
from bot.render.telegram_text import MOST_BYTES, MOST_ENTITIES, MOST_UNITS, note, plain, sanitise
from bot.words import LANGUAGES, words
from bot.words.coverage import absence_text
from corpus.split import sentences
from corpus.types import Article, DateKind, Source, SourceDate
from retrieval.types import Absence, Answer, Filters, Quote

DAY = date(2025, 7, 11)
OPENING, CLOSING = "\u2066\u2067\u2068", "\u2069"
LATIN = re.compile(r"[A-Za-z]+")


def render(answer: Answer, language: str) -> tuple[str, ...]:
    """The quotes of an answer with their sources, or what was searched in vain; no more."""
    interface = words(language)
    if answer.absence is not None:
        return (note(absence_text(answer.absence, interface, answer.filters), interface),)
    blocks = [block for quote in answer.quotes for block in quote_blocks(quote, interface)]
    return tuple(message.html for message in packed(blocks))


class Shown:
    """A message as the server stores it."""

    def __init__(self, html: str) -> None:
        assert len(html.encode()) <= MOST_BYTES
        warnings: list[str] = []
        text, entities = parse_html(html)
        self.text, self.entities = clean(text, entities, warnings)
        assert warnings == []
        assert utf16_length(self.text) <= MOST_UNITS
        assert len(self.entities) <= MOST_ENTITIES

    def spans(self, *kinds: str) -> list[str]:
        return [covered(self.text, one) for one in self.entities if one["type"] in kinds]

    @property
    def quotes(self) -> list[str]:
        return self.spans("blockquote", "expandable_blockquote")

    @property
    def around(self) -> str:
        """The text outside the quotes."""
        text = self.text
        for quote in self.quotes:
            text = text.replace(quote, "", 1)
        return text


def quote(
    body: str,
    *,
    start: int = 0,
    end: int | None = None,
    matches: tuple[tuple[int, int], ...] = (),
    copies: int = 0,
    published: date | None = None,
    **source: Any,
) -> Quote:
    dates = (SourceDate(DateKind.PUBLISHED, published, ""),) if published else ()
    article = Article(
        "a", "v", Source("a.txt", dates=dates, **source), "en", body, sentences(body, "en")
    )
    end = len(body) if end is None else end
    return Quote(article, start, end, 1.0, matches, (article,) * copies)


def shown(*quotes: Quote, language: str = "en", absence: Absence | None = None) -> list[Shown]:
    answer = Answer("?", language, quotes, absence, Filters(), (), "i", 1.0)
    return [Shown(html) for html in render(answer, language)]


# ------------------------------------------------------------------ quotes


def test_blockquote_holds_the_quote_only() -> None:
    body = 'Before. He said: "5 < 6 & 7 > 3" 😀. After.'
    [message] = shown(quote(body, start=8, end=37, outlet="Meridian"))
    assert message.quotes == [body[8:37]]
    assert message.text == f"{body[8:37]}\n— Meridian · undated"


@given(
    body=st.text(min_size=1, max_size=400).filter(lambda text: sanitise(text).strip()),
    matches=st.lists(st.tuples(st.integers(-5, 450), st.integers(-5, 450)), max_size=150),
    language=st.sampled_from(LANGUAGES),
)
def test_any_text_comes_through(body: str, matches: list[tuple[int, int]], language: str) -> None:
    # direction marks in a row are joined by the server alone
    body = re.sub("[\u200e\u200f]+", "", body).strip() or "x"
    [message] = shown(quote(body, matches=tuple(matches)), language=language)
    assert [one.strip(" \n") for one in message.quotes] == [sanitise(body).strip(" \n")]


@settings(max_examples=40)
@given(
    body=st.text(st.sampled_from("aб س😀.\n<&\t"), min_size=3_000, max_size=14_000).filter(
        lambda text: text.strip()
    ),
    outlet=st.sampled_from([None, "Meridian", "أفق " * 80]),
)
def test_a_long_quote_loses_only_blanks_between_its_parts(body: str, outlet: str | None) -> None:
    body = body.strip()
    messages = shown(quote(body, outlet=outlet))
    parts = [part for message in messages for part in message.quotes]
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", body)
    assert all(part in sanitise(body) for part in parts)
    assert all("—" not in message.text for message in messages[:-1])
    assert "\n— " in messages[-1].text


def test_control_characters_become_blanks_as_on_the_server() -> None:
    [message] = shown(quote("a\0b\tc\rd\u202ae\u030af\x1fg\nh"))
    assert message.quotes == ["a b cdef g\nh"]


def test_long_quotes_are_expandable() -> None:
    [short] = shown(quote("x" * EXPANDABLE_FROM))
    [long] = shown(quote("x" * (EXPANDABLE_FROM + 1)))
    assert short.entities[0]["type"] == "blockquote"
    assert long.entities[0]["type"] == "expandable_blockquote"


def test_matches_are_bold_and_merged() -> None:
    body = "one two three four five"
    matches = ((4, 7), (0, 3), (2, 6), (14, 99), (-3, 1), (7, 8), (9, 9))
    [message] = shown(quote(body, matches=matches))
    assert message.spans("bold") == ["one two", "four five"]
    assert message.quotes == [body]


def test_bold_covers_whole_characters() -> None:
    body = "a 😀😀 <b>"
    [message] = shown(quote(body, matches=((2, 3), (5, 8))))
    assert message.spans("bold") == ["😀", "<b>"]


def test_more_matches_than_entities() -> None:
    body = "x. " * 300
    [message] = shown(quote(body.strip(), matches=tuple((n * 3, n * 3 + 1) for n in range(300))))
    assert len(message.spans("bold")) <= 90
    assert message.quotes == [body.strip()]


def test_messages_are_split_between_quotes() -> None:
    quotes = [quote(f"{n} " + "слово " * 200, outlet="Причал") for n in range(6)]
    messages = shown(*quotes)
    assert len(messages) > 1
    assert [one for message in messages for one in message.quotes] == [
        one.text.strip() for one in quotes
    ]
    for message in messages:
        assert message.text.count("— ") == len(message.quotes)
        assert message.text.endswith("undated")


def test_one_quote_longer_than_a_message_is_cut_between_sentences() -> None:
    body = " ".join(f"This is sentence number {n}, about the visit." for n in range(200))
    messages = shown(quote(body, outlet="Meridian"))
    parts = [part for message in messages for part in message.quotes]
    assert len(parts) == 3
    assert " ".join(parts) == body
    assert all(part.endswith("visit.") for part in parts)
    assert messages[-1].text.endswith("\n— Meridian · undated")


def test_matches_in_a_cut_quote_stay_in_place() -> None:
    body = "word " * 1_500 + "needle" + " word" * 300
    at = body.index("needle")
    messages = shown(quote(body, matches=((at, at + 6), (10, 7_000))))
    assert [span for one in messages for span in one.spans("bold")][-1] == "needle"


# ------------------------------------------------------------------ sources


def test_source_line_names_all_that_is_known() -> None:
    [message] = shown(
        quote(
            "Text.",
            outlet="Meridian & Sons",
            via="Portal",
            agency="Madar",
            published=DAY,
            copies=2,
            url='https://a.example/?q="1"&b=<2>',
        )
    )
    line = message.text.splitlines()[1]
    assert line == "— Meridian & Sons · via Portal · agency: Madar · July 11, 2025 · +2 copies"
    [link] = [one for one in message.entities if one["type"] == "text_link"]
    assert link["url"] == 'https://a.example/?q="1"&b=<2>'
    assert covered(message.text, link) == "Meridian & Sons"


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("ar", "— الوسيلة غير معروفة · بلا تاريخ"),
        ("en", "— outlet unknown · undated"),
        ("ru", "— издание неизвестно · без даты"),
        ("fr", "— média inconnu · sans date"),
    ],
)
def test_what_is_unknown_is_said_to_be(language: str, line: str) -> None:
    [message] = shown(quote("Text."), language=language)
    assert message.text.splitlines()[1] == line


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://a.example/x",
        "tg://user?id=5",
        "https://a b.example",
        "https://",
        "https://[x",
        "file.html",
        "https://a.example/" + "x" * 5_000,
    ],
)
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    [message] = shown(quote("Text.", outlet="Meridian", url=url))
    assert message.spans("text_link") == []


def test_many_long_links_are_split_by_bytes() -> None:
    url = "https://a.example/" + "x" * 1_900
    messages = shown(*[quote(f"Text {n}.", url=url) for n in range(40)])
    assert len(messages) > 1
    assert sum(len(one.quotes) for one in messages) == 40


def test_unknown_outlet_is_still_linked() -> None:
    [message] = shown(quote("Text.", url="https://a.example/1"))
    assert message.spans("text_link") == ["outlet unknown"]


def _isolated(text: str) -> list[str]:
    """The runs inside isolates, which must be balanced and not nested."""
    runs, depth = [], 0
    for character in text:
        if character in OPENING:
            depth += 1
            runs.append("")
        elif character == CLOSING:
            depth -= 1
        elif depth:
            runs[-1] += character
        assert depth in (0, 1)
    assert depth == 0
    return runs


@pytest.mark.parametrize(
    "outlet",
    [
        "Meridian Ledger (demo)",
        "قناة RT عربي",
        "أفق",
        "\u2067أفق",
        "RT\u202e\n24",
        "Портовый вестник",
    ],
)
def test_latin_runs_in_arabic_lines_are_isolated(outlet: str) -> None:
    body = "قال RT إن \u2067 الزيارة."
    [message] = shown(
        quote(body, outlet=outlet, via="Portal (x)", agency="AFP", published=DAY), language="ar"
    )
    assert message.quotes == [body]
    runs = " ".join(_isolated(message.around))
    assert all(word in runs for word in LATIN.findall(message.around))
    assert "11 يوليو 2025" in message.text


def test_arabic_names_in_other_lines_are_isolated() -> None:
    [message] = shown(quote("Text.", outlet="أفق الصباح (تجريبي)", published=DAY), language="ru")
    assert "— \u2068أفق الصباح (تجريبي)\u2069 · 11 июля 2025\u202fг." in message.text


def test_names_are_one_line_of_bearable_length() -> None:
    [message] = shown(quote("Text.", outlet="A\nB\0C\t" + "x" * 9_000, via="\u200f \n"))
    assert len(message.text.splitlines()) == 2
    assert len(message.text) < 300


# ------------------------------------------------------------------ absence and sources


@pytest.mark.parametrize("language", LANGUAGES)
def test_absence_says_what_was_searched(language: str) -> None:
    [message] = shown(
        language=language, absence=Absence(16, 10, DAY, date(2025, 7, 14), 3, quote("Near miss."))
    )
    interface = words(language)
    assert message.quotes == []
    assert "Near miss" not in message.text
    for part in (
        interface.say("nothing_found"),
        interface.count("articles", 16),
        interface.count("outlets", 10),
        interface.count("undated_articles", 3),
        interface.date(DAY),
        interface.date(date(2025, 7, 14)),
    ):
        assert part in message.text


def test_absence_over_one_day_none_or_nothing() -> None:
    [one] = shown(absence=Absence(2, 1, DAY, DAY, 0, None))
    assert one.text.endswith("Searched: 2 articles · 1 outlet · published on July 11, 2025.")
    [none] = shown(absence=Absence(1, 1, None, None, 1, None))
    assert none.text.endswith("Searched: 1 article · 1 outlet · 1 undated.")
    [empty] = shown(absence=Absence(0, 0, None, None, 0, None))
    assert empty.text == words("en").say("coverage_empty")


@pytest.mark.parametrize("language", LANGUAGES)
def test_sources_fit_into_one_message(language: str) -> None:
    outlets = [(f"Outlet <{n}> & Sons", n, DAY if n % 2 else None) for n in range(500)]
    message = Shown(sources_html(outlets, 7, words(language)))
    assert "Outlet <0> & Sons" in message.text
    assert utf16_length(message.text) > 3_800
    listed = message.text.count("•")
    assert words(language).count("more_outlets", 500 - listed) in message.text


# ------------------------------------------------------------------ plain text


def test_plain_text_says_the_same() -> None:
    [html] = render(
        Answer(
            "?",
            "en",
            (quote("a <b> &lt; c", outlet="M", url="https://m.example/?a=1&b=2"),),
            None,
            Filters(),
            (),
            "i",
            1.0,
        ),
        "en",
    )
    assert plain(html) == "a <b> &lt; c\n— M (https://m.example/?a=1&b=2) · undated"


def test_plain_text_leaves_links_out_where_they_do_not_fit() -> None:
    long = quote("x" * 3_900, outlet="M", url="https://m.example/" + "y" * 1_000)
    [html] = render(Answer("?", "en", (long,), None, Filters(), (), "i", 1.0), "en")
    assert utf16_length(plain(html)) <= MOST_UNITS
    assert "https://" not in plain(html)
