"""Cleaning again: every stored document with today's rules, and no version of it a new one.

A correction is made by an outlet; a better rule of ours is none. So the versions keep their ids,
bodies that change are kept along with the new ones, and what today's rules would reject stays as it
is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from corpus.attribution.aliases import Aliases
from corpus.ingest import Step, prepare
from corpus.store import Coverage
from corpus.types import Rejection


@dataclass(slots=True)
class Recleaned:
    """What cleaning again did, counted in versions: of how many the body changed, of how many only
    other things. `rejected` would be rejected today; they stand as (article, version, why)."""

    documents: int = 0
    bodies: int = 0
    particulars: int = 0
    rejected: list[tuple[str, str, Rejection]] = field(default_factory=list)


def reclean(
    coverage: Coverage,
    *,
    today: date,
    aliases: Aliases | None = None,
    step: Step = lambda done, total: None,
) -> Recleaned:
    """Clean and attribute all documents again, superseded and removed ones too, in one transaction:
    if the process is killed, nothing has changed.

    Dates later than the day a document was taken are ignored; `today` replaces an unknown day.
    `aliases` are the editor's current names. `step(done, total)` is called for each document.
    """
    report = Recleaned()
    with coverage.transaction():
        total = coverage.count_documents()
        for article, version, raw, taken in coverage.documents():
            report.documents += 1
            step(report.documents, total)
            made = prepare(raw, taken or today, aliases)
            if isinstance(made, Rejection):
                report.rejected.append((article, version, made))
                continue
            change = coverage.rewrite(replace(made[0], id=article, version=version))
            report.bodies += change == "body"
            report.particulars += change == "particulars"
    coverage.link()
    return report
