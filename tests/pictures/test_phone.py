"""The page of a phone, as text: nothing here needs a browser."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fromstring  # type: ignore[import-untyped]

from bot.local_telegram.entities import clean
from bot.local_telegram.html import parse_html
from bot.play.entities import text_html
from tests.pictures.phone import Screen, page


def _read(html: str) -> Any:
    return fromstring(f"<div>{html}</div>")


def test_entities_nest_and_offsets_are_utf_16() -> None:
    text, entities = parse_html(
        "😀 <b>bold <i>both</i></b>\n<blockquote>q <b>m</b></blockquote>\n— <a href='https://a.b'>A</a>"
    )
    assert text_html(text, entities) == (
        '<div class="lines">😀 <b class="bold">bold </b>'
        '<i class="italic"><b class="bold">both</b></i></div>'
        '<blockquote class="quote" dir="auto">q <b class="bold">m</b></blockquote>'
        '<div class="lines">— <a href="https://a.b" target="_blank" rel="noreferrer">A</a></div>'
    )


def test_line_breaks_around_a_quote_are_its_own_and_an_empty_line_stays() -> None:
    text, entities = parse_html(
        "<blockquote>one</blockquote>\nA\n\n<blockquote expandable>two</blockquote>"
    )
    assert text_html(text, entities) == (
        '<blockquote class="quote" dir="auto">one</blockquote>'
        '<div class="lines">A\n<br></div>'
        '<blockquote class="quote folded" dir="auto"><span>two</span></blockquote>'
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["{}", "<b>{}</b>", "<blockquote>{}</blockquote>", "<u>{}</u>"]),
            st.text("aب😀<>&\"' \n", min_size=1, max_size=6),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_all_text_is_shown_and_only_breaks_around_quotes_go(parts: list[tuple[str, str]]) -> None:
    escaped = [
        (form, text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
        for form, text in parts
    ]
    source = "x" + "".join(form.format(text) for form, text in escaped) + "x"
    text, entities = clean(*parse_html(source), [])
    read = _read(text_html(text, entities))
    assert "".join(read.itertext()).replace("\n", "") == text.replace("\n", "")
    raw = text.encode("utf-16-le")
    quoted = [
        raw[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
        for one in entities
        if one["type"] == "blockquote"
    ]
    assert [quote.text_content() for quote in read.iter("blockquote")] == quoted


def test_nothing_of_a_message_becomes_markup() -> None:
    evil = '"><script>alert(1)</script>'
    user = {"id": 1, "first_name": evil}
    message: dict[str, Any] = {
        "from": user,
        "text": evil,
        "entities": [{"type": "text_link", "offset": 0, "length": 2, "url": evil}],
        "reply_to_message": {"from": user, "text": evil},
        "reply_markup": {"inline_keyboard": [[{"text": evil, "url": evil}]]},
    }
    for mine in (1, 2):
        read = fromstring(page(Screen(evil, evil, (message,), mine, group=True)))
        assert list(read.iter("script")) == []
        assert evil in read.text_content()
