"""A sentence read for who speaks in it: its words, and what each may be in the name of a speaker.

Every word gets a letter of one class, so that names are found as patterns of letters: A agency or
other medium, P place, p nationality, T title, S who speaks for others, I opens the name of an
institution, H the same before any name, X an institution by itself, M further word of a title or an
institution, L link, D article, N particle of a name, G nobody in particular, C capitalised or
another name, U any other word where no capital tells names, Q an Arabic one with an article, K a
suffix after an apostrophe, "." none of these, "," a mark, '"' a quotation mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from corpus.language import cldr, languages
from corpus.language.marks import COLONS
from corpus.language.text import normalise
from retrieval.answer.speakers.arabic_words import kind_of, letters, with_names, without_clitics
from retrieval.answer.speakers.grammar import (
    CLASSES,
    REMEMBERED,
    TOKEN,
    Kinds,
    Rules,
    pattern,
    rules,
    speaking_places,
    table,
    vocabulary,
)
from retrieval.answer.speakers.outlets import NameToken, named_media, within
from retrieval.answer.speakers.unspaced import parted

QUOTATION = '"«»“”„‟「」《》'
_SIGNATURE = 6
_SAID = ("verbs", "cues", "told", "cued", "marked_cues", "closing", "participles", "continued")
# How many words before and after a word of saying, and from the beginning, a name may be.
_BEFORE, _BEHIND, _HEAD = 14, 16, 8
_ACRONYM = range(2, 7)
# «von der», where the second is an article as well.
_PARTICLES = re.compile("N+D(?=C)")


@dataclass(frozen=True, slots=True)
class TaggedSentence:
    """The tokens of `text`, a letter for the class of each, and what is named: media, by the number
    of their first token the number after their last and where the name is in `text`, and places
    that speak, by their first token the number after their last."""

    text: str
    language: str
    tokens: tuple[NameToken, ...]
    folded: tuple[str, ...]
    classes: str
    media: dict[int, tuple[int, int, int]]
    places: dict[int, int]

    @property
    def rules(self) -> Rules:
        return rules(self.language)

    @property
    def words(self) -> Kinds:
        return table(self.language)

    def fits(self, name: str, text: str) -> bool:
        """Whether a text opens with a pattern of the language's file."""
        return bool(pattern(self.language, name).match(text))

    @property
    def cased(self) -> bool:
        """Whether names are told by capitals, or marked like them; not in Arabic."""
        return self.language != "ar"

    def case(self, number: int) -> int:
        """How many letters of a common noun are its case, where cases are suffixes."""
        found = pattern(self.language, "case").search(self.folded[number])
        return len(found.group()) if found else 0

    def word(self, number: int) -> str:
        """A token as it is compared; "" if there is none."""
        return self.folded[number] if 0 <= number < len(self.folded) else ""

    def before(self, number: int) -> str:
        """The class of the token before this one; "," at the beginning."""
        return self.classes[number - 1] if number > 0 else ","

    def at(self, number: int) -> str:
        """The class of a token; "," at the end."""
        return self.classes[number] if number < len(self.classes) else ","


@cache
def _begun(language: str) -> frozenset[str]:
    """The words that open a phrase by which a text says who says something."""
    return frozenset().union(*(table(language)[kind].phrases for kind in _SAID))


@lru_cache(maxsize=256)
def spoken_in(text: str, language: str) -> tuple[tuple[int, int], ...]:
    """Where in a text somebody may be named as saying something: around the words for it."""
    every, held = tokens(text, language), table(language)
    folded = tuple(token.folded for token in every)
    sets, begun = [held[kind] for kind in _SAID], _begun(language)
    places: list[tuple[int, int]] = []
    for n in range(len(every)):
        headed = n < _HEAD and folded[n] in COLONS
        said = folded[n] in begun and any(each.at(folded, n) for each in sets)
        if not (headed or said):
            continue
        if rules(language).closes:  # the name may be far away
            return ((0, len(text)),)
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
    folded = tuple(each.folded for each in every)
    media = {
        first: rest for first, rest in named_media(text, every, language, near) if first in near
    }
    named = [(each.group, within(every, each.start, each.end)) for each in cldr.found(text)]
    places = {at: group for group, inside in named for at in inside}
    spoken = {at for first, (last, _, _) in media.items() for at in range(first, last)}
    classes = "".join(
        "A" if at in spoken else _class(token, places.get(at), language) if at in near else "."
        for at, token in enumerate(every)
    )
    classes = _PARTICLES.sub(lambda run: "N" * len(run.group()), classes)
    if language == "ar":
        classes = with_names(classes, every)
    if rules(language).closes:  # «Çevre, Şehircilik ve İklim Değişikliği»
        classes = _with_parts(classes, every, language)
    if rules(language).nouns:
        classes = pattern(language, "noun").sub(lambda noun: noun.group()[:-1] + ".", classes)
    if rules(language).suffixes:
        classes = _with_suffixes(text, classes, every, language)
    behind = {inside[0]: inside[-1] + 1 for group, inside in named if inside and _speaks(group)}
    seats = table(language)["seats"] if language != "ar" else ()
    behind |= {at: at + 1 for at, each in enumerate(folded) if each in seats}
    return TaggedSentence(text, language, every, folded, classes, media, behind)


