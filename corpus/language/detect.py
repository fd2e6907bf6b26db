"""Which language a text or a short question is written in.

The script decides first; within a script letters and function words of one language decide, and
only Latin text that they leave open goes to py3langid.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from math import exp

from corpus.language.languages import table
from corpus.language.latin_model import latin_model

SERVED = (
    *("ar", "en", "ru", "fr"),
    *("fa", "uk", "he", "ko", "zh", "ja", "de", "es", "tr", "it", "pt"),
)
"""Codes (ISO 639-1) of the languages told apart; the first four have words of their own."""

UNKNOWN = "und"

_OF_SCRIPT = {
    "ARABIC": ("ar", "fa"),
    "CYRILLIC": ("ru", "uk"),
    "LATIN": ("en", "fr", "es", "de", "tr", "it", "pt"),
    "HANGUL": ("ko",),
    "CJK": ("zh", "ja"),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "HEBREW": ("he",),
}
# A Han character or a Hangul syllable says as much as several letters of an alphabet.
_WEIGHT = {"CJK": 3, "HANGUL": 2, "HIRAGANA": 2, "KATAKANA": 2}
# A long text shows its language in its first part; questions are shorter anyway.
_LOOKED_AT = 4_000

# Of the words of an article at least this share are small words, where its language is clear.
_CLEAR = 0.22
_ARTICLE_LETTERS = 120
# Letters of Urdu, Pashto, Kurdish and Sindhi, of Serbian, Belarusian and Kazakh.
_FOREIGN = "ٹڈڑےںھہټډړښږێۆەڪڳٻђјљњћџўәғқңөұүһ"
_OTHER_CODES = {"iw": "he", "arb": "ar", "cmn": "zh", "yue": "zh"}
_NO_LANGUAGE = ("und", "mul", "zxx", "x", "xx", "none", "")
_OF = {code: table(code, "detection") for code in SERVED}
# Words short questions are made of. A word common to two languages counts for both.
_OWN_WORDS = {code: frozenset(held["words"].split()) for code, held in _OF.items() if held}
# Those of them that are a name, written with a capital, and what words at the end of a question end
# in where they are none.
_NAMES = {code: frozenset(held.get("names", "").split()) for code, held in _OF.items()}
_VERBS = {code: tuple(held.get("verbs", "").split()) for code, held in _OF.items()}
# Letters that one language of a script has and its neighbours here have not.
_LETTERS = {code: held.get("letters", "") for code, held in _OF.items()}
_WORD = re.compile(r"[^\W\d_]+")
# Of so few words, none of which is of one language, the model tells by chance: it is believed where
# this share of what it gives the languages is for the first.
_FEW = 4
_SURE = 0.8
# Words of a question, at most; a longer text may have several sentences.
_QUESTION = 12
_LATIN_NAME = re.compile(r"\b[A-Z][^\W\d_]*")


def detect(text: str, among: tuple[str, ...] = SERVED) -> str:
    """The language of `text` as one of `among`, or "und" where none of them fits.

    Works on a few words; a name in a foreign script inside a question does not mislead it.
    """
    head = unicodedata.normalize("NFC", text[:_LOOKED_AT])
    weights = _scripts(head)
    if len(weights) > 1 and "LATIN" in weights:
        # Names in Latin letters are in texts of every script; what is left tells more.
        weights = _scripts(_LATIN_NAME.sub(" ", head))
    if not weights:
        return UNKNOWN
    script = max(weights, key=lambda name: weights[name])
    if script == "CJK" and weights["HIRAGANA"] + weights["KATAKANA"]:
        script = "HIRAGANA"
    candidates = tuple(code for code in _OF_SCRIPT.get(script, ()) if code in among)
    if len(candidates) < 2:
        return candidates[0] if candidates else UNKNOWN
    if script == "CJK":
        return candidates[0]
    return _between(head, candidates)


def is_open(text: str) -> bool:
    """Whether no word or letter of a short text tells its language («Lavrov visit»): `detect` then
    guesses."""
    words = _WORD.findall(text)
    if not 0 < len(words) <= _FEW or set(_scripts(text)) != {"LATIN"}:
        return False
    return not any(_scores(unicodedata.normalize("NFC", text), _OF_SCRIPT["LATIN"]).values())


def language_of(text: str, stated: str | None = None) -> str:
    """The language of an article, of which its page has `stated` one, as `detect`; "und" also for a
    language that is not told apart here. What the page states counts unless the text speaks another
    of these languages much more clearly."""
    found = detect(text)
    code = re.split("[-_]", (stated or "").strip().lower())[0]
    code = _OTHER_CODES.get(code, code)
    head = unicodedata.normalize("NFC", text[:_LOOKED_AT])
    share = _share(head, found)
    if code in SERVED:
        return code if code == found or _share(head, code) * 2 > max(share, _CLEAR) else found
    if code and code not in _NO_LANGUAGE:
        return found if share >= _CLEAR else UNKNOWN
    if sum(map(str.isalpha, head)) >= _ARTICLE_LETTERS and share < _CLEAR:
        return _told_by_model(head, found)
    return found


def _share(text: str, code: str) -> float:
    """Of the words of a text, the share of those that are small words of this language."""
    words = [word.lower() for word in _WORD.findall(text)]
    own = _OWN_WORDS.get(code)
    if own is None:
        return 1.0  # its script tells it
    foreign = sum(map(text.count, _FOREIGN)) * 200 > len(text)
    return 0.0 if foreign else sum(word in own for word in words) / max(1, len(words))


def _told_by_model(text: str, found: str) -> str:
    """The language found, unless the model is for one that is not told apart here."""
    import py3langid

    first = str(py3langid.classify(text)[0])
    return found if first in SERVED else UNKNOWN


def _scripts(text: str) -> Counter[str]:
    weights: Counter[str] = Counter()
    for character, count in Counter(text).items():
        if character.isalpha():
            script = _script(character)
            weights[script] += count * _WEIGHT.get(script, 1)
    return weights


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0].partition("-")[0]


def _between(text: str, candidates: tuple[str, ...]) -> str:
    """The candidate with most letters and function words of its own; the model decides a tie."""
    scores = _scores(text, candidates)
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    (best, most), (_, next_most) = ranked[0], ranked[1]
    if most > next_most * 1.25:
        return best
    if candidates[0] not in _OF_SCRIPT["LATIN"]:
        return next(code for code in candidates if scores[code] == most)
    words = _WORD.findall(text)
    if not most and all(word.istitle() or word.isupper() for word in words):
        return candidates[0]  # bare names; any answer of the model would be chance
    open_ones = [code for code, score in scores.items() if score * 1.25 >= most]
    first, share = _by_model(text, open_ones)
    return first if most or len(words) > _FEW or share >= _SURE else candidates[0]


def _scores(text: str, candidates: tuple[str, ...]) -> dict[str, int]:
    """How many letters and function words of each language there are. Inside a question a word with
    a capital is a name («Kim Jong Un»)."""
    written = _WORD.findall(text)
    if len(written) <= _QUESTION:
        written = [word for at, word in enumerate(written) if not (at and word.istitle())]
    words = [word.lower() for word in written]
    characters = Counter(text.lower())
    scores = {
        code: 2 * sum(word in _OWN_WORDS[code] for word in words)
        - 2 * _names(written, code)
        + sum(characters[letter] for letter in _LETTERS[code])
        for code in candidates
    }
    if "fa" in candidates:
        # The Persian forms of kaf and ye are also in Arabic pages; the article «ال» does not
        # open Persian words.
        scores["fa"] += sum(characters[letter] for letter in "یک") // 2
        scores["ar"] = scores.get("ar", 0) + sum(word.startswith("ال") for word in words)
    return scores


def _names(words: list[str], code: str) -> int:
    """How many of the words are a name and no small word of a language."""
    asks = 0 < len(words) <= _QUESTION and words[-1].endswith(_VERBS[code])
    return sum(word in _NAMES[code] for word in (words[1:] if asks else words))


def _by_model(text: str, candidates: list[str]) -> tuple[str, float]:
    """The likeliest of the candidates, and its share of what the model gives them."""
    # Loading the model takes half a second, which a question in another script need not wait for.
    model = latin_model(_OF_SCRIPT["LATIN"])
    ranked = [(code, float(score)) for code, score in model.rank(text) if code in candidates]
    if not ranked:
        return candidates[0], 1.0
    best = ranked[0][1]
    return ranked[0][0], 1 / sum(exp(score - best) for _, score in ranked)
