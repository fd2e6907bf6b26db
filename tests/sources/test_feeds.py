"""Feeds of every dialect, JSON feeds and sitemaps, as sites write them."""

from __future__ import annotations

import json
from datetime import date

import pytest

from corpus.errors import FetchError, InputError
from corpus.fetch import Fetched, Kind
from corpus.sources.entries import MOST_ENTRIES, Listing, without_tracking
from corpus.sources.listing import listing_of, whole

BASE = "https://post.example/news/feed"
A, B = "https://post.example/a", "https://post.example/b"
JULY = date(2025, 7, 11)


def listing(content: str | bytes, charset: str | None = None) -> Listing:
    body = content.encode() if isinstance(content, str) else content
    found = listing_of(Fetched(BASE, BASE, 200, body, charset=charset))
    assert found is not None
    return found


def rss(version: str, items: str, more: str = "") -> str:
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="{version}" {more}>'
    return f"{head}<channel><title>Post</title><link>https://post.example/</link>{items}</channel></rss>"


def item(link: str, title: str = "A second quay", more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


RSS_090 = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://my.netscape.com/rdf/simple/0.9/">
<channel><title>Post</title><link>https://post.example/</link></channel>
<item><title>A second quay</title><link>https://post.example/a</link></item>
</rdf:RDF>"""
RSS_091 = """<?xml version="1.0"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
 "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>Post</title><link>https://post.example/</link>
<item><title>A second quay</title><link>https://post.example/a</link></item>
</channel></rss>"""
RSS_10 = """<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://post.example/"><title>Post</title></channel>
<item rdf:about="https://post.example/a"><title>A second quay</title>
<link>https://post.example/a</link><dc:date>2025-07-11T08:00:00+03:00</dc:date></item>
</rdf:RDF>"""
ATOM_03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Post</title>
<entry><title>A second quay</title><link rel="alternate" type="text/html" href="../a"/>
<issued>2025-07-11T08:00:00Z</issued><modified>2025-07-12T08:00:00Z</modified></entry></feed>"""
ATOM_10 = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title>
<entry><title type="html">A &lt;b&gt;second&lt;/b&gt; quay</title>
<link rel="enclosure" href="https://post.example/sound.mp3"/>
<link rel="alternate" href="https://post.example/a"/><id>tag:post.example,2025:1</id>
<published>2025-07-11T23:30:00+03:00</published><updated>2025-07-12T08:00:00Z</updated>
</entry></feed>"""


@pytest.mark.parametrize(
    ("content", "day"),
    [
        (RSS_090, None),
        (RSS_091, None),
        (rss("0.92", item(A)), None),
        (rss("0.93", item(A, more="<pubDate>Fri, 11 Jul 2025 08:00:00 GMT</pubDate>")), JULY),
        (rss("0.94", item(A, more="<pubDate>11 Jul 25 08:00 GMT</pubDate>")), JULY),
        (rss("2.0", item(A, more="<pubDate>Fri, 11 Jul 2025 22:30:00 +0300</pubDate>")), JULY),
        (RSS_10, JULY),
        (ATOM_03, JULY),
        (ATOM_10, JULY),
    ],
)
def test_every_dialect(content: str, day: date | None) -> None:
    [entry] = listing(content).entries
    assert entry.url == A
    assert (entry.headline or "").replace("<b>", "").replace("</b>", "") == "A second quay"
    assert (entry.published.value if entry.published else None) == day


@pytest.mark.parametrize(
    "written",
    [
        "الجمعة، 11 يوليو 2025 10:30:00 GMT",
        "الجمعة 11 تموز 2025",
        "١١ يوليو ٢٠٢٥",
        "11 جويلية 2025 - 10:30",
        "Ven, 11 juillet 2025 10:30:00 +0200",
        "Пт, 11 июля 2025 10:30:00 +0300",
        "2025-07-11 10:30:00",
        "11/07/2025 10:30",
        "2025-07-11T10:30:00Z",
        "Fri, 11 Jul 2025 10:30:00 EST",
    ],
)
def test_dates_as_they_are_written(written: str) -> None:
    [entry] = listing(rss("2.0", item(A, more=f"<pubDate>{written}</pubDate>"))).entries
    assert entry.published
    assert entry.published.value == JULY
    assert written.split()[0] in entry.published.evidence


ARABIC = rss("2.0", item(A, "رصيف ثان"))


def test_an_update_is_no_publication() -> None:
    atom = ATOM_10.replace("<published>2025-07-11T23:30:00+03:00</published>", "")
    assert listing(atom).entries[0].published is None


def test_links_as_feeds_give_them() -> None:
    permanent = f'<item><title>x</title><guid isPermaLink="true">{B}</guid></item>'
    names = 'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    through = item(
        "https://proxy.example/1", more=f"<feedburner:origLink>{A}</feedburner:origLink>"
    )
    both = listing(rss("2.0", f"{through}{permanent}<item><title>none</title></item>", names))
    assert [entry.url for entry in both.entries] == [A, B]
    assert both.unlinked == 1
    bad = "".join(map(item, ("javascript:alert(1)", "mailto:a@b.example", "http://[")))
    assert listing(rss("2.0", item(A) + bad)).unlinked == 3
    tracked = item(f"{A}?utm_source=rss&amp;utm_medium=feed&amp;id=7#top")
    assert listing(rss("2.0", tracked)).entries[0].url == f"{A}?id=7"
    assert without_tracking(f"{A}?fbclid=1&at_medium=RSS&n=&m") == f"{A}?n=&m"


def test_a_stamp_differs_once_the_entry_does() -> None:
    def stamp(more: str, title: str = "x") -> str:
        return listing(rss("2.0", item(A, title, more))).entries[0].stamp

    plain = stamp("<description>one</description>")
    assert plain == stamp("<description>one</description><comments>9</comments>")
    for more, title in (
        ("<description>two</description>", "x"),
        ("<description>one</description>", "y"),
        ("<description>one</description><pubDate>Fri, 11 Jul 2025 08:00:00 GMT</pubDate>", "x"),
    ):
        assert stamp(more, title) != plain


def test_each_link_once_and_the_newest_first() -> None:
    days = ("10 Jul 2025", "12 Jul 2025", "11 Jul 2025")
    items = "".join(
        item(f"https://post.example/{n}", more=f"<pubDate>{day} 08:00:00 GMT</pubDate>")
        for n, day in enumerate(days)
    )
    found = listing(rss("2.0", items + items)).entries
    assert [entry.url[-1] for entry in found] == ["1", "2", "0"]
    undated = "".join(item(f"https://post.example/{n}") for n in range(MOST_ENTRIES + 7))
    many = listing(rss("2.0", undated))
    assert len(many.entries) == MOST_ENTRIES
    assert many.entries[0].url.endswith("/0")
    assert many.older == 7


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        (ARABIC.replace("utf-8", "windows-1256").encode("cp1256"), None),
        (
            ARABIC.replace("utf-8", "windows-1256").encode("cp1256"),
            "utf-8",
        ),
        (
            ARABIC.replace(' encoding="utf-8"', "").encode("cp1256"),
            "windows-1256",
        ),
        (ARABIC.replace("utf-8", "utf-16").encode("utf-16"), None),
        (b"\xef\xbb\xbf" + ARABIC.encode(), None),
    ],
)
def test_encodings(content: bytes, charset: str | None) -> None:
    assert listing(content, charset).entries[0].headline == "رصيف ثان"


def test_a_feed_that_is_not_well_formed() -> None:
    broken = rss("2.0", item(A, "Ships & quays <br> one")).replace("</channel></rss>", "")
    assert listing(broken).entries[0].url == A
    assert listing("<rss version='2.0'><channel></channel></rss>").entries == ()


BOMB = "".join(
    f'<!ENTITY a{n} "{"".join(f"&a{n - 1};" for _ in range(10))}">' for n in range(1, 12)
)


@pytest.mark.parametrize("root", ["rss version='2.0'", "urlset"])
def test_entities_are_not_expanded(root: str) -> None:
    """Each stands for ten of the one before; one stands for a file."""
    name = root.split()[0]
    body = f"<channel>{item(A, '&a11;&file;')}</channel>" if name == "rss" else ""
    body = body or f"<url><loc>{A}</loc><title>&a11;&file;</title></url>"
    file = '<!ENTITY file SYSTEM "file:///etc/passwd">'
    head = f'<!DOCTYPE {name} [<!ENTITY a0 "aaaaaaaaaa">{BOMB}{file}]>'
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(InputError, match="entities of its own"):
            listing(f'<?xml version="1.0"?>{head}<{root}>{body}</{name}>'.encode(encoding))


def test_json_feed() -> None:
    items = [
        {"id": "1", "url": A, "title": "A second quay", "date_published": "2025-07-11T08:00:00Z"},
        {"id": B, "content_text": "x"},
        {"id": "3", "content_text": "no link"},
        {"id": "4", "url": 7},
        "no item",
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Post", "items": items}
    found = listing(json.dumps(feed))
    assert found.kind is Kind.JSON_FEED
    assert [entry.url for entry in found.entries] == [A, B]
    first = found.entries[0]
    assert first.published
    assert (first.headline, first.published.value) == ("A second quay", JULY)
    assert found.unlinked == 2
    items[0]["date_modified"] = "2025-07-12T08:00:00Z"  # type: ignore[index]
    assert listing(json.dumps(feed)).entries[0].stamp != first.stamp


NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><image:image><image:loc>https://post.example/picture.jpg</image:loc></image:image>
<loc>https://post.example/a</loc><news:news><news:publication><news:name>Post</news:name>
<news:language>ar</news:language></news:publication>
<news:publication_date>2025-07-11T08:00:00+03:00</news:publication_date>
<news:title>رصيف ثان</news:title></news:news></url>
<url><loc> /b </loc><lastmod>2025-07-12</lastmod></url><url><lastmod>2025-07-12</lastmod></url>
</urlset>"""


def test_news_sitemap() -> None:
    found = listing(NEWS)
    assert found.kind is Kind.SITEMAP
    first, second = found.entries
    assert (first.url, first.headline) == (A, "رصيف ثان")
    assert first.published
    assert first.published.value == JULY
    assert (second.url, second.headline, second.published) == (B, None, None)
    changed = listing(NEWS.replace("<lastmod>2025-07-12", "<lastmod>2025-07-13", 1)).entries[1]
    assert changed.stamp != second.stamp


def test_an_index_of_sitemaps() -> None:
    index = (
        "<sitemapindex><sitemap><loc>/old.xml</loc><lastmod>2024-01-01</lastmod></sitemap>"
        "<sitemap><loc>/new.xml</loc><lastmod>2025-07-11</lastmod></sitemap>"
        "<sitemap><loc>/gone.xml</loc></sitemap></sitemapindex>"
    )
    found = listing(index)
    assert found.entries == ()
    assert found.sitemaps[0] == "https://post.example/new.xml"
    asked = []

    def fetch(url: str) -> Fetched:
        asked.append(url)
        if url.endswith("gone.xml"):
            raise FetchError("gone")
        name = url.rpartition("/")[2].removesuffix(".xml")
        body = f"<urlset><url><loc>/{name}</loc></url><url><loc>/both</loc></url></urlset>"
        return Fetched(url, url, 200, body.encode())

    entries = [entry.url.rpartition("/")[2] for entry in whole(found, fetch).entries]
    assert entries == ["new", "both", "old"]
    assert len(asked) == 3
    assert whole(listing(NEWS), fetch).entries == listing(NEWS).entries

    def none(url: str) -> Fetched:
        raise FetchError("nobody answers there")

    with pytest.raises(FetchError):
        whole(found, none)


@pytest.mark.parametrize(
    "content", ["<!DOCTYPE html><html></html>", "text", '{"items": []}', "", "%PDF-1.4"]
)
def test_what_lists_nothing(content: str) -> None:
    assert listing_of(Fetched(BASE, BASE, 200, content.encode())) is None
