"""The behaviours that the bot has to show, each named by its number in the list of them; what is
left out here stands with the feature it belongs to."""

import asyncio
import signal
import time
from typing import Any

import pytest

from bot.local_telegram import TOKEN, LocalTelegram
from bot.local_telegram.utf16 import covered
from bot.render.telegram_text import sanitise
from bot.telegram.answers import Answering
from bot.telegram.client import App
from bot.telegram.send_limits import Limits

GROUP = -1001


def _warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    assert [record for record in caplog.records if record.exc_info] == []
    return [record.getMessage() for record in caplog.records if record.levelno >= 30]


@pytest.fixture
async def group(tg: LocalTelegram) -> int:
    return await tg.group(GROUP, is_forum=True)


async def test_05_typing_within_a_second_and_again_while_slow(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    canned.delay = 4.3
    user = tg.user()
    sent = await user.send("slow")
    [typing] = await tg.wait(sent["mark"], user.id, timeout=3, methods="sendChatAction")
    assert typing.params["action"] == "typing"
    assert await tg.wait(sent["mark"], user.id)
    assert len(await tg.calls("sendChatAction", since=sent["mark"])) == 2


@pytest.mark.parametrize(
    "body", ["<b>a</b> & <c>", "👨‍👩‍👧 🇰🇵 𝒜", "a\0b\0", "one\ttwo", "&lt;&nbsp;</blockquote>"]
)
async def test_06_no_character_is_a_bad_request(
    tg: LocalTelegram, bot: App, canned: Any, quote_of: Any, answer_of: Any, body: str
) -> None:
    canned.answer = lambda question: answer_of(quote_of(body, outlet=body, via=body))
    [reply] = await tg.user().say(body.replace("\0", "") + "?")
    assert reply.quotes
    assert [call.error for call in await tg.calls() if not call.ok] == []


async def test_08_the_server_has_nothing_to_mend(
    tg: LocalTelegram, bot: App, canned: Any, quote_of: Any, answer_of: Any, group: int
) -> None:
    long = quote_of(
        "A sentence of some length. " * 400, outlet="Meridian", url="https://a.example/1"
    )
    user = tg.user(language_code="ar")
    for text in ("/start", "/help", "/sources", "ماذا قال الوزير؟", "Hello!", "x" * 1500):
        assert await user.say(text)
    canned.answer = lambda question: answer_of(long, long, language="ar")
    assert len(await user.say("long", n=3, settle=0.1)) >= 3
    assert await user.say("@NewsQuoteBot x", chat=group)
    calls = await tg.calls()
    assert len(calls) > 20
    assert [(call, call.warnings) for call in calls if call.warnings] == []


async def test_10_a_private_answer_replies_and_survives_deletion(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    user = tg.user()
    kept = await user.send("kept")
    [reply] = await tg.wait(kept["mark"], user.id)
    assert reply.reply_to == kept["message"]["message_id"]
    canned.delay = 0.3
    gone = await user.send("gone")
    await bot.bot.delete_message(user.id, gone["message"]["message_id"])
    [reply] = await tg.wait(gone["mark"], user.id)
    assert reply.ok
    assert reply.reply_to is None


async def test_11_group_chatter_is_met_with_silence(
    tg: LocalTelegram, bot: App, canned: Any, group: int
) -> None:
    user, other = tg.user(), tg.user()
    sent = await user.send("what did the minister say?", chat=group)
    await other.send("ask NewsQuoteBot", chat=group, reply_to=sent["message"]["message_id"])
    assert await other.say("@NewsQuoteBotIsh hello", chat=group, n=0, settle=0.3) == []
    assert canned.asked == []
    assert await tg.calls("sendChatAction") == []


@pytest.mark.parametrize(
    "text",
    [
        "@newsquotebot which ships sank?",
        "😀👨‍👩‍👧 @NEWSQUOTEBOT which ships sank?",
        None,
    ],
)
async def test_12_one_threaded_answer_to_a_mention_or_reply(
    tg: LocalTelegram, bot: App, group: int, text: str | None
) -> None:
    user = tg.user()
    [before] = await user.say("/ask first", chat=group)
    if text:
        sent = await user.send(text, chat=group)
    else:
        sent = await user.send("and then?", chat=group, reply_to=before.id)
    [reply] = await tg.wait(sent["mark"], group, settle=0.2)
    assert reply.quotes
    assert reply.reply_to == sent["message"]["message_id"]


@pytest.mark.parametrize("command", ["ask x", "help", "sources", "start"])
async def test_13_commands_of_another_bot_are_its_own(
    tg: LocalTelegram, bot: App, group: int, command: str
) -> None:
    name, _, rest = command.partition(" ")
    user = tg.user()
    assert await user.say(f"/{name}@OtherBot {rest}", chat=group, n=0, settle=0.2) == []
    assert len(await user.say(f"/{name}@NewsQuoteBot {rest}", chat=group, settle=0.1)) == 1


async def test_14_the_answer_stays_in_its_topic(tg: LocalTelegram, bot: App, group: int) -> None:
    user = tg.user()
    for thread in (77, None):
        [reply] = await user.say("@NewsQuoteBot which ships sank?", chat=group, thread=thread)
        assert reply.thread == thread
    assert all(call.ok for call in await tg.calls("sendChatAction,sendMessage"))


async def test_15_who_is_nobody_is_no_fault_and_an_edit_is_answered_once(
    tg: LocalTelegram, bot: App, group: int, caplog: pytest.LogCaptureFixture
) -> None:
    user = tg.user()
    assert await user.say("@NewsQuoteBot x", chat=group, anonymous=True)
    channel = {"id": -1009, "type": "channel", "title": "Channel"}
    assert await user.say("@NewsQuoteBot y", chat=group, sender_chat=channel)
    await tg.group(-1005, type="channel")
    await tg.post("message", chat_id=-1005, text="@NewsQuoteBot z", channel_post=True)
    sent = await user.send("@NewsQuoteBot first", chat=group)
    [reply] = await tg.wait(sent["mark"], group)
    [edited] = await user.edit(
        sent["message"]["message_id"], "@NewsQuoteBot second", chat=group, settle=0.2
    )
    assert (edited.method, edited.id) == ("editMessageText", reply.id)
    assert await tg.wait(0, -1005, n=1, timeout=0.1) == []
    assert _warnings(caplog) == []


async def test_16_the_next_answer_goes_to_the_supergroup(
    tg: LocalTelegram, bot: App, caplog: pytest.LogCaptureFixture
) -> None:
    old = await tg.group(-55, type="group")
    user = tg.user()
    assert await user.say("@NewsQuoteBot x", chat=old)
    await tg.post("migrate", chat_id=old, new_chat_id=-10055)
    [reply] = await user.say("@NewsQuoteBot y", chat=-10055)
    assert reply.chat_id == -10055
    assert _warnings(caplog) == []


async def test_21_a_429_is_waited_out_and_other_chats_are_not(tg: LocalTelegram, bot: App) -> None:
    slow, quick = tg.user(), tg.user()
    await tg.fault("flood", "sendMessage", retry_after=4)
    before = time.monotonic()
    sent = await slow.send("x")
    await tg.wait(sent["mark"], slow.id, methods="sendMessage", ok=False)
    assert await quick.say("y", timeout=3)
    [reply] = await tg.wait(sent["mark"], slow.id)
    assert reply.quotes == ["They said: x"]
    assert time.monotonic() - before > 4


@pytest.mark.parametrize("kind", ["lost", "reset", "html", "malformed", "timeout"])
async def test_22_an_answer_that_may_have_arrived_is_never_repeated(
    tg: LocalTelegram, bot: App, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    await tg.fault(kind, "sendMessage", delay=0.1)
    user = tg.user()
    sent = await user.send("x")
    calls = await tg.wait(sent["mark"], user.id, n=2, timeout=0.3, ok=False, methods="sendMessage")
    assert len(calls) == 1
    assert len(_warnings(caplog)) == 1
    # neither by an edit, which could not tell the two apart
    assert await user.edit(sent["message"]["message_id"], "z", n=0, settle=0.2) == []
    [reply] = await user.say("y")
    assert reply.quotes == ["They said: y"]


@pytest.mark.parametrize("kind", ["html", "reset", "malformed", "lost"])
async def test_22_polling_recovers(
    tg: LocalTelegram,
    bot: App,
    kind: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.telegram.polling._FIRST_PAUSE", 0.05)
    await tg.fault(kind, "getUpdates", 2)
    user = tg.user()
    await user.send("x")
    [first] = await tg.wait(0, user.id, timeout=10)
    assert first.quotes == ["They said: x"]
    assert await user.say("y", timeout=5)
    assert len(_warnings(caplog)) <= 2


async def test_23_a_redelivered_update_is_answered_once(tg: LocalTelegram, bot: App) -> None:
    user = tg.user()
    assert await user.say("x")
    # the next poll confirms the update, and only confirmed ones are delivered again
    await tg.until(tg.state, lambda state: state["acked"])
    again = await tg.redeliver()
    assert again["update_ids"]
    assert await tg.wait(again["mark"], user.id, n=1, timeout=0.25) == []


async def test_23_a_redelivered_update_is_answered_once_after_a_restart(
    tg: LocalTelegram, serve: Any, canned: Any
) -> None:
    user = tg.user()
    async with serve(canned):
        await tg.ready()
        assert await user.say("x")
        await tg.until(tg.state, lambda state: state["acked"])
    again = await tg.redeliver()
    async with serve(canned):
        [reply] = await tg.user().say("y")
        assert reply.quotes == ["They said: y"]
        assert await tg.wait(again["mark"], user.id, n=1, timeout=0.3) == []
    assert canned.asked == ["x", "y"]


async def test_25_fifty_users_at_once(
    tg: LocalTelegram, serve: Any, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    canned.delay = 0.02
    rounds: list[float] = []

    async def watch() -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.005)
            rounds.append(time.thread_time() - before)

    async with serve(canned, limits=Limits(overall=(100, 1.0))):
        await tg.ready()
        users = [tg.user() for _ in range(50)]
        watching = asyncio.create_task(watch())
        answers = await asyncio.gather(*(user.say(f"q{user.id}", timeout=15) for user in users))
        watching.cancel()
    for user, replies in zip(users, answers, strict=True):
        assert [reply.quotes for reply in replies] == [[f"They said: q{user.id}"]]
    # seconds of work in a round of the event loop; one may collect the garbage of all tests
    rounds.sort()
    assert rounds[len(rounds) * 9 // 10] < 0.3
    assert _warnings(caplog) == []


async def test_25_a_blocked_user_is_reported_once(
    tg: LocalTelegram, bot: App, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    canned.delay = 0.2
    user = tg.user()
    sent = await user.send("x")
    await tg.post("member", chat_id=user.id, status="kicked", user=user.json)
    await tg.wait(sent["mark"], user.id, ok=False, methods="sendMessage")
    await asyncio.sleep(0.1)
    assert len(_warnings(caplog)) == 1


async def test_25_sigterm_finishes_what_is_in_hand_and_tells_nothing(
    tg: LocalTelegram, start: Any
) -> None:
    await tg.fault("slow", "sendMessage", delay=0.7)
    user = tg.user(55_123_999)
    async with start() as process:
        await tg.ready()
        sent = await user.send("hidden words of a question")
        await tg.wait(sent["mark"], user.id, methods="sendChatAction")
        process.tell(signal.SIGTERM)
        began = time.monotonic()
        assert await process.end() == 0
        assert time.monotonic() - began < 10
        log = process.log
    assert len(await tg.calls("sendMessage", since=sent["mark"], ok=True)) == 1
    assert "Traceback" not in log
    for secret in (*TOKEN.split(":"), "hidden words", "55123999"):
        assert secret not in log


async def test_25_a_rejected_token_is_one_line(tg: LocalTelegram, start: Any) -> None:
    async with start(token="999999999:AAE-another-token") as process:
        assert await process.end() == 2
        [line] = process.log.splitlines()
    assert line == "pullquote: Telegram rejects the token: correct PULLQUOTE_TELEGRAM__TOKEN"


async def test_25_a_token_revoked_meanwhile_is_one_line(tg: LocalTelegram, start: Any) -> None:
    async with start() as process:
        await tg.ready()
        await tg.fault("error", "getUpdates", 9, status=401, description="Unauthorized")
        await tg.user().send("x")
        assert await process.end() == 2
        assert len([line for line in process.log.splitlines() if "token" in line]) == 1
        assert "Traceback" not in process.log


async def test_25_another_poller_ends_the_bot_with_one_line(tg: LocalTelegram, start: Any) -> None:
    conflict = "Conflict: terminated by other getUpdates request"
    await tg.fault("error", "getUpdates", 10, status=409, description=conflict)
    async with start() as process:
        assert await process.end() == 2
        assert len([line for line in process.log.splitlines() if "409" in line]) == 1
        assert "Traceback" not in process.log


async def test_19_inline_quotes_are_exact_attributed_and_paged(
    tg: LocalTelegram, serve: Any, engine: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.inline.PAGE", 2)
    bodies = {sanitise(article.body): article.source for article in engine.coverage.articles()}
    user, offset, ids, pages = tg.user(), "", [], 0
    async with serve(engine):
        await tg.ready()
        while pages == 0 or offset:
            pages += 1
            query = await user.inline("ماذا قال كيم للافروف؟", offset, timeout=5)
            assert query["answered"]
            assert len(query["results"]) <= 50
            for result in query["results"]:
                rendered = result["rendered"]
                [quote] = [e for e in rendered["entities"] if e["type"].endswith("blockquote")]
                exact = covered(rendered["text"], quote)
                sources = [source for body, source in bodies.items() if exact in body]
                below = rendered["text"].removeprefix(exact)
                assert any((one.outlet or "غير معروفة") in below for one in sources)
            ids += [result["id"] for result in query["results"]]
            offset = query["next_offset"]
    assert pages > 1
    assert len(set(ids)) == len(ids) > 2


async def test_20_an_empty_or_superseded_inline_query_costs_no_search(
    tg: LocalTelegram, bot: App, canned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.inline._PAUSE_SECONDS", 1.0)
    user = tg.user(language_code="fr")
    empty = await user.inline("")
    assert empty["answered"]
    assert empty["results"] == []
    assert empty["button"]["start_parameter"]
    for typed in ("où est", "où est all", "où est allé"):
        await tg.post("inline", user=user.json, query=typed)
    assert (await user.inline("où est allé Lavrov"))["results"]
    assert canned.asked == ["où est allé Lavrov"]
