"""What of a web page is the article, kind by kind."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html  # type: ignore[import-untyped]

from corpus.ingest import prepare
from corpus.read.blocks import blocks_of, letters_of
from corpus.read.body import Body, restore
from corpus.read.html import read_html
from corpus.read.placing import place
from corpus.types import Article, Cleaned, DateKind, RawDocument, Rejection, Source

TODAY = date(2025, 12, 31)
ONE = "The reservoir above Tellin fell below its lowest mark on Thursday, the water office said."
TWO = "Farmers in the lower valley may pump for three hours a night until the first autumn rain."
THREE = "Its keeper, Oda Brandt, has measured the level by hand every morning for eleven years."
FOUR = "A second pipeline from the lake is to be laid in spring, and costs nine million crowns."
FIVE = "The council of the valley meets again in two weeks to decide about the public baths."
OTHER = (
    "Nine storks have returned to the chimney of the old brickworks, the village school counted."
)
LEAD = "Three hours of pumping a night is all that is left for the farms below the Tellin dam."


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(body: str, head: str = "", language: str = "en") -> str:
    title = "<title>Reservoir at its lowest</title>"
    return f'<html lang="{language}"><head>{title}{head}</head><body>{body}</body></html>'


def made(text: str) -> tuple[Article, Cleaned]:
    raw = RawDocument(text, Source(path="page.html"), markup=True)
    found = prepare(raw, TODAY)
    assert not isinstance(found, Rejection), found
    return found


def lines(text: str) -> list[str]:
    return [line for line in made(text)[0].proper.split("\n") if line]


class TestWhole:
    def test_an_article_in_several_containers(self) -> None:
        section = (
            '<div class="row"><div class="text-{n}"><div>{text}</div></div><div>Ad</div></div>'
        )
        parts = [
            section.format(n=n, text=paragraphs(*pair))
            for n, pair in enumerate(((ONE, TWO), (THREE, FOUR), (FIVE,)))
        ]
        text = page(f"<article><h1>Reservoir at its lowest</h1>{''.join(parts)}</article>")
        assert lines(text) == [ONE, TWO, THREE, FOUR, FIVE]

    def test_what_was_brought_back_is_told_with_its_reason(self) -> None:
        box = '<div class="tweet-box"><blockquote><p>{0}</p></blockquote></div>'
        text = page(
            f"<article><h1>Reservoir at its lowest</h1><div class='story'>{paragraphs(ONE, TWO)}"
            f"<div class='social-embed'>{box.format(OTHER)}</div>{paragraphs(THREE, FOUR)}</div>"
            "</article>"
        )
        article, cleaned = made(text)
        assert OTHER in article.proper
        reasons = {each.text: each.rule for each in cleaned.restored}
        assert reasons == {} or reasons[OTHER] == "stands among the paragraphs"

    def test_less_than_the_page_states_is_flagged(self) -> None:
        whole = " ".join(f"{text} {n}" for n in range(4) for text in (ONE, TWO, OTHER, LEAD))
        data = f'{{"@type": "NewsArticle", "articleBody": "{whole}"}}'
        head = f'<script type="application/ld+json">{data}</script>'
        shown = paragraphs(ONE, TWO, THREE, FOUR, FIVE, *(f"{OTHER} {n}" for n in range(3)))
        article, _ = made(page(f"<article>{shown}</article>", head))
        assert [flag[:4] for flag in article.flags] == ["only"]
        complete, _ = made(page(f"<article>{paragraphs(ONE, TWO, THREE)}</article>"))
        assert complete.flags == ()


class TestNothingElse:
    @pytest.mark.parametrize(
        "around",
        [
            "<main><article><h1>Reservoir at its lowest</h1>{0}</article>"
            "<article><h1>Storks are back</h1>{1}</article></main>",
            "<div class='text'><h1>Reservoir at its lowest</h1>{0}</div>"
            "<div class='text'><h1>Storks are back</h1>{1}</div>",
        ],
        ids=["articles", "divisions"],
    )
    def test_the_next_article_of_an_endless_page(self, around: str) -> None:
        own, other = paragraphs(ONE, TWO, THREE), paragraphs(OTHER, OTHER.replace("Nine", "Ten"))
        assert lines(page(around.format(own, other))) == [ONE, TWO, THREE]

    def test_headings_of_the_first_level_inside_a_text_stay(self) -> None:
        text = page(
            f"<article><h1>Reservoir at its lowest</h1>{paragraphs(ONE, TWO)}"
            f"<h1>What the keeper says</h1>{paragraphs(THREE, FOUR)}</article>"
        )
        assert lines(text) == [ONE, TWO, "What the keeper says", THREE, FOUR]

    def test_cards_of_other_articles(self) -> None:
        card = '<div><h3><a href="/s">Storks are back</a></h3><p>{0}</p></div>'
        text = page(
            f"<article><h1>Reservoir at its lowest</h1>{paragraphs(ONE, TWO, THREE)}</article>"
            f"<div>{card.format(OTHER)}</div>"
        )
        assert lines(text) == [ONE, TWO, THREE]

    def test_a_list_of_articles_is_refused_as_one(self) -> None:
        card = '<div><h3><a href="/{n}">Report number {n} of this week</a></h3><p>{text}</p></div>'
        cards = [
            card.format(n=n, text=text) for n, text in enumerate((ONE, TWO, THREE, FOUR, OTHER))
        ]
        raw = RawDocument(page(f"<main>{''.join(cards)}</main>"), Source("x.html"), markup=True)
        found = prepare(raw, TODAY)
        assert isinstance(found, Rejection)
        assert "list of articles" in found.reason

    @pytest.mark.parametrize("outside", [True, False], ids=["linked below", "a list of contents"])
    def test_a_paragraph_that_is_the_title_of_a_link_is_a_teaser(self, outside: bool) -> None:
        target = "/storks" if outside else "#storks"
        text = page(
            f"<article><h1>Reservoir at its lowest</h1>{paragraphs(ONE, OTHER, TWO, THREE)}"
            f'</article><ul><li><a href="{target}">{OTHER}</a></li></ul>'
        )
        article, cleaned = made(text)
        told = {(each.text, each.rule) for each in cleaned.removed}
        assert (OTHER not in article.proper) is outside
        assert lines(text)[0] == ONE
        assert ((OTHER, "teaser") in told) is outside

    def test_a_box_that_opens_over_a_name(self) -> None:
        box = (
            '<span class="card"><img src="/oda.png"><a href="/oda">Oda Brandt</a>'
            '<a href="/l">A list of all keepers</a></span>'
        )
        named = THREE.replace("Oda Brandt", f'<a href="/oda">Oda Brandt</a>{box}')
        text = page(f"<article><h1>Reservoir at its lowest</h1>{paragraphs(ONE, named, TWO)}")
        assert lines(text) == [ONE, THREE, TWO]
        removed = [each.text for each in made(text)[1].removed]
        assert any("A list of all keepers" in each for each in removed)
        assert not any("every morning" in each for each in removed)

    def test_a_paragraph_that_is_such_a_box_throughout_stays(self) -> None:
        box = f'<span><img src="/1.png"><a href="/1">{OTHER}</a> <a href="/2">{LEAD}</a></span>'
        text = page(f"<article>{paragraphs(ONE, TWO)}<p>{box}</p>{paragraphs(THREE)}</article>")
        assert lines(text) == [ONE, TWO, f"{OTHER} {LEAD}", THREE]


class TestLinks:
    HEAD = '<link rel="canonical" href="https://post.example.com/reservoir">'

    def body(self, target: str, text: str, head: str = HEAD) -> list[str]:
        link = f'<p><a href="{target}">{text}</a></p>'
        story = f"{paragraphs(ONE, TWO)}{link}{paragraphs(THREE, FOUR)}"
        return lines(page(f"<article><h1>Reservoir at its lowest</h1>{story}</article>", head))

    @pytest.mark.parametrize(
        ("target", "stays"),
        [
            ("https://water.example.org/levels.pdf", True),
            ("//water.example.org/levels.pdf", True),
            ("/storks", False),
            ("https://post.example.com/storks", False),
            ("https://live.example.com/storks", False),
            ("http://[", False),
        ],
    )
    def test_a_line_that_leads_to_another_site_is_text(self, target: str, stays: bool) -> None:
        line = "All levels since the dam was built"
        assert (line in self.body(target, line)) is stays

    def test_no_link_is_text_where_the_site_is_not_known(self) -> None:
        line = "All levels since the dam was built"
        assert line not in self.body("https://water.example.org/levels.pdf", line, head="")

    @pytest.mark.parametrize(
        ("target", "stays"),
        [("https://school.example.org/storks", True), ("/storks", False), ("#storks", True)],
    )
    def test_a_sentence_that_is_a_link_to_a_page_of_the_site(
        self, target: str, stays: bool
    ) -> None:
        assert self.body(target, OTHER) == [ONE, TWO, *([OTHER] if stays else []), THREE, FOUR]

    def test_links_below_the_text_are_none_of_it(self) -> None:
        below = '<p><a href="https://water.example.org/jobs">Work for the water office</a></p>'
        story = f"<article>{paragraphs(ONE, TWO, THREE)}</article><div>{below}</div>"
        assert lines(page(story, self.HEAD)) == [ONE, TWO, THREE]


class TestExtracted:
    """What is made of lines that an extractor took, whichever it is."""

    def body(self, text: str, *taken: str) -> Body:
        blocks = tuple(blocks_of(html.document_fromstring(page(text))))
        return restore(blocks, "\n".join(taken))

    def test_headings_that_stand_with_a_picture_in_a_link(self) -> None:
        card = '<a href="/{n}"><img src="{n}.jpg"><h3>{title}</h3></a>'
        titles = ("Storks are back in the valley", "A bath opens where the mill was")
        cards = "".join(card.format(n=n, title=title) for n, title in enumerate(titles))
        story = f"<div>{paragraphs(ONE, TWO)}<h3>What is next</h3>{paragraphs(THREE)}{cards}</div>"
        body = self.body(story, ONE, TWO, "What is next", THREE, *titles)
        assert body.text.split("\n\n") == [ONE, TWO, "What is next", THREE]
        assert [(each.text, each.rule) for each in body.dropped] == [
            (title, "teaser") for title in titles
        ]

    def test_a_teaser_of_its_own_first_paragraph_elsewhere(self) -> None:
        story = (
            f"<div><div><b>TELLIN</b> {ONE}</div>{paragraphs(TWO, THREE)}</div>"
            f"<div><div>{ONE}</div></div>"
        )
        body = self.body(story, ONE, TWO, THREE)
        assert body.text.split("\n\n") == [ONE, TWO, THREE]
        assert [block.text for block in body.taken] == [f"TELLIN {ONE}", TWO, THREE]


class TestCharacters:
    def test_joiners_marks_and_spaces_stay(self) -> None:
        text = "مهندس گفت سد می‌ماند و ۱۲\u200f/۷ دوباره\u00a0بررسی می‌شود، زیرا آب آن کم شده است."
        article, _ = made(page(f"<article><p>{text}</p>{paragraphs(text[::1])}</article>"))
        assert text in article.proper

    def test_an_element_of_the_page_s_own_stands_within_its_line(self) -> None:
        note = f"{TWO[:-1]} (<source-note><a href='/r'>4</a></source-note>)."
        text = page(f"<article>{paragraphs(ONE, note, THREE)}</article>")
        assert lines(text) == [ONE, f"{TWO[:-1]} (4).", THREE]

    def test_rows_of_a_table_have_tabs_between_cells(self) -> None:
        rows = "<tr><th>Farm</th><th>Hours</th></tr><tr><td>Upper</td><td>3</td></tr>"
        text = page(
            f"<article>{paragraphs(ONE, TWO)}<table>{rows}</table>{paragraphs(THREE)}</article>"
        )
        article, _ = made(text)
        assert "Upper\t3" in article.proper
        assert "|" not in article.proper
        row = next(each for each in article.sentences if article.body[each.start :][:5] == "Upper")
        assert row.lead is not None
        assert article.body[slice(*row.lead)] == "Farm\tHours"


class TestStandfirst:
    def test_below_the_title_and_described_by_the_page(self) -> None:
        head = f'<meta name="description" content="{LEAD}">'
        text = page(
            f"<article><header><h1>Reservoir at its lowest</h1><p>{LEAD}</p></header>"
            f"<div>{paragraphs(ONE, TWO, THREE)}</div></article>",
            head,
        )
        article, _ = made(text)
        assert article.source.standfirst == LEAD
        assert LEAD not in article.proper
        part = article.parts[0]
        assert (str(part.kind), article.body[part.start : part.end]) == ("standfirst", LEAD)

    def test_a_paragraph_that_the_page_describes_itself_by_is_none(self) -> None:
        head = f'<meta name="description" content="{ONE}">'
        text = page(f"<article><div>{paragraphs(ONE, TWO, THREE)}</div></article>", head)
        assert made(text)[0].source.standfirst is None

    @pytest.mark.parametrize("inside", [True, False])
    def test_a_named_one_among_the_paragraphs_stays_in_the_text(self, inside: bool) -> None:
        named, text = f"<p class='intro'>{LEAD}</p>", paragraphs(ONE, TWO, THREE)
        story = f"<div>{named}{text}</div>" if inside else f"{named}<div>{text}</div>"
        article, _ = made(page(f"<article><h1>Reservoir at its lowest</h1>{story}</article>"))
        assert article.source.standfirst == (None if inside else LEAD)
        assert (LEAD in article.proper) is inside

    def test_nothing_above_the_title_is_one(self) -> None:
        notice = "<div><p class='intro'>We would like to remember you with small files.</p></div>"
        title = "<article><h1>Reservoir at its lowest</h1>"
        text = page(f"{notice}{title}{paragraphs(ONE, TWO, THREE)}</article>")
        assert made(text)[0].source.standfirst is None


class TestStated:
    @pytest.mark.parametrize(
        "data",
        [
            '{"@type": "NewsArticle", "description": "one\ntwo", "publisher": "Vale Post"}',
            '{"@type": "NewsArticle", "publisher": {"name": "Vale Post",},}',
            '//<![CDATA[\n{"@type": "NewsArticle", "publisher": {"name": "Vale Post"}}\n//]]>',
            '{"@type": "WebPage", "mainEntity": {"@type": "Article", "publisher": "Vale Post"}}',
            '{"@graph": [{"@type": "Article", "publisher": {"@id": "#o"}},'
            ' {"@type": "Organization", "@id": "#o", "name": "Vale Post"}]}',
        ],
        ids=["line break", "commas", "comment", "main entity", "by id"],
    )
    def test_structured_data_that_are_nearly_right(self, data: str) -> None:
        head = (
            '<meta property="og:site_name" content="Weather">'
            f'<script type="application/ld+json">{data}</script>'
        )
        article, _ = made(page(f"<article>{paragraphs(ONE, TWO)}</article>", head))
        assert article.source.outlet == "Vale Post"

    @pytest.mark.parametrize(
        "author", ["20931", "desk@post.example", "Vale Post", "Reuters", "Photo archive"]
    )
    def test_no_byline(self, author: str) -> None:
        site = '<meta property="og:site_name" content="Vale Post">'
        head = f'{site}<meta name="author" content="{author}">'
        article, _ = made(page(f"<article>{paragraphs(ONE, TWO)}</article>", head))
        assert article.source.byline is None

    def test_the_byline_that_the_page_marks(self) -> None:
        text = page(
            "<article><h1>Reservoir at its lowest</h1><div class='story-author'>Ines Kral</div>"
            f"{paragraphs(ONE, TWO)}</article>"
        )
        assert made(text)[0].source.byline == "Ines Kral"

    def test_a_canonical_address_on_another_site(self) -> None:
        head = (
            '<link rel="canonical" href="https://sister.example/1">'
            '<meta property="og:url" content="https://post.example/1">'
        )
        article, _ = made(page(f"<article>{paragraphs(ONE, TWO)}</article>", head))
        assert article.source.url == "https://post.example/1"

    def test_the_date_of_a_teaser_is_none(self) -> None:
        teaser = (
            '<section><time itemprop="datePublished" datetime="2021-02-03">3.2.</time></section>'
        )
        text = page(f"<article>{paragraphs(ONE, TWO)}</article>{teaser}")
        assert made(text)[0].source.dates == ()

    def test_a_visible_date_beside_the_day_of_an_update(self) -> None:
        head = '<meta property="article:modified_time" content="2025-03-05T10:00:00Z">'
        time = '<time datetime="2025-03-04">4 March</time>'
        source = made(page(f"<article>{time}{paragraphs(ONE, TWO)}</article>", head))[0].source
        assert source.published == date(2025, 3, 4)
        assert {each.kind for each in source.dates} == {DateKind.PUBLISHED, DateKind.UPDATED}

    @pytest.mark.parametrize(
        ("stated", "found"), [("en", "en"), ("sv", "en"), ("", "en"), ("ar", "en")]
    )
    def test_language(self, stated: str, found: str) -> None:
        text = page(f"<article>{paragraphs(ONE, TWO, THREE)}</article>", language=stated)
        assert made(text)[0].language == found

    def test_a_language_that_is_not_known_here_is_unknown(self) -> None:
        text = "Het waterpeil achter de dam daalde donderdag onder het laagste merkteken ooit."
        other = "Boeren in het lage dal mogen elke nacht drie uur pompen tot de eerste herfstregen."
        made_of = page(f"<article>{paragraphs(text, other)}</article>", language="nl")
        assert made(made_of)[0].language == "und"
        assert read_html(made_of, Source("x")) is not None


def test_a_live_blog_has_entries_of_their_own_days() -> None:
    entries = "".join(
        f'<div><time datetime="{day}T09:00:00+02:00">09:00 {day}</time><p>{text}</p></div>'
        for day, text in (("2025-03-06", ONE), ("2025-03-05", TWO), ("2025-03-04", THREE))
    )
    data = ",".join(
        f'{{"datePublished": "{day}T09:00:00+02:00", "articleBody": "{text}"}}'
        for day, text in (("2025-03-06", ONE), ("2025-03-05", TWO), ("2025-03-04", THREE))
    )
    head = (
        '<script type="application/ld+json">{"@type": "LiveBlogPosting", "datePublished":'
        f' "2025-03-04T08:00:00+02:00", "liveBlogUpdate": [{data}]}}</script>'
    )
    article, _ = made(page(f"<article><h1>Dry valley, live</h1>{entries}</article>", head))
    days = [article.day_at(article.body.index(text)) for text in (ONE, TWO, THREE)]
    assert days == [date(2025, 3, 6), date(2025, 3, 5), date(2025, 3, 4)]
    assert article.source.published == date(2025, 3, 4)


@given(st.lists(st.sampled_from((ONE, TWO, THREE, FOUR, "Read on", "12")), max_size=12), st.data())
def test_lines_that_stand_in_the_order_of_the_page_are_found(
    texts: list[str], data: st.DataObject
) -> None:
    blocks = tuple(blocks_of(html.document_fromstring(page(paragraphs("Above", *texts)))))
    own = [block.text for block in blocks if block.element.tag == "p"]
    lines = [text for text in own if data.draw(st.booleans())]
    placed = place(lines, blocks)
    numbers = [number for each in placed for number in each.blocks]
    assert numbers == sorted(set(numbers))
    assert [letters_of(blocks[number].text) for number in numbers] == list(map(letters_of, lines))
