"""What a list of articles is filtered by, read from an address and written into one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from corpus.dates.written import parse_date
from corpus.store import ArticleFilter, Order, Selection

ON_PAGE = 50
"""Articles on a page of the list."""

UNKNOWN = "?"
"""Stands for the outlet that is not known."""

_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class ListState:
    """What a reader chose. `problem` is the field that could not be read, as it was written."""

    words: str = ""
    outlet: str = ""
    since: date | None = None
    until: date | None = None
    language: str = ""
    agency: str = ""
    only: str = ""
    order: Order = Order.NEWEST
    page: int = 1
    problem: str | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> ListState:
        """The state that an address names; what it does not understand it leaves out."""
        since, until = (page_day(query.get(name, "")) for name in ("since", "until"))
        wrong = next(
            (
                text
                for name, day in (("since", since), ("until", until))
                if (text := query.get(name, "").strip()) and day is None
            ),
            None,
        )
        only = query.get("only", "")
        order = query.get("sort", "")
        return cls(
            words=" ".join(query.get("words", "").split())[:200],
            outlet=query.get("outlet", "").strip(),
            since=since,
            until=until,
            language=query.get("language", "").strip(),
            agency=query.get("agency", "").strip(),
            only=only if only in ("undated", "withdrawn", "removed") else "",
            order=Order(order) if order in list(Order) else Order.NEWEST,
            page=page_number(query),
            problem=wrong[:40] if wrong else None,
        )

    @property
    def filter(self) -> ArticleFilter:
        """The same for the store."""
        known = self.outlet and self.outlet != UNKNOWN
        return ArticleFilter(
            Selection(
                (self.outlet,) if known else (),
                self.since,
                self.until,
                self.language or None,
                self.only == "removed",
            ),
            self.agency or None,
            undated=self.only == "undated",
            no_outlet=self.outlet == UNKNOWN,
            withdrawn=self.only == "withdrawn",
            words=self.words,
        )

    @property
    def exchanged(self) -> bool:
        """Whether the first day is later than the last."""
        return bool(self.since and self.until and self.since > self.until)

    @property
    def filtered(self) -> bool:
        """Whether the list is not simply of all articles."""
        return replace(self, order=Order.NEWEST, page=1, problem=None) != ListState()

    @property
    def offset(self) -> int:
        return (self.page - 1) * ON_PAGE

    def address(self, **changes: object) -> str:
        """The query of the address of this state with `changes`: of the first page, unless they
        name one. Empty for the state in which nothing is chosen."""
        state = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        written = {
            "words": state.words,
            "outlet": state.outlet,
            "since": state.since.isoformat() if state.since else "",
            "until": state.until.isoformat() if state.until else "",
            "language": state.language,
            "agency": state.agency,
            "only": state.only,
            "sort": "" if state.order is Order.NEWEST else str(state.order),
            "page": "" if state.page <= 1 else str(state.page),
        }
        chosen = {name: value for name, value in written.items() if value}
        return f"?{urlencode(chosen)}" if chosen else "?"


def page_number(query: Mapping[str, str]) -> int:
    """The page that an address names, from 1 on; the first where it names none."""
    return max(whole_number(query.get("page"), _MOST_DIGITS) or 1, 1)


def whole_number(text: str | None, digits: int = 15) -> int | None:
    """A number of an address or a form, of some digits at most; `None` for what is none."""
    known = text is not None and text.isascii() and text.isdigit() and len(text) <= digits
    return int(text) if known and text is not None else None


def page_day(text: str) -> date | None:
    """A day of a form; `None` for what is none."""
    return parse_date(text.strip()) if text.strip() else None
