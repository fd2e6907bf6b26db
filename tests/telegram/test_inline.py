"""Inline mode against the local server."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.local_telegram.user import User
from bot.local_telegram.utf16 import covered
from bot.render.telegram_text import sanitise
from bot.telegram.access import Rules
from bot.telegram.answers import Answering
from bot.telegram.client import App
from bot.telegram.inline import PAGE
from bot.words import words
from corpus.errors import HomeError, InputError
from retrieval.answer.check.receipt import is_receipt
from retrieval.types import Answer, Quote

QUESTIONS = {
    "ar": "متى وصل لافروف إلى كوريا الشمالية في زيارة رسمية؟",
    "en": "Who was the first foreign guest at the new resort in Wonsan?",
    "ru": "Какая российская авиакомпания получила допуск на рейсы из Москвы в Пхеньян?",
    "fr": "Contre quoi Lavrov a-t-il mis en garde Washington, Séoul et Tokyo ?",
}


def _quotes(result: Any) -> list[str]:
    rendered = result["rendered"]
    return [
        covered(rendered["text"], entity)
        for entity in rendered["entities"]
        if entity["type"].endswith("blockquote")
    ]


def _button(query: Any) -> str:
    assert query["answered"]
    assert query["results"] == []
    assert query["button"]["start_parameter"] == "inline"
    return str(query["button"]["text"])


async def _type(tg: LocalTelegram, user: User, text: str) -> str:
    """Ask inline without waiting; the id of the query."""
    done = await tg.post("inline", user=user.json, query=text)
    return str(done["id"])


def _value(value: Any) -> Callable[[], Awaitable[Any]]:
    async def fetch() -> Any:
        return value

    return fetch


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody types in most of the tests."""
    monkeypatch.setattr("bot.telegram.inline._PAUSE_SECONDS", 0.02)


@pytest.fixture
def many(answer_of: Callable[..., Answer], quote_of: Any) -> Callable[[int], Answer]:
    """many(n): an answer with n quotes."""

    def many(n: int) -> Answer:
        return answer_of(*(quote_of(f"Sentence number {i}.", outlet="Meridian") for i in range(n)))

    return many


@pytest.mark.parametrize("language", QUESTIONS)
async def test_quotes_are_offered_exact_and_attributed(
    tg: LocalTelegram, serve: Any, engine: Answering, language: str
) -> None:
    async with serve(engine):
        await tg.ready()
        query = await tg.user(language_code="en").inline(QUESTIONS[language])
    assert query["results"]
    interface = words(language)
    bodies = [sanitise(article.body) for article in engine.coverage.articles()]
    for result in query["results"]:
        [quote] = _quotes(result)
        assert any(quote in body for body in bodies)
        assert is_receipt(result["id"])
        assert result["description"].rstrip("…") in " ".join(quote.split())
        assert result["rendered"]["link_preview_options"] == {"is_disabled": True}
        _, line = result["rendered"]["text"].split("\n— ")
        outlet, when = result["title"].split(" · ")
        assert outlet in line
        assert when in line
        [[check]] = result["rendered"]["reply_markup"]["inline_keyboard"]
        assert check["text"] == interface.say("button_private")
        assert check["url"] == f"https://t.me/{tg.username}?start={result['id']}"
    assert query["is_personal"] is False
    assert 0 < query["cache_time"] <= 60


async def test_pages_hold_every_quote_once(
    tg: LocalTelegram, bot: App, canned: Any, many: Any
) -> None:
    asked: list[int] = []

    def ask(question: str, *, limit: int, **_: Any) -> Any:
        asked.append(limit)
        return many(min(2 * PAGE + 3, limit))

    canned.ask = ask
    user, offset, seen = tg.user(), "", []
    for _ in range(3):
        query = await user.inline("what was said", offset)
        assert len(query["results"]) <= 50
        seen += [quote for result in query["results"] for quote in _quotes(result)]
        offset = query["next_offset"]
    assert offset == ""
    assert seen == [f"Sentence number {i}." for i in range(2 * PAGE + 3)]
    assert asked == [PAGE + 1, 2 * PAGE + 1, 3 * PAGE + 1]


async def test_a_forged_offset_ends_the_list(tg: LocalTelegram, bot: App, canned: Any) -> None:
    for offset in ("-10", "x", "7", "9" * 40, "١٠", "10\n", "0"):
        query = await tg.user().inline("what was said", offset)
        assert query["answered"]
        assert (query["results"], query["next_offset"], query["button"]) == ([], "", None)
    assert canned.asked == []


