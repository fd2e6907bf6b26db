"""/settings: a group's for its administrators, a private chat's for the person."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local_telegram import LocalTelegram, Sent, User
from bot.state import ChatSettings, State
from bot.telegram import notice_menu, settings_menu
from bot.telegram.client import App
from bot.telegram.settings_menu import Menu
from bot.words import LANGUAGES, words

GROUP = -1001
OUTLETS = [f"Outlet {number:02}" for number in range(19)] + ["صحيفة " + "طويلة " * 20]


@pytest.fixture
def outlets(canned: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Those of the coverage; a test may change the list."""
    names = list(OUTLETS)
    monkeypatch.setattr(type(canned.coverage), "outlet_names", lambda self: names)
    return names


@pytest.fixture
async def administrator(tg: LocalTelegram) -> User:
    user = tg.user(language_code="en")
    await tg.group(GROUP, admins=[user.id], members={user.id: user.json})
    return user


FOLLOWS = words("en").say("button_follows_on")


def _labels(message: Sent) -> list[str]:
    return [button["text"] for button in message.buttons]


def _chosen(message: Sent) -> list[str]:
    return [label.removeprefix("✓ ") for label in _labels(message) if label.startswith("✓ ")]


async def _press(user: User, message: Sent, button: str) -> Sent:
    """The screen that a button leads to, in the same message."""
    [screen], query = await user.press(message, button)
    assert query["answered"]
    assert not query["text"]
    assert screen.method == "editMessageText"
    assert screen.id == message.id
    return screen


async def test_person_chooses_in_private(
    tg: LocalTelegram, bot: App, state: State, outlets: list[str]
) -> None:
    user = tg.user(language_code="en")
    [menu] = await user.say("/settings")
    assert menu.text.splitlines()[0] == words("en").say("settings_private")
    assert _chosen(menu) == ["full", FOLLOWS]
    assert not any("eplies" in label for label in _labels(menu)), "in private all is a question"
    menu = await _press(user, menu, "short")
    assert _chosen(menu) == ["short", FOLLOWS]
    assert state.chat_settings(bot.bot.id, user.id).length == "short"
    languages = await _press(user, menu, "Language")
    assert _chosen(languages) == ["automatic"]
    languages = await _press(user, languages, "Русский")
    assert _chosen(languages) == ["Русский"]
    assert state.user_language(bot.bot.id, user.id) == "ru"
    assert state.chat_settings(bot.bot.id, user.id).language is None
    menu = await _press(user, languages, words("ru").say("button_back"))
    assert menu.text.splitlines()[0] == words("ru").say("settings_private")
    closed = await _press(user, menu, words("ru").say("button_done"))
    assert closed.buttons == []
    [told] = await user.say("/help")
    assert told.text.splitlines()[0] == words("ru").say("help", bot="").strip().splitlines()[0]
    [answer] = await user.say("Что сказал министр?")
    assert answer.quotes


async def test_outlets_are_paged_and_ticked(
    tg: LocalTelegram, bot: App, state: State, outlets: list[str]
) -> None:
    user = tg.user(language_code="en")
    [menu] = await user.say("/settings")
    page = await _press(user, menu, "Outlets")
    assert "Page 1 of 3" in page.text
    assert _chosen(page) == ["all"]
    assert _labels(page)[:8] == OUTLETS[:8]
    page = await _press(user, page, "Outlet 03")
    assert _chosen(page) == ["Outlet 03"]
    page = await _press(user, page, "»")
    page = await _press(user, page, "»")
    assert "Page 3 of 3" in page.text
    assert "»" not in _labels(page)
    page = await _press(user, page, "صحيفة")
    [long] = _chosen(page)
    assert len(long) <= 40
    settings = state.chat_settings(bot.bot.id, user.id)
    assert settings.outlets == ("Outlet 03", OUTLETS[-1])
    menu = await _press(user, page, "Back")
    assert "Outlet 03" in menu.text
    page = await _press(user, menu, "Outlets")
    page = await _press(user, page, "Outlet 03")
    assert state.chat_settings(bot.bot.id, user.id).outlets == (OUTLETS[-1],)
    page = await _press(user, page, "all")
    assert _chosen(page) == ["all"]
    assert state.chat_settings(bot.bot.id, user.id).outlets == ()


