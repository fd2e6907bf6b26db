"""Coverage, index and model together, ready to answer. Safe to use from several threads."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from corpus.attribution.aliases import FILE as ALIASES_FILE
from corpus.attribution.aliases import Aliases
from corpus.database import Postgres
from corpus.errors import ConfigurationError, IndexDamaged, IndexMissing, InputError
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.answer.after import opened
from retrieval.answer.arrivals import Arrivals, Followed, Found, News, Ready
from retrieval.answer.ask import Searched, ask
from retrieval.answer.check.verdict import Verdict
from retrieval.answer.check.verify import verify
from retrieval.answer.judge.network import Judge, judge_for
from retrieval.answer.silence import SHIPPED, Calibration
from retrieval.index.features import Indexed, Service
from retrieval.index.generation import build, current_name, open_current
from retrieval.index.service import service_of
from retrieval.question import synonyms
from retrieval.question.expand import Expansion, expansions
from retrieval.question.synonyms import Synonyms
from retrieval.types import Answer, Embedder, Filters, Reranker

if TYPE_CHECKING:
    from retrieval.answer.explain.explanation import ExplainedAnswer

INDEX_FOLDER = "index"

# Followed questions are made ready again once there are so many times as many passages.
_GROWN = 1.25

_LOG = logging.getLogger(__name__)


class Engine:
    """Answers questions from the generation in service, and switches to a newer one by itself."""

    def __init__(
        self,
        coverage: Coverage,
        service: Service,
        embedder: Embedder,
        calibration: Calibration,
        *,
        synonyms: Path | None = None,
        aliases: Path | None = None,
        bridge: bool = True,
        reranker: Reranker | None = None,
        judge: Judge | None = None,
    ) -> None:
        """Without a `judge`, sentences are ordered by the scores of the search. With `bridge`,
        names are also searched as other scripts and languages and the editor's file of `synonyms`
        spell them. `aliases` are the editor's names of outlets and agencies."""
        self.coverage = coverage
        self.embedder = embedder
        self._service = service
        self._calibration = calibration
        self._synonyms = synonyms
        self._aliases_file = aliases
        self._aliases = Aliases()
        self._bridge = bridge
        self._reranker = reranker
        self._judge = judge
        # only what is followed; used by one thread
        self._arrivals: tuple[tuple[str, int], Arrivals] | None = None
        self._ready: tuple[int, dict[str, Ready]] | None = None

    @classmethod
    def open(
        cls,
        home: Path,
        embedder: Embedder,
        calibration: Calibration | None = None,
        *,
        store: str | Postgres = "",
        bridge: bool = True,
        reranker: Reranker | None = None,
        judge: Judge | None = None,
    ) -> Engine:
        """Open the coverage and index of `home`, or of a `store` if one is named. A `judge`
        replaces the one that belongs to the model.

        Raises `HomeError`, `IndexMissing`, `IndexDamaged`, or `ConfigurationError` if an editor's
        file cannot be used.
        """
        if not store:
            current_name(home / INDEX_FOLDER)
        Synonyms.read(home / synonyms.FILE)
        Aliases.read(home / ALIASES_FILE)
        coverage = Coverage.open(store or home / COVERAGE_FILE)
        # before the calibration: of a model that is not the index's, the index tells more
        service = service_of(home / INDEX_FOLDER, coverage, embedder)
        service.current()
        return cls(
            coverage,
            service,
            embedder,
            calibration or calibration_for(home, embedder),
            synonyms=home / synonyms.FILE,
            aliases=home / ALIASES_FILE,
            bridge=bridge,
            reranker=reranker,
            judge=judge or judge_for(embedder.digest),
        )

    def close(self) -> None:
        """Close this thread's connection to the coverage. Quotes already given stay valid."""
        self.coverage.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def generation(self) -> Indexed:
        """The index in service now."""
        return self._service.current()

    def ask(
        self,
        question: str,
        *,
        limit: int = 3,
        filters: Filters | None = None,
        today: date | None = None,
    ) -> Answer:
        """At most `limit` quotes, or an absence; `today` is the asker's day. Raises `InputError`
        for an unusable question."""
        others = self._expansions(question)
        return ask(
            question,
            self._searched(),
            limit=limit,
            filters=filters,
            expansions=others,
            today=today,
        )

    def explain(
        self,
        question: str,
        *,
        limit: int = 3,
        filters: Filters | None = None,
        today: date | None = None,
    ) -> ExplainedAnswer:
        """The answer of `ask`, with the evidence for and against each candidate. Raises as `ask`
        does."""
        from retrieval.answer.explain.explain import explain  # few questions are explained

        others = self._expansions(question)
        return explain(
            question,
            self._searched(),
            limit=limit,
            filters=filters,
            expansions=others,
            today=today,
        )

    def newest(self) -> int:
        """The newest passage of the generation in service; 0 where it has none."""
        return self.generation().newest

    def news(self, followed: Sequence[Followed], *, today: date | None = None) -> News:
        """What articles answer that are new to each followed question, in the generation in
        service."""
        searched = self._searched()
        return News(
            searched.generation.newest,
            tuple(self._new_answer(each, searched, today) for each in followed),
        )

    def _new_answer(
        self, followed: Followed, searched: Searched, today: date | None
    ) -> Found | None:
        arrivals = self._arrivals_after(followed.since, searched.generation)
        if not arrivals.articles:
            return None
        held = (opened(each, self.coverage) for each in followed.shown)
        try:
            return arrivals.answer(
                self._made_ready(followed.question, searched, today),
                searched,
                filters=followed.filters,
                expansions=lambda: self._expansions(followed.question),
                today=today,
                shown=(each[0] for each in held if each),
                possible=followed.possible,
            )
        except InputError:  # a question that an older pullquote took
            return None

    def _arrivals_after(self, since: int, generation: Indexed) -> Arrivals:
        """Those of the last time, which were of the same question's neighbours in a long list."""
        key = generation.name, since
        if self._arrivals is None or self._arrivals[0] != key:
            self._arrivals = key, Arrivals(generation, self.coverage, since)
        return self._arrivals[1]

    def _made_ready(self, question: str, searched: Searched, today: date | None) -> Ready:
        """Kept while the coverage is about as large as it was: what the words of a question weigh
        changes with it."""
        passages = len(searched.generation)
        if not self._ready or passages > _GROWN * self._ready[0]:
            self._ready = passages, {}
        kept = self._ready[1]
        if question not in kept:
            kept[question] = Ready.of(question, searched, self._expansions(question), today)
        return kept[question]

    def _searched(self) -> Searched:
        return Searched(
            self.coverage,
            self.generation(),
            self.embedder,
            self._calibration,
            self._reranker,
            self._names(),
            self._bridge,
            self._judge,
        )

    def _names(self) -> Aliases:
        """The editor's names of outlets and agencies as they are now, else the last good ones."""
        if self._aliases_file:
            try:
                self._aliases = Aliases.read(self._aliases_file)
            except ConfigurationError as error:
                _LOG.warning("%s; the last good one stays in use", error)
        return self._aliases

    def verify(self, text: str) -> Verdict:
        """Whether a text, or the text after a receipt, is a verbatim quote. Raises `InputError` for
        an unusable text."""
        return verify(text, self.coverage, self._names())

    def _expansions(self, question: str) -> tuple[Expansion, ...]:
        if not self._bridge:
            return ()
        known, problem = synonyms.current(self._synonyms) if self._synonyms else (None, None)
        if problem:
            _LOG.warning("%s; the last good one stays in use", problem)
        return expansions(question, known, self.coverage.languages())


