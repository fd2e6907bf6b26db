"""What editors do to the coverage from a chat or a page. All of it blocks: run it in a thread."""

from __future__ import annotations

import mimetypes
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePath
from zoneinfo import ZoneInfo

from bot.replay.cases import Case, Expectation, keep
from bot.writer import writing
from corpus.attribution.aliases import FILE as ALIASES_FILE
from corpus.attribution.aliases import Aliases
from corpus.correct import correct
from corpus.errors import FetchError, InputError
from corpus.fetch import LISTINGS, Fetcher, Kind, kind_of
from corpus.ingest import Fetch, Report, ingest, take
from corpus.sources.page import documents, refusal
from corpus.store import code
from corpus.types import Article, RawDocument, Rejection, Source
from retrieval.answer.check.receipt import is_receipt, read_receipt, receipted
from retrieval.engine import Engine, update_index

RECEIVED = "received"
"""The folder of the home that holds what was sent to be taken in."""

PINNED = "pinned.jsonl"
"""The file of the home that holds the replay cases made in chats."""


_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 60

CHANNELS = "Telegram channels"
"""Who acts, for the journal, where posts of channels are taken in."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much there is to quote, and the generation that is searched."""

    articles: int
    outlets: int
    passages: int
    generation: str


class Desk:
    """The home's coverage and index, changed by one editor at a time."""

    def __init__(
        self, home: Path, engine: Engine, zone: ZoneInfo, fetcher: Fetcher | None = None
    ) -> None:
        self._home = home
        self._engine = engine
        self._zone = zone
        self._fetcher = fetcher or Fetcher()

    @property
    def now(self) -> datetime:
        """The time on the newsroom's clock."""
        return datetime.now(self._zone)

    def ingest(
        self, content: bytes, name: str, given: Source, actor: str
    ) -> tuple[Report, list[Article]]:
        """Take in a document of this file name and bring the index up to date: what was done, and
        the articles. The same bytes under the same name are the same document. `actor` is who does
        it, for the journal.

        Raises `PullquoteError` if the home cannot be written.
        """
        folder = self._home / RECEIVED / code(f"{name}\0{sha256(content).hexdigest()}", 16)
        file = folder / name
        with writing(self._home):
            new = not file.exists()
            folder.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            report = self._take([str(file)], given, actor)
            if new and not report.usable:
                shutil.rmtree(folder)
        return report, self._articles(report)

    def ingest_links(
        self, links: Sequence[str], actor: str
    ) -> tuple[Report, list[Article], list[tuple[str, Kind]]]:
        """The same for what is at these links now, and those that are lists of articles, with what
        they are. Raises as `ingest` does; a link that cannot be fetched is rejected in the report.
        """
        found: dict[str, list[RawDocument | Rejection]] = {}
        lists: list[tuple[str, Kind]] = []
        for link in dict.fromkeys(links):
            try:
                there = self._fetcher.fetch(link)
            except FetchError as error:
                found[link] = [Rejection(link, refusal(error, link))]
                continue
            if (kind := kind_of(there.content)) in LISTINGS:
                lists.append((link, kind))
            else:
                found[link] = list(documents(there, Source(path=link)))
        if not found:
            return Report(), [], lists
        with writing(self._home):
            report = self._take(
                list(found), Source(path=""), actor, lambda link, given: found[link]
            )
        return report, self._articles(report), lists

    def take_posts(self, posts: Sequence[RawDocument]) -> Report:
        """The same for posts of channels. Raises as `ingest` does."""
        with writing(self._home):
            report = take(
                posts,
                self._engine.coverage,
                today=self.now.date(),
                aliases=Aliases.read(self._home / ALIASES_FILE),
                actor=CHANNELS,
            )
            if report.usable:
                update_index(self._home, self._engine.coverage, self._engine.embedder)
        return report

    def _take(
        self, origins: list[str], given: Source, actor: str, fetch: Fetch | None = None
    ) -> Report:
        """Under `writing`: take in what is at `origins` and bring the index up to date."""
        report = ingest(
            origins,
            self._engine.coverage,
            given=given,
            today=self.now.date(),
            aliases=Aliases.read(self._home / ALIASES_FILE),
            fetch=fetch,
            actor=actor,
        )
        if report.usable:
            update_index(self._home, self._engine.coverage, self._engine.embedder)
        return report

    def _articles(self, report: Report) -> list[Article]:
        coverage = self._engine.coverage
        found = (coverage.article(each) for each in dict.fromkeys(report.articles))
        return [article for article in found if article]

    def remove(self, ids: Sequence[str], actor: str) -> list[str]:
        """Withdraw articles; returns those that were not withdrawn before."""
        with writing(self._home):
            return self._engine.coverage.remove(ids, actor)

    def restore(self, ids: Sequence[str], actor: str) -> list[str]:
        """Bring withdrawn articles back, into the index too; returns those that were
        withdrawn."""
        with writing(self._home):
            restored = self._engine.coverage.restore(ids, actor)
            if restored:
                update_index(self._home, self._engine.coverage, self._engine.embedder)
        return restored

    def correct(self, id: str, said: Source, actor: str) -> Article:
        """Let what is said by hand of an article win, in the index too; returns the article as it
        is now. Raises as `corpus.correct` does."""
        coverage = self._engine.coverage
        with writing(self._home):
            corrected = correct(
                coverage,
                id,
                said,
                today=self.now.date(),
                aliases=Aliases.read(self._home / ALIASES_FILE),
                actor=actor,
            )
            update_index(self._home, coverage, self._engine.embedder)
        return corrected

    def article(self, name: str) -> Article | None:
        """The article with this id, or the one that the quote of this receipt is in; `None` where
        the coverage has none such. Raises `InputError` for a receipt that is mistyped."""
        coverage = self._engine.coverage
        if found := coverage.article(name.lower()):
            return found
        if not is_receipt(name):
            return None
        held = receipted(read_receipt(name), coverage)
        return held.article if held else None

    def articles(self, receipts: Sequence[str]) -> list[Article]:
        """The articles that quotes with these receipts are in, each once."""
        found = (self.article(receipt) for receipt in receipts)
        return list({article.id: article for article in found if article}.values())

    def is_removed(self, id: str) -> bool:
        return bool(self._engine.coverage.removed([id]))

    def holdings(self) -> Holdings:
        coverage = self._engine.coverage
        articles, passages = coverage.count()
        return Holdings(
            articles, coverage.count_outlets(), passages, self._engine.generation().name
        )

    def pin(self, question: str, receipt: str | None = None) -> Case:
        """Keep a question and the first quote of its answer as a replay case. The quote is that of
        the receipt, else the one that the question gets now; without any the case is that nothing
        is found. Raises `InputError` for what is no question, `HomeError` if the file cannot be
        written."""
        return self.keep_case(question, self._quote_of(receipt) or self._first_quote(question))

    def keep_case(self, question: str, text: str | None) -> Case:
        """Keep a question as a replay case whose right answer is this text of the coverage, without
        any that nothing is found. Raises `HomeError` if the file cannot be written."""
        case = Case(
            id=pinned_id(question),
            question=question,
            expect=Expectation(answered=bool(text), contains=(text,) if text else None),
        )
        with writing(self._home):
            keep(self._home / PINNED, case)
        return case

    def _quote_of(self, receipt: str | None) -> str | None:
        if receipt is None:
            return None
        try:
            held = receipted(read_receipt(receipt), self._engine.coverage)
        except InputError:
            return None
        return held.text if held else None

    def _first_quote(self, question: str) -> str | None:
        answer = self._engine.ask(question, limit=1)
        return answer.quotes[0].text if answer.quotes else None


def safe_name(sent: str | None, kind: str | None = None) -> str:
    """The name of a file that was sent as far as it can be one here; its ending says how it is
    read. `kind` is its media type."""
    name = PurePath((sent or "").replace("\\", "/")).name
    guessed = mimetypes.guess_extension(kind or "") or ""
    ending = _UNSAFE.sub("", PurePath(name).suffix or guessed)[:10]
    stem = _UNSAFE.sub("-", PurePath(name).stem).strip("-.")[:_LONGEST_NAME]
    return f"{stem or 'document'}{ending}"


def pinned_id(question: str) -> str:
    """The id of the replay case that a question becomes."""
    return f"pinned-{code(question, 8)}"
