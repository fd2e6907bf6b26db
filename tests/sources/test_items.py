"""What becomes of an item, whatever is found; which articles are wanted; hosts side by side."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sources import items
from corpus.sources.book import Followed
from corpus.sources.fetching import SideBySide
from corpus.sources.items import DAY, LONGEST_PAUSE, MOST_TRIES, Item, State, pause
from corpus.sources.wanted import unwanted
from corpus.types import Article, Source

FOUND = st.sampled_from(["taken", "changed", "unchanged", "passed", "refused", "missing", "failed"])
GAPS = st.floats(0, 3 * DAY)


def after(item: Item, found: str, now: float) -> Item:
    match found:
        case "taken" | "changed":
            return items.taken(item, "article", now, changed=found == "changed")
        case "unchanged":
            return items.unchanged(item, now)
        case "passed":
            return items.passed(item, "why")
        case "refused":
            return items.refused(item, "why", now)
        case "missing":
            return items.missing(item, "410", now)
    return items.failed(item, "why", now)


@given(st.lists(st.tuples(FOUND, GAPS), max_size=40))
def test_whatever_is_found(found: list[tuple[str, float]]) -> None:
    """An article once taken is never lost, nothing is due at once again, and an item is withdrawn
    only after a day without its page."""
    item, now = Item("source", "url"), 0.0
    missing_since: float | None = None
    for what, gap in found:
        now += gap
        before, item = item, after(item, what, now)
        if what == "missing":
            missing_since = now if missing_since is None else missing_since
        elif what != "failed":
            missing_since = None
        assert item.next is None or item.next > now
        assert item.article == (before.article or item.article)
        if item.article:
            assert item.state in (State.TAKEN, State.WITHDRAWN)
        if item.state is State.WITHDRAWN and before.state is not State.WITHDRAWN:
            assert missing_since is not None
            assert now - missing_since >= DAY
        assert item.tries < MOST_TRIES


def test_pauses_grow_to_a_limit() -> None:
    pauses = [pause(failures) for failures in range(1, 20)]
    assert pauses[:3] == [300, 600, 1200]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


def article(body: str, language: str = "en", headline: str | None = None) -> Article:
    return Article("a", "v", Source("a", headline=headline), language, body, ())


@pytest.mark.parametrize(
    ("word", "body", "there"),
    [
        ("ferry", "The FERRY has left.", True),
        ("harbour", "All harbours were closed.", True),
        ("ferry", "The ferries have left.", False),
        ("port", "An important report.", False),
        ("port", "Ports were closed.", True),
        ("UN", "The UN said so.", True),
        ("UN", "Unions said so.", False),
        ("second quay", "A second\nquay opened.", True),
        ("second quay", "A second, larger quay opened.", False),
        ("مرفأ", "وصلت السفن إلى المرفا.", True),
        ("غزة", "وفي غزة وبغزة ولغزّة", True),
        ("غزة", "وبغزة", True),
        ("غزة", "غزير", False),
        ("الأمم المتحدة", "قالت الامم المتحده", True),
        ("порт", "В порту было тихо.", True),
        ("порт", "Спортсмены приехали.", False),
        ("加沙", "在加沙地带", True),
        ("2025", "in 2025.", True),
        ("20", "in 2025.", False),
        ("C++", "in C++ and more", True),
    ],
)
def test_words_as_texts_write_them(word: str, body: str, there: bool) -> None:
    source = Followed("a", "b", words=("never there", word))
    assert (unwanted(source, article(body)) is None) == there


def test_a_headline_counts_and_many_words_are_told_shortly() -> None:
    source = Followed("a", "b", words=tuple(f"word{n}" for n in range(9)))
    assert unwanted(source, article("x", headline="On word8")) is None
    said = unwanted(source, article("x"))
    assert said == "it does not contain word0, word1, word2, word3, word4 or 4 more"
    assert unwanted(replace(source, words=(), language="ar"), article("x")) == (
        "its language is en, not ar"
    )


def test_hosts_are_asked_side_by_side_and_one_host_in_turn() -> None:
    running: dict[str, int] = {}
    most: dict[str, int] = {"all": 0}
    lock = threading.Lock()

    def work(job: tuple[str, int]) -> int:
        with lock:
            running[job[0]] = running.get(job[0], 0) + 1
            most[job[0]] = max(most.get(job[0], 0), running[job[0]])
            most["all"] = max(most["all"], sum(running.values()))
        time.sleep(0.01)
        with lock:
            running[job[0]] -= 1
        return job[1]

    jobs = [(host, number) for number in range(5) for host in "abc"]
    done = list(SideBySide(jobs, lambda job: job[0], work, threading.Event()))
    assert sorted(result for _, result in done) == sorted(number for _, number in jobs)
    assert [job[1] for job, _ in done if job[0] == "a"] == [0, 1, 2, 3, 4]
    assert most["a"] == most["b"] == most["c"] == 1
    assert most["all"] > 1


def test_a_fault_in_a_thread_is_raised_where_results_are_waited_for() -> None:
    def work(job: int) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(SideBySide([1, 2], str, work, threading.Event()))


def test_what_is_fetched_ahead_is_bounded_and_all_ends_when_told_to() -> None:
    stop, started = threading.Event(), []

    def work(job: int) -> int:
        started.append(job)
        return job

    jobs = iter(SideBySide(range(100), lambda job: "host", work, stop, ahead=4))
    next(jobs)
    time.sleep(0.5)
    assert len(started) <= 7
    stop.set()
    assert len(list(jobs)) <= 6
    assert len(started) <= 7
