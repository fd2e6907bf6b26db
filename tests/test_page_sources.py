"""Outlet, agency, byline and days of web pages, kind by kind."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.ingest import prepare
from corpus.types import DateKind, RawDocument, Rejection, Source
from tests.test_pages import ONE, TODAY, TWO, made, page, paragraphs

TITLE = "<h1>Reservoir at its lowest</h1>"
SITE = '<meta property="og:site_name" content="Vale Post">'


def source(body: str, head: str = "", url: str | None = None) -> Source:
    raw = RawDocument(page(body, head), Source(path="page.html", url=url), markup=True)
    found = prepare(raw, TODAY)
    assert not isinstance(found, Rejection), found
    return found[0].source


def structured(data: str) -> str:
    return f'<script type="application/ld+json">{data}</script>'


def story(above: str = "", below: str = "") -> str:
    return f"<article>{TITLE}{above}<div>{paragraphs(ONE, TWO)}</div></article>{below}"


class TestOutlet:
    agency = structured('{"@type": "NewsArticle", "publisher": {"name": "Associated Press"}}')

    def test_an_agency_on_the_page_of_another_supplied_the_text(self) -> None:
        found = source(story(), SITE + self.agency, "https://valepost.example/1")
        assert (found.outlet, found.agency) == ("Vale Post", "أسوشيتد برس")

    def test_an_agency_on_its_own_page_is_the_outlet(self) -> None:
        section = '<meta property="og:site_name" content="World">'
        found = source(story(), section + self.agency, "https://apnews.com/1")
        assert (found.outlet, found.agency) == ("Associated Press", "أسوشيتد برس")


class TestByline:
    def test_several_authors_of_structured_data(self) -> None:
        data = '{"@type": "NewsArticle", "author": ["Ines Kral", "Reuters", {"name": "Per Holt"}]}'
        found = source(story(), SITE + structured(data))
        assert (found.byline, found.agency) == ("Ines Kral, Per Holt", "رويترز")

    def test_the_element_of_the_name_inside_a_longer_line(self) -> None:
        line = (
            '<div class="entry-byline">4 March <span itemprop="author">Ines Kral</span>'
            " <span>Water and Weather</span></div>"
        )
        assert source(story(line)).byline == "Ines Kral"

    def test_the_names_behind_one_that_is_none(self) -> None:
        head = '<meta name="author" content="admin"><meta name="dc.creator" content="Ines Kral">'
        assert source(story(), SITE + head).byline == "Ines Kral"

    def test_a_line_that_names_the_staff_of_the_outlet(self) -> None:
        line = "<p>By VALE POST STAFF</p><p>March 4, 2025 10:43</p>"
        assert source(story(line), SITE).byline is None


class TestDays:
    def test_a_time_above_the_text_beside_other_articles(self) -> None:
        other = '<article><h2>Storks</h2><time datetime="2024-05-06">6 May</time></article>'
        times = (
            '<div class="meta"><time datetime="2025-03-04 09:10:00 GMT">4 March</time></div>'
            '<div>Updated: <time datetime="2025-03-05 11:00:00 GMT">5 March</time></div>'
        )
        found = source(story(times, other))
        assert found.published == date(2025, 3, 4)
        assert [each.value for each in found.dates if each.kind is DateKind.UPDATED] == [
            date(2025, 3, 5)
        ]

    def test_microdata_below_the_text_of_the_article(self) -> None:
        text = page(
            f'<div itemscope itemtype="https://schema.org/Article">{TITLE}'
            f'<div>{paragraphs(ONE, TWO)}</div><meta itemprop="datePublished" content="2025-03-04">'
            "</div>"
        )
        assert made(text)[0].source.published == date(2025, 3, 4)

    def test_microdata_of_another_item_are_none(self) -> None:
        other = (
            '<div itemscope itemtype="https://schema.org/Article">'
            '<meta itemprop="datePublished" content="2024-05-06"></div>'
        )
        assert source(story(below=other)).dates == ()

    @pytest.mark.parametrize("kind", ["MedicalWebPage", "ClaimReview"])
    def test_a_page_that_states_no_article(self, kind: str) -> None:
        data = f'{{"@type": "{kind}", "datePublished": "2025-03-04", "author": "Ines Kral"}}'
        found = source(story(), SITE + structured(data))
        assert (found.published, found.byline) == (date(2025, 3, 4), "Ines Kral")

    def test_an_article_is_stated_before_its_page(self) -> None:
        data = (
            '{"@graph": [{"@type": "WebPage", "datePublished": "2024-01-01"},'
            ' {"@type": "NewsArticle", "datePublished": "2025-03-04"}]}'
        )
        assert source(story(), structured(data)).published == date(2025, 3, 4)

    def test_the_visible_day_of_an_update(self) -> None:
        head = (
            '<meta property="article:published_time" content="2025-03-04T10:00:00Z">'
            '<meta property="article:modified_time" content="2025-06-05T10:00:00Z">'
        )
        found = source(story("<p>June 5, 2025</p>"), head)
        assert found.published == date(2025, 3, 4)

    def test_dates_of_teasers_above_the_text(self) -> None:
        head = '<meta property="article:published_time" content="2025-03-04T10:00:00Z">'
        above = "<p>March 4, 2025 12:30</p>" + "".join(
            f"<p>{day}</p>" for day in ("June 3, 2019", "May 8, 2020", "July 1, 2016")
        )
        found = source(story(above), head)
        assert (found.published, found.conflicts) == (date(2025, 3, 4), ())

    def test_a_day_in_a_list_above_the_text(self) -> None:
        found, _ = made(page(story("<ul><li><span>Published</span> 4 March 2025</li></ul>")))
        assert found.source.published == date(2025, 3, 4)
        assert "Published" not in found.proper

    def test_an_address_of_the_day_before_is_of_another_time_zone(self) -> None:
        head = '<meta property="article:published" content="2025-03-04">'
        found = source(story(), head, "https://valepost.example/2025/03/03/reservoir")
        assert found.published == date(2025, 3, 4)
