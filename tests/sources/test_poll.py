"""Sources that are followed: asked, fetched, corrected, withdrawn, failing and coming back."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from corpus.errors import InputError
from corpus.reclean import reclean
from corpus.sources.book import Followed, SourceBook
from corpus.sources.items import CHECKS, DAY, FIRST_PAUSE, HOUR, MOST_TRIES, Item, State
from corpus.sources.poll import MOST_OF_HOST, Poller
from corpus.store import Coverage
from corpus.store.listing import WITHDRAWN
from tests.sources.newsroom import TODAY, Clock, Desk, feed, poller, serve, story
from tests.web import Answer, Handler, Web, page


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


@pytest.fixture
def book(tmp_path: Path) -> Iterator[SourceBook]:
    with SourceBook.open(tmp_path / "home" / "sources.sqlite") as opened:
        yield opened


@pytest.fixture
def desk(coverage: Coverage) -> Desk:
    return Desk(coverage)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def polled(book: SourceBook, desk: Desk, clock: Clock) -> Poller:
    return poller(book, desk, clock)


def states(book: SourceBook, name: str = "post") -> dict[str, State]:
    return {item.url.rpartition("/")[2]: item.state for item in book.items(name)}


def one(book: SourceBook) -> Item:
    [item] = book.items("post")
    return item


def test_a_feed_is_taken_in_once(
    web: Web, book: SourceBook, desk: Desk, clock: Clock, polled: Poller
) -> None:
    serve(web, range(3))
    book.add(Followed("post", web.url("/feed"), outlet="Post"))
    tally = polled.poll()
    assert (tally.asked, tally.pages, tally.added) == (1, 3, 3)
    assert set(states(book).values()) == {State.TAKEN}
    articles = list(desk.coverage.articles())
    assert {article.source.outlet for article in articles} == {"Post"}
    assert {article.source.url for article in articles} == {
        web.url(f"/story/{n}") for n in range(3)
    }
    assert polled.poll().asked == 0
    clock.pass_(301)
    asked = len(web.asked)
    tally = polled.poll()
    assert (tally.asked, tally.pages) == (1, 0)
    assert web.asked[asked:][0][1]["If-None-Match"] == '"1"'
    assert len(web.asked) == asked + 1


def test_a_corrected_article_becomes_a_version(
    web: Web, book: SourceBook, desk: Desk, clock: Clock, polled: Poller
) -> None:
    serve(web, range(3))
    book.add(Followed("post", web.url("/feed")))
    polled.poll()
    web.routes["/story/1"] = Answer(story(1, 1), etag='"1.1"')
    web.routes["/feed"] = Answer(feed(web, range(3), {1: 1}), etag='"2"')
    clock.pass_(301)
    tally = polled.poll()
    assert (tally.pages, tally.updated) == (1, 1)
    changed = [a for a in desk.coverage.articles() if len(desk.coverage.versions(a.id)) > 1]
    assert [a.source.url for a in changed] == [web.url("/story/1")]
    assert "after 3 years" in changed[0].body


def test_a_silent_correction_is_found_by_looking_again(
    web: Web, book: SourceBook, clock: Clock, polled: Poller
) -> None:
    serve(web, [1])
    book.add(Followed("post", web.url("/feed")))
    polled.poll()
    web.routes["/story/1"] = Answer(story(1, 1), etag='"1.1"')
    clock.pass_(CHECKS[0] + 1)
    assert polled.poll().updated == 1
    for gap in CHECKS:
        clock.pass_(gap + 1)
        tally = polled.poll()
        assert (tally.pages, tally.updated) == (1, 0)
    clock.pass_(30 * DAY)
    assert polled.poll().pages == 0
    assert web.asked[-2][1]["If-None-Match"] == '"1.1"'


@pytest.mark.parametrize("status", [404, 410])
def test_an_article_withdrawn_is_flagged_after_a_day_and_stays(
    web: Web, book: SourceBook, desk: Desk, clock: Clock, polled: Poller, status: int
) -> None:
    serve(web, [1])
    book.add(Followed("post", web.url("/feed")))
    polled.poll()
    [article] = desk.coverage.articles()
    web.routes["/story/1"] = Answer(status=status)
    clock.pass_(HOUR + 1)
    assert polled.poll().withdrawn == 0
    clock.pass_(DAY - 2)
    assert polled.poll().pages == 0
    clock.pass_(3)
    assert polled.poll().withdrawn == 1
    assert one(book).state is State.WITHDRAWN
    [flagged] = desk.coverage.articles()
    [flag] = flagged.flags
    assert flag.startswith(WITHDRAWN)
    assert str(status) in flag
    assert flagged.body == article.body
    # it comes back, and the listing says so
    web.routes["/story/1"] = Answer(story(1))
    web.routes["/feed"] = Answer(feed(web, [1], {1: 1}))
    clock.pass_(301)
    polled.poll()
    [back] = desk.coverage.articles()
    assert back.flags == ()
    assert one(book).state is State.TAKEN


def test_a_page_that_was_missing_once_is_not_withdrawn(
    web: Web, book: SourceBook, desk: Desk, clock: Clock, polled: Poller
) -> None:
    serve(web, [1])
    book.add(Followed("post", web.url("/feed")))
    polled.poll()
    web.routes["/story/1"] = Answer(status=404)
    clock.pass_(HOUR + 1)
    polled.poll()
    web.routes["/story/1"] = Answer(story(1))
    clock.pass_(DAY + 1)
    assert polled.poll().withdrawn == 0
    assert one(book).gone is None
    web.routes["/story/1"] = Answer(status=404)
    clock.pass_(7 * DAY)
    assert polled.poll().withdrawn == 0
    assert desk.flags == []


def test_a_withdrawn_flag_survives_cleaning_again(
    web: Web, book: SourceBook, desk: Desk, clock: Clock, polled: Poller
) -> None:
    serve(web, [1])
    book.add(Followed("post", web.url("/feed")))
    polled.poll()
    [article] = desk.coverage.articles()
    desk.coverage.mark_withdrawn(article.id, "gone")
    reclean(desk.coverage, today=TODAY)
    [again] = desk.coverage.articles()
    assert again.flags == (f"{WITHDRAWN}: gone",)


def test_what_was_never_there_is_refused_at_the_second_look(
    web: Web, book: SourceBook, clock: Clock, polled: Poller
) -> None:
    serve(web, [1])
    web.routes["/story/1"] = Answer(status=404)
    book.add(Followed("post", web.url("/feed")))
    polled.poll()
    assert one(book).state is State.WAITING
    clock.pass_(DAY + 1)
    polled.poll()
    assert one(book).state is State.REFUSED
    assert "404" in str(one(book).reason)


def test_words_and_language_pass_over_what_is_about_something_else(
    web: Web, book: SourceBook, desk: Desk, polled: Poller
) -> None:
    bodies = {
        "quay": ("en", "The second quays were opened on Monday after two years of work in town."),
        "arabic": ("ar", "افتتحت هيئة المرفأ رصيفا ثانيا يوم الاثنين بعد عامين من العمل هناك."),
        "other": ("en", "The mayor of the town spoke about schools and hospitals for two hours."),
    }
    items = ""
    for name, (language, body) in bodies.items():
        web.routes[f"/{name}"] = Answer(page(name, body, body + " x", language=language))
        items += f"<item><link>{web.url(f'/{name}')}</link></item>"
    web.routes["/feed"] = Answer(f"<rss version='2.0'><channel>{items}</channel></rss>")
    book.add(Followed("words", web.url("/feed"), words=("second QUAY", "مرفا")))
    tally = polled.poll()
    assert (tally.added, tally.passed) == (2, 1)
    assert states(book, "words") == {
        "quay": State.TAKEN, "arabic": State.TAKEN, "other": State.PASSED,
    }  # fmt: skip
    [over] = book.items("words", State.PASSED)
    assert over.reason == "it does not contain second QUAY or مرفا"
    book.add(Followed("language", web.url("/feed?2"), language="ar"))
    web.routes["/feed?2"] = web.routes["/feed"]
    polled.poll()
    assert states(book, "language")["quay"] is State.PASSED
    assert states(book, "language")["arabic"] is State.TAKEN
    reasons = {item.reason for item in book.items("language", State.PASSED)}
    assert reasons == {"its language is en, not ar"}
    assert len(list(desk.coverage.articles())) == 2


def test_other_words_in_the_settings_look_at_what_was_passed_over_again(
    web: Web, book: SourceBook, clock: Clock, polled: Poller
) -> None:
    serve(web, range(2))
    book.configure([Followed("post", web.url("/feed"), words=("nothing of it",))])
    assert polled.poll().passed == 2
    book.configure([Followed("post", web.url("/feed"), words=("nothing of it",))])
    assert polled.poll().pages == 0
    book.configure([Followed("post", web.url("/feed"), words=("story",))])
    assert polled.poll().added == 2
    book.configure([])
    assert book.sources() == []


def test_a_source_that_fails_is_asked_less_and_less_often(
    web: Web, book: SourceBook, clock: Clock, polled: Poller
) -> None:
    web.routes["/feed"] = Answer(status=500)
    book.add(Followed("post", web.url("/feed")))
    gaps = []
    for _ in range(9):
        assert polled.poll().problems == [
            ("post", "the server answers 500: the server has a fault")
        ]
        [source] = book.sources()
        gaps.append(source.next - clock.now)
        clock.pass_(gaps[-1] - 1)
        assert polled.poll().asked == 0
        clock.pass_(2)
    assert gaps == sorted(gaps)
    assert (gaps[0], gaps[-1]) == (300, 6 * HOUR)
    serve(web, [1])
    assert polled.poll().added == 1
    [source] = book.sources()
    assert (source.failures, source.problem) == (0, None)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("text", "names none"),
        ("<html><body>x</body></html>", "names none"),
        ("<rss", "cannot be read as one"),
    ],
)
def test_a_source_that_lists_nothing(
    web: Web, book: SourceBook, polled: Poller, body: str, why: str
) -> None:
    web.routes["/feed"] = Answer(body)
    book.add(Followed("post", web.url("/feed")))
    [(name, reason)] = polled.poll().problems
    assert name == "post"
    assert why in reason


def test_a_site_names_its_feed_or_its_sitemap(
    web: Web, book: SourceBook, clock: Clock, polled: Poller
) -> None:
    serve(web, [1, 2])
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    web.routes["/"] = Answer(f"<html><head>{link}</head><body>x</body></html>")
    book.add(Followed("post", web.url("/")))
    assert polled.poll().added == 2
    assert book.sources()[0].listing == web.url("/feed")
    clock.pass_(301)
    asked = len(web.asked)
    polled.poll()
    assert web.paths()[asked:] == ["/feed"]
    # the feed moves, and the site names the new one
    del web.routes["/feed"]
    web.routes["/"] = Answer("<html><body>x</body></html>")
    web.routes["/robots.txt"] = Answer(f"Sitemap: {web.url('/map')}")
    web.routes["/story/3"] = Answer(story(3))
    web.routes["/map"] = Answer(f"<urlset><url><loc>{web.url('/story/3')}</loc></url></urlset>")
    clock.pass_(DAY + 1)
    assert polled.poll().added == 1


def test_a_site_that_names_a_feed_which_is_gone_or_none(
    web: Web, book: SourceBook, clock: Clock, polled: Poller
) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    web.routes["/"] = Answer(f"<html><head>{link}</head><body>x</body></html>")
    book.add(Followed("post", web.url("/")))
    for answer, why in (
        (Answer(status=410), "the server answers 410"),
        (Answer("<html><body>x</body></html>"), "is named as a feed or sitemap, and is none"),
    ):
        web.routes["/feed"] = answer
        [(_, reason)] = polled.poll(["post"], now=True).problems
        assert why in reason
    serve(web, [1])
    assert polled.poll(["post"], now=True).added == 1


def test_a_page_that_fails_is_tried_again_and_given_up_at_last(
    web: Web, book: SourceBook, clock: Clock, polled: Poller
) -> None:
    serve(web, [1])
    web.routes["/story/1"] = Answer(status=503, headers={"Retry-After": "7200"})
    book.add(Followed("post", web.url("/feed")))
    assert polled.poll().failed == 1
    assert one(book).next == clock.now + 7200
    clock.pass_(3600)
    assert polled.poll().pages == 0
    web.routes["/story/1"] = Answer(status=500)
    clock.pass_(3601)
    polled.poll()
    for _ in range(MOST_TRIES):
        clock.pass_(7 * HOUR)
        polled.poll()
    assert one(book).state is State.REFUSED
    assert str(one(book).reason).startswith(
        f"given up after {MOST_TRIES} tries: the server answers 500"
    )


def test_a_host_with_faults_is_left_alone_for_a_while(
    web: Web, book: SourceBook, clock: Clock, polled: Poller
) -> None:
    numbers = range(20)
    serve(web, numbers)
    for number in numbers:
        web.routes[f"/story/{number}"] = Answer(status=502)
    book.add(Followed("post", web.url("/feed")))
    tally = polled.poll()
    assert tally.failed == 20
    assert sum("/story/" in path for path in web.paths()) == 3
    serve(web, numbers)
    clock.pass_(FIRST_PAUSE + 1)
    assert polled.poll().added == 20


def test_robots_and_pages_of_other_kinds(web: Web, book: SourceBook, polled: Poller) -> None:
    serve(web, [1, 2])
    web.routes["/story/1"] = Answer(b"\x89PNG\r\n\x1a\n", type="image/png")
    web.routes["/robots.txt"] = Answer("User-agent: pullquote\nDisallow: /story/2\n")
    book.add(Followed("post", web.url("/feed")))
    assert polled.poll().refused == 2
    reasons = {item.url[-1]: item.reason for item in book.items("post", State.REFUSED)}
    assert "a picture" in str(reasons["1"])
    assert reasons["2"] == "robots.txt of the site asks not to fetch it"
    assert "/story/2" not in web.paths()


def test_a_round_takes_some_of_each_host_and_a_poll_takes_all(
    web: Web, book: SourceBook, polled: Poller
) -> None:
    numbers = range(MOST_OF_HOST + 10)
    serve(web, numbers)
    with Web() as other:
        serve(other, [900])
        book.add(Followed("a", web.url("/feed")))
        book.add(Followed("b", other.url("/feed")))
        assert polled.round().added == MOST_OF_HOST + 1
        assert polled.poll().added == 10


def test_two_sources_with_one_article(
    web: Web, book: SourceBook, desk: Desk, polled: Poller
) -> None:
    serve(web, [1])
    web.routes["/other"] = Answer(feed(web, [1]))
    book.add(Followed("a", web.url("/feed")))
    book.add(Followed("b", web.url("/other")))
    tally = polled.poll()
    assert (tally.added, tally.unchanged) == (1, 1)
    assert len(list(desk.coverage.articles())) == 1


def test_a_redirected_article_is_the_one_it_leads_to(
    web: Web, book: SourceBook, desk: Desk, polled: Poller
) -> None:
    serve(web, [1])
    links = ""
    for name in ("one", "two"):
        to = {"Location": "/story/1?utm_source=x"}
        web.routes[f"/go/{name}"] = Answer(status=302, headers=to)
        links += f"<item><link>{web.url(f'/go/{name}')}</link></item>"
    web.routes["/feed"] = Answer(f"<rss version='2.0'><channel>{links}</channel></rss>")
    book.add(Followed("post", web.url("/feed")))
    polled.poll()
    [article] = desk.coverage.articles()
    assert article.source.url == web.url("/story/1")


def test_a_folder_is_followed(
    tmp_path: Path, book: SourceBook, desk: Desk, polled: Poller, clock: Clock
) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    book.add(Followed("desk", str(folder), outlet="Desk"))
    for number in range(3):
        (folder / f"{number}.html").write_text(story(number), encoding="utf-8")
    (folder / "noise.txt").write_text("too short")
    assert polled.poll().added == 0, "they may still be growing"
    before = time.time() - 60
    for file in folder.iterdir():
        os.utime(file, (before, before))
    clock.pass_(301)
    tally = polled.poll()
    assert (tally.added, tally.refused) == (3, 1)
    assert {article.source.outlet for article in desk.coverage.articles()} == {"Desk"}
    (folder / "1.html").write_text(story(1, 1), encoding="utf-8")
    os.utime(folder / "1.html", (before + 5, before + 5))
    clock.pass_(301)
    assert polled.poll().updated == 1
    (folder / "1.html").unlink()
    clock.pass_(301)
    assert polled.poll().problems == []
    assert len(list(desk.coverage.articles())) == 3


def test_paused_removed_and_named_sources(web: Web, book: SourceBook, polled: Poller) -> None:
    serve(web, [1])
    book.add(Followed("post", web.url("/feed")))
    book.pause(["post"], paused=True)
    assert polled.poll().asked == 0
    assert polled.idle_until() is None
    book.pause(["post"], paused=False)
    assert polled.poll(["post"], now=True).added == 1
    assert polled.poll(["post"], now=True).asked == 1
    with pytest.raises(InputError, match="no source none"):
        polled.poll(["none"])
    book.remove(["post"])
    assert book.sources() == []


def test_a_removed_article_stays_removed(
    web: Web, book: SourceBook, desk: Desk, clock: Clock, polled: Poller
) -> None:
    serve(web, [1])
    book.add(Followed("post", web.url("/feed")))
    polled.poll()
    [article] = desk.coverage.articles()
    desk.coverage.remove([article.id])
    web.routes["/story/1"] = Answer(story(1, 1))
    clock.pass_(HOUR + 1)
    polled.poll()
    assert desk.coverage.removed([article.id])


def test_a_slow_host_holds_up_no_other(
    web: Web, book: SourceBook, desk: Desk, clock: Clock
) -> None:
    def slow(request: Handler) -> None:
        web.stopped.wait(10)

    serve(web, [1])
    web.routes["/story/1"] = slow
    book.add(Followed("slow", web.url("/feed")))
    with ExitStack() as stack:
        for number in range(3):
            other = stack.enter_context(Web())
            serve(other, range(10 * number + 10, 10 * number + 20))
            book.add(Followed(f"quick {number}", other.url("/feed")))
        tally = poller(book, desk, clock, seconds=1.0).poll()
    assert (tally.added, tally.failed) == (30, 1)
