"""Who publishes a page, and which names are its own and no person's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from corpus.attribution.aliases import name_key
from corpus.attribution.byline_words import byline_words, words_of

# Letters of the name of an account that a host begins with.
ACCOUNT_LETTERS = 3

_ENDING = re.compile(r"\.(?:com?|net|org|info|tv|[a-z]{2})(?:\.[a-z]{2})?$")
_ARTICLES = ("the ", "le ", "la ", "les ", "der ", "die ", "das ", "el ", "il ")


@dataclass(frozen=True, slots=True)
class Publisher:
    """What a publisher is called: its names as words, and the first label of its host."""

    names: tuple[tuple[str, ...], ...] = ()
    host: str = ""

    @classmethod
    def of(cls, names: Iterable[str | None], address: str | None = None) -> Publisher:
        """The publisher of some names and of the page at `address`."""
        words = (tuple(words_of(_bare(name))) for name in names if name)
        return cls(tuple(filter(None, dict.fromkeys(words))), _host(address))

    def owns(self, words: Sequence[str], *, alone: bool) -> bool:
        """Whether words are its name, a part of it, or the name of one of its desks. `alone` says
        that nothing is before them: two words that a longer name begins with may be a person's then
        («Ada Brook» of «Ada Brook's blog»)."""
        joined = "".join(words)
        if self.host and (
            joined == self.host
            or (len(words) == 1 and len(joined) >= ACCOUNT_LETTERS and self.host.startswith(joined))
        ):
            return True
        return any(self._is(name, tuple(words), alone=alone) for name in self.names)

    def _is(self, name: tuple[str, ...], words: tuple[str, ...], *, alone: bool) -> bool:
        if words[: len(name)] == name:
            rest = words[len(name) :]
            return len(name) > 1 or all(word in byline_words().unnamed for word in rest)
        return name[: len(words)] == words and (len(words) == 1 or not alone)


def _bare(name: str) -> str:
    """The name of an outlet without its article and the ending of a host."""
    key = _ENDING.sub("", name_key(name).removeprefix("@"))
    return next((key.removeprefix(each) for each in _ARTICLES if key.startswith(each)), key)


def _host(address: str | None) -> str:
    """The label of a host that tells its site («vale-post» of «www.vale-post.example»), without
    marks."""
    try:
        host = urlsplit(address or "").hostname or ""
    except ValueError:
        return ""
    labels = host.removeprefix("www.").split(".")[:-1]
    return re.sub(r"\W", "", max(labels, key=len, default=""))
