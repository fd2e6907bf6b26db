"""An editor's correction of an article, checked. The command line and the page both use it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from corpus.errors import InputError
from corpus.read.merge import document
from corpus.read.particulars import is_url
from corpus.types import DateKind, Rejection, Source, SourceDate

NOTHING = Source(path="")
"""What is said where nothing is."""


def said_by_hand(names: Mapping[str, str | None], published: date | None) -> Source:
    """What `names` (outlet, url, headline) and the day of publication say; a blank one says
    nothing. Raises `InputError` for what cannot be so."""
    said = {name: " ".join(value.split()) for name, value in names.items() if value}
    said = {name: value for name, value in said.items() if value}
    url = said.get("url")
    if url and not is_url(url):
        raise InputError(f"{url!r} is no address; write it like https://outlet.example/story")
    dates = (SourceDate(DateKind.PUBLISHED, published, "by hand"),) if published else ()
    source = Source(path="", dates=dates, **said)
    checked = document("", source)
    if isinstance(checked, Rejection):
        raise InputError(checked.reason)
    return source
