"""A mention in reply to a claim checks it: a quote first, then the nearest ones for and against."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.telegram.answers import Answering
from bot.telegram.client import App
from bot.words import words

EN, AR = words("en"), words("ar")
GROUP = -1001


@pytest.fixture
async def demo(serve: Any, engine: Answering, tg: LocalTelegram) -> AsyncIterator[App]:
    async with serve(engine) as application:
        await tg.ready()
        yield application


@pytest.fixture
async def group(tg: LocalTelegram) -> int:
    return await tg.group(GROUP)


async def _check(tg: LocalTelegram, group: int, claim: str, text: str = "@NewsQuoteBot") -> Any:
    said = await tg.user().send(claim, chat=group)
    [reply, *_] = await tg.user().say(text, chat=group, reply_to=said["message"]["message_id"])
    return reply


async def test_what_a_quote_supports(tg: LocalTelegram, demo: App, group: int) -> None:
    reply = await _check(tg, group, "Kim hosted Lavrov at Wonsan, glad of the resort's first guest")
    assert EN.say("claim_supports") in reply.text
    assert reply.quotes
    assert EN.say("claim_differs", words="")[:10] not in reply.text


@pytest.mark.parametrize("text", ["@NewsQuoteBot", "@NewsQuoteBot هل هذا صحيح؟"])
async def test_what_a_quote_has_otherwise(
    tg: LocalTelegram, demo: App, group: int, text: str
) -> None:
    claim = "التقى كيم جونغ أون لافروف يوم الأربعاء في وونسان."
    reply = await _check(tg, group, claim, text)
    assert AR.say("claim_differs", words="الأربعاء") in reply.text
    assert any("السبت" in quote for quote in reply.quotes)


async def test_what_the_coverage_does_not_say(tg: LocalTelegram, demo: App, group: int) -> None:
    reply = await _check(tg, group, "The harbour of Wonsan will get a third crane next spring.")
    assert EN.say("claim_open") in reply.text
    assert EN.say("nearest") in reply.text
    assert reply.quotes == []


async def test_a_quote_is_told_as_one(tg: LocalTelegram, demo: App, group: int) -> None:
    reply = await _check(tg, group, "Lavrov carried a letter from Vladimir Putin.")
    assert EN.say("verify_exact") in reply.text


async def test_a_question_is_asked_and_not_checked(
    tg: LocalTelegram, bot: App, canned: Any, group: int
) -> None:
    await _check(tg, group, "Which ships sank off Wonsan?")
    assert canned.asked == ["Which ships sank off Wonsan?"]


async def test_a_question_to_a_claim_goes_on_with_it(
    tg: LocalTelegram, bot: App, canned: Any, group: int
) -> None:
    await _check(tg, group, "Lavrov has left for Wonsan.", "@NewsQuoteBot when?")
    assert canned.asked == ["Lavrov left Wonsan: when?"]


async def test_a_reply_to_the_answer_is_no_claim(
    tg: LocalTelegram, bot: App, canned: Any, group: int
) -> None:
    user = tg.user()
    [answer] = await user.say("@NewsQuoteBot Which ships sank off Wonsan?", chat=group)
    await user.say("@NewsQuoteBot and why?", chat=group, reply_to=answer.id)
    assert canned.asked[-1] == "ships sank off Wonsan: why?"


async def test_in_private_a_reply_to_a_forwarded_claim_checks_it(
    tg: LocalTelegram, demo: App
) -> None:
    user = tg.user()
    sent = await user.send("Lavrov handed Kim a letter from Dmitry Medvedev.")
    await tg.wait(sent["mark"], user.id)
    [reply, *_] = await user.say("is this true?", reply_to=sent["message"]["message_id"])
    assert EN.say("claim_differs", words="Dmitry Medvedev") in reply.text
