"""Exports of Telegram Desktop: what becomes an article, with which link and day."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.ingest import Report, ingest
from corpus.read import read
from corpus.read.decode import unfit
from corpus.read.telegram.posts import address_of_channel, is_channel, is_post
from corpus.read.telegram.result import read_result
from corpus.store import Coverage
from corpus.types import Article, DateKind, RawDocument, Rejection, Source
from tests.exports import (
    NOON,
    NUMBER,
    account,
    chat,
    page,
    page_post,
    page_service,
    post,
    service,
    written,
)

Pullquote = Callable[..., CompletedProcess[str]]
TODAY = date(2025, 7, 20)
FERRY = "The ferry left the quay at seven with forty cars on its deck."
DOCK = "The dry dock stays closed until the autumn, its manager said."
NAMED = "https://t.me/quaynews"


@pytest.fixture
def coverage(tmp_path: Path) -> Iterator[Coverage]:
    with closing(Coverage.open(tmp_path / "home" / "coverage.sqlite")) as opened:
        yield opened


def found_in(path: Path, url: str | None = None) -> tuple[list[RawDocument], list[Rejection]]:
    found = list(read(str(path), Source(path="", url=url)))
    documents = [each for each in found if isinstance(each, RawDocument)]
    return documents, [each for each in found if isinstance(each, Rejection)]


def put(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def take(coverage: Coverage, *paths: Path, url: str | None = None) -> Report:
    given_source = Source(path="", url=url)
    return ingest([str(path) for path in paths], coverage, given=given_source, today=TODAY)


def articles(coverage: Coverage) -> dict[str | None, Article]:
    return {each.source.url: each for each in coverage.articles()}


def test_a_post_is_an_article(tmp_path: Path) -> None:
    export = chat(service(1), post(2, FERRY), post(3, "", photo="photos/a.jpg"), post(4, DOCK))
    [ferry, dock], [passed] = found_in(put(tmp_path / "result.json", written(export)))
    assert (ferry.text, dock.text) == (FERRY, DOCK)
    assert ferry.given.outlet == "Quay News"
    assert ferry.given.url == f"https://t.me/c/{NUMBER}/2"
    assert ferry.given.published == date(2025, 7, 11)
    assert ferry.given.path.endswith("result.json/2")
    assert passed.reason == "passed over (posts without a text: 1, service messages: 1)"


def test_named_channel(tmp_path: Path) -> None:
    file = put(tmp_path / "result.json", written(chat(post(2, FERRY))))
    for address in (NAMED, f"{NAMED}/", "http://telegram.me/s/quaynews", f"{NAMED}/77?single"):
        [ferry], [] = found_in(file, address)
        assert ferry.given.url == f"{NAMED}/2"
    [], [wrong] = found_in(file, "https://quay.example/story")
    assert "write it like https://t.me/NAME" in wrong.reason


def test_without_number_and_name_there_is_no_link(tmp_path: Path) -> None:
    export = chat(post(2, FERRY))
    del export["id"]
    [ferry], [] = found_in(put(tmp_path / "result.json", written(export)))
    assert ferry.given.url is None


@pytest.mark.parametrize("number", [NUMBER, NUMBER + 0x200000000, -1_000_000_000_000 - NUMBER])
def test_number_as_every_version_wrote_it(tmp_path: Path, number: int) -> None:
    file = put(tmp_path / "result.json", written(chat(post(2, FERRY), id=number)))
    assert found_in(file)[0][0].given.url == f"https://t.me/c/{NUMBER}/2"


def test_an_export_of_former_years_tells_no_unix_times(tmp_path: Path) -> None:
    message = post(2, FERRY, date="2019-03-04T23:59:00", edited="1970-01-01T03:00:00")
    other = post(3, DOCK, date="2019-03-04T23:59:00", edited="2019-03-05T10:00:00")
    for each in (message, other):
        del each["date_unixtime"]
    [ferry, dock], [] = found_in(put(tmp_path / "result.json", written(chat(message, other))))
    assert [(found.kind, found.value) for found in ferry.given.dates] == [
        (DateKind.PUBLISHED, date(2019, 3, 4))
    ]
    assert dock.given.dates[1].value == date(2019, 3, 5)


PIECES = st.lists(
    st.one_of(st.text(max_size=12), st.builds(lambda t: {"type": "bold", "text": t}, st.text())),
    max_size=6,
)


@given(PIECES)
def test_entities_are_joined_verbatim(pieces: list[str | dict[str, str]]) -> None:
    text = "".join(each if isinstance(each, str) else each["text"] for each in pieces)
    content = json.dumps(chat(post(2, pieces), post(3, FERRY))).encode()
    first, *others = read_result(content, Source(path="r.json"))
    if not text.strip():
        assert isinstance(first, RawDocument)
        assert first.text == FERRY
        assert isinstance(others[0], Rejection)
    elif isinstance(first, RawDocument):
        assert first.text == text
        assert len(others) == 1
    else:  # what cannot be stored is refused in words
        assert unfit(text)


def test_caption_forward_and_signature(tmp_path: Path) -> None:
    message = post(5, DOCK, photo="a.jpg", forwarded_from="Pier Wire", author="A. Clerk")
    own = post(6, FERRY, forwarded_from="Quay News")
    [dock, ferry], [] = found_in(put(tmp_path / "result.json", written(chat(message, own))))
    assert (dock.given.outlet, dock.given.via) == ("Quay News", "Pier Wire")
    assert dock.given.byline == "A. Clerk"
    assert ferry.given.via is None


def test_short_posts_count(tmp_path: Path, coverage: Coverage) -> None:
    lines = "Ferry: 3\nTanker: 1\nTug: 2"
    export = chat(post(2, "Fire at the quay"), post(3, lines), post(4, "🔥🔥"))
    report = take(coverage, put(tmp_path / "result.json", written(export)))
    assert {each.body for each in articles(coverage).values()} == {"Fire at the quay", lines}
    assert [each.source.rpartition("/")[2] for each in report.rejected] == ["4"]
    assert coverage.count()[1] >= 1


def test_a_later_export_with_an_edit_is_a_version(tmp_path: Path, coverage: Coverage) -> None:
    edited = post(2, FERRY.replace("forty", "fifty"), edited_unixtime=str(NOON + 86_400))
    first = put(tmp_path / "one" / "result.json", written(chat(post(2, FERRY), post(3, DOCK))))
    later = put(tmp_path / "two" / "result.json", written(chat(edited, post(3, DOCK))))
    assert take(coverage, first).added == 2
    report = take(coverage, later)
    assert (report.added, report.updated, report.unchanged) == (0, 1, 1)
    ferry = articles(coverage)[f"https://t.me/c/{NUMBER}/2"]
    assert "fifty" in ferry.body
    assert [found.value for found in ferry.source.dates if found.kind is DateKind.UPDATED] == [
        date(2025, 7, 12)
    ]
    assert len(coverage.versions(ferry.id)) == 2


def test_only_the_channels_of_an_account(tmp_path: Path, coverage: Coverage) -> None:
    private = chat(post(2, "Meet me at noon, and tell nobody."), type="personal_chat", id=5)
    group = chat(post(2, "Who has the keys to the boat house?"), type="private_supergroup", id=6)
    other = chat(post(2, DOCK), name="Dock Wire", type="private_channel", id=77)
    export = account(private, chat(post(2, FERRY)), group, other)
    report = take(coverage, put(tmp_path / "result.json", written(export)))
    found = articles(coverage)
    assert {url: each.source.outlet for url, each in found.items()} == {
        f"https://t.me/c/{NUMBER}/2": "Quay News",
        "https://t.me/c/77/2": "Dock Wire",
    }
    assert found["https://t.me/c/77/2"].source.path.endswith("result.json/77/2")
    [passed] = report.rejected
    assert passed.reason == "passed over: 2 chats that are no channels"


def test_one_name_for_several_channels_is_given_to_none(tmp_path: Path) -> None:
    export = account(chat(post(2, FERRY)), chat(post(2, DOCK), id=77))
    documents, [said] = found_in(put(tmp_path / "result.json", written(export)), NAMED)
    assert [each.given.url for each in documents] == [
        f"https://t.me/c/{NUMBER}/2",
        "https://t.me/c/77/2",
    ]
    assert "the address of one channel, and here are 2" in said.reason


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"name": "x"}', "the record has no text"),
        ('{"messages": [', "broken JSON"),
        ('{"type": "public_channel", "messages": [' + "[" * 100_000, "broken JSON"),
    ],
)
def test_other_json_is_refused(tmp_path: Path, content: str, why: str) -> None:
    [], [refused] = found_in(put(tmp_path / "a.json", content))
    assert why in refused.reason


def test_odd_messages_spoil_no_other(tmp_path: Path) -> None:
    odd: list[Any] = [
        7,
        None,
        {},
        {"id": "x"},
        post(5, None),
        post(6, {"a": 1}),
        post(7, [None, 3]),
    ]
    late = post(8, DOCK, date_unixtime="99999999999999999999", date="nonsense")
    file = put(tmp_path / "result.json", written(chat(*odd, late, post(9, FERRY))))
    [dock, ferry], [passed] = found_in(file)
    assert dock.given.published is None
    assert ferry.given.published == date(2025, 7, 11)
    assert passed.reason == "passed over (messages without a number: 4, posts without a text: 3)"


def test_page_of_an_export(tmp_path: Path) -> None:
    markup = "The <strong>ferry</strong> left &amp; came  back.<br><br>So said <a href='x'>two</a>."
    media = '<div class="media_wrap clearfix"><div class="text">12 KB</div></div>'
    late = NOON + 10 * 3600  # past midnight at the computer of whoever exported
    file = put(
        tmp_path / "messages.html",
        page(
            page_service(-1, "11 July 2025"),
            page_service(1, "Channel created"),
            page_post(2, markup, late),
            page_post(3, DOCK, writer=None, forwarded="Pier Wire", media=media),
            page_post(4, "", media=media),
            page_post(5, FERRY, writer="Quay News via @pollbot"),
        ),
    )
    [first, dock, ferry], [passed] = found_in(file)
    assert first.text == "The ferry left & came  back.\n\nSo said two."
    assert (first.given.outlet, first.given.url) == ("Quay News", None)
    assert first.given.published == date(2025, 7, 11)
    assert first.given.dates[0].evidence == "12.07.2025 01:00:00 UTC+03:00, 2025-07-11 22:00 UTC"
    assert (dock.text, dock.given.via) == (DOCK, "Pier Wire")
    assert ferry.given.path.endswith("messages.html/5")
    assert passed.reason == "passed over (posts without a text: 1, service messages: 1)"


def test_pages_with_the_name_of_the_channel(tmp_path: Path, coverage: Coverage) -> None:
    folder = tmp_path / "ChatExport_2025-07-12"
    put(folder / "messages.html", page(page_post(2, FERRY)))
    put(folder / "messages2.html", page(page_post(3, DOCK)))
    put(folder / "story.txt", f"{FERRY} Nobody on the pier had expected it so early in the day.")
    assert take(coverage, folder, url=NAMED).added == 3
    # the address of the channel is that of none of its other files
    assert set(articles(coverage)) == {f"{NAMED}/2", f"{NAMED}/3", None}


def test_an_edited_post_of_a_page_without_links(tmp_path: Path, coverage: Coverage) -> None:
    file = put(tmp_path / "messages.html", page(page_post(2, FERRY), page_post(3, DOCK)))
    assert take(coverage, file).added == 2
    edited = FERRY.replace("forty", "fifty")
    put(file, page(page_post(2, edited), page_post(3, DOCK)))
    report = take(coverage, file)
    assert (report.added, report.updated, report.unchanged) == (0, 1, 1)


def test_a_chat_of_several_people_is_not_taken(tmp_path: Path) -> None:
    file = put(
        tmp_path / "messages.html", page(page_post(2, FERRY), page_post(3, DOCK, writer="B"))
    )
    [], [refused] = found_in(file)
    assert "a chat in which several write" in refused.reason
    [], [refused] = found_in(put(tmp_path / "export_results.html", page()))
    assert "no messages" in refused.reason


def test_inside_a_zip_and_from_standard_input(pullquote: Pullquote, tmp_path: Path) -> None:
    export = tmp_path / "export.zip"
    with ZipFile(export, "w") as made:
        made.writestr("one/result.json", written(chat(post(2, FERRY))))
        made.writestr("two/messages.html", page(page_post(3, DOCK)))
    documents, [] = found_in(export, NAMED)
    assert [each.given.url for each in documents] == [f"{NAMED}/2", f"{NAMED}/3"]
    ran = pullquote(
        *("ingest", "-", "--json", "--url", NAMED),
        home=tmp_path / "h",
        stdin=written(chat(post(2, FERRY))),
    )
    [taken] = json.loads(ran.stdout)["articles"]
    assert (taken["url"], taken["published"]) == (f"{NAMED}/2", "2025-07-11")


def test_name_from_a_manifest(tmp_path: Path, pullquote: Pullquote) -> None:
    put(tmp_path / "result.json", written(chat(post(2, FERRY))))
    table = put(tmp_path / "m.csv", f"file,url,outlet\nresult.json,{NAMED},The Quay\n")
    ran = pullquote("ingest", "--manifest", table, "--json", home=tmp_path / "h")
    [taken] = json.loads(ran.stdout)["articles"]
    assert (taken["url"], taken["outlet"]) == (f"{NAMED}/2", "The Quay")


def test_quoted_with_its_link(tmp_path: Path, pullquote: Pullquote) -> None:
    file = put(tmp_path / "result.json", written(chat(post(2, FERRY), post(3, DOCK))))
    home = tmp_path / "h"
    assert pullquote("ingest", file, "--url", NAMED, home=home).returncode == 0
    ran = pullquote("ask", "How many cars were on the ferry?", "--json", home=home)
    quote = json.loads(ran.stdout)["quotes"][0]
    assert (quote["text"], quote["url"], quote["outlet"]) == (FERRY, f"{NAMED}/2", "Quay News")


def test_addresses() -> None:
    assert address_of_channel("https://t.me/c/123/45") == "https://t.me/c/123"
    assert address_of_channel("https://t.me/+AbCdEf") is None
    assert address_of_channel("https://t.me.example/quaynews") is None
    assert is_channel(NAMED)
    assert not is_channel(f"{NAMED}/5")
    assert is_post(Source(path="", url=f"{NAMED}/5"))
    assert is_post(Source(path="a/messages2.html/12"))
    assert not is_post(Source(path="a/messages2.html", url="https://quay.example/5"))
