"""The real client against the local server: a small bot, and a driver to play its users."""

import contextlib
import html
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.local_telegram import LocalTelegram
from tests.second_client import SecondClient

Demo = Application[Any, Any, Any, Any, Any, Any]
Context = ContextTypes.DEFAULT_TYPE


def _is_addressed(message: Message, bot: Bot) -> bool:
    if message.chat.type == "private":
        return True
    mentions = message.parse_entities(["mention"]).values()
    if f"@{bot.username}".lower() in [mention.lower() for mention in mentions]:
        return True
    replied = message.reply_to_message
    return bool(replied and replied.from_user and replied.from_user.id == bot.id)


async def _echo(update: Update, context: Context) -> None:
    message = update.effective_message
    assert message
    if not _is_addressed(message, context.bot):
        return
    if message.document:
        data = await (await message.document.get_file()).download_as_bytearray()
        await message.reply_text(f"{message.document.file_name}: {len(data)} bytes")
        return
    thread = message.message_thread_id if message.is_topic_message else None
    await context.bot.send_chat_action(message.chat_id, "typing", message_thread_id=thread)
    await message.reply_html(
        f"<blockquote expandable>{html.escape(message.text or '')}</blockquote>\n"
        '<a href="https://example.org/1">source</a>',
        reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("more", callback_data="more:1")]]),
    )


async def _press(update: Update, context: Context) -> None:
    assert update.callback_query
    assert update.effective_message
    with contextlib.suppress(BadRequest):
        await update.callback_query.answer("ok")
    await update.effective_message.reply_text("more of it")


async def _ask_inline(update: Update, context: Context) -> None:
    assert update.inline_query
    query = update.inline_query.query
    content = InputTextMessageContent(f"<b>{html.escape(query)}</b>", parse_mode="HTML")
    results = [InlineQueryResultArticle(str(i), f"{query} {i}", content) for i in range(3)]
    await update.inline_query.answer(results, cache_time=5, is_personal=True)


async def _welcome(update: Update, context: Context) -> None:
    assert update.effective_message
    await update.effective_message.reply_text("welcome")


async def _set_commands(demo: Demo) -> None:
    await demo.bot.set_my_commands([("start", "begin")])
    await demo.bot.set_my_commands([("start", "ابدأ")], language_code="ar")


def _build_demo(tg: LocalTelegram) -> Demo:
    builder = Application.builder().token(tg.token)
    builder = builder.base_url(tg.base_url).base_file_url(tg.base_file_url)
    builder = builder.concurrent_updates(64).connection_pool_size(64).pool_timeout(30)
    demo = builder.build()
    demo.add_handler(CommandHandler("start", _welcome))
    demo.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND | filters.Document.ALL, _echo))
    demo.add_handler(CallbackQueryHandler(_press))
    demo.add_handler(InlineQueryHandler(_ask_inline))
    return demo


@contextlib.asynccontextmanager
async def _polling(demo: Demo, tg: LocalTelegram) -> AsyncIterator[Demo]:
    async with demo:
        await _set_commands(demo)
        await demo.start()
        assert demo.updater
        await demo.updater.start_polling(allowed_updates=Update.ALL_TYPES)
        await tg.ready()
        yield demo
        await demo.updater.stop()
        await demo.stop()


async def _refused(text: str, call: Awaitable[Any], kind: type[TelegramError] = BadRequest) -> None:
    with pytest.raises(kind) as refusal:
        await call
    assert text.lower() in str(refusal.value).lower()


@pytest.fixture
async def tg(
    second_client: SecondClient, request: pytest.FixtureRequest
) -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram() as local:
        yield local
        # many calls here are wrong on purpose; what the server takes is right in other eyes too
        if not request.node.get_closest_marker("malformed"):
            assert await second_client.complaints_of(local, refused=False) == []


@pytest.fixture
async def bot(tg: LocalTelegram) -> AsyncIterator[Bot]:
    """A bare client, and user 1 for it to write to."""
    await tg.post("chat", id=1, first_name="User1")
    async with Bot(tg.token, tg.base_url, tg.base_file_url) as client:
        yield client


@pytest.fixture
def demo(tg: LocalTelegram) -> Demo:
    """The demo bot, not started."""
    return _build_demo(tg)


@pytest.fixture
def polling(tg: LocalTelegram, demo: Demo) -> AbstractAsyncContextManager[Demo]:
    """Runs the demo bot by polling while it is entered."""
    return _polling(demo, tg)


@pytest.fixture
def refused() -> Callable[..., Awaitable[None]]:
    """refused(text, call, kind=BadRequest) awaits the call and expects this refusal."""
    return _refused
