"""The pieces of single words by a Unigram model (Kudo, https://aclanthology.org/P18-1007/).

`tokenizers` holds the pieces of such a model in a tree of tables, which takes seven times the
memory. Here they stand in one table, which is enough for the words of questions; many words are for
`tokenizers`, which finds the same pieces and is faster.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Sequence
from typing import Any

from tokenizers import Tokenizer

# What a character without a piece costs beside the rarest piece, as in `tokenizers`.
_UNKNOWN = 10.0
# Ways of finding special pieces that are left to `tokenizers`.
_WAYS = ("single_word", "lstrip", "rstrip", "normalized")
# What puts a mark before a text, and not before what follows a special piece in it.
_AT_THE_BEGINNING = '"prepend_scheme": "first"'


class Unigram:
    """The pieces by their numbers, and their logarithmic probabilities. `normalizer` and
    `pre_tokenizer` are those of `tokenizers`, or `None`."""

    def __init__(self, description: dict[str, Any]) -> None:
        model = description["model"]
        pieces = model.pop("vocab")
        self._description = description
        self._unknown: int = model["unk_id"]
        self._numbers: dict[str, int] = {piece: n for n, (piece, _) in enumerate(pieces)}
        self._scores = array("d", [score for _, score in pieces])
        self._longest = max(map(len, self._numbers))
        self._unknown_score = min(self._scores) - _UNKNOWN
        self._special = {token["content"]: token["id"] for token in description["added_tokens"]}
        longest_first = sorted(self._special, key=len, reverse=True)
        self._apart = re.compile(f"({'|'.join(map(re.escape, longest_first))})")
        steps = self._tokenizer([pieces[self._unknown]], 0, [])
        self.normalizer, self.pre_tokenizer = steps.normalizer, steps.pre_tokenizer

    @classmethod
    def of(cls, description: dict[str, Any]) -> Unigram | None:
        """The model that a tokenizer.json describes, which is used up; `None` for one of another
        kind."""
        model, added = description["model"], description["added_tokens"]
        plain = (
            model["type"] == "Unigram"
            and model["unk_id"] is not None
            and not model.get("byte_fallback")
            and not any(token[way] for token in added for way in _WAYS)
            and _AT_THE_BEGINNING not in json.dumps(description["pre_tokenizer"])
            and len({piece for piece, _ in model["vocab"]}) == len(model["vocab"])
            and _numbered(added, [piece for piece, _ in model["vocab"]])
        )
        return cls(description) if plain else None

    def get_vocab_size(self) -> int:
        return len(self._numbers.keys() | self._special.keys())

    def whole(self) -> Tokenizer:
        """The same model in `tokenizers`."""
        pieces = list(zip(self._numbers, self._scores, strict=True))
        return self._tokenizer(pieces, self._unknown, self._description["added_tokens"])

    def _tokenizer(self, pieces: Sequence[Any], unknown: int, added: Sequence[Any]) -> Tokenizer:
        model = self._description["model"] | {"vocab": pieces, "unk_id": unknown}
        changed = {"model": model, "added_tokens": added, "truncation": None, "padding": None}
        return Tokenizer.from_str(json.dumps(self._description | changed))

    def encode(self, text: str) -> list[int]:
        """The numbers of the text's pieces, those of the most probable split of each word."""
        found: list[int] = []
        for part in self._apart.split(text) if self._special else [text]:
            if part in self._special:
                found.append(self._special[part])
            else:
                for word in self._words(part):
                    found += self._split(word)
        return found

    def _words(self, text: str) -> list[str]:
        if self.normalizer is not None:
            text = self.normalizer.normalize_str(text)
        if self.pre_tokenizer is None:
            return [text]
        return [word for word, _ in self.pre_tokenizer.pre_tokenize_str(text)]

    def _split(self, word: str) -> list[int]:
        # of the most probable split up to each place: its score, its last piece, where that begins
        best: list[tuple[float, int, int] | None] = [(0.0, -1, 0)] + [None] * len(word)
        for start in range(len(word)):
            reached = best[start]
            if reached is None:
                continue
            for end in range(start + 1, min(start + self._longest, len(word)) + 1):
                number = self._numbers.get(word[start:end])
                if number is not None:
                    score = reached[0] + self._scores[number]
                elif end == start + 1:
                    number, score = self._unknown, reached[0] + self._unknown_score
                else:
                    continue
                before = best[end]
                if before is None or score > before[0]:
                    best[end] = score, number, start
        found: list[int] = []
        end = len(word)
        while end:
            step = best[end]
            assert step is not None, "every character has a piece or is unknown"
            _, number, start = step
            # unknown characters that follow each other are one piece
            if not (number == self._unknown and found[-1:] == [number] and end < len(word)):
                found.append(number)
            end = start
        return found[::-1]


def _numbered(added: Sequence[dict[str, Any]], pieces: Sequence[str]) -> bool:
    """Whether the special pieces have the numbers that `tokenizers` gives them: that of the piece
    they are, or the next one."""
    numbers = {piece: number for number, piece in enumerate(pieces)}
    return all(token["id"] == numbers.setdefault(token["content"], len(numbers)) for token in added)
