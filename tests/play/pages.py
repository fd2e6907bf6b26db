"""Pages as a browser without JavaScript reads them and sends their forms."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestClient
from lxml import html as lxml_html  # type: ignore[import-untyped]

from corpus.demo.coverage import questions_shown

Client = TestClient[web.Request, web.Application]

FLIGHTS = questions_shown()[2]
IRAN = "What did Lavrov say about Iran?"
ELSEWHERE = "Qui a remporté la finale de la Ligue des champions ?"
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">{{ 7777 * 7777 }}\u202eevil'


class Browser:
    """A browser without JavaScript: it keeps cookies and sends the forms of pages."""

    def __init__(self, client: Client, language: str = "en") -> None:
        self._client = client
        self._headers = {"Accept-Language": language}

    async def get(self, address: str, status: int = 200) -> lxml_html.HtmlElement:
        answer = await self._client.get(address, headers=self._headers)
        assert answer.status == status, await answer.text()
        return lxml_html.document_fromstring(await answer.text())

    async def send(
        self, page: lxml_html.HtmlElement, action: str, status: int = 200, **fields: str
    ) -> lxml_html.HtmlElement:
        """Send the form of a page with its hidden fields."""
        text = await self.send_for_text(page, action, status, **fields)
        return lxml_html.document_fromstring(text)

    async def send_for_text(
        self, page: lxml_html.HtmlElement, action: str, status: int = 200, **fields: str
    ) -> str:
        forms = page.xpath(f"//form[@action='{action}' or .//*[@formaction='{action}']]")
        assert forms, action
        hidden = {each.name: each.value for each in forms[0].xpath(".//input[@type='hidden']")}
        answer = await self._client.post(action, data={**hidden, **fields}, headers=self._headers)
        text = await answer.text()
        assert answer.status == status, text
        return text


def why(question: str, **limits: str) -> str:
    return f"/why?{urlencode({'q': question, **limits})}"


def said(page: lxml_html.HtmlElement, path: str) -> list[str]:
    return [" ".join(each.text_content().split()) for each in page.cssselect(path)]


async def replayed(browser: Browser) -> lxml_html.HtmlElement:
    """The page after the replay that runs."""
    for _ in range(200):
        page = await browser.get("/why/cases")
        if not page.cssselect("progress"):
            return page
        await asyncio.sleep(0.05)
    raise AssertionError("the replay does not end")