async def test_outlet_is_never_mistaken_for_one_that_took_its_place(
    tg: LocalTelegram, bot: App, state: State, outlets: list[str]
) -> None:
    user = tg.user()
    [menu] = await user.say("/settings")
    page = await _press(user, menu, "Outlets")
    outlets.remove("Outlet 00")
    _, query = await user.press(page, "Outlet 03")
    assert query["show_alert"]
    assert query["text"] == words("en").say("button_stale")
    assert state.chat_settings(bot.bot.id, user.id).outlets == ()


async def test_chosen_outlet_that_the_coverage_lost_can_be_unticked(
    tg: LocalTelegram, bot: App, state: State, outlets: list[str]
) -> None:
    user = tg.user()
    state.set_chat(bot.bot.id, user.id, ChatSettings(outlets=("A lost one",)))
    [menu] = await user.say("/settings")
    page = await _press(user, menu, "Outlets")
    assert _chosen(page) == ["A lost one"]
    page = await _press(user, page, "A lost one")
    page = await _press(user, page, "all")
    assert "A lost one" not in _labels(page)


async def test_group_is_its_administrators(
    tg: LocalTelegram, bot: App, state: State, outlets: list[str], administrator: User
) -> None:
    [menu] = await administrator.say("/settings", chat=GROUP)
    assert menu.text.splitlines()[0] == words("en").say("settings_group")
    assert _chosen(menu) == ["short", FOLLOWS, words("en").say("button_chain_on")]
    menu = await _press(administrator, menu, "Only with a mention")
    assert _chosen(menu) == ["short", FOLLOWS, "Only with a mention"]
    menu = await _press(administrator, menu, "full")
    languages = await _press(administrator, menu, "Language")
    await _press(administrator, languages, "العربية")
    expected = ChatSettings(language="ar", length="full", chain=False)
    assert state.chat_settings(bot.bot.id, GROUP) == expected
    assert state.user_language(bot.bot.id, administrator.id) is None


async def test_others_get_one_line(
    tg: LocalTelegram, bot: App, state: State, outlets: list[str], administrator: User
) -> None:
    member = tg.user(language_code="fr")
    [refusal] = await member.say("/settings", chat=GROUP)
    assert refusal.text == words("fr").say("settings_administrators")
    assert refusal.buttons == []
    [menu] = await administrator.say("/settings", chat=GROUP)
    answers, query = await member.press(menu, "full", n=0, settle=0.2)
    assert answers == []
    state_of_query = await tg.post("query", id=list(await _queries(tg))[-1])
    assert state_of_query["show_alert"]
    assert state_of_query["text"] == words("fr").say("settings_administrators")
    assert query == state_of_query
    assert state.chat_settings(bot.bot.id, GROUP) == ChatSettings()


async def _queries(tg: LocalTelegram) -> list[str]:
    calls = await tg.calls("answerCallbackQuery")
    return [str(call.params["callback_query_id"]) for call in calls]


async def test_anonymous_administrator_may(
    tg: LocalTelegram, bot: App, outlets: list[str], administrator: User
) -> None:
    [menu] = await administrator.say("/settings", chat=GROUP, anonymous=True)
    assert menu.buttons
    # who writes in the name of another channel is no administrator
    channel = {"id": -1002, "type": "channel", "title": "Elsewhere"}
    [refusal] = await tg.user().say("/settings", chat=GROUP, sender_chat=channel)
    assert refusal.text == words("en").say("settings_administrators")


async def test_administrator_that_telegram_does_not_tell(
    tg: LocalTelegram, bot: App, state: State, outlets: list[str], administrator: User
) -> None:
    await tg.fault("error", "getChatMember", status=500)
    [refusal] = await administrator.say("/settings", chat=GROUP)
    assert refusal.text == words("en").say("settings_unchecked")
    [menu] = await administrator.say("/settings", chat=GROUP)
    await tg.fault("error", "getChatMember", status=500)
    _, query = await administrator.press(menu, "full", n=0, settle=0.5)
    assert query["text"] == words("en").say("settings_unchecked")
    assert state.chat_settings(bot.bot.id, GROUP) == ChatSettings()