def _speaks(group: str) -> bool:
    """Whether a place says something: a state, or a capital for it."""
    return group.isupper() or group in speaking_places()


def _with_parts(classes: str, every: tuple[NameToken, ...], language: str) -> str:
    """The classes, «and» between further words of one name as such."""
    made, joins = list(classes), table(language)["and"]
    for at in range(1, len(every) - 1):
        comma = every[at].written == "," and rules(language).suffixes
        if made[at - 1] == classes[at + 1] == "M" and (comma or every[at].folded in joins):
            made[at] = "M"
    return "".join(made)


def _with_suffixes(text: str, classes: str, every: tuple[NameToken, ...], language: str) -> str:
    """The classes, words after an apostrophe as suffixes, those of the owner as links."""
    made, owner = list(classes), table(language)["owner"]
    for at, token in enumerate(every):
        acronym = token.written == "(" and text[token.end :].find(")") in _ACRONYM
        if acronym and re.match("[IMXC]...[TS]", classes[max(at - 1, 0) :]):
            made[at : at + 3] = "MMM"  # «Merkez Bankası (Fed) Başkanı …»
        if token.start and text[token.start - 1] in "'’" and token.written.islower():
            made[at] = "L" if token.folded in owner else "K"
    return "".join(made)


@lru_cache(maxsize=256)
def tokens(text: str, language: str) -> tuple[NameToken, ...]:
    found = []
    for match in TOKEN.finditer(text):
        word, start = match.group(), match.start()
        if rules(language).unspaced:
            found += [
                NameToken(normalise(part), start + at, start + at + len(part), start + at, part)
                for at, part in parted(word, language)
            ]
            continue
        folded = _folded(word)
        cut = 0
        if language == "ar":
            folded, cut = without_clitics(folded)
            cut = letters(word, cut) if cut and len(folded) < len(word) - cut else cut
        found.append(NameToken(folded, start, match.end(), start + cut, word))
    return tuple(found)


@lru_cache(maxsize=REMEMBERED)
def _folded(word: str) -> str:
    return normalise(word) or word


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
        known = kind_of(folded)
        if known not in ("", "V"):
            return known
        if group is not None and not group.startswith("l-"):
            return "p" if group.startswith("n-") else "P"
        if folded[0].isdigit() or written[0].isascii() or len(folded) < 2 or known == "V":
            return "."
        return "Q" if pattern("ar", "definite").match(written) else "U"
    if folded in held["articles"]:
        return "D"
    if folded in held["links"] or folded in ("'s",):
        return "L"
    if folded in held["seats"]:
        return "P"
    if folded in held["given"] and not written[0].islower():
        return "C"
    joined = "-" in folded and any(folded in held[name] for name in CLASSES)
    if group is not None and not joined and not group.startswith(("l-", "x-")):
        return "X" if group in ("UN", "EU") else "p" if group.startswith("n-") else "P"
    kind = next((each for name, each in CLASSES.items() if folded in held[name]), None)
    if folded in table(languages.OTHER)["known"]:
        kind = "X"
    if kind == "G" and token.start and written[0].isupper() and not rules(language).nouns:
        kind = "C"  # «Luis de la Fuente»
    if not kind and rules(language).nouns and folded.endswith("s"):
        kind = next((each for name, each in CLASSES.items() if folded[:-1] in held[name]), None)
    if kind:
        return kind
    if folded in held["stops"] or folded[0].isdigit():
        return "."
    if not rules(language).capitals:
        if len(folded) < 2 or folded in vocabulary(language):
            return "."
        return "C" if rules(language).unspaced else "U"
    if not written[0].isupper():
        return "N" if folded in table(languages.OTHER)["particles"] else "."
    if group in speaking_places():
        return "P"
    acronym = written.isupper() and len(written) in _ACRONYM and written.isalpha()
    return "X" if acronym else "C"
