"""Live blogs as pages: entries of their own days, and the page of a single one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from corpus.ingest import prepare
from corpus.types import Article, Cleaned, RawDocument, Rejection, Source
from tests.test_pages import FIVE, FOUR, ONE, OTHER, THREE, TODAY, TWO, page, paragraphs

LIVE = "Dry valley, live updates"
BLOG = "https://valepost.example/live/dry-valley"
DAYS = (date(2025, 3, 6), date(2025, 3, 5), date(2025, 3, 4))
TEXTS = ((ONE, TWO), (THREE,), (FOUR, FIVE))
HEADINGS = ("Lowest mark reached", "Keeper measures by hand", "Second pipeline planned")


def ingested(text: str, address: str | None = None) -> tuple[Article, Cleaned]:
    raw = RawDocument(text, Source(path="page.html", url=address), markup=True)
    found = prepare(raw, TODAY)
    assert not isinstance(found, Rejection), found
    return found


def moment(day: date | None, shown: str = "") -> str:
    if day is None:
        return f'<span class="when">{shown}</span>'
    return f'<time datetime="{day}T09:00:00+02:00">{shown or "09:00"}</time>'


def posts(times: Sequence[str], level: str = "h2", first: str = "") -> str:
    """Entries side by side, the newest first, each with its time above its heading."""
    return "".join(
        f'<div class="post post-{number}" id="entry-90{number}">{time}'
        f"<{first if first and not number else level}>{heading}"
        f"</{first if first and not number else level}>{paragraphs(*texts)}</div>"
        for number, (time, heading, texts) in enumerate(zip(times, HEADINGS, TEXTS, strict=True))
    )


def structured(kind: str, more: str = "") -> str:
    return (
        f'<script type="application/ld+json">{{"@type": "{kind}", "headline": "{LIVE}",'
        f' "url": "{BLOG}", "datePublished": "2025-03-04T08:00:00+02:00"{more}}}</script>'
    )


def blog(entries: str, head: str = "", title: str = LIVE) -> str:
    return page(f"<article><h1>{title}</h1>{entries}</article>", head)


def days(article: Article) -> list[date | None]:
    return [article.day_at(article.body.index(texts[0])) for texts in TEXTS]


DATED = [moment(day) for day in DAYS]


class TestWhole:
    @pytest.mark.parametrize("head", ["", structured("LiveBlogPosting")])
    def test_entries_by_the_times_above_them(self, head: str) -> None:
        article, _ = ingested(blog(posts(DATED), head), BLOG)
        assert days(article) == list(DAYS)
        assert article.day_at(article.body.index(TWO)) == DAYS[0]
        assert article.day_at(article.body.index(FIVE)) == DAYS[2]

    def test_structured_data_that_word_an_entry_otherwise(self) -> None:
        updates = ",".join(
            f'{{"datePublished": "{day}T09:00:00+02:00", "articleBody": "In short: {n}."}}'
            for n, day in enumerate(DAYS)
        )
        head = structured("LiveBlogPosting", f', "liveBlogUpdate": [{updates}]')
        assert days(ingested(blog(posts(DATED), head), BLOG)[0]) == list(DAYS)

    @pytest.mark.parametrize(
        "shown",
        [
            ("5 minutes ago", "2 hours ago", "1 day ago"),
            ("2h ago", "just now", "an hour ago"),
            ("منذ 5 دقائق", "قبل ساعتين", "منذ ساعة"),
            ("5 минут назад", "час назад", "2 дня назад"),
            ("il y a 5 minutes", "il y a une heure", "il y a 2 jours"),
            ("vor 5 Minuten", "vor einer Stunde", "vor 2 Tagen"),
            ("10:45", "9.30 pm", "18:05 GMT"),
        ],
    )
    def test_entries_that_tell_no_day(self, shown: Sequence[str]) -> None:
        entries = posts([moment(None, each) for each in shown])
        article, _ = ingested(blog(entries, structured("LiveBlogPosting")), BLOG)
        assert article.source.published == date(2025, 3, 4)
        assert days(article) == [None, None, None]

    def test_times_of_day_where_the_page_is_of_one_day(self) -> None:
        head = structured("LiveBlogPosting", ', "dateModified": "2025-03-04T20:00:00+02:00"')
        entries = posts([moment(None, each) for each in ("19:45", "18:30", "09:10")])
        assert days(ingested(blog(entries, head), BLOG)[0]) == [date(2025, 3, 4)] * 3

    def test_days_of_structured_data_for_entries_that_say_how_long_ago(self) -> None:
        update = (
            f'{{"datePublished": "2025-03-06T09:00:00+02:00", "headline": "{HEADINGS[0]}",'
            f' "articleBody": "{ONE}"}}'
        )
        head = structured("LiveBlogPosting", f', "liveBlogUpdate": [{update}]')
        entries = posts([moment(None, each) for each in ("1 hour ago", "2 hours ago", "1 day ago")])
        article, _ = ingested(blog(entries, head), BLOG)
        assert days(article) == [date(2025, 3, 6), None, None]
        assert article.day_at(article.body.index(TWO)) == date(2025, 3, 6)

    def test_entries_of_one_element_below_their_times(self) -> None:
        entries = "".join(
            f"<h3>{heading}</h3><p>{time}</p>{paragraphs(*texts)}"
            for time, heading, texts in zip(DATED, HEADINGS, TEXTS, strict=True)
        )
        assert days(ingested(blog(entries), BLOG)[0]) == list(DAYS)

    @pytest.mark.parametrize("link", ["#entry-{}", "/live/dry-valley?entry={}", f"{BLOG}#{{}}"])
    def test_headings_that_link_to_their_own_entry(self, link: str) -> None:
        entries = "".join(
            f'<div class="post">{moment(day)}<h2><a href="{link.format(n)}">Entry {n}</a></h2>'
            f"{paragraphs(text)}</div>"
            for n, (day, text) in enumerate(
                zip((*DAYS, *DAYS), (ONE, TWO, THREE, FOUR, FIVE, OTHER), strict=True)
            )
        )
        article, _ = ingested(blog(entries, structured("LiveBlogPosting")), BLOG)
        assert all(text in article.proper for text in (ONE, TWO, THREE, FOUR, FIVE, OTHER))

    def test_what_stands_above_the_entries_is_of_no_day(self) -> None:
        above = f"<div class='intro'>{paragraphs(OTHER)}</div>"
        article, _ = ingested(blog(above + posts(DATED)), BLOG)
        assert article.day_at(article.body.index(OTHER)) is None

    def test_the_time_of_the_newest_entry_is_not_the_day_of_the_page(self) -> None:
        assert ingested(blog(posts(DATED)), BLOG)[0].source.published is None
        head = '<meta property="article:published_time" content="2025-03-04T08:00:00Z">'
        assert ingested(blog(posts(DATED), head), BLOG)[0].source.published == date(2025, 3, 4)

    def test_two_posts_in_an_article_are_no_live_blog(self) -> None:
        embedded = "".join(
            f'<div class="window">{moment(day)}<p>{text}</p></div>'
            for day, text in zip(DAYS, (FOUR, FIVE), strict=False)
        )
        text = page(
            f"<article><h1>Reservoir at its lowest</h1>{paragraphs(ONE, TWO, THREE)}{embedded}"
            "</article>",
            '<meta property="article:published_time" content="2025-03-06">',
        )
        article, _ = ingested(text)
        assert article.entries == ()
        assert all(text in article.proper for text in (ONE, TWO, THREE, FOUR, FIVE))


class TestSingle:
    """The page of the second of three entries, however it is named, gives that one."""

    def one(self, text: str, address: str | None = BLOG, number: int = 1) -> Article:
        article, cleaned = ingested(text, address)
        own = TEXTS[number]
        others = [each for at, texts in enumerate(TEXTS) if at != number for each in texts]
        assert all(each in article.proper for each in own)
        assert not any(each in article.proper for each in others)
        assert {each.text for each in cleaned.removed if each.rule == "another entry"} >= {*others}
        return article

    @pytest.mark.parametrize(
        "address",
        [
            f"{BLOG}#entry-901",
            f"{BLOG}?pinned=entry-901",
            f"{BLOG}?page=with:entry-901",
            f"{BLOG}/entry-901/",
        ],
    )
    def test_named_by_the_address(self, address: str) -> None:
        article = self.one(blog(posts(DATED), structured("LiveBlogPosting")), address)
        assert article.source.published == DAYS[1]
        assert article.day_at(article.body.index(THREE)) == DAYS[1]

    @pytest.mark.parametrize("name", ["entry-901", "b2"])
    def test_named_by_the_canonical_address(self, name: str) -> None:
        link = f'<link rel="canonical" href="{BLOG}#{name}">'
        self.one(blog(posts(DATED).replace("entry-901", name), link), None)

    def test_named_by_the_address_of_its_update(self) -> None:
        updates = ",".join(
            f'{{"datePublished": "{day}T09:00:00+02:00", "url": "{BLOG}/{n}",'
            f' "articleBody": "{texts[0]}"}}'
            for n, (day, texts) in enumerate(zip(DAYS, TEXTS, strict=True))
        )
        head = structured("LiveBlogPosting", f', "liveBlogUpdate": [{updates}]')
        assert self.one(blog(posts(DATED), head), f"{BLOG}/1").source.published == DAYS[1]

    def test_its_text_is_what_the_page_states(self) -> None:
        head = structured("BlogPosting", f', "articleBody": "{THREE}"')
        self.one(blog(posts(DATED), head))

    def test_its_heading_is_the_title_of_the_page(self) -> None:
        head = f'<meta property="og:title" content="{HEADINGS[1]} | Vale Post">'
        self.one(blog(posts(DATED), head))

    def test_the_title_stands_in_it(self) -> None:
        text = page(f"<main>{posts(DATED, first='h1')}</main>")
        assert self.one(text, None, 0).source.published == DAYS[0]

    def test_among_entries_of_one_element(self) -> None:
        entries = "".join(
            f'<h3 id="at-{n}">{heading}</h3><p>{time}</p>{paragraphs(*texts)}'
            for n, (time, heading, texts) in enumerate(zip(DATED, HEADINGS, TEXTS, strict=True))
        )
        self.one(blog(entries), f"{BLOG}#at-1")

    def test_others_named_otherwise_than_it(self) -> None:
        text = page(f"<main>{posts(DATED, first='h1').replace('post post-2', 'teaser')}</main>")
        self.one(text, None, 0)

    def test_parts_of_an_article_are_no_entries(self) -> None:
        parts = "".join(
            f'<div class="part"><span>{clock}</span>{title}{paragraphs(*texts)}</div>'
            for clock, title, texts in zip(
                ("10:45", "02:15", "03:20"),
                ("<h1>Reservoir at its lowest</h1>", "", "<h2>Pipeline</h2>"),
                TEXTS,
                strict=True,
            )
        )
        article, _ = ingested(page(f"<article>{parts}</article>"))
        assert all(text in article.proper for texts in TEXTS for text in texts)

    def test_how_long_ago_is_no_day(self) -> None:
        times = [moment(None, each) for each in ("1 hour ago", "2 hours ago", "1 day ago")]
        text = blog(posts(times), structured("LiveBlogPosting"))
        article = self.one(text, f"{BLOG}#entry-901")
        assert article.day_at(article.body.index(THREE)) is None

    def test_the_day_in_the_address_is_that_of_the_live_blog(self) -> None:
        address = "https://valepost.example/2025/03/04/live#entry-901"
        assert self.one(blog(posts(DATED)), address).source.published == DAYS[1]

    def test_a_live_blog_with_the_title_above_it_is_whole(self) -> None:
        article, _ = ingested(blog(posts(DATED), structured("LiveBlogPosting")), BLOG)
        assert all(text in article.proper for texts in TEXTS for text in texts)

    def test_comments_are_no_entries(self) -> None:
        comments = "".join(
            f'<li class="comment" id="comment-{n}">{moment(day)}<p>{text}</p></li>'
            for n, (day, text) in enumerate(zip(DAYS, (FOUR, FIVE, OTHER), strict=True))
        )
        text = page(
            f"<article><h1>Reservoir at its lowest</h1>{paragraphs(ONE, TWO, THREE)}</article>"
            f"<ol>{comments}</ol>",
            '<meta property="article:published_time" content="2025-02-01">',
        )
        article, _ = ingested(text, "https://valepost.example/reservoir#comment-1")
        assert article.source.published == date(2025, 2, 1)
        assert ONE in article.proper
