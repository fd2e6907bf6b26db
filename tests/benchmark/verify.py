"""How surely and how fast `verify` tells quotes, on a large home: python tests/benchmark/verify.py

    HOME [--count 10000] [--others FILE.jsonl[.gz]] [--seed 1]

Three kinds of texts, drawn with the seed: true quotes of eight words and more with what Telegram
and word processors make of them; true quotes with one word exchanged for another of the coverage;
and texts that share no five words in a row with it: the words of a sentence shuffled, patches of
four words of many articles, chains of words that are neighbours somewhere, and sentences of
--others, whose records have a body or text. Beside it, in the same run, what a user would do
instead: look for the text in every body. Times are of the processor, after opening.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice, pairwise
from pathlib import Path

from corpus.language.pasted import words_to_find
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.answer.check.draft import quotations
from retrieval.answer.check.search import Search
from retrieval.answer.check.verdict import Verdict, VerdictKind
from retrieval.answer.check.verify import verify

_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_FEWEST = 8
_MOST = 60
_RUN = 5
_SCANNED = 20
_NEAR = 1_000
_DOUBLE = str.maketrans(dict.fromkeys("«»“”„", '"'))
_CURLY = str.maketrans({"'": "’", "-": "–", '"': "”"})


@dataclass(frozen=True, slots=True)
class Case:
    """A text to judge; where a word was exchanged, that word and the new one."""

    text: str
    before: str = ""
    after: str = ""


class Drawn:
    """Texts drawn from the newest bodies of a coverage."""

    def __init__(self, coverage: Coverage, seed: int) -> None:
        self.coverage = coverage
        self.bodies = [article.body for article in coverage.articles()]
        self.random = random.Random(seed)

    def quote(self, fewest: int = _FEWEST) -> str:
        """Words in a row of a random body."""
        while True:
            body = self.random.choice(self.bodies)
            words = list(_WORD.finditer(body))
            if len(words) < fewest:
                continue
            length = self.random.randint(fewest, min(_MOST, len(words)))
            first = self.random.randint(0, len(words) - length)
            text = body[words[first].start() : words[first + length - 1].end()]
            if len(words_to_find(text)) >= fewest:
                return text

    def true(self) -> Iterator[Case]:
        while True:
            text = self.quote()
            for change in self.random.sample(_CHANGES, self.random.randint(1, 4)):
                text = change(text, self.random)
            yield Case(self.random.choice(_AROUND).format(text))

    def exchanged(self) -> Iterator[Case]:
        while True:
            text = self.quote()
            places = list(_LETTERS.finditer(text))
            other = _LETTERS.search(self.quote())
            if not places or other is None:
                continue
            place = self.random.choice(places)
            if words_to_find(place[0]) == words_to_find(other[0]):
                continue
            changed = text[: place.start()] + other[0] + text[place.end() :]
            if not self.stands(words_to_find(changed)):
                yield Case(changed, place[0], other[0])

    def strange(self, others: Path | None) -> Iterator[Case]:
        """Texts that share no `_RUN` words in a row with the coverage, of each kind in turn; with
        quotation marks in them fewer words are a quote."""
        kinds = [self._shuffled(), self._patched(), self._chained()]
        if others:
            kinds.append(_sentences(others, self.random))
        for kind in cycle(kinds):
            text = next(kind)
            words = words_to_find(text)
            runs = (words[at : at + _RUN] for at in range(len(words) - _RUN + 1))
            marked = any(quotations(text))
            if len(words) >= _FEWEST and not marked and not any(map(self.stands, runs)):
                yield Case(text)

    def stands(self, words: list[str]) -> bool:
        return bool(self.coverage.with_run(words, 1))

    def _shuffled(self) -> Iterator[str]:
        while True:
            words = self.quote().split()
            self.random.shuffle(words)
            yield " ".join(words)

    def _patched(self) -> Iterator[str]:
        while True:
            patches = [self.quote().split()[:4] for _ in range(self.random.randint(2, 8))]
            yield " ".join(word for patch in patches for word in patch)

    def _chained(self) -> Iterator[str]:
        following: dict[str, list[str]] = defaultdict(list)
        for body in self.random.sample(self.bodies, min(len(self.bodies), 4000)):
            for word, after in pairwise(body.split()):
                following[word].append(after)
        while True:
            chain = [self.random.choice(list(islice(following, 20_000)))]
            while len(chain) < self.random.randint(12, 60) and chain[-1] in following:
                chain.append(self.random.choice(following[chain[-1]]))
            yield " ".join(chain)


def _blanks(text: str, drawn: random.Random) -> str:
    kinds = ("\u00a0", "  ", "\n", " \n\n ", "\t", "\u202f", "\r\n")
    return re.sub(r"\s+", lambda at: drawn.choice(kinds) if drawn.random() < 0.3 else at[0], text)


def _marks(text: str, drawn: random.Random) -> str:
    kinds = ("\u200e", "\u200f", "\u2066", "\u2069", "\u202b", "\u202c", "\u200c", "\ufeff")
    return "".join(drawn.choice(kinds) + each if drawn.random() < 0.05 else each for each in text)


_CHANGES: list[Callable[[str, random.Random], str]] = [
    _blanks,
    _marks,
    lambda text, _: text.translate(_DOUBLE),
    lambda text, _: text.translate(_CURLY),
    lambda text, _: unicodedata.normalize("NFD", text),
    lambda text, _: unicodedata.normalize("NFC", text),
    lambda text, _: text.replace("...", "…"),
    lambda text, _: re.sub(r"(\w{4})(?=\w{3})", "\\1\u00ad", text, count=1),
]
_CITED = "— Harbour Post · 12 July 2025 · https://harbour.example/quay"
_AROUND = ("{}", " {}\n", "«{}»", "“{}”\n", f"«{{}}» {_CITED}", f"{{}}\n\n{_CITED}", "> {}")


def _sentences(file: Path, drawn: random.Random) -> Iterator[str]:
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            parts = re.split(r"(?<=[.!?؟])\s+|\n+", record.get("body") or record["text"])
            yield drawn.choice(parts)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("home", type=Path)
    arguments.add_argument("--count", type=int, default=10_000)
    arguments.add_argument("--others", type=Path)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    coverage = Coverage.open(given.home / COVERAGE_FILE)
    drawn = Drawn(coverage, given.seed)
    print(f"{len(drawn.bodies)} articles; {given.count} texts of each kind, seed {given.seed}")
    kinds = {
        "true": (drawn.true(), VerdictKind.EXACT),
        "one word exchanged": (drawn.exchanged(), VerdictKind.ALTERED),
        "no run of five": (drawn.strange(given.others), VerdictKind.ABSENT),
    }
    for name, (cases, wanted) in kinds.items():
        texts = list(islice(cases, given.count))
        _judge(name, texts, wanted, coverage)
        _scan(texts[:_SCANNED], coverage)


def _judge(name: str, cases: list[Case], wanted: VerdictKind, coverage: Coverage) -> None:
    told: Counter[str] = Counter()
    times: list[float] = []
    shares: list[float] = []
    for case in cases:
        started = time.process_time()
        verdict = verify(case.text, coverage)
        times.append((time.process_time() - started) * 1000)
        right = verdict.kind is wanted
        if right and case.after:
            right = case.after in _pieces(verdict, "insert")
            told["the very word shown"] += case.before in _pieces(verdict, "delete")
        told["right" if right else str(verdict.kind)] += 1
        if not right:
            print(f"  not {wanted}: {case}")
        if wanted is not VerdictKind.EXACT and len(shares) < _NEAR:
            near = Search(coverage).closest(case.text)
            shares.append(near[1].dense if near else 0.0)
    print(f"{name}: {dict(told)}; {_percentiles(times)}")
    if shares:
        shares.sort()
        print(
            "  share of words that the closest original has: least {:.2f}, 1st percentile {:.2f},"
            " median {:.2f}, 99th {:.2f}, most {:.2f}".format(
                *(shares[int(at * (len(shares) - 1))] for at in (0, 0.01, 0.5, 0.99, 1))
            )
        )


def _pieces(verdict: Verdict, kind: str) -> str:
    return " ".join(text for each, text in verdict.matches[0].diff or () if each == kind)


def _percentiles(times: list[float]) -> str:
    times = sorted(times)
    p50, p95 = (times[int(at * (len(times) - 1))] for at in (0.5, 0.95))
    return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, most {times[-1]:.0f} ms"


def _scan(cases: list[Case], coverage: Coverage) -> None:
    """Every body searched for the text by SQLite."""
    times = []
    found = 0
    for case in cases:
        started = time.process_time()
        rows = coverage._connection.execute(
            "SELECT article FROM version WHERE instr(body, ?)", [case.text]
        ).fetchall()
        times.append((time.process_time() - started) * 1000)
        found += bool(rows)
    print(f"  a scan by instr: {found} of {len(cases)} found; {_percentiles(times)}")


if __name__ == "__main__":
    main()