def calibration_for(home: Path, embedder: Embedder) -> Calibration:
    """The calibration for this model: the shipped one for the embedded model, else the one made
    with the index. Raises `IndexDamaged` if there is none."""
    shipped = Calibration.read(SHIPPED)
    if shipped.model == embedder.digest:
        return shipped
    try:
        return Calibration.read(_calibration_file(home, embedder))
    except FileNotFoundError:
        raise IndexDamaged(
            f"when to stay silent is not known yet for the model {embedder.name}: run"
            " `pullquote index`"
        ) from None


def ensure_calibrated(home: Path, embedder: Embedder) -> bool:
    """Calibrate a model other than the embedded one, once, on the demo coverage. Returns whether
    that was done now."""
    file = _calibration_file(home, embedder)
    if file.exists() or Calibration.read(SHIPPED).model == embedder.digest:
        return False
    from retrieval.answer.calibrate import calibrate, demo_samples

    made = file.with_name(f".{file.name}")
    calibrate(demo_samples(embedder), embedder).write(made)
    made.replace(file)
    return True


def _calibration_file(home: Path, embedder: Embedder) -> Path:
    return home / INDEX_FOLDER / f"calibration-{embedder.digest}.json"


def update_index(
    home: Path,
    coverage: Coverage,
    embedder: Embedder,
    *,
    rebuild: bool = False,
    purge: bool = False,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> Indexed:
    """Bring the index of `home`, or of the coverage's store, up to date with `coverage`. With
    `purge`, nothing remains in it of passages that the coverage no longer has."""
    if coverage.store:
        from retrieval.answer.annotate import annotating
        from retrieval.index.postgres import update

        update.update(
            coverage.store,
            coverage,
            embedder,
            rebuild=rebuild,
            purge=purge,
            annotating=annotating,
            step=step,
        )
        return service_of(home / INDEX_FOLDER, coverage, embedder).current()
    folder = home / INDEX_FOLDER
    if not rebuild and not purge:
        try:
            generation = open_current(folder, embedder, coverage)
            if generation.manifest.revision == coverage.revision:
                return generation
        except (IndexMissing, IndexDamaged):
            pass
    from retrieval.answer.annotate import annotating

    return build(
        folder,
        coverage,
        embedder,
        rebuild=rebuild,
        purge=purge,
        annotating=annotating,
        step=step,
    )
