"""How the server reads marked-up text, and what it does to texts and their entities."""

from collections.abc import Awaitable, Callable

import pytest
from telegram import Bot, MessageEntity, ReplyParameters

from bot.local_telegram import LocalTelegram
from bot.local_telegram.errors import ApiError
from bot.local_telegram.html import parse_html
from bot.local_telegram.markdown import parse_markdown_v2
from bot.local_telegram.types import Json

Refused = Callable[..., Awaitable[None]]


def _entity(kind: str, offset: int, length: int, **extra: str) -> Json:
    return {"type": kind, "offset": offset, "length": length, **extra}


async def test_entities_must_lie_within_the_text(bot: Bot, refused: Refused) -> None:
    outside = bot.send_message(1, "abc", entities=[MessageEntity("bold", 1, 9)])
    await refused("ends after the end of the text", outside)
    split = bot.send_message(1, "😀a", entities=[MessageEntity("bold", 1, 2)])
    await refused("middle of a UTF-16 symbol", split)


async def test_removed_characters_move_entities_and_quotes(
    tg: LocalTelegram, bot: Bot, refused: Refused
) -> None:
    message = await bot.send_message(1, "a\u202bب\u202c", entities=[MessageEntity("bold", 0, 4)])
    assert message.text == "aب"
    assert message.entities[0].length == 2
    [sent] = await tg.calls("sendMessage")
    assert sent.warnings == ["server removed U+202B", "server removed U+202C"]
    wrong = ReplyParameters(message.message_id, quote="zz")
    await refused("QUOTE_TEXT_INVALID", bot.send_message(1, "x", reply_parameters=wrong))
    right = ReplyParameters(message.message_id, quote="ب")
    quoting = await bot.send_message(1, "x", reply_parameters=right)
    assert quoting.quote
    assert quoting.quote.text == "ب"
    same = bot.edit_message_text(
        "aب", 1, message.message_id, entities=[MessageEntity("bold", 0, 2)]
    )
    await refused("message is not modified", same)


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>😀</b>ق &lt;&#1602;&copy;", "😀ق <ق&copy;", [_entity("bold", 0, 2)]),
        ("<blockquote expandable>x", None, []),
        (
            '<pre><code class="language-py">x</code></pre>',
            "x",
            [_entity("pre", 0, 1, language="py")],
        ),
        (
            "😀 <a>example.org</a>",
            "😀 example.org",
            [_entity("text_link", 3, 11, url="example.org")],
        ),
        ("<a>😀.org</a>", "😀.org", []),
        ("a <a>😀😀</a>", "a 😀😀", []),
        ('<a href="nowhere">x</a>', "x", []),
    ],
)
def test_html(source: str, text: str | None, entities: list[Json]) -> None:
    if text is None:
        with pytest.raises(ApiError, match="Can't find end tag"):
            parse_html(source)
    else:
        assert parse_html(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>ق</i>", 'Unmatched end tag at byte offset 5, expected "</b>", found "</i>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b =x>", 'Empty attribute name in the tag "b" at byte offset 0'),
    ],
)
def test_html_refusals(source: str, refusal: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {refusal}"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*😀* _a_ \\.", "😀 a .", [_entity("bold", 0, 2), _entity("italic", 3, 1)]),
        (
            "[x](http://example.org/\\))",
            "x",
            [_entity("text_link", 0, 1, url="http://example.org/)")],
        ),
        (">a\n>b\nc", "a\nb\nc", [_entity("blockquote", 0, 3)]),
        ("**>a||", "a", [_entity("expandable_blockquote", 0, 1)]),
        ("```py\nx```", "x", [_entity("pre", 0, 1)]),
    ],
)
def test_markdown(source: str, text: str, entities: list[Json]) -> None:
    assert parse_markdown_v2(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        ("a.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("ق*a", "Can't find end of Bold entity at byte offset 2"),
    ],
)
def test_markdown_refusals(source: str, refusal: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_markdown_v2(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {refusal}"


async def test_lone_surrogates_are_refused(bot: Bot, refused: Refused) -> None:
    call = bot.send_message(1, "&#xD83D;", parse_mode="HTML")
    await refused("text must be encoded in UTF-8", call)
