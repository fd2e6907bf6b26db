"""What was fetched is told by its content."""

from __future__ import annotations

import pytest

from corpus.fetch import Kind, kind_of

JSON_FEED = b'{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": []}'


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!DOCTYPE html><html><body>x", Kind.PAGE),
        (b"\xef\xbb\xbf\n <HTML lang=ar>", Kind.PAGE),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "a" "b"><html xmlns="x">', Kind.PAGE),
        (b"<!-- saved --><div>x</div>", Kind.PAGE),
        (b'<?xml version="1.0"?><rss version="2.0"><channel>', Kind.FEED),
        (b"<!-- made --> <!DOCTYPE rss [<!ENTITY a 'b'>]><rss>", Kind.FEED),
        (b'<?xml-stylesheet href="a.xsl"?>\n<feed xmlns="http://www.w3.org/2005/Atom">', Kind.FEED),
        (b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="x">', Kind.FEED),
        ('<?xml version="1.0" encoding="utf-16"?><rss>'.encode("utf-16"), Kind.FEED),
        (b'<?xml version="1.0"?><urlset xmlns="x">', Kind.SITEMAP),
        (b"<sm:sitemapindex xmlns:sm='x'>", Kind.SITEMAP),
        (JSON_FEED, Kind.JSON_FEED),
        (b"\xef\xbb\xbf" + JSON_FEED, Kind.JSON_FEED),
        (b'{"version": "https://jsonfeed.org/version/1"', Kind.OTHER),
        (b'{"text": "x"}', Kind.OTHER),
        (b"%PDF-1.7", Kind.OTHER),
        (b"A second quay opened.", Kind.OTHER),
        (b"2 < 3 and so on", Kind.OTHER),
        (b"", Kind.OTHER),
        (b"<svg><text>x</text></svg>", Kind.OTHER),
        (b"<" * 5000, Kind.OTHER),
        (b"<!--" * 2000, Kind.OTHER),
    ],
)
def test_kind(content: bytes, kind: Kind) -> None:
    assert kind_of(content) is kind
