"""Answers as text and Markdown, read back by a Markdown parser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.render.citation import as_markdown, as_text, escape
from bot.render.plain import visible, web_address
from bot.render.telegram_html import source_line
from bot.words import LANGUAGES, words
from corpus.types import Article, DateKind, Page, Source, SourceDate
from retrieval.answer.check.receipt import receipt_of
from retrieval.types import Absence, Answer, Filters, Quote

DAY = date(2025, 7, 11)
ISOLATES = "\u2066\u2067\u2068"
PARSERS = [MarkdownIt(), MarkdownIt("gfm-like", {"linkify": False, "typographer": True})]
PIECES = st.one_of(
    st.text(st.sampled_from("*_`[]()<>#+-.!|~&$^=:\\@ \n\t\"'1aب"), max_size=40),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(
        (
            *("<b>x</b>", "&amp;", "[a](http://b.example)", "\n# a", "\n1. a", "\n> a", "![a](b)"),
            *("\n    code", "\n---", "\n===", "|a|\n|-|", "```\nx\n```", "\n\n", ":x:"),
            *("www.a.example", "m@a.example", "~~s~~"),
        )
    ),
)


def quote(body: str = "The quay opened.", *, language: str = "en", **source: object) -> Quote:
    day = source.pop("published", None)
    dates = (SourceDate(DateKind.PUBLISHED, day, ""),) if isinstance(day, date) else ()
    given = {key: str(value) for key, value in source.items() if value is not None}
    article = Article("a", "v", Source("a.txt", dates=dates, **given), language, body, ())
    return Quote(article, 0, len(body), 1.0)


def answer(*quotes: Quote, language: str = "en", absence: Absence | None = None) -> Answer:
    return Answer("?", language, quotes, absence, Filters(), (), "i", 1.0)


def blocks(markdown: str, parser: MarkdownIt = PARSERS[0]) -> list[list[Token]]:
    """The inline tokens of each block quotation; nothing stands outside of one."""
    found: list[list[Token]] = []
    depth = 0
    for token in parser.parse(markdown):
        depth += token.nesting if token.type.startswith("blockquote") else 0
        if token.type == "blockquote_open":
            found.append([])
        elif token.type == "inline":
            assert depth == 1
            found[-1].append(token)
        else:
            assert token.type in ("blockquote_close", "paragraph_open", "paragraph_close")
    return found


def shown(token: Token) -> str:
    """The text that a reader sees, which must be without markup but for line breaks and a link."""
    assert {child.type for child in token.children or ()} <= {
        *("text", "hardbreak", "link_open", "link_close")
    }
    return "".join(
        "\n" if child.type == "hardbreak" else child.content for child in token.children or ()
    )


def links(token: Token) -> list[str]:
    return [str(c.attrs["href"]) for c in token.children or () if c.type == "link_open"]


# ---------------------------------------------------------------- text


def test_the_marks_are_those_of_the_language_of_the_quote() -> None:
    def marked(body: str, language: str) -> str:
        return as_text(answer(quote(body, language=language))).split("\n")[0]

    assert marked("Quay", "en") == "“Quay”"
    assert marked("رصيف", "ar") == "«رصيف»"
    assert marked("Причал", "ru") == "«Причал»"
    assert marked("Quai", "fr") == "«\u00a0Quai\u00a0»"
    assert marked("Kai", "de") == "„Kai“"
    assert marked("He said “no”.", "en") == "‘He said “no”.’"
    assert marked("قال «لا».", "ar") == "“قال «لا».”"
    assert marked("«a» “b” ‘c’", "ru") == "««a» “b” ‘c’»"


def test_the_citation_names_all_that_is_known() -> None:
    one = quote(
        outlet="Bell & Sons",
        via="Portal",
        agency="Lantern",
        published=DAY,
        headline="A quay",
        url="https://a.example/x_(y)?a=1&b=2",
    )
    assert as_text(answer(one)).split("\n")[1:] == [
        "— Bell & Sons · via Portal · agency: Lantern · July 11, 2025 · A quay · receipt:"
        f" {receipt_of(one)}",
        "https://a.example/x_(y)?a=1&b=2",
    ]


@pytest.mark.parametrize(
    ("language", "said"), [("ar", "ص 12"), ("en", "p. 12"), ("ru", "с. 12"), ("fr", "p. 12")]
)
def test_the_page_of_a_document(language: str, said: str) -> None:
    plain = quote(language=language, outlet="Quay Post")
    paged = replace(plain, article=replace(plain.article, pages=(Page(0, 12),)))
    for form in (as_text, as_markdown):
        shown = form(answer(paged, language=language)).replace("\\", "")
        assert said in visible(shown)
        assert said not in visible(form(answer(plain, language=language)))
    assert said in source_line(paged, words(language)).html
    assert said not in source_line(plain, words(language)).html
    assert receipt_of(paged) == receipt_of(plain)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_unknown_is_said_to_be(language: str) -> None:
    interface = words(language)
    for form in (as_text, as_markdown):
        text = form(answer(quote(), language=language))
        assert interface.say("outlet_unknown") in text
        assert interface.say("undated") in text
        assert "None" not in text
        assert "http" not in text


@pytest.mark.parametrize("form", [as_text, as_markdown])
def test_latin_runs_in_arabic_lines_are_isolated(form: Callable[[Answer], str]) -> None:
    body = "قال RT إن \u2067 الزيارة."
    one = quote(
        body,
        language="ar",
        outlet="قناة RT",
        via="Portal (x)",
        agency="AFP\u202e",
        headline="Quay (2) فتح",
        published=DAY,
        url="https://a.example/b",
    )
    text = form(answer(one, language="ar"))
    assert text.count(body) == 1
    around = text.replace(body, "").replace("https://a.example/b", "")
    assert "11 يوليو 2025" in around
    depth, outside = 0, ""
    for character in around:
        depth += (character in ISOLATES) - (character == "\u2069")
        assert depth in (0, 1)
        outside += "" if depth else character
    assert depth == 0
    assert not re.search("[A-Za-z\u202a-\u202e]", outside)


def test_an_absence_is_one_line_without_a_quote() -> None:
    absence = Absence(16, 10, DAY, date(2025, 7, 14), 3, quote("Near miss."))
    for language in LANGUAGES:
        for form in (as_text, as_markdown):
            text = form(answer(language=language, absence=absence))
            assert "\n" not in text
            assert words(language).say("nothing_found") in text
            assert "Near miss" not in text


def test_control_characters_are_blanks() -> None:
    body = "a\x1b[31mb\x1b]0;x\x07c\x9b1md\0e\rf"
    for form in (as_text, as_markdown):
        text = form(answer(quote(body, outlet="A\x1b[1mB\nC\u202e")))
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
        assert len(text.split("\n")) == (2 if form is as_text else 3)
    assert visible(body) in as_text(answer(quote(body)))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://a.example/x",
        "https://a b.example",
        "https://a.example/\u202etxt",
        "https://a.example/\nhttps://b.example",
        "https://",
        "https://[x",
        "file.html",
    ],
)
def test_what_is_no_web_address_is_left_out(url: str) -> None:
    assert web_address(url) is None
    assert url not in as_text(answer(quote(url=url)))
    [[_, line]] = blocks(as_markdown(answer(quote(url=url))))
    assert links(line) == []


# ---------------------------------------------------------------- Markdown


@given(st.lists(PIECES, min_size=1, max_size=6).map("".join), st.sampled_from(["en", "ar", "fr"]))
@example("a\n\n\n  b \n\t\n- c\n1. d\n1) e\n# f\n> g\n    h\n===\n", "en")
@example("<!-- --> <b> &amp; &#42; ``x`` **y** [z](u) ![i](j) [r]: x\n[r]: http://a.example", "ar")
@example("... -- (c) 'q' \"q\" https://a.example www.a.example m@a.example :smile: ~~s~~", "fr")
def test_markdown_shows_the_exact_text(body: str, language: str) -> None:
    for parser in PARSERS:
        one = quote(body, language=language, outlet=body, headline=body)
        [[text, line]] = blocks(as_markdown(answer(one, quote("Next."))), parser)[:1]
        marks = as_text(answer(one))
        assert marks.startswith(shown(text))
        assert visible(body) in shown(text)
        assert len(shown(text)) - len(visible(body)) <= 4
        assert "\n" not in shown(line)
        assert links(line) == []


@given(st.lists(PIECES, max_size=5).map("".join))
def test_escaped_text_is_text(text: str) -> None:
    bare = visible(text)
    [token] = [t for t in PARSERS[0].parse(f"x{escape(bare)}x") if t.type == "inline"]
    assert shown(token) == f"x{bare}x"


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://a.example/x_(y)?a=1&b=2", None),
        ("https://a.example/((x", None),
        ("https://a.example/&copy;&amp;", None),
        ("https://a.example/*a*_b_[c]", "https://a.example/*a*_b_%5Bc%5D"),
        ("https://a.example/<b>", "https://a.example/%3Cb%3E"),
        ("https://a.example/a\\b)c", "https://a.example/a%5Cb)c"),
    ],
)
def test_a_link_leads_where_the_source_says(url: str, href: str | None) -> None:
    [[_, line]] = blocks(as_markdown(answer(quote(outlet="A [b](c) *d*", url=url))))
    assert links(line) == [href or url]
    assert shown(line).startswith("— A [b](c) *d* · ")


def test_each_quote_is_a_block_of_its_own() -> None:
    quotes = [quote(f"Quay {number}.") for number in range(3)]
    found = blocks(as_markdown(answer(*quotes)))
    assert [shown(text) for text, _ in found] == ["“Quay 0.”", "“Quay 1.”", "“Quay 2.”"]
    assert as_text(answer(*quotes)).count("\n\n") == 2


# ---------------------------------------------------------------- the command

Pullquote = Callable[..., CompletedProcess[str]]
QUESTION = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"


def _quotes(pullquote: Pullquote, home: Path, *options: str) -> Sequence[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(
        pullquote("ask", QUESTION, *options, "--json", home=home).stdout
    )["quotes"]
    return found


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_ask_in_a_form_to_be_pasted(pullquote: Pullquote, home: Path, form: str) -> None:
    ran = pullquote("ask", QUESTION, "--format", form, home=home)
    assert (ran.returncode, ran.stderr) == (0, "")
    quotes = _quotes(pullquote, home)
    assert quotes
    for one in quotes:
        assert one["text"] in ran.stdout
        assert (one["url"] or "") in ran.stdout
    assert ran.stdout.count("receipt: ") == len(quotes)
    silent = pullquote("ask", "Qui a remporté la finale ?", "--format", form, home=home)
    assert silent.returncode == 1
    assert silent.stdout.count("\n") == 2


def test_a_form_does_not_go_with_json(refused: Callable[..., str], home: Path) -> None:
    assert "--format" in refused("ask", QUESTION, "--format", "text", "--json", home=home)