async def test_an_offset_behind_the_last_quote_shows_nothing(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    query = await tg.user().inline("what was said", str(5 * PAGE))
    assert (query["results"], query["next_offset"], query["button"]) == ([], "", None)
    assert len(canned.asked) == 1


@pytest.mark.parametrize("code", ["ar", "fr", None])
async def test_nothing_to_look_for_is_answered_at_once(
    tg: LocalTelegram,
    bot: App,
    canned: Any,
    monkeypatch: pytest.MonkeyPatch,
    code: str | None,
) -> None:
    monkeypatch.setattr("bot.telegram.inline._PAUSE_SECONDS", 60)
    for text in ("", "  ", "ab", "؟؟؟ ؟", "«—» !!! …", "م?"):
        query = await tg.user(language_code=code).inline(text)
        assert _button(query) == words(code or "en").say("inline_hint")
        assert query["is_personal"]
    assert canned.asked == []


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("كم سعر غرام الذهب عيار 21 اليوم؟", "ar"),
        ("What is the price of bitcoin?", "en"),
        ("Какая погода будет завтра?", "ru"),
        ("Qui a remporté la finale ?", "fr"),
    ],
)
async def test_no_evidence_is_said_in_the_language_of_the_question(
    tg: LocalTelegram, serve: Any, engine: Answering, question: str, language: str
) -> None:
    async with serve(engine):
        await tg.ready()
        query = await tg.user(language_code="de").inline(question)
    assert _button(query) == words(language).say("inline_nothing")


async def test_a_language_without_words_leaves_the_choice_to_the_person(
    tg: LocalTelegram, bot: App, canned: Any, state: Any, answer_of: Any, quote_of: Any
) -> None:
    canned.answer = lambda question: answer_of(quote_of("Gesagt.", outlet="M"), language="de")
    user = tg.user(language_code="en")
    state.set_user_language(bot.bot.id, user.id, "fr")
    query = await user.inline("Was wurde gesagt?")
    [result] = query["results"]
    assert words("fr").say("undated") in result["title"]
    assert query["is_personal"]


async def test_words_of_no_one_language_leave_the_choice_to_the_person(
    tg: LocalTelegram, bot: App, canned: Any, answer_of: Any, quote_of: Any
) -> None:
    canned.answer = lambda question: answer_of(
        quote_of("Dit.", outlet="M"), question=question, language="fr"
    )
    query = await tg.user(language_code="en").inline("Lavrov visit")
    [result] = query["results"]
    assert words("en").say("undated") in result["title"]
    assert query["is_personal"]


async def test_only_the_newest_question_of_a_person_is_looked_for(
    tg: LocalTelegram, bot: App, canned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.inline._PAUSE_SECONDS", 1.0)
    user, other = tg.user(), tg.user()
    typed = ["what", "what w", "what was", "what was sa", "what was said"]
    *superseded, newest = [await _type(tg, user, text) for text in typed]
    assert (await other.inline("who said it"))["results"]
    assert (await tg.answered(newest, 10))["results"]
    assert not any([(await tg.answered(query, 0))["answered"] for query in superseded])
    assert sorted(canned.asked) == ["what was said", "who said it"]


async def test_a_superseded_question_that_waits_for_a_thread_is_never_searched(
    tg: LocalTelegram, serve: Any, canned: Any
) -> None:
    free = threading.Event()
    instant = canned.ask

    def ask(question: str, **options: Any) -> Any:
        free.wait(10)
        return instant(question, **options)

    canned.ask = ask
    async with serve(canned, concurrency=1):
        await tg.ready()
        first = await _type(tg, tg.user(), "holds the only thread")
        await asyncio.sleep(0.3)
        user = tg.user()
        waiting = await _type(tg, user, "first thought")
        await asyncio.sleep(0.3)
        newest = await _type(tg, user, "second thought")
        await asyncio.sleep(0.3)
        free.set()
        assert (await tg.answered(newest, 10))["results"]
        assert (await tg.answered(first, 10))["results"]
        assert not (await tg.answered(waiting, 0))["answered"]
    assert canned.asked == ["holds the only thread", "second thought"]


async def test_a_search_that_takes_too_long_is_not_waited_for(
    tg: LocalTelegram, bot: App, canned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.inline._LONGEST_SECONDS", 0.2)
    free = threading.Event()
    canned.answer = lambda question: free.wait(10)
    query = await tg.user(language_code="ru").inline("what was said")
    assert not free.is_set()
    free.set()
    assert _button(query) == words("ru").say("inline_busy")
    assert query["cache_time"] == 0


async def test_a_full_line_is_said(tg: LocalTelegram, serve: Any, canned: Any) -> None:
    free = threading.Event()
    instant = canned.answer
    canned.answer = lambda question: (free.wait(10), instant(question))[1]
    async with serve(canned, concurrency=1, queue=0):
        await tg.ready()
        first = await _type(tg, tg.user(), "what was said")
        await tg.until(_value(canned.asked), bool)
        assert _button(await tg.user().inline("and by whom")) == words("en").say("inline_busy")
        free.set()
        assert (await tg.answered(first, 10))["results"]


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (HomeError("gone"), "inline_failed"),
        (RuntimeError("bad"), "inline_failed"),
        (InputError("no words"), "inline_hint"),
    ],
)
async def test_what_cannot_be_searched_is_said(
    tg: LocalTelegram,
    bot: App,
    canned: Any,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    key: str,
) -> None:
    def fail(question: str) -> Answer:
        raise error

    canned.answer = fail
    user = tg.user(language_code="fr")
    assert _button(await user.inline("secret question")) == words("fr").say(key)
    assert "secret" not in caplog.text
    assert str(user.id) not in caplog.text


