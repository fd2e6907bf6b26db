"""Private chats: pasted and forwarded text is judged, receipts are opened."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram, Sent
from bot.state import State
from bot.telegram.client import App
from bot.words import words
from retrieval.answer.check.receipt import receipt_of
from retrieval.engine import Engine
from retrieval.types import Quote

EN = words("en")
QUESTION = "When did Lavrov arrive in North Korea?"
FORWARDED = {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}}


@pytest.fixture
async def demo(serve: Any, engine: Engine, tg: LocalTelegram) -> AsyncIterator[App]:
    async with serve(engine) as application:
        await tg.ready()
        yield application


@pytest.fixture
def quote(engine: Engine) -> Quote:
    """A quote of eight words and more, in English."""
    found = engine.ask(QUESTION, limit=8).quotes
    return next(one for one in found if one.article.language == "en")


def _row(reply: Sent) -> list[str]:
    return [button["text"] for button in reply.buttons]


async def test_pasted_quote_is_recognised(tg: LocalTelegram, demo: App, quote: Quote) -> None:
    [reply] = await tg.user().say(f"“{quote.text}”")
    assert reply.text.startswith(EN.say("verify_exact"))
    assert reply.quotes == [quote.text]
    assert f"— {quote.article.source.outlet}" in reply.text


async def test_altered_quote_is_told_with_the_original(
    tg: LocalTelegram, demo: App, quote: Quote
) -> None:
    given = quote.text.split()
    lost, given[5] = given[5], "yesterday"
    [reply] = await tg.user().say(" ".join(given).rstrip(".") + ".")
    assert reply.text.startswith(EN.say("verify_altered"))
    assert lost in " ".join(reply.spans("underline"))
    assert "yesterday" in " ".join(reply.spans("strikethrough"))
    assert reply.quotes == [quote.text]


async def test_forwarded_quote_is_recognised_whatever_its_length(
    tg: LocalTelegram, demo: App, quote: Quote
) -> None:
    few = " ".join(quote.text.split()[:6])
    [reply] = await tg.user().say(few, extra=FORWARDED)
    assert reply.text.startswith(EN.say("verify_exact"))


async def test_forwarded_question_is_answered(tg: LocalTelegram, demo: App, state: State) -> None:
    sent = await (user := tg.user()).send(QUESTION, extra=FORWARDED)
    [reply] = await tg.wait(sent["mark"], user.id)
    assert reply.quotes
    assert not reply.text.startswith(EN.say("verify_exact"))
    known = state.asked(demo.bot.id, user.id, sent["message"]["message_id"])
    assert known
    assert known.question == QUESTION


async def test_long_forwarded_text_that_is_nowhere_is_said_to_be(
    tg: LocalTelegram, demo: App
) -> None:
    text = "Nothing like these words has ever been printed anywhere at all. " * 30
    [reply] = await tg.user().say(text, extra=FORWARDED)
    assert reply.text == EN.say("verify_absent")
    [hint] = await tg.user().say(text.rstrip(". ") + "?")
    assert hint.text == EN.say("too_long", limit=EN.number(1000))


async def test_statement_that_is_no_quote_is_a_question(tg: LocalTelegram, demo: App) -> None:
    [reply] = await tg.user().say("tell me please when the minister Lavrov arrived in North Korea")
    assert reply.quotes
    assert reply.buttons


async def test_a_question_is_never_judged(
    tg: LocalTelegram, bot: App, canned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[str] = []
    monkeypatch.setattr(canned, "verify", judged.append)
    for text in (
        "What did the minister say about the ships in the harbour?",
        "ماذا قال الوزير في المؤتمر عن السفن الراسية في الميناء؟",
        "部长在港口说了什么关于船只的话？",
        "short text",
    ):
        await tg.user().say(text)
    assert judged == []
    assert len(canned.asked) == 4


async def test_a_question_in_quotation_marks_may_be_a_quote(
    tg: LocalTelegram, demo: App, engine: Engine
) -> None:
    [article] = [one for one in engine.coverage.articles() if "How much help has" in one.body]
    start = article.body.index("How much help has")
    quote = article.body[start : article.body.index("?", start) + 1]
    [reply] = await tg.user().say(f"“{quote}”")
    assert reply.text.startswith(EN.say("verify_exact"))
    [reply] = await tg.user().say(quote)
    assert not reply.text.startswith(EN.say("verify_exact"))


@pytest.mark.parametrize("how", ["/start {}", "{}", " {}\n", "upper"])
async def test_receipt_opens_its_quote(
    tg: LocalTelegram, demo: App, quote: Quote, how: str
) -> None:
    receipt = receipt_of(quote)
    text = receipt.upper() if how == "upper" else how.format(receipt)
    [reply] = await tg.user().say(text)
    assert reply.quotes == [quote.text]
    assert f"— {quote.article.source.outlet}" in reply.text
    assert _row(reply)[0] == "Context"
    assert reply.buttons[0]["callback_data"] == f"q:c:{receipt}"
    [context], _ = await tg.user(reply.chat_id).press(reply, "Context")
    assert quote.text in context.spans("bold")


async def test_link_from_a_group_opens_what_the_group_saw(tg: LocalTelegram, demo: App) -> None:
    user = tg.user()
    group = await tg.group(-1001)
    [short] = await user.say(f"@NewsQuoteBot {QUESTION}", chat=group)
    [url] = [button["url"] for button in short.buttons if "url" in button]
    [opened] = await user.say(f"/start {url.partition('start=')[2]}")
    assert opened.quotes == short.quotes


@pytest.mark.parametrize("language", ["ar", "en", "ru", "fr"])
async def test_mistyped_and_unknown_receipts_are_said_to_be(
    tg: LocalTelegram, demo: App, bot_receipt: str, language: str
) -> None:
    user = tg.user(language_code=language)
    wrong = ("b" if bot_receipt[0] != "b" else "c") + bot_receipt[1:]
    [reply] = await user.say(f"/start {wrong}2")
    assert reply.text == words(language).say("receipt_mistyped")
    [reply] = await user.say(f"/start {bot_receipt}")
    assert reply.text == words(language).say("quote_gone")


@pytest.fixture
def bot_receipt(quote_of: Any) -> str:
    """The receipt of a quote that is in no coverage."""
    receipt: str = receipt_of(quote_of("Nowhere to be found, 2025."))
    return receipt


async def test_edit_to_a_quote_makes_the_answer_a_verdict(
    tg: LocalTelegram, demo: App, quote: Quote
) -> None:
    user = tg.user()
    sent = await user.send(QUESTION)
    [answer] = await tg.wait(sent["mark"], user.id)
    [edited] = await user.edit(sent["message"]["message_id"], quote.text)
    assert edited.id == answer.id
    assert edited.text.startswith(EN.say("verify_exact"))
    assert edited.buttons == []
