"""A sentence read for who speaks in it: its words, and what each may be in the name of a speaker.

Every word gets a letter of one class, so that names are found as patterns of letters:
A agency or other medium, P place, p nationality, T title, S who speaks for others, I opens the name
of an institution, H the same before any name, X an institution by itself, M further word of a title
or an institution, L link, D article, N particle of a name, G nobody in particular, C capitalised,
U any other Arabic word, Q one with an article, "." none of these, "," a mark, '"' a quotation mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from corpus.language import cldr, languages
from corpus.language.phrases import phrases
from corpus.language.text import normalise
from retrieval.answer.speakers.outlets import NameToken, named_media, within

LANGUAGES = ("ar", "en", "ru", "fr")
QUOTATION = '"«»“”„‟'
_VOWELS = "[\u0610-\u061a\u064b-\u065f\u0670]"
_WORD = rf"[^\W_]+(?:{_VOWELS}+[^\W_]*)*"
_TOKEN = re.compile(rf"(?<!\w)(?:[^\W\d_]\.)+(?=\s*\w)|{_WORD}(?:[-‑–]{_WORD})*|[^\w\s'’`ʼ#]")
_ARTICLES = {"en": {"the", "a", "an"}, "fr": {"le", "la", "les", "l", "un", "une"}}
_PARTICLES = frozenset(
    [
        "von",
        "van",
        "der",
        "den",
        "de",
        "di",
        "da",
        "del",
        "al",
        "el",
        "bin",
        "ibn",
        "ben",
        "фон",
        "дер",
        "ван",
        "де",
        "аль",
    ]
)
_INFIX = frozenset(("عبد", "ابو", "ال", "بن", "ابن", "نور", "سيف", "صلاح", "علاء", "جمال", "محيي"))
_NAMES_TOO = ("علي", "تركي", "فان", "لو")
_STEM, _SIGNATURE = 3, 6
_SAID = ("verbs", "cues", "told")
# Words whose class is remembered: those of a large coverage are met again and again.
_REMEMBERED = 1 << 17
# How many words before and behind a word of saying, and from the beginning, a name may stand.
_BEFORE, _BEHIND, _HEAD = 14, 16, 8
_ACRONYM = range(2, 7)
_OBJECT = re.compile("(?:ه|ها)$")
_CLITICS = re.compile("^([وف]?)(لل|[بكل]?)(.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PhraseSet:
    """The phrases of one kind, by their first word and the longest first, and the beginnings of
    words with the lengths that they have, ascending."""

    phrases: dict[str, tuple[tuple[str, ...], ...]]
    stems: frozenset[str]
    lengths: tuple[int, ...]

    def __contains__(self, folded: str) -> bool:
        if folded in self.phrases and (folded,) in self.phrases[folded]:
            return True
        for length in self.lengths:
            if length > len(folded):
                return False
            if folded[:length] in self.stems:
                return True
        return False

    def at(self, folded: tuple[str, ...], number: int) -> int:
        """How many tokens the longest phrase has that begins at this one."""
        for each in self.phrases.get(folded[number], ()):
            if folded[number : number + len(each)] == each:
                return len(each)
        return 0


@dataclass(frozen=True, slots=True)
class TaggedSentence:
    """The tokens of `text`, a letter for the class of each, and what is named: media, by the number
    of their first token the number behind their last and where the name stands in `text`, and
    places that speak, by their first token the number behind their last."""

    text: str
    language: str
    tokens: tuple[NameToken, ...]
    folded: tuple[str, ...]
    classes: str
    media: dict[int, tuple[int, int, int]]
    places: dict[int, int]

    @property
    def cased(self) -> bool:
        return self.language != "ar"

    def before(self, number: int) -> str:
        """The class of the token before this one; "," at the beginning."""
        return self.classes[number - 1] if number > 0 else ","


@cache
def table(language: str) -> dict[str, PhraseSet]:
    """The words by which texts of one language say who says something, by their kind."""
    held = languages.table(language, "speech")
    return {kind: _words(entry) for kind, entry in held.items() if isinstance(entry, str)}


@cache
def asked(language: str) -> dict[str, PhraseSet]:
    """The words by which a question asks what somebody said."""
    return {
        kind: _words(entry) for kind, entry in languages.table(language, "speech.asked").items()
    }


@cache
def _begun(language: str) -> frozenset[str]:
    """The words that open a phrase by which a text says who says something."""
    return frozenset().union(*(table(language)[kind].phrases for kind in _SAID))


@lru_cache(maxsize=256)
def spoken_in(text: str, language: str) -> tuple[tuple[int, int], ...]:
    """Where in a text somebody may be named as saying something: around the words for it."""
    every, held = tokens(text, language), table(language)
    folded = tuple(token.folded for token in every)
    places: list[tuple[int, int]] = []
    begun = _begun(language)
    for n in range(len(every)):
        headed = n < _HEAD and folded[n] == ":"
        said = folded[n] in begun and any(held[kind].at(folded, n) for kind in _SAID)
        if not (headed or said):
            continue
        if not places and n > _BEFORE:
            places.append((0, every[_HEAD].end))
        first = every[max(n - _BEFORE, 0)].start
        last = every[min(n + _BEHIND, len(every) - 1)].end
        if places and first <= places[-1][1]:
            first = places.pop()[0]
        places.append((first, last))
    if every and text.rstrip(" .").endswith(")"):  # an agency may sign it
        places.append((every[max(len(every) - _SIGNATURE, 0)].start, len(text)))
    return tuple(places)


@lru_cache(maxsize=256)
def read(text: str, language: str, *, whole: bool = False) -> TaggedSentence:
    """`text` in one of `LANGUAGES`; names are looked for where `spoken_in` says, or everywhere."""
    every = tokens(text, language)
    parts = ((0, len(text)),) if whole else spoken_in(text, language)
    near = {at for start, end in parts for at in within(every, start, end)}
    media = {first: rest for first, rest in named_media(text, every) if first in near}
    named = [(each.group, within(every, each.start, each.end)) for each in cldr.found(text)]
    places = {at: group for group, inside in named for at in inside}
    spoken = {at for first, (last, _, _) in media.items() for at in range(first, last)}
    classes = "".join(
        "A" if at in spoken else _class(token, places.get(at), language) if at in near else "."
        for at, token in enumerate(every)
    )
    if language == "ar" and any(each in text for each in _NAMES_TOO):
        classes = _with_names(classes, every)
    folded = tuple(each.folded for each in every)
    behind = {inside[0]: inside[-1] + 1 for group, inside in named if inside and _speaks(group)}
    return TaggedSentence(text, language, every, folded, classes, media, behind)


def _speaks(group: str) -> bool:
    """Whether a place says something: a state, or a capital for it."""
    return group.isupper() or group in _speaking_places()


@cache
def _speaking_places() -> frozenset[str]:
    return frozenset(phrases(languages.table(languages.OTHER, "speech.places")["speak"]))


def _with_names(classes: str, every: tuple[NameToken, ...]) -> str:
    """The classes, words that are also names as names where they stand between a title or a first
    name and another name: «علي», «فان»."""
    given = table("ar")["given"]
    for at in range(1, len(every) - 1):
        named = every[at].written in _NAMES_TOO and classes[at + 1] in "UQ"
        before, letter = every[at - 1].folded, classes[at - 1]
        inside = every[at].written in ("فان", "لو") and letter == "U"
        if named and (inside or letter in "TpMQ," or is_infix(before) or before in given):
            classes = f"{classes[:at]}U{classes[at + 1 :]}"
    return classes


def _words(table: str) -> PhraseSet:
    begun: dict[str, tuple[tuple[str, ...], ...]] = {}
    stems = set()
    for written in phrases(table):
        if written.endswith("-"):
            stems.add(normalise(written[:-1]))
        elif found := tuple(normalise(word) for word in _TOKEN.findall(f"{written} x")[:-1]):
            others = (*begun.get(found[0], ()), found)
            begun[found[0]] = tuple(sorted(others, key=len, reverse=True))
    lengths = sorted({len(stem) for stem in stems if len(stem) >= _STEM})
    return PhraseSet(begun, frozenset(stems), tuple(lengths))


@lru_cache(maxsize=256)
def tokens(text: str, language: str) -> tuple[NameToken, ...]:
    found = []
    for match in _TOKEN.finditer(text):
        word, start = match.group(), match.start()
        folded = _folded(word)
        cut = 0
        if language == "ar":
            folded, cut = without_clitics(folded)
            cut = _letters(word, cut) if cut and len(folded) < len(word) - cut else cut
        found.append(NameToken(folded, start, match.end(), start + cut, word))
    return tuple(found)


def _letters(word: str, count: int) -> int:
    """How long the first letters of a word are with their vowel signs."""
    found = re.match(rf"(?:\w{_VOWELS}*){{{count}}}", word)
    return found.end() if found else 0


@lru_cache(maxsize=_REMEMBERED)
def _folded(word: str) -> str:
    return normalise(word) or word


@lru_cache(maxsize=_REMEMBERED)
def without_clitics(word: str) -> tuple[str, int]:
    """A word of the tables without what is written on to it, and how long that is; any other word
    as it is."""
    held = table("ar")
    known = [
        held[kind] for kind in (*_OF_CLASS, "stops", "complements", "openers", "verbs", "cues")
    ]
    if any(word in each for each in known):
        return word, 0
    found = _CLITICS.match(word)
    assert found is not None
    conjunction, preposition, rest = found.groups()
    cut = len(conjunction)
    for form, length in (
        (word[cut:], cut),
        (rest, cut + len(preposition)),
        ("ال" + rest, cut + len(preposition)) if preposition == "لل" else (rest, len(word)),
    ):
        if length and len(form) > 2 and any(form in each or form in each.phrases for each in known):
            return form, length
    spoken = _OBJECT.sub("", word[cut:])
    return (spoken, cut) if spoken != word[cut:] and spoken in held["verbs"] else (word, 0)


# The class of a word by the kind it is of, the first that holds.
_OF_CLASS = {
    "generic": "G",
    "spokes": "S",
    "titles": "T",
    "namers": "H",
    "known": "X",
    "heads": "I",
    "parts": "M",
}


@lru_cache(maxsize=_REMEMBERED)
def _kind(folded: str, language: str) -> str:
    """The class that the tables give an Arabic word; V for a verb of saying, "" for none."""
    held = table(language)
    if any(folded in held[name] for name in ("stops", "complements", "cues")):
        return "."
    if folded in held["seats"]:
        return "P"
    kind = next((each for name, each in _OF_CLASS.items() if folded in held[name]), "")
    return kind or ("V" if folded in held["verbs"] else "")


def _class(token: NameToken, group: str | None, language: str) -> str:
    folded, written = token.folded, token.written
    if not folded[:1].isalnum():
        return '"' if written in QUOTATION else ","
    if group is not None and group.startswith(("d-", "m-")):
        return "."
    held = table(language)
    if language == "ar":
        if group is not None and group.startswith("x-"):
            return "P"
        known = _kind(folded, language)
        if known not in ("", "V"):
            return known
        if group is not None and not group.startswith("l-"):
            return "p" if group.startswith("n-") else "P"
        if folded[0].isdigit() or written[0].isascii() or len(folded) < 2 or known == "V":
            return "."
        # «إلين» has no article
        definite = folded.startswith(("ال", "وال", "لل")) and written.lstrip("وف")[0] not in "إأآ"
        return "Q" if definite else "U"
    if folded in _ARTICLES.get(language, ()):
        return "D"
    if folded in held["links"] or folded in ("'s",):
        return "L"
    if group is not None and not group.startswith(("l-", "x-")):
        return "X" if group in ("UN", "EU") else "p" if group.startswith("n-") else "P"
    kind = next((each for name, each in _OF_CLASS.items() if folded in held[name]), None)
    if kind:
        return kind
    if folded in held["stops"] or folded[0].isdigit():
        return "."
    if not written[0].isupper():
        return "N" if folded in _PARTICLES else "."
    acronym = written.isupper() and len(written) in _ACRONYM and written.isalpha()
    return "X" if acronym else "C"


def is_infix(folded: str) -> bool:
    """Whether an Arabic name goes on after this word."""
    return folded in _INFIX or folded.removeprefix("و") in _INFIX
