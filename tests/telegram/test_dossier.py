"""/dossier: quotes collected with a button are sent as a file, and kept until cleared."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import docx
import pytest
from markdown_it import MarkdownIt

from bot.local_telegram import LocalTelegram, Sent
from bot.state import State
from bot.telegram.client import App
from bot.words import LANGUAGES, words
from retrieval.answer.check.receipt import receipt_of
from retrieval.engine import Engine

EN = words("en")
QUESTION = "When did Lavrov arrive in North Korea?"


@pytest.fixture
async def demo(serve: Any, engine: Engine, tg: LocalTelegram) -> AsyncIterator[App]:
    async with serve(engine) as application:
        await tg.ready()
        yield application


async def _collected(user: Any, answer: Sent) -> str:
    _, query = await user.press(answer, EN.say("button_collect"), n=0, settle=0.3)
    return str(query["text"])


async def test_collects_once_and_sends_both_forms(
    tg: LocalTelegram, demo: App, engine: Engine, state: State
) -> None:
    user = tg.user()
    [empty] = await user.say("/dossier")
    assert empty.text == EN.say("dossier_empty")
    [answer] = await user.say(QUESTION, timeout=30)
    one = EN.count("dossier_quotes", 1)
    assert await _collected(user, answer) == EN.say("dossier_added", count=one)
    assert await _collected(user, answer) == EN.say("dossier_there", count=one)
    [receipt] = state.collected(demo.bot.id, user.id)
    quote = engine.ask(QUESTION).quotes[0]
    assert receipt == receipt_of(quote)
    [menu] = await user.say("/dossier")
    for form in ("Markdown", "Word"):
        [sent], _ = await user.press(menu, form)
        assert sent.method == "sendDocument"
        assert sent.text == one
    _, query = await user.press(menu, EN.say("button_clear"), n=0, settle=0.3)
    assert query["text"] == EN.say("dossier_cleared")
    assert state.collected(demo.bot.id, user.id) == []


async def test_a_group_has_a_dossier_of_its_own(tg: LocalTelegram, demo: App, state: State) -> None:
    user, group = tg.user(), -1001
    await tg.group(group)
    [answer] = await user.say(f"/ask {QUESTION}", chat=group, timeout=30)
    await _collected(user, answer)
    assert len(state.collected(demo.bot.id, group)) == 1
    assert state.collected(demo.bot.id, user.id) == []


async def test_forged_presses_collect_nothing(tg: LocalTelegram, demo: App, state: State) -> None:
    user = tg.user()
    [answer] = await user.say(QUESTION, timeout=30)
    for data in ("d:", "d:aaaaaaaaaaaaaaaa", "d:pdf", "d:x:1"):
        _, query = await user.press(answer, data=data, n=0, settle=0.3)
        assert query["text"] == EN.say("button_stale"), data
    done = await tg.post("callback", user=user.json, inline_message_id="i1", data="d:md")
    query = await tg.answered(done["id"], 5)
    assert query["text"] == EN.say("button_stale"), "of no message"
    assert state.collected(demo.bot.id, user.id) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_hold_the_exact_text_with_citation_and_receipt(engine: Engine, language: str) -> None:
    from datetime import date

    from bot.render.dossier import Entry, dossier_docx, dossier_markdown

    quotes = engine.ask(QUESTION).quotes
    entries = [Entry(receipt_of(quote), quote) for quote in quotes]
    entries.append(Entry("aaaaaaaaaaaaaaaa", None))
    interface, today = words(language), date(2025, 7, 12)
    written = dossier_markdown(entries, today, interface)
    shown = "".join(
        token.content for block in MarkdownIt().parse(written) for token in block.children or ()
    )
    word = docx.Document(BytesIO(dossier_docx(entries, today, interface)))
    paragraphs = [paragraph.text for paragraph in word.paragraphs]
    for quote in quotes:
        assert quote.text.replace("\n", "") in shown
        assert any(quote.text in text for text in paragraphs)
        assert receipt_of(quote) in written
        assert any(receipt_of(quote) in text for text in paragraphs)
    gone = interface.say("dossier_gone", receipt="aaaaaaaaaaaaaaaa")
    assert gone in paragraphs
