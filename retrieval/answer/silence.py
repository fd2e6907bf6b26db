"""When to answer and when to stay silent.

What speaks for a quote is weighed by a logistic model; it is answered with when the weight reaches
what nearly all answerable questions of the calibration reach. Between languages, where the lexical
channel is silent, everything is smaller, so that state has its own threshold. The weights and
thresholds are made by `retrieval.answer.calibrate` and belong to one model.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.errors import IndexDamaged
from retrieval.answer.quote.candidates import Candidate
from retrieval.models.embed import embedded_folder
from retrieval.types import Evidence

# The calibration of the model that ships.
SHIPPED = embedded_folder() / "calibration.json"

# A bare word or name that a quote carries in full is answered, whatever the vectors say.
_FOUND = 0.99
# What a figure of what is counted speaks for a quote: of the questions on eight events whose quotes
# give one, 37 were answered rightly and 3 near misses (docs/evaluation.md).
_COUNTED = 1.0
# How far the threshold moves from the one across languages to the one within, where the coverage
# speaks the language of the question too.
_BESIDE = 0.55


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the state of the channels depends on: the content words and the language of a question,
    and the languages of the coverage. Where the coverage speaks that language too, a quote in
    another one has to be better than where it does not."""

    words: Sequence[str]
    language: str
    coverage: frozenset[str]


@dataclass(frozen=True, slots=True)
class Calibration:
    """`model` is the digest of the model it was made for; `same_language` and `across_languages`
    are what the evidence must reach. `answered` and `refused` say what that gave on the questions
    it was made from, as shares, for each state and kind."""

    model: str
    dense: float
    lexical: float
    words: float
    names: float
    unfit: float
    elsewhere: float
    few: float
    told: float
    same_language: float
    across_languages: float
    figures: dict[str, float]

    @classmethod
    def read(cls, file: Path) -> Calibration:
        """Raises `FileNotFoundError`, or `IndexDamaged` for a file that is no calibration."""
        text = file.read_text(encoding="utf-8")
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError) as error:
            raise IndexDamaged(
                f"{file} is no calibration: delete it and run `pullquote index`"
            ) from error

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    def evidence(self, candidate: Candidate) -> float:
        """The weight of what speaks for a quote; higher is better."""
        return (
            self.dense * candidate.dense
            + self.lexical * candidate.lexical
            + self.words * candidate.words
            + self.names * candidate.names
            - self.unfit * (not candidate.fits)
            - self.elsewhere * candidate.elsewhere
            - self.few * candidate.few
            + self.told * candidate.told
            + _COUNTED * candidate.counted
        )

    def parts(self, candidate: Candidate) -> tuple[Evidence, ...]:
        """What `evidence` adds up."""
        values = (
            ("dense", self.dense, candidate.dense),
            ("lexical", self.lexical, candidate.lexical),
            ("words", self.words, candidate.words),
            ("names", self.names, candidate.names),
            ("unfit", -self.unfit, float(not candidate.fits)),
            ("elsewhere", -self.elsewhere, float(candidate.elsewhere)),
            ("few", -self.few, candidate.few),
            ("told", self.told, candidate.told),
            ("counted", _COUNTED, float(candidate.counted)),
        )
        return tuple(Evidence(name, value, weight * value) for name, weight, value in values)

    def needed(self, candidate: Candidate, asked: Spoken) -> float | None:
        """What the evidence for a quote has to reach; `None` if it need not reach anything."""
        if len(asked.words) == 1 and max(candidate.words, candidate.names) >= _FOUND:
            return None
        if candidate.quote.article.language == asked.language:
            return self.same_language
        if asked.language in asked.coverage:
            return _BESIDE * self.same_language + (1 - _BESIDE) * self.across_languages
        return self.across_languages

    def answers(self, candidate: Candidate, asked: Spoken) -> bool:
        """Whether a quote is good enough for a question."""
        needed = self.needed(candidate, asked)
        return needed is None or self.evidence(candidate) >= needed
