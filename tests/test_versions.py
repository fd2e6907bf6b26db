"""Whatever is ingested, corrected, removed and cleaned again, in whatever order: what was stored
stays readable, and what is quoted stays a slice of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from corpus import ingest as module
from corpus.clean.clean import clean
from corpus.ingest import ingest
from corpus.reclean import reclean
from corpus.store import Coverage
from corpus.types import Article, Cleaned, RawDocument, Source

TODAY = date(2026, 2, 1)
SENTENCES = (
    "The harbour authority opened a second quay on Monday after two years of work.",
    "وصل وزير الخارجية إلى مدينة ونسان مساء الجمعة، وبدأت المحادثات صباح السبت.",
    "Министр прибыл в Вонсан в пятницу, переговоры начались в субботу утром.",
    "La troisième traversée partira à l'automne, ont annoncé les armateurs de l'île.",
)
MENU = "Harbour news, ferries, tides and all about the port and its people today."
TEXTS = st.lists(st.sampled_from((*SENTENCES, MENU)), min_size=1, max_size=4, unique=True).map(
    "\n\n".join
)
FILES = st.sampled_from(("a.txt", "b.txt", "c.txt"))
OUTLETS = st.sampled_from((None, "Harbour Post", "Gulf Online"))
DAYS = st.sampled_from((None, "2025-07-11", "2025-07-12"))


def without_menu(raw: RawDocument) -> Cleaned:
    """Rules that know one line more; where nothing else stands they leave nothing."""
    cleaned = clean(raw)
    lines = cleaned.body.split("\n\n")
    kept = [line for line in lines if line != MENU]
    if len(kept) == len(lines):
        return cleaned
    at = lines.index(MENU)
    cut = len("\n\n".join(kept[:at])) + 2
    return replace(cleaned, body="\n\n".join(kept), cuts=(cut,) if 0 < at < len(kept) else ())


class Newsroom(RuleBasedStateMachine):
    """Three files, an editor who ingests and removes, and rules of cleaning that change."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name)
        (self.path / "articles").mkdir()
        self.coverage = Coverage.open(self.path / "coverage.sqlite")
        self.patch = pytest.MonkeyPatch()
        self.seen: dict[tuple[str, str], set[str]] = {}
        self.passages: dict[int, tuple[str, str, str]] = {}
        self.quotable = self.now()
        self.revision = self.coverage.revision

    def teardown(self) -> None:
        self.patch.undo()
        self.coverage.close()
        self.folder.cleanup()

    def now(self) -> list[Article]:
        """All that can be quoted, with its particulars; how a path is written is none of them."""
        return [
            replace(article, source=replace(article.source, path=""))
            for article in self.coverage.articles()
        ]

    def take(self, name: str, text: str, outlet: str | None, day: str | None) -> None:
        file = self.path / "articles" / name
        stated = f"+++\npublished = {day}\n+++\n" if day else ""
        file.write_text(stated + text, encoding="utf-8")
        given = Source(path="", outlet=outlet)
        report = ingest([str(file)], self.coverage, given=given, today=TODAY)
        assert report.usable + len(report.rejected) == 1

    @rule(name=FILES, text=TEXTS, outlet=OUTLETS, day=DAYS)
    def ingest_one(self, name: str, text: str, outlet: str | None, day: str | None) -> None:
        self.take(name, text, outlet, day)

    @rule(name=FILES, text=TEXTS)
    def there_and_back(self, name: str, text: str) -> None:
        """An article corrected, and set back to what it was: the same version again."""
        file = self.path / "articles" / name
        if not file.exists():
            return
        before = file.read_text(encoding="utf-8")
        taken = ingest([str(file)], self.coverage, today=TODAY).articles
        if not taken:
            return
        known = self.coverage.article(taken[0])
        self.check()
        self.take(name, text, None, None)
        self.check()
        file.write_text(before, encoding="utf-8")
        report = ingest([str(file)], self.coverage, today=TODAY)
        if report.rejected:
            # taken under former rules, and no article under those of now
            return
        assert report.articles == taken
        again = self.coverage.article(taken[0])
        assert known
        assert again
        assert (again.version, again.body) == (known.version, known.body)

    @rule(name=FILES, other=FILES)
    def move(self, name: str, other: str) -> None:
        """A file moved away, or over another one; the folder is ingested as it is then."""
        file = self.path / "articles" / name
        if file.exists():
            file.rename(file.with_name(other))
            ingest([str(self.path / "articles")], self.coverage, today=TODAY)

    @rule()
    def ingest_all_again(self) -> None:
        ingest([str(self.path / "articles")], self.coverage, today=TODAY)
        revision = self.coverage.revision
        report = ingest([str(self.path / "articles")], self.coverage, today=TODAY)
        assert report.added == report.updated == 0
        assert self.coverage.revision == revision

    @rule(pick=st.integers(0, 9))
    def remove(self, pick: int) -> None:
        ids = [article.id for article in self.coverage.articles()]
        if ids:
            assert self.coverage.remove([ids[pick % len(ids)]])

    @rule(pick=st.integers(0, 9))
    def restore(self, pick: int) -> None:
        gone = sorted(self.coverage.removed([article for article, _ in self.seen]))
        if gone:
            assert self.coverage.restore([gone[pick % len(gone)]])

    @rule(better=st.booleans())
    def clean_again(self, better: bool) -> None:
        """With other rules than before, or with the same."""
        self.patch.setattr(module, "clean", without_menu if better else clean)
        before = set(self.seen)
        reclean(self.coverage, today=TODAY)
        self.check()
        assert set(self.seen) == before
        assert reclean(self.coverage, today=TODAY).bodies == 0

    @invariant()
    def check(self) -> None:
        now, revision = self.now(), self.coverage.revision
        assert (now != self.quotable) == (revision > self.revision)
        assert revision >= self.revision
        self.quotable, self.revision = now, revision
        rows = self.coverage._connection.execute("SELECT article, version, body, cuts FROM version")
        bodies = {(article, version): body for article, version, body, _ in rows}
        for key, body in bodies.items():
            self.seen.setdefault(key, set()).add(body)
        assert set(bodies) == set(self.seen)
        removed = self.coverage.removed([article for article, _ in self.seen])
        for (article, version), before in self.seen.items():
            assert before <= set(self.coverage.bodies(article, version))
            stored = self.coverage.article(article, version)
            assert (stored is None) == (article in removed)
            assert stored is None or stored.body == bodies[article, version]
        self.check_passages(bodies)

    def check_passages(self, bodies: dict[tuple[str, str], str]) -> None:
        """Each is a slice of its version's body, across no cut; no number is given twice."""
        rows = self.coverage._connection.execute(
            'SELECT id, article, version, start, "end" FROM passage'
        )
        for number, article, version, start, end in rows.fetchall():
            body = bodies[article, version]
            assert 0 <= start < end <= len(body)
            slice_ = (article, version, body[start:end])
            assert self.passages.setdefault(number, slice_) == slice_
        for passage in self.coverage.passages():
            newest = self.coverage.article(passage.article)
            assert newest
            assert passage.version == newest.version
            assert passage.text == newest.body[passage.start : passage.end]
            assert not any(passage.start < cut < passage.end for cut in newest.cuts)


TestNewsroom = Newsroom.TestCase
TestNewsroom.settings = settings(max_examples=30, stateful_step_count=12, deadline=None)
