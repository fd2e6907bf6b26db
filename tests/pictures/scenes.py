"""The chats of the pictures: real messages of the bot, which answers over the demo coverage."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.local_telegram import LocalTelegram
from bot.local_telegram.user import User
from bot.state import State
from bot.telegram.app import Options, serving
from bot.telegram.send_limits import UNLIMITED
from retrieval.engine import Engine
from tests.embedders import embedder
from tests.homes import indexed
from tests.pictures.phone import Screen

BOT = "pullquote_bot"
_GROUP = -1001


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and in which language all around it is."""

    language: str
    question: str


PRIVATE = (
    Asked("ar", "متى وصل لافروف إلى كوريا الشمالية؟"),
    Asked("en", "How many North Korean soldiers were sent to fight in Kursk?"),
)
GROUP = (
    Asked("ar", f"من كان أول ضيف في منتجع وونسان؟ @{BOT}"),
    Asked("en", f"@{BOT} How many shells did North Korea deliver?"),
)
ABSENT = (
    Asked("ar", "كم سعر غرام الذهب عيار 21 اليوم؟"),
    Asked("en", "What did the central bank decide about interest rates?"),
)
_NAMES = {
    "ar": ("المحررة", "زميل", "غرفة الأخبار", "٤ أعضاء"),
    "en": ("Editor", "Reporter", "Newsroom", "4 members"),
}
_BELOW = {"ar": "بوت", "en": "bot"}
_CHATTER = {"ar": "من يراجع خبر الزيارة قبل النشر؟", "en": "Who checks the piece on the visit?"}


@asynccontextmanager
async def demo(home: Path) -> AsyncIterator[tuple[LocalTelegram, Engine]]:
    """The bot, answering over the demo coverage in `home`, which is made."""
    engine = Engine.open(indexed(home, embedder()), embedder())
    async with LocalTelegram(username=BOT) as telegram:
        with State.open(home / "chats.sqlite") as state:
            async with serving(
                engine,
                token=telegram.token,
                state=state,
                base_url=telegram.base_url,
                base_file_url=telegram.base_file_url,
                options=Options(limits=UNLIMITED),
            ):
                await telegram.ready()
                yield telegram, engine


async def screens(telegram: LocalTelegram) -> AsyncIterator[tuple[str, Screen]]:
    """The name of each picture and what is on it."""
    for asked in PRIVATE:
        yield f"private-{asked.language}", await private(telegram, asked)
    for asked in GROUP:
        yield f"group-{asked.language}", await _group(telegram, asked)
    for asked in ABSENT:
        yield f"absence-{asked.language}", await private(telegram, asked)


async def private(telegram: LocalTelegram, asked: Asked) -> Screen:
    """A question in a private chat, and its answer."""
    user = _user(telegram, asked.language, 0)
    [answer, *_] = await user.say(asked.question)
    title = answer.message["from"]["first_name"]
    return Screen(title, _BELOW[asked.language], tuple(await telegram.history(user.id)), user.id)


async def _group(telegram: LocalTelegram, asked: Asked) -> Screen:
    asker, colleague = (_user(telegram, asked.language, who) for who in (0, 1))
    _, _, title, below = _NAMES[asked.language]
    chat = await telegram.group(_GROUP - asker.id, title, type="supergroup")
    await colleague.say(_CHATTER[asked.language], chat, n=0, settle=0.1)
    await asker.say(asked.question, chat)
    messages = tuple(await telegram.history(chat))
    return Screen(title, below, messages, asker.id, group=True)


def _user(telegram: LocalTelegram, language: str, who: int) -> User:
    return telegram.user(language_code=language, first_name=_NAMES[language][who])