async def test_limits_hold_for_each_person(tg: LocalTelegram, serve: Any, canned: Any) -> None:
    async with serve(canned, per_user=2):
        await tg.ready()
        user, other = tg.user(), tg.user()
        for _ in range(2):
            assert (await user.inline("what was said"))["results"]
        refused = await user.inline("what was said")
        assert (await other.inline("what was said"))["results"]
        # what is typed too little of counts for nothing
        assert _button(await user.inline("")) == words("en").say("inline_hint")
    waiting = words("en").say("inline_too_fast", wait="X").split("X")[0]
    assert _button(refused).startswith(waiting)
    assert refused["is_personal"]
    assert refused["cache_time"] == 0
    assert len(canned.asked) == 3


async def test_an_answer_that_comes_too_late_is_no_fault(
    tg: LocalTelegram, bot: App, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await tg.configure(inline_ttl=0)
    await _type(tg, tg.user(), "what was said")
    [call] = await tg.wait(0, methods="answerInlineQuery", ok=False)
    assert "query is too old" in (call.error or "")
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    await tg.configure(inline_ttl=10)
    assert (await tg.user().inline("what was said"))["results"]


@pytest.mark.parametrize(
    "body",
    [
        '<b>5 < 6 && 7 > 3</b> &nbsp; &lt; "quoted" </blockquote>',
        "NUL\0 tab\t vertical\v CR\r\n LF \x1f end",
        "\u202eevil\u202c \u2067mixed\u2069 \u200f\u200eعربي e\u030a",
        "😀" * 1_500,
    ],
)
async def test_hostile_text_is_never_refused(
    tg: LocalTelegram, bot: App, canned: Any, answer_of: Any, quote_of: Any, body: str
) -> None:
    hostile = quote_of(body, outlet=body[:300], via=body, agency="\0", url='https://a.b/"><i>')
    canned.answer = lambda question: answer_of(hostile, language="ar")
    query = await tg.user().inline("what was said")
    [result] = query["results"]
    assert len(_quotes(result)) == 1
    assert result["title"]


async def test_what_a_listed_person_is_shown_is_not_kept_for_others(
    tg: LocalTelegram, serve: Any, canned: Any
) -> None:
    listed, stranger = tg.user(), tg.user()
    async with serve(canned, rules=Rules(everybody=False, allowed=frozenset({listed.id}))):
        await tg.ready()
        shown = await listed.inline("what was said")
        assert shown["results"]
        assert shown["is_personal"]
        query = await stranger.inline("what was said")
        assert query["answered"]
        assert query["results"] == []
        assert query["is_personal"]
    assert canned.asked == ["what was said"]


async def test_questions_are_logged_only_when_asked_for(
    tg: LocalTelegram, serve: Any, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for asked_for in (False, True):
        async with serve(canned, log_questions=asked_for):
            await tg.ready()
            assert (await tg.user().inline("very secret"))["results"]
        assert ("very secret" in caplog.text) is asked_for


async def test_a_quote_that_no_message_holds_is_not_offered_in_part(
    tg: LocalTelegram, bot: App, canned: Any, answer_of: Any, quote_of: Any
) -> None:
    both: tuple[Quote, ...] = (quote_of("long " * 900), quote_of("Short.", outlet="Meridian"))
    canned.answer = lambda question: answer_of(*both)
    query = await tg.user().inline("what was said")
    assert [_quotes(result) for result in query["results"]] == [["Short."]]
