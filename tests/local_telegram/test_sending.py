"""What the server refuses to send, edit, react to and delete, and what it sends."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReactionTypeEmoji,
    ReplyParameters,
)
from telegram.error import ChatMigrated, Forbidden, InvalidToken

from bot.local_telegram import LocalTelegram

Refused = Callable[..., Awaitable[None]]


@pytest.mark.parametrize(
    ("refusal", "text", "options"),
    [
        (
            'can\'t parse entities: Unsupported start tag "p" at byte offset 0',
            "<p>x</p>",
            {"parse_mode": "HTML"},
        ),
        ("Can't find end tag", "<b>x", {"parse_mode": "HTML"}),
        ("message text is empty", "", {}),
        ("text must be non-empty", " \n", {}),
        ("message is too long", "😀" * 2049, {}),
        ("text is too long", "<b></b>" * 5000, {"parse_mode": "HTML"}),
        ("message to be replied not found", "x", {"reply_parameters": ReplyParameters(999)}),
        ("message thread not found", "x", {"message_thread_id": 5}),
    ],
)
async def test_text_is_refused(
    bot: Bot, refused: Refused, refusal: str, text: str, options: dict[str, Any]
) -> None:
    await refused(refusal, bot.send_message(1, text, **options))


async def test_text_of_the_greatest_length_is_sent(bot: Bot) -> None:
    assert (await bot.send_message(1, "😀" * 2048)).text == "😀" * 2048


async def test_unknown_chat_is_refused(bot: Bot, refused: Refused) -> None:
    await refused("chat not found", bot.send_message(404, "x"))


async def test_button_data_is_limited_in_bytes(bot: Bot, refused: Refused) -> None:
    def keyboard(data: str) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data=data)]])

    assert await bot.send_message(1, "x", reply_markup=keyboard("ق" * 32))
    await refused("BUTTON_DATA_INVALID", bot.send_message(1, "x", reply_markup=keyboard("ق" * 33)))


async def test_edits(bot: Bot, refused: Refused) -> None:
    message = await bot.send_message(1, "<b>x</b>", parse_mode="HTML")
    same = bot.edit_message_text("<b>x</b>", 1, message.message_id, parse_mode="HTML")
    await refused("message is not modified", same)
    await refused("message to edit not found", bot.edit_message_text("x", 1, 999))
    too_long = bot.edit_message_text("x" * 4097, 1, message.message_id)
    await refused("MESSAGE_TOO_LONG", too_long)


async def test_chat_action_is_checked(bot: Bot, refused: Refused) -> None:
    await refused("wrong parameter action", bot.send_chat_action(1, "thinking"))


async def test_reactions_and_deletion(bot: Bot, refused: Refused) -> None:
    message = await bot.send_message(1, "x")
    reaction = bot.set_message_reaction(1, message.message_id, [ReactionTypeEmoji("✅")])
    await refused("REACTION_INVALID", reaction)
    assert await bot.set_message_reaction(1, message.message_id, "👍")
    assert await bot.delete_message(1, message.message_id)
    await refused("message to delete not found", bot.delete_message(1, message.message_id))


async def test_files(bot: Bot, refused: Refused) -> None:
    sent = await bot.send_document(
        1, b"abc", caption="<i>c</i>", parse_mode="HTML", filename="q.txt"
    )
    assert sent.document
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"abc"
    too_long = bot.send_photo(1, b"png", caption="x" * 1025)
    await refused("message caption is too long", too_long)


async def test_blocked_by_the_user(tg: LocalTelegram, bot: Bot, refused: Refused) -> None:
    user = {"id": 1, "is_bot": False, "first_name": "User1"}
    await tg.post("member", chat_id=1, status="kicked", user=user)
    await refused("blocked", bot.send_message(1, "x"), Forbidden)


async def test_migrated_group(tg: LocalTelegram, bot: Bot) -> None:
    await tg.group(-5)
    await tg.post("migrate", chat_id=-5, new_chat_id=-1005)
    with pytest.raises(ChatMigrated):
        await bot.send_message(-5, "x")


async def test_wrong_token(tg: LocalTelegram) -> None:
    stranger = Bot("1:bad", tg.base_url)
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()


@pytest.mark.parametrize(
    ("refusal", "command", "options"),
    [
        ("BOT_COMMAND_INVALID", ("Start", "x"), {}),
        ("BOT_COMMAND_DESCRIPTION_INVALID", ("start", " "), {}),
        ("invalid language code", ("start", "x"), {"language_code": "eng"}),
    ],
)
async def test_commands_are_checked(
    bot: Bot, refused: Refused, refusal: str, command: tuple[str, str], options: dict[str, Any]
) -> None:
    await refused(refusal, bot.set_my_commands([command], **options))
