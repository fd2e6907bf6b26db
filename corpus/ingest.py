"""An article's way into the coverage: read → clean → date & attribute → split → store → link."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, islice
from pathlib import Path

from corpus.attribution.aliases import Aliases
from corpus.attribution.attribute import attribute
from corpus.clean.clean import clean
from corpus.errors import InputError
from corpus.language.detect import language_of
from corpus.parts import entries_of, with_parts
from corpus.processes import cores, processes
from corpus.read import STANDARD_INPUT, Manifest, extracted, is_url, paths_of, read
from corpus.read.merge import merge
from corpus.read.telegram.posts import is_channel, is_post
from corpus.split import POST_WORDS, is_heading, sentences
from corpus.store import COMMAND_LINE, Coverage, code
from corpus.types import Article, Cleaned, RawDocument, Rejection, Source

# Articles in one transaction: a killed ingest loses at most this many, and they are taken again.
BATCH = 100
# Batches that are prepared one after the other before processes are started for those that follow,
# and the documents that a process is handed at a time.
ALONE = 2
RUN = 20
Step = Callable[[int, int], None]
Fetch = Callable[[str, Source], Iterable[RawDocument | Rejection]]
_Made = Article | Rejection
# A body with fewer letters than this is no article.
MINIMUM_LETTERS = 40
_DIGITS = re.compile(r"\d+")
# So many lines without one sentence among them are a menu or a list, no article.
FEWEST_OF_LIST = 3


@dataclass(slots=True)
class Report:
    """What one ingest did. `at` has the article that was read from each path or link, `changed`
    those that are new or have a new text."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    prepared: list[tuple[Article, Cleaned]] = field(default_factory=list)
    at: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    @property
    def usable(self) -> int:
        return self.added + self.updated + self.unchanged + len(self.prepared)


def ingest(
    origins: Iterable[str],
    coverage: Coverage,
    *,
    given: Source | None = None,
    manifest: Manifest | None = None,
    today: date | None = None,
    aliases: Aliases | None = None,
    fetch: Fetch | None = None,
    step: Step = lambda done, total: None,
    actor: str = COMMAND_LINE,
) -> Report:
    """Take everything found at `origins` (files, folders, globs, links, `-`), or without any the
    files of the `manifest`, into `coverage`.

    `given` holds what the user says about all of them and wins over the manifest, which says it of
    single files. `today` bounds the dates that are believed, `aliases` are the editor's names for
    outlets and agencies; `fetch` gives what is at a link, none is fetched without it. `step(done,
    total)` is called as files are read; `actor` is who takes them in, for the journal.
    """
    rejected: list[Rejection] = []
    known = given or Source(path="")
    documents = _documents(origins, known, manifest, rejected, step, fetch)
    report = Report(rejected=rejected)
    return take(documents, coverage, report, today=today, aliases=aliases, actor=actor)


def take(
    documents: Iterable[RawDocument],
    coverage: Coverage,
    report: Report | None = None,
    *,
    today: date | None = None,
    aliases: Aliases | None = None,
    actor: str = COMMAND_LINE,
) -> Report:
    """Take `documents` into `coverage`; what is done is added to `report`."""
    report = report or Report()
    day = today or date.today()
    for batch in _prepared(_batches(iter(documents)), coverage, day, aliases):
        with coverage.transaction():
            for raw, made in batch:
                _take(raw, made, coverage, day, aliases, report, actor)
    coverage.link()
    return report


def preview(
    origins: Iterable[str],
    *,
    given: Source | None = None,
    manifest: Manifest | None = None,
    today: date | None = None,
    aliases: Aliases | None = None,
    fetch: Fetch | None = None,
) -> Report:
    """What `ingest` would take, in `Report.prepared`; nothing is stored."""
    report = Report()
    known = given or Source(path="")
    for raw in _documents(origins, known, manifest, report.rejected, lambda *_: None, fetch):
        made = prepare(raw, today or date.today(), aliases)
        if isinstance(made, Rejection):
            report.rejected.append(made)
        else:
            report.prepared.append(made)
    return report