async def test_16_settings_follow_a_group_that_moves(
    tg: LocalTelegram, bot: App, state: State, outlets: list[str], administrator: User
) -> None:
    [menu] = await administrator.say("/settings", chat=GROUP)
    await _press(administrator, menu, "full")
    await tg.post("migrate", chat_id=GROUP, new_chat_id=-100_200)
    await tg.post("chat", id=-100_200, admins=[administrator.id])
    [menu] = await administrator.say("/settings", chat=-100_200)
    assert _chosen(menu)[0] == "full"
    assert state.chat_settings(bot.bot.id, -100_200).length == "full"


@pytest.mark.parametrize(
    "data",
    [
        "s:",
        "s:z",
        "s:m:n=long",
        "s:l:l=de",
        "s:m:c=2",
        "s:m:c=1",  # no such choice in private
        "s:o0:t=99999.aaaaaa",
        "s:o0:t=0.forged",
        "s:o0:t=-1.aaaaaa",
        "s:o0:t=",
        "s:m:n=short:n=full",
        "s:\x00",
        "q:nothing:yet",
        "anything",
    ],
)
async def test_behaviour_18_forged_press_is_answered_politely(
    tg: LocalTelegram, bot: App, state: State, outlets: list[str], data: str
) -> None:
    user = tg.user()
    [menu] = await user.say("/settings")
    _, query = await user.press(menu, data=data, n=0, settle=0.1)
    query = await tg.answered((await _queries(tg))[-1], 2)
    assert query["answered"]
    assert query["text"]
    assert state.chat_settings(bot.bot.id, user.id) == ChatSettings()
    assert await user.say("still there?")


async def test_behaviour_18_stale_doubled_and_inaccessible_presses(
    tg: LocalTelegram,
    bot: App,
    state: State,
    outlets: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    user = tg.user()
    [menu] = await user.say("/settings")
    done = await tg.post(
        "callback",
        user=user.json,
        chat_id=user.id,
        message_id=menu.id,
        data="s:m:n=short",
        age=3600,
    )
    assert await tg.wait(done["mark"], user.id)
    assert state.chat_settings(bot.bot.id, user.id).length == "short"
    _, query = await user.press(menu, data="s:m:n=short", n=0, settle=0.2)
    assert query["answered"]
    _, query = await user.press(menu, data="s:m:n=full", inaccessible=True, n=0, settle=0.2)
    assert query["text"] == words("en").say("button_stale")
    assert state.chat_settings(bot.bot.id, user.id).length == "short"
    await bot.bot.delete_message(user.id, menu.id or 0)
    _, query = await user.press(menu, data="s:m:n=full", n=0, settle=0.2)
    assert query["answered"]
    assert [record for record in caplog.records if record.levelno >= 30] == []


@given(
    number=st.integers(0, 30),
    private=st.booleans(),
    names=st.lists(st.text(min_size=1, max_size=300), max_size=30, unique=True),
    data=st.data(),
)
def test_every_button_fits_and_does_what_it_says(
    number: int, private: bool, names: list[str], data: st.DataObject
) -> None:
    interface = words(data.draw(st.sampled_from(LANGUAGES)))
    menu = Menu(ChatSettings(), private, settings_menu.outlets_of(names, ChatSettings()))
    for screen in ("s:m", "s:l", f"s:o{number}", "s:x"):
        press = settings_menu.read(screen)
        assert press
        _, keyboard = settings_menu.screen(menu, press, interface)
        for row in keyboard.inline_keyboard if keyboard else ():
            for button in row:
                carried = str(button.callback_data)
                assert 1 <= len(carried.encode()) <= 64
                if carried == f"{notice_menu.PREFIX}m":
                    continue  # leads to screens of their own
                asked = settings_menu.read(carried)
                assert asked, carried
                if asked.change:
                    assert settings_menu.changed(menu, asked.change) is not None, carried


@given(st.text(max_size=64))
def test_no_data_is_too_strange_to_be_read(text: str) -> None:
    menu = Menu(ChatSettings(), False, ("A", "B"))
    for data in (text, "s:" + text, "s:o0:t=" + text, "s:m:n=" + text):
        press = settings_menu.read(data)
        if press and press.change:
            after = settings_menu.changed(menu, press.change)
            assert after is None or set(after.outlets) <= {"A", "B"}
