"""Finding the names of a table in a text, as sentences write them: inflected, clitic, unspaced.

Words are compared after `normalise`. What may differ beyond that:
- the endings of `corpus.language.endings`, in languages that inflect names;
- the conjunctions and prepositions written on to the first word in Arabic and Hebrew («وروسيا»,
  «للصين», «בסין»); the article belongs to a name («هند» is not «الهند»), but not to an adjective;
- Chinese and Japanese names are found within a run of characters, katakana names as a whole run.
Latin names of one word of up to `SHORT` letters must carry their accents («Çin» is not gin).
The longest name goes before the names in it, an exact spelling before an inflected one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.language.clitics import clitics
from corpus.language.endings import LONGEST_ENDING, SHORTEST_STAY, inflected
from corpus.language.languages import merged
from corpus.language.scripts import ARABIC_LETTERS, CYRILLIC, HANGUL, HEBREW
from corpus.language.text import UNSPACED, normalise
from corpus.language.tokens import Word, fold_letters, letters_end, split_words

SHORT = 5
LONGEST_UNSPACED = 16

# When a spelling counts: always, with a capital letter, after a word of `_BEFORE` or next to a
# number, or never (then it is only looked for).
ALWAYS, CAPITAL, PLACED, NEVER = "", "c", "p", "n"

_ARABIC = re.compile(f"[{ARABIC_LETTERS}]")
_HEBREW = re.compile(f"[{HEBREW}]")
_CYRILLIC = re.compile(f"[{CYRILLIC}]")
_HANGUL = re.compile(f"[{HANGUL}]")
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]+")
_LATIN = re.compile("[a-zı]")
_ARABIC_KEYS = frozenset("ةيكى")
_PERSIAN = frozenset(("fa", "ur"))  # written with other letters: «روسیه» the state, «روسية» Russian
_DIGIT = re.compile(r"\d")
_BEFORE = frozenset(normalise(merged("before_names")["words"]).split())
# Words of which is remembered which names they may begin.
_REMEMBERED = 1 << 15


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling of a name: `group` joins it to the others, `languages` write it so.

    The groups of adjectives and languages begin with n- and l-.
    """

    text: str
    group: str
    languages: tuple[str, ...]
    guard: str = ALWAYS


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name that is in a text: `text[start:end] == asked`, with any clitics and endings."""

    start: int
    end: int
    asked: str
    group: str
    languages: tuple[str, ...]


class NameTable:
    """Spellings by the part of their first word that stays.

    The lines are those of `lines_of`. What is after the key is read only once a text comes near it,
    so that a large table opens fast. Of equal matches the earlier line wins.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        # Rows of one key stay one string: thousands of lists would set off the garbage collector.
        self._rows: dict[str, str] = {}
        for line in lines:
            key, row = line.split("\t", 1)
            held = self._rows.get(key)
            self._rows[key] = row if held is None else f"{held}\n{row}"
        self._begun = lru_cache(maxsize=_REMEMBERED)(self._beginning)

    def _names(self, key: str) -> Iterator[Name]:
        rows = self._rows.get(key)
        return map(read_row, rows.split("\n")) if rows else iter(())

    def find(self, text: str) -> list[FoundName]:
        """The names in `text` in order; of overlapping ones the longest, then the exact one."""
        words = split_words(text)
        matches: list[tuple[int, bool, FoundName]] = []
        for position, word in enumerate(words):
            unspaced = UNSPACED.search(word.folded)
            found = self._within(word) if unspaced else self._at(words, position)
            for exact, name, start, end in found:
                named = FoundName(start, end, text[start:end], name.group, name.languages)
                matches.append((start - end, not exact, named))
        matches.sort(key=lambda match: match[:2])
        chosen: list[FoundName] = []
        taken = bytearray(len(text))
        for *_, named in matches:
            if not any(taken[named.start : named.end]):
                taken[named.start : named.end] = b"\1" * (named.end - named.start)
                chosen.append(named)
        return sorted(chosen, key=lambda named: named.start)

    def _at(self, words: Sequence[Word], position: int) -> Iterator[tuple[bool, Name, int, int]]:
        """Matches that begin with the word at `position`: exact, name, start, end."""
        first = words[position]
        for variant, name in self._begun(first.folded):
            spelled = _spelled(name, variant, words, position)
            if spelled is None or not _allowed(name, variant, words, position):
                continue
            count, exact = spelled
            exact = exact and variant == first.folded
            yield exact, name, first.start, words[position + count - 1].end

    def _beginning(self, folded: str) -> tuple[tuple[str, Name], ...]:
        """The names that may begin with a word, each with what is left of it without clitics."""
        return tuple(
            (variant, name)
            for variant, bare_adjective in variants(folded)
            for length in range(len(variant), max(0, len(variant) - LONGEST_ENDING - 1), -1)
            for name in self._names(variant[:length])
            if not bare_adjective or _adjective(name.group)
            if any(parts and _inflects(variant, parts[0]) for parts in _patterns(name))
        )

    def _within(self, word: Word) -> Iterator[tuple[bool, Name, int, int]]:
        """Matches inside a run of Chinese or Japanese characters."""
        folded, origins = fold_letters(word.written)
        for start in range(len(folded) - 1):
            for end in range(min(len(folded), start + LONGEST_UNSPACED), start + 1, -1):
                for name in self._names(folded[start:end]):
                    if name.guard == NEVER or normalise(name.text) != folded[start:end]:
                        continue
                    if not _cut_short(folded, start, end):
                        first, last = (origins[start], letters_end(origins, end))
                        yield True, name, word.start + first, word.start + last