def prepare(
    raw: RawDocument, today: date, aliases: Aliases | None = None
) -> tuple[Article, Cleaned] | Rejection:
    """Clean, date, attribute and split one document; its id is that of its own origin."""
    document = extracted(raw)
    if isinstance(document, Rejection):
        return document
    cleaned = clean(document)
    source = attribute(document, cleaned, today, aliases)
    if why := _unfit(cleaned.body, post=is_post(raw.given)):
        return Rejection(raw.given.path, why)
    language = language_of(cleaned.body, document.language)
    article = Article(
        id=_article_id(source, cleaned.body),
        version=code(f"{source.headline}\0{cleaned.body}", 8),
        source=source,
        language=language,
        body=cleaned.body,
        sentences=sentences(cleaned.body, language),
        cuts=cleaned.cuts,
        entries=entries_of(cleaned.body, source.headline, document.entries),
        flags=document.flags,
        pages=cleaned.pages,
    )
    return with_parts(article, cleaned.top_page), cleaned


def _unfit(body: str, *, post: bool) -> str | None:
    """Why a body is that of no article; a post may be short, and of lines that end like none."""
    least = 1 if post else MINIMUM_LETTERS
    letters = sum(1 for _ in islice(filter(str.isalpha, body), least))
    if letters < least:
        return (
            f"no article text: {letters} letters are left after cleaning,"
            f" at least {least} {'is' if post else 'are'} needed"
        )
    if not post and _is_list(body):
        return "no sentences: every line left after cleaning is short and ends like a heading"
    return None


def _is_list(body: str) -> bool:
    """Whether no line of a body says anything: all are short, not closed, and of a few words, as
    those of a menu are, or the same but for their numbers, as those of a pager."""
    lines = [line.strip() for line in body.split("\n") if line.strip()]
    if len(lines) < FEWEST_OF_LIST or not all(is_heading(line) for line in lines):
        return False
    said = {_DIGITS.sub("0", line) for line in lines if len(line.split()) >= POST_WORDS}
    return len(said) * 2 < len(lines)


def _prepared(
    batches: Iterator[list[RawDocument]],
    coverage: Coverage,
    today: date,
    aliases: Aliases | None,
) -> Iterator[list[tuple[RawDocument, _Made | None]]]:
    """Each batch with what its documents were prepared to, in order, before anybody has to wait for
    its transaction: once there are many, by processes on all cores, ahead of their turn. `None` for
    what is known."""

    def here(batch: list[RawDocument]) -> list[tuple[RawDocument, _Made | None]]:
        new = [coverage.known(raw) is None for raw in batch]
        return [
            (raw, _article(prepare(raw, today, aliases)) if is_new else None)
            for raw, is_new in zip(batch, new, strict=True)
        ]

    yield from map(here, islice(batches, ALONE))
    count = cores()
    following = next(batches, None)
    if following is None or count == 1:
        yield from map(here, chain([following] if following else [], batches))
        return
    with processes(count) as pool:
        waiting: deque[tuple[list[RawDocument], list[int], list[Future[list[_Made]]]]] = deque()
        for batch in chain([following], batches):
            new = [at for at, raw in enumerate(batch) if coverage.known(raw) is None]
            spans = [new[first : first + RUN] for first in range(0, len(new), RUN)]
            runs = [[batch[at] for at in span] for span in spans]
            made = [pool.submit(_prepare_run, run, today, aliases) for run in runs]
            waiting.append((batch, new, made))
            if len(waiting) > count:
                yield _collected(*waiting.popleft())
        while waiting:
            yield _collected(*waiting.popleft())


def _prepare_run(run: list[RawDocument], today: date, aliases: Aliases | None) -> list[_Made]:
    return [_article(prepare(raw, today, aliases)) for raw in run]


def _article(made: tuple[Article, Cleaned] | Rejection) -> _Made:
    return made if isinstance(made, Rejection) else made[0]


def _collected(
    batch: list[RawDocument], new: list[int], made: list[Future[list[_Made]]]
) -> list[tuple[RawDocument, _Made | None]]:
    found = dict(zip(new, chain.from_iterable(each.result() for each in made), strict=True))
    return [(raw, found.get(at)) for at, raw in enumerate(batch)]


