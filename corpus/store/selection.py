"""Selections of articles, also in SQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from corpus.database.dialect import NUMBERS


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles are wanted. `None` means no limit; with `since` or `until`, undated articles
    are left out. `passages` selects these passages and their articles. `removed` selects removed
    articles, and only these."""

    outlets: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    language: str | None = None
    removed: bool = False
    passages: tuple[int, ...] | None = None

    @property
    def everything(self) -> bool:
        return self == Selection()


def where(selection: Selection | None) -> tuple[str, list[object]]:
    """The condition on the joined tables `article` and `version`, and its values."""
    asked = selection or Selection()
    clauses, values = ["removed" if asked.removed else "NOT removed"], list[object]()
    if asked.outlets:
        clauses.append(
            "(outlet IN (SELECT value FROM json_each(?)) OR"
            " via IN (SELECT value FROM json_each(?)))"
        )
        values += [json.dumps(asked.outlets)] * 2
    for day, comparison in ((asked.since, ">="), (asked.until, "<=")):
        if day:
            clauses.append(f"published {comparison} ?")
            values.append(day.isoformat())
    if asked.language:
        clauses.append("language = ?")
        values.append(asked.language)
    if asked.passages is not None:
        clauses.append(
            "article.id IN (SELECT asked.article FROM passage AS asked"
            f" WHERE asked.id IN ({NUMBERS}))"
        )
        values.append(json.dumps(asked.passages))
    return " AND ".join(clauses), values


def where_passage(selection: Selection | None) -> tuple[str, list[object]]:
    """The same for queries that also join `passage`."""
    clauses, values = where(selection)
    if selection is None or selection.passages is None:
        return clauses, values
    return (
        f"{clauses} AND passage.id IN ({NUMBERS})",
        [*values, json.dumps(selection.passages)],
    )