def variants(word: str) -> list[tuple[str, bool]]:
    """A word, and what is left of it without clitics; true where only an adjective may match."""
    found = [(word, False)]
    if _ARABIC.match(word):
        found += [(rest, False) for rest in _without("ar", word)]
        known = clitics("ar")
        for rest, _ in list(found):
            for article in known.articles:
                if rest.startswith(article) and len(rest) > len(article) + 2:
                    found.append((rest[len(article) :], True))
            for both in known.contracted:
                if rest.startswith(both) and len(rest) > len(both) + 2:
                    bare = rest[len(both) :]
                    found += [
                        *((article + bare, False) for article in known.articles),
                        (bare, True),
                    ]
    elif _HEBREW.match(word):
        found += [(rest, False) for rest in _without("he", word)]
    return found


def _without(language: str, word: str) -> list[str]:
    """What is left of a word without the clitics that may be before a name, the first, the first
    two and so on."""
    found = re.match(clitics(language).before_name, word)
    longest = found.end() if found else 0
    return [word[cut:] for cut in range(1, longest + 1) if len(word) - cut >= 3]


def lines_of(name: Name) -> list[str]:
    """What a table keeps of `name`: a line for each form of its first word that stays."""
    row = "\t".join((name.text, name.group, ",".join(name.languages), name.guard))
    return [f"{key}\t{row}" for key in sorted({parts[0][0] for parts in _patterns(name) if parts})]


@lru_cache(maxsize=20_000)
def read_row(row: str) -> Name:
    text, group, languages, guard = row.split("\t")
    return Name(text, group, tuple(languages.split(",")), guard)


def _adjective(group: str) -> bool:
    return group.startswith(("n-", "l-"))


@lru_cache(maxsize=20_000)
def _patterns(name: Name) -> tuple[tuple[tuple[str, frozenset[str]], ...], ...]:
    """The words of `name` with their endings, once for each way its languages inflect them."""
    words = [word.written for word in split_words(name.text)]
    # Two words together are seldom anything but the name, so little of each need stay.
    shortest = SHORTEST_STAY if len(words) < 2 else 2
    adjective = _adjective(name.group)
    found = (
        tuple(inflected(code, word, adjective=adjective, shortest=shortest) for word in words)
        for code in name.languages
    )
    return tuple(dict.fromkeys(found))


def _spelled(
    name: Name, first: str, words: Sequence[Word], position: int
) -> tuple[int, bool] | None:
    """How many words from `position` on spell `name`, and whether letter by letter."""
    for parts in _patterns(name):
        rest = [word.folded for word in words[position + 1 : position + len(parts)]]
        if _adjective(name.group):
            rest = [word.removeprefix("ال") for word in rest]
        held = [first, *rest]
        if len(held) == len(parts) and all(
            _inflects(word, part) for word, part in zip(held, parts, strict=True)
        ):
            return len(parts), held == [word.folded for word in split_words(name.text)]
    return None


def _inflects(word: str, part: tuple[str, frozenset[str]]) -> bool:
    """Whether a word is what stays of another with one of its endings."""
    stays, endings = part
    return word.startswith(stays) and word[len(stays) :] in endings


def _allowed(name: Name, first: str, words: Sequence[Word], position: int) -> bool:
    word = words[position]
    if name.guard == NEVER:
        return False
    if name.guard == CAPITAL and not _capital(name.text, word.written):
        return False
    if name.guard == PLACED and not (first == word.folded and _placed(words, position)):
        return False
    if not _ARABIC_KEYS.isdisjoint(word.written) and _PERSIAN.issuperset(name.languages):
        return False
    if len(first) <= SHORT and _LATIN.match(first) and len(_patterns(name)[0]) == 1:
        return _bare(word.written).startswith(_bare(name.text))
    return True


@lru_cache(maxsize=8192)
def _bare(text: str) -> str:
    """In lower case, with its accents composed; Turkish İ as i."""
    return unicodedata.normalize("NFC", text.lower().replace("i\u0307", "i"))


def _capital(name: str, written: str) -> bool:
    return written.isupper() if name.isupper() else written[:1].isupper()


def _placed(words: Sequence[Word], position: int) -> bool:
    before = words[position - 1].folded if position else ""
    after = words[position + 1].folded if position + 1 < len(words) else ""
    return before in _BEFORE or bool(_DIGIT.match(before) or _DIGIT.match(after))


def _cut_short(folded: str, start: int, end: int) -> bool:
    """Whether a katakana name is part of a longer word, or a number lost its first digits."""
    before, after = folded[start - 1 : start], folded[end : end + 1]
    if _DIGIT.match(folded[start]):
        return bool(_DIGIT.match(before))
    return any(
        _KATAKANA.match(side) and _KATAKANA.match(edge)
        for side, edge in ((before, folded[start]), (after, folded[end - 1]))
    )


def language_of(text: str) -> str:
    """The language whose clitics and endings a name of unknown language gets, by its script."""
    folded = normalise(text)
    scripts = ((_ARABIC, "ar"), (_CYRILLIC, "ru"), (_HANGUL, "ko"), (_HEBREW, "he"))
    return next((code for pattern, code in scripts if pattern.search(folded)), "en")
