from __future__ import annotations

import pytest

from corpus.read.content import extracted, read_content
from corpus.read.page_bounds import unfit_page, without_pictures
from corpus.types import RawDocument, Rejection, Source

PARAGRAPH = "<p>The harbour authority opened a second quay on Monday, it said.</p>"
PAGE = f"<html><body><article>{PARAGRAPH * 5}</article></body></html>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (f'<?xml version="1.0"?><!DOCTYPE x [{LAUGHS}]><x>&l9;</x>', "declares entities"),
        (f"<!DOCTYPE html [{LAUGHS}]><html><p>&l9;</p></html>", "declares entities"),
        ('<?xml version="1.0"?><rss><channel/></rss>', "XML (<rss>)"),
        ("<div>" * 1000 + PARAGRAPH, "nested deeper"),
        ("<p>word" * 50_001, "more than 50,000 elements"),
        (f"<html><p {'a=1 ' * 3001}>x", "attributes"),
        ("<html><p " + " ".join(f"a{n}='>'" for n in range(3001)) + ">x", "attributes"),
        ("<a" * 20_000, "broken"),
        (f"<html><p>{'word ' * 2_100_000}", "10 MB without its pictures"),
    ],
    ids=["xml", "html", "feed", "deep", "many", "crowded", "quoted", "open", "large"],
)
def test_pages_that_are_refused(page: str, said: str) -> None:
    (found,) = read_content(page.encode(), ".html", Source(path="a.html"))
    if isinstance(found, RawDocument):
        found = extracted(found)
    assert isinstance(found, Rejection)
    assert said in found.reason


def test_a_page_with_scripts_is_fit() -> None:
    script = "<script>for (i=0;i<n;i++){ if(a<b && c<d) x('<p title=\"it') }</script>"
    assert unfit_page(script * 200 + PAGE) is None


def test_pictures_inside_a_page_cost_no_text() -> None:
    picture = f'<img src="data:image/png;base64,{"A" * 12_000_000}">'
    (found,) = read_content(
        PAGE.replace("<p>", f"<p>{picture}", 1).encode(), ".html", Source(path="a.html")
    )
    assert isinstance(found, RawDocument)
    assert without_pictures(picture) == '<img src="data:image/png;base64,">'