def _take(
    raw: RawDocument,
    prepared: _Made | None,
    coverage: Coverage,
    today: date,
    aliases: Aliases | None,
    report: Report,
    actor: str,
) -> None:
    known = coverage.known(raw)
    if known is None:
        made = _settled(raw, prepared, coverage, today, aliases)
        if isinstance(made, Rejection):
            report.rejected.append(made)
            return
        article, raw = made
        known = article.id
        taken = coverage.add(article, raw, _place(raw.given.path), today, actor)
    else:
        taken = "removed" if coverage.removed([known]) else "unchanged"
    if taken == "removed":
        undo = f"article {known} has been removed; `pullquote remove --undo {known}` undoes that"
        report.rejected.append(Rejection(raw.given.path, undo))
        return
    setattr(report, taken, getattr(report, taken) + 1)
    report.articles.append(known)
    report.at[raw.given.path] = known
    if taken != "unchanged":
        report.changed.add(known)


def _settled(
    raw: RawDocument,
    prepared: _Made | None,
    coverage: Coverage,
    today: date,
    aliases: Aliases | None,
) -> tuple[Article, RawDocument] | Rejection:
    """The article of a document under the id that its origin has, with what was said of it by
    hand, and the document with what was said of this origin before and is not contradicted now."""
    article = prepared or _article(prepare(raw, today, aliases))
    if isinstance(article, Rejection):
        return article
    place = _place(raw.given.path)
    known = coverage.of_origin(article, place)
    if known is None:
        name = coverage.free_id(article, place)
        if day := coverage.purged().get(name):
            undo = f"`pullquote remove --undo {name}` lets it come in"
            return Rejection(raw.given.path, f"article {name} was purged on {day}; {undo}")
        return replace(article, id=name), raw
    before = replace(coverage.given(known), headline=None, standfirst=None)
    kept = replace(raw, given=merge(raw.given, before))
    said = replace(kept, given=merge(coverage.by_hand(known), kept.given))
    if said != raw:
        article = _article(prepare(said, today, aliases))
        if isinstance(article, Rejection):
            return article
    return replace(article, id=known), kept


def _documents(
    origins: Iterable[str],
    given: Source,
    manifest: Manifest | None,
    rejected: list[Rejection],
    step: Step,
    fetch: Fetch | None,
) -> Iterator[RawDocument]:
    paths = paths_of(origins, manifest, rejected)
    if given.url and len(paths) > 1 and not is_channel(given.url):
        raise InputError(
            f"one address, {given.url}, for {len(paths)} files: give one file with --url"
        )
    for done, path in enumerate(paths, start=1):
        step(done, len(paths))
        said = replace(given, path=path)
        if manifest and path != STANDARD_INPUT:
            said = merge(said, manifest.said(os.path.abspath(path)))
        for found in _read(path, said, manifest, fetch):
            if isinstance(found, Rejection):
                rejected.append(found)
            else:
                yield found


def _read(
    path: str, said: Source, manifest: Manifest | None, fetch: Fetch | None
) -> Iterable[RawDocument | Rejection]:
    if not is_url(path):
        return read(path, said, manifests=manifest is None)
    if fetch is None:
        return [Rejection(path, "pages are not fetched: save the page and ingest the file")]
    return fetch(path, said)


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
    """The absolute path of the file a document was read from, with `#line` of a record and the path
    in a ZIP kept; none for what came on standard input or from a link."""
    from_input = path == STANDARD_INPUT or path.startswith(("-#", "-/"))
    return None if from_input or is_url(path) else str(Path(path).absolute())


def _article_id(source: Source, body: str) -> str:
    """The id of an origin: the address, else outlet, folder and file, else (standard input) the
    text itself. Where the folder lies changes nothing, so that a copy of it elsewhere gives the
    same ids."""
    place = _place(source.path)
    if source.url:
        return code(source.url, 10)
    name = "/".join(Path(place).parts[-2:]) if place else body
    return code(f"{source.outlet}\0{name}", 10)
