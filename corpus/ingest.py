"""An article's way into the coverage: read → clean → date & attribute → split → store."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from glob import glob, has_magic
from hashlib import sha256
from pathlib import Path

from corpus.attribute import attribute
from corpus.clean import clean
from corpus.errors import InputError
from corpus.languages import detect
from corpus.read import SUFFIXES, read
from corpus.split import sentences
from corpus.store import Coverage, Taken
from corpus.types import Article, Cleaned, RawDocument, Rejection, Source

STANDARD_INPUT = "-"
# Articles in one transaction: a killed ingest loses at most this many, and they are taken again.
BATCH = 100
Step = Callable[[int, int], None]
# A body with fewer letters than this is no article.
MINIMUM_LETTERS = 40


@dataclass(slots=True)
class Report:
    """What one ingest did."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    prepared: list[tuple[Article, Cleaned]] = field(default_factory=list)

    @property
    def usable(self) -> int:
        return self.added + self.updated + self.unchanged + len(self.prepared)


def ingest(
    origins: Iterable[str],
    coverage: Coverage,
    *,
    given: Source | None = None,
    today: date | None = None,
    step: Step = lambda done, total: None,
) -> Report:
    """Take everything found at `origins` (files, folders, globs, `-`) into `coverage`.

    `given` holds what the user says about all of them, `today` bounds the dates that are believed.
    `step(done, total)` is called as files are read.
    """
    report = Report()
    documents = _documents(origins, given or Source(path=""), report.rejected, step)
    for batch in _batches(documents):
        with coverage.transaction():
            for raw in batch:
                _take(raw, coverage, today or date.today(), report)
    return report


def preview(
    origins: Iterable[str], *, given: Source | None = None, today: date | None = None
) -> Report:
    """What `ingest` would take, in `Report.prepared`; nothing is stored."""
    report = Report()
    for raw in _documents(origins, given or Source(path=""), report.rejected, lambda *_: None):
        made = prepare(raw, today or date.today())
        if isinstance(made, Rejection):
            report.rejected.append(made)
        else:
            report.prepared.append(made)
    return report


def prepare(raw: RawDocument, today: date) -> tuple[Article, Cleaned] | Rejection:
    """Clean, date, attribute and split one document; its id is that of its own origin."""
    cleaned = clean(raw)
    source = attribute(raw, cleaned, today)
    letters = sum(character.isalpha() for character in cleaned.body)
    if letters < MINIMUM_LETTERS:
        return Rejection(
            raw.given.path,
            f"no article text: {letters} letters are left after cleaning,"
            f" at least {MINIMUM_LETTERS} are needed",
        )
    language = detect(cleaned.body)
    return Article(
        id=_article_id(source, cleaned.body),
        version=_code(f"{source.headline}\0{cleaned.body}", 8),
        source=source,
        language=language,
        body=cleaned.body,
        sentences=sentences(cleaned.body, language),
        cuts=cleaned.cuts,
    ), cleaned


def _take(raw: RawDocument, coverage: Coverage, today: date, report: Report) -> None:
    known = coverage.known(raw)
    if known:
        report.unchanged += 1
        report.articles.append(known)
        return
    made = prepare(raw, today)
    if isinstance(made, Rejection):
        report.rejected.append(made)
        return
    article, _ = made
    place = _place(raw.given.path)
    if place and not article.source.url:
        before = coverage.at(place, article.source.outlet)
        article = replace(article, id=before) if before else article
    taken: Taken = coverage.add(article, raw, place)
    setattr(report, taken, getattr(report, taken) + 1)
    report.articles.append(article.id)


def _documents(
    origins: Iterable[str],
    given: Source,
    rejected: list[Rejection],
    step: Step,
) -> Iterator[RawDocument]:
    paths = [path for origin in origins for path in _expand(origin, rejected)]
    if given.url and len(paths) > 1:
        raise InputError(
            f"one address, {given.url}, for {len(paths)} files: give one file with --url"
        )
    for done, path in enumerate(paths, start=1):
        step(done, len(paths))
        for found in read(path, replace(given, path=path)):
            if isinstance(found, Rejection):
                rejected.append(found)
            else:
                yield found


def _expand(origin: str, rejected: list[Rejection]) -> Iterator[str]:
    """The files that an origin stands for; what stands for none is rejected."""
    path = Path(origin)
    if origin == STANDARD_INPUT or path.is_file():
        yield from _nameable([origin], rejected)
    elif "://" in origin:
        rejected.append(
            Rejection(origin, "pages are not fetched: save the page and ingest the file")
        )
    elif path.is_dir():
        found = sorted(str(file) for file in path.rglob("*") if _readable(file, path))
        if not found:
            known = ", ".join(sorted(SUFFIXES))
            rejected.append(
                Rejection(origin, f"nothing to read in this folder (looked for {known})")
            )
        yield from _nameable(found, rejected)
    elif has_magic(origin) and (matches := sorted(glob(origin, recursive=True))):
        for match in matches:
            yield from _expand(match, rejected)
    else:
        rejected.append(Rejection(origin, "no such file or folder"))


def _nameable(paths: Iterable[str], rejected: list[Rejection]) -> Iterator[str]:
    """The paths that can be written down."""
    for path in paths:
        if path.isprintable() or path.encode(errors="ignore").decode() == path:
            yield path
        else:
            shown = path.encode(errors="replace").decode()
            rejected.append(Rejection(shown, "the file's name is not valid Unicode: rename it"))


def _readable(file: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
    return file.is_file() and not hidden and file.suffix.lower() in SUFFIXES


def _batches(documents: Iterator[RawDocument]) -> Iterator[list[RawDocument]]:
    batch: list[RawDocument] = []
    for raw in documents:
        batch.append(raw)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _place(path: str) -> str | None:
    """The absolute path of the file a document was read from, with `#line` of a record kept."""
    return None if path == STANDARD_INPUT else str(Path(path).absolute())


def _article_id(source: Source, body: str) -> str:
    """The id of an origin: the canonical URL, else outlet and place, else (standard input) the
    text itself."""
    place = _place(source.path)
    if source.url:
        return _code(source.url, 10)
    return _code(f"{source.outlet}\0{place or body}", 10)


def _code(text: str, length: int) -> str:
    """`length` lower-case base-32 characters (5 bits each) of a SHA-256."""
    return b32encode(sha256(text.encode()).digest()).decode().lower()[:length]
