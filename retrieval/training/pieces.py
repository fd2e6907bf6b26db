"""The tokenizer: spelling folded as `corpus.text` does, then unigram pieces from the data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from corpus.errors import InputError
from corpus.language.clitics import clitics
from corpus.language.scripts import ARABIC_LETTERS
from corpus.language.stems import suffixes
from corpus.language.text import DIGITS, INVISIBLE, LETTERS, RARE_LETTERS

UNKNOWN = "[UNK]"
PADDING = "[PAD]"


def folding() -> normalizers.Normalizer:
    """The fold of `corpus.text.normalise`, which is many times as fast."""
    steps: list[normalizers.Normalizer] = [normalizers.NFKC(), normalizers.Lowercase()]
    written: dict[str, str] = {}
    for one, other in (LETTERS | RARE_LETTERS | DIGITS).items():
        written[other] = written.get(other, "") + one
    steps += [normalizers.Replace(Regex(f"[{ones}]"), other) for other, ones in written.items()]
    steps += [normalizers.NFD(), normalizers.Replace(Regex(INVISIBLE), ""), normalizers.NFC()]
    return normalizers.Sequence(steps)


def choose(texts: Iterable[str], count: int, affixes_apart: bool, marked: bool) -> Tokenizer:
    """A tokenizer for folded texts of at most `count` pieces, by the unigram model (Kudo, 2018).

    On request Arabic affixes stand apart, those of the light stemmer, where
    three letters are left. `marked` tells the start of a word from its middle. Two runs give pieces
    that differ by a hair, for the trainer adds up in no fixed order.
    """
    tokenizer = Tokenizer(models.Unigram())
    steps: list[pre_tokenizers.PreTokenizer] = [
        pre_tokenizers.UnicodeScripts(),
        pre_tokenizers.Whitespace(),
    ]
    if affixes_apart:
        steps += [pre_tokenizers.Split(Regex(one), "isolated") for one in _affixes()]
    if marked:
        steps.append(pre_tokenizers.Metaspace())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    trainer = trainers.UnigramTrainer(
        vocab_size=count,
        special_tokens=[UNKNOWN, PADDING],
        unk_token=UNKNOWN,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def _affixes() -> tuple[str, str]:
    letter = f"[{ARABIC_LETTERS}]"
    prefixes, endings = "|".join(clitics("ar").definite), "|".join(suffixes())
    return (
        f"(?<!{letter})(?:{prefixes})(?={letter}{{3}})",
        f"(?<={letter}{{3}})(?:{endings})(?!{letter})",
    )


def read(file: Path) -> Tokenizer:
    """A tokenizer of an earlier run, for folded texts. Raises `InputError`."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        return Tokenizer.from_str(json.dumps(value | {"normalizer": None}))
    except Exception as error:  # tokenizers raises bare Exception on a damaged file
        raise InputError(f"cannot read the tokenizer {file}: {error}") from error


def complete(tokenizer: Tokenizer) -> Tokenizer:
    """A copy that folds by itself."""
    copy = Tokenizer.from_str(tokenizer.to_str())
    copy.normalizer = folding()
    return copy
