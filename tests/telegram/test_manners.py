"""Small things that people notice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.render.reasons import reason_text
from bot.render.telegram_lists import latest_html
from bot.telegram.answers import Answering
from bot.telegram.client import App
from bot.telegram.languages import asked_in
from bot.words import LANGUAGES, words
from corpus.store import Coverage
from corpus.store.addresses import address_forms
from retrieval.engine import Engine

EN = words("en")


@pytest.fixture
async def demo(serve: Any, engine: Answering, tg: LocalTelegram) -> AsyncIterator[App]:
    async with serve(engine) as application:
        await tg.ready()
        yield application


# ------------------------------------------------------------------ the language of few words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("source?", None),
        ("Kim Jong", None),
        ("Lavrov Wonsan visit date", None),
        ("Lavrov Kim meeting", None),
        ("pourquoi ?", "fr"),
        ("why?", "en"),
        ("المصدر؟", "ar"),
        ("источник?", "ru"),
        ("Où est allé Lavrov ?", "fr"),
        ("Donde estuvo el ministro ayer", "es"),
    ],
)
def test_few_words_tell_no_more_than_their_script(text: str, language: str | None) -> None:
    assert asked_in(text) == language


@pytest.mark.parametrize("code", ["ar", "en", "ru", "fr"])
async def test_few_latin_words_are_answered_in_the_persons_language(
    tg: LocalTelegram, bot: App, canned: Any, answer_of: Any, code: str
) -> None:
    canned.answer = lambda question: answer_of(question=question, language="fr")
    [reply] = await tg.user(language_code=code).say("Kursk region")
    assert reply.text.startswith(words(code).say("nothing_found"))


# ------------------------------------------------------------------ reasons


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "reason",
    [
        "no article text: 3 letters are left after cleaning, at least 80 are needed",
        "no sentences: every line left after cleaning is short and ends like a heading",
        "it is empty",
        "it is larger than 64 MB; split it first",
        "broken JSON: nested too deeply or a number too long",
        "no article text was found in the page",
        "it is protected by a password: save it without one",
        "the server answers 404: there is no such page",
        "it did not answer within 1.5 s",
        "there is no host news.example; check the address, and the network",
        "a reason of tomorrow",
    ],
)
def test_reasons_are_in_the_readers_language(reason: str, language: str) -> None:
    told = reason_text(reason, words(language))
    if reason == "a reason of tomorrow":
        assert reason in told
        assert language == "en" or f"\u2066{reason}\u2069" in told
    else:
        assert language == "en" or reason not in told
    assert "{" not in told


# ------------------------------------------------------------------ links


@pytest.mark.parametrize(
    "written",
    [
        "https://www.example.org/a/b/?utm_source=x&id=3#top",
        "http://example.org/a/b?id=3",
        "https://example.org/a/b/?id=3",
    ],
)
def test_an_address_is_one_however_it_is_written(written: str) -> None:
    assert "https://example.org/a/b?id=3" in address_forms(written)


def test_an_address_that_is_none_is_left_alone() -> None:
    assert address_forms("https://[") == ["https://["]


async def test_a_link_is_answered_with_its_article(
    tg: LocalTelegram, demo: App, engine: Engine
) -> None:
    article = next(each for each in engine.coverage.articles() if each.source.url)
    user = tg.user(language_code="en")
    address = f"{article.source.url}?utm_source=chat#comments"
    sent = await user.send(address)
    told, quoted = await tg.wait(sent["mark"], user.id, 2)
    assert told.text.startswith(EN.say("linked"))
    assert article.id in told.text
    assert quoted.quotes[0] in article.body
    [reply] = await user.say("https://example.org/unknown")
    assert reply.text == EN.say("link_unknown")
    group = await tg.group(-1001)
    [told, *_] = await user.say(f"@NewsQuoteBot {address}", chat=group)
    assert article.id in told.text


async def test_words_behind_a_link_make_it_a_question(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    await tg.user().say("https://example.org/a which ships sank?")
    assert canned.asked == ["https://example.org/a which ships sank?"]


# ------------------------------------------------------------------ what there is


async def test_latest_names_the_undated_too(tg: LocalTelegram, demo: App, engine: Engine) -> None:
    undated = [each for each in engine.coverage.articles() if each.source.published is None]
    assert undated
    [reply] = await tg.user(language_code="en").say("/latest")
    dated, _, rest = reply.text.partition(EN.say("latest_undated"))
    for article in undated:
        assert article.source.headline is None or article.source.headline in rest
        assert article.source.headline is None or article.source.headline not in dated


def test_latest_without_any_article(tmp_path: Path) -> None:
    assert latest_html([], [], EN) == EN.say("latest_none")


@pytest.mark.parametrize("code", LANGUAGES)
async def test_start_shows_questions_that_are_answered(
    tg: LocalTelegram, demo: App, engine: Engine, code: str
) -> None:
    [reply] = await tg.user(language_code=code).say("/start")
    examples = [line.lstrip("•\u2068\u2069 ") for line in reply.text.splitlines() if "•" in line]
    assert len(examples) == 3
    for example in examples:
        question = example.translate({0x2066: None, 0x2067: None, 0x2068: None, 0x2069: None})
        assert engine.ask(question, limit=1).answered


async def test_start_of_an_empty_coverage_shows_none(tg: LocalTelegram, bot: App) -> None:
    [reply] = await tg.user(language_code="en").say("/start")
    assert reply.text == EN.say("start").strip()


# ------------------------------------------------------------------ kinds of messages


_POLL = {
    "id": "1",
    "question": "Which?",
    "options": [{"text": "A", "voter_count": 0, "persistent_id": "1"}],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
_KINDS = {
    "poll": _POLL,
    "story": {"chat": {"id": 5, "type": "private"}, "id": 1},
    "checklist": {"title": "To do", "tasks": [{"id": 1, "text": "Ask"}]},
    "dice": {"emoji": "🎲", "value": 3},
    "location": {"latitude": 1.0, "longitude": 2.0},
    "contact": {"phone_number": "1", "first_name": "A"},
    "something_new": {"id": 1},
}
_UNKNOWN = pytest.param("something_new", marks=pytest.mark.malformed)


@pytest.mark.parametrize("kind", [*[kind for kind in _KINDS if kind != "something_new"], _UNKNOWN])
async def test_other_kinds_get_one_line(tg: LocalTelegram, bot: App, kind: str) -> None:
    [hint] = await tg.user(language_code="fr").say("", extra={kind: _KINDS[kind]})
    assert hint.text == words("fr").say("text_only")


async def test_service_messages_are_no_questions(tg: LocalTelegram, bot: App) -> None:
    user = tg.user()
    pinned = {"message_id": 1, "date": 0, "chat": {"id": user.id, "type": "private"}}
    assert await user.say("", n=0, settle=0.3, extra={"pinned_message": pinned}) == []


async def test_nothing_is_at_an_unknown_address(coverage: Coverage) -> None:
    assert coverage.at_address("https://example.org/none") is None
