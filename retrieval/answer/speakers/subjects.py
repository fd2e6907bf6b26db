"""Who says something in a sentence: the subjects of its verbs of saying, and who stands behind
«according to».

Nobody is guessed: a pronoun, «the minister» and «officials» give nothing, nor does a lone Arabic
word that stands behind no title anywhere in the article, for it could be any noun.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from corpus.language.text import normalise
from retrieval.answer.speakers.name_runs import Author, after, before
from retrieval.answer.speakers.tagging import TaggedSentence, is_infix, table
from retrieval.types import SaidKind as Kind

Known = Callable[[], frozenset[str]]
# Words between a verb and its subject, openers before a name, words inserted between two commas.
_SKIPPED, _OPENED, _INSERTED = 3, 12, 12
# What stands before a name that is then no subject; and before one after «statement», «spokesman».
_NOT_OF = frozenset(
    word
    for words in (
        "with for by from to at in on against between about after near over under of",
        "avec pour par chez sur contre entre à dans vers au aux en de du des d",
        "с со у от для к ко о об в во на по из за над под",
    )
    for word in words.split()
)
_STATED = re.compile("(?:statement|report|spokes|communique|document|porte|rapport)")
_ASKING = frozenset(
    word
    for words in (
        "what whether if unless until before after who whom",
        "si quand когда если ли после до",
    )
    for word in words.split()
)


def sayings(reading: TaggedSentence, known: Known) -> list[Author]:
    """Everybody whom a sentence names as saying something; `known` gives the words that stand
    behind a title elsewhere in its article."""
    found: list[Author] = []
    words = table(reading.language)
    number = 0
    while number < len(reading.tokens):
        if length := words["cues"].at(reading.folded, number):
            found += _cued(reading, number + length, known)
            number += length
        elif length := words["verbs"].at(reading.folded, number):
            found += _spoken(reading, number, number + length, known)
            number += length
        else:
            number += 1
    return [*found, *_headed(reading, known)]


def _cued(reading: TaggedSentence, number: int, known: Known) -> Iterator[Author]:
    """Who is named after «according to», perhaps after the statement that is theirs."""
    number, stated = _opened(reading, number)
    if number < len(reading.tokens) and table(reading.language)["verbs"].at(reading.folded, number):
        return
    authors, behind = after(reading, number)
    for author in authors:
        if stated and author.kind is Kind.SPEAKER and not reading.cased:
            continue
        if author.kind is not Kind.SPEAKER or author.titled or _is_name(author, reading, known):
            yield author
    if authors and authors[0].kind is Kind.SPEAKER:
        yield from _to_medium(reading, behind)


def _opened(reading: TaggedSentence, number: int) -> tuple[int, bool]:
    """The first token behind words such as «a statement issued by», and whether there are any."""
    words = table(reading.language)
    stated = False
    for _ in range(_OPENED):
        if number >= len(reading.tokens) or number in reading.media:
            break
        if words["verbs"].at(reading.folded, number):
            break
        opener = reading.folded[number] in words["openers"]
        if not opener and reading.folded[number] not in words["skips"]:
            break
        stated = stated or (opener and reading.classes[number] in "UQ")
        number += 1
    return number, stated


def _spoken(reading: TaggedSentence, first: int, last: int, known: Known) -> Iterator[Author]:
    """Who is the subject of a verb of saying."""
    words = table(reading.language)
    if first and reading.folded[first - 1] in words["blocks"] and reading.cased:
        return
    if not reading.cased:
        if first and reading.folded[first - 1] in words["blocks"] and not _is_as(reading, first):
            return
        yield from _subject_behind(reading, last, known, verb=first)
        return
    authors = _subject_before(reading, first, last)
    if authors:
        yield from authors
        yield from _to_medium(reading, last)
        return
    marked = reading.before(first) in ',"' or reading.language == "ru"
    opened = reading.folded[first - 1] in ("comme", "as", "как") if first else False
    if marked or opened or reading.folded[first] in ("цитирует", "цитируют"):
        yield from _subject_behind(reading, last, known)


def _is_as(reading: TaggedSentence, first: int) -> bool:
    return (
        reading.folded[first - 1] in ("ما", "مما")
        and first > 1
        and (reading.folded[first - 2] in table("ar")["cues"] or reading.folded[first - 2] == "حسب")
    )


def _subject_before(reading: TaggedSentence, number: int, last: int) -> list[Author]:
    """The subject that stands before its verb, or before what is inserted between the two."""
    words = table(reading.language)
    at = number
    while at > 0 and at > number - _SKIPPED and reading.folded[at - 1] in words["skips"]:
        at -= 1
    if reading.before(at) == '"' or at == 0:
        authors, first = before(reading, at)
        return [each for each in authors if each.kind is Kind.AGENCY]
    if reading.before(at) == "," and reading.tokens[at - 1].written == ",":
        return _around_insertion(reading, at - 1)
    authors, first = before(reading, at)
    plural = reading.language == "ru" and reading.folded[last - 1].endswith(("ли", "ют", "ят"))
    if plural and reading.folded[first - 1 : first] in (("в",), ("во",)):
        return [each for each in authors if each.kind is Kind.INSTITUTION]
    return list(authors) if _may_be_subject(reading, first, authors) else []


def _may_be_subject(reading: TaggedSentence, first: int, authors: tuple[Author, ...]) -> bool:
    """Whether what stands before a name leaves it the subject."""
    while first > 0 and reading.classes[first - 1] == "D":
        first -= 1
    left = reading.folded[first - 1] if first else ""
    if left in _ASKING:
        return False
    if left in _NOT_OF:
        owner = reading.folded[first - 2] if first > 1 else ""
        return bool(_STATED.match(owner)) and all(a.kind is Kind.INSTITUTION for a in authors)
    return True


def _around_insertion(reading: TaggedSentence, comma: int) -> list[Author]:
    """«Name, office, said»: the name before the first comma, or between the two."""
    start = comma - 1
    while start >= 0 and reading.classes[start] not in ',"' and comma - start <= _INSERTED:
        start -= 1
    between, first = before(reading, comma)
    whole = first - 1 == start or all(c == "D" for c in reading.classes[start + 1 : first])
    if start >= 0 and reading.tokens[start].written == ",":
        authors, opened = before(reading, start)
        persons = [a for a in authors if a.kind is Kind.SPEAKER and a.titled]
        office = any(reading.classes[n] in "TS" for n in range(start + 1, comma))
        if whole and between and between[0].kind is Kind.SPEAKER and not office:
            titled = "T" in reading.classes[opened:start] or "S" in reading.classes[opened:start]
            if between[0].titled and (titled or not authors):
                return list(between)
        if persons and _may_be_subject(reading, opened, authors):
            return persons
        return []
    if whole and between and between[0].kind is Kind.SPEAKER:
        title = reading.classes[max(start - _INSERTED, 0) : max(start, 0)]
        return list(between) if between[0].titled and re.search("[TS]", title) else []
    return []


def _subject_behind(
    reading: TaggedSentence, number: int, known: Known, *, verb: int = 0
) -> Iterator[Author]:
    """The subject that stands behind its verb, and the medium to which it was said."""
    words = table(reading.language)
    plain = reading.folded[verb] in words.get("plain", ()) or reading.before(verb) == '"'
    for _ in range(_SKIPPED):
        if number < len(reading.tokens) and number not in reading.media:
            number += reading.folded[number] in words["skips"]
    stated = False
    if not reading.cased and number < len(reading.tokens) and reading.classes[number] == "U":
        number, stated = _opened(reading, number)
    authors, behind = after(reading, number)
    for author in authors:
        if stated and author.kind is Kind.SPEAKER:
            continue
        if _is_subject(author, behind, reading, known, plain=plain):
            yield author
    if authors and authors[0].kind is Kind.AGENCY:
        at = behind + 1 if reading.folded[behind : behind + 1] == ("عن",) else behind
        for author in after(reading, at)[0]:
            follows = at > behind or (author.kind is Kind.SPEAKER and author.titled)
            named = author.titled or _is_name(author, reading, known)
            if author.kind is not Kind.AGENCY and follows and named:
                yield author
    elif authors:
        yield from _to_medium(reading, behind)


def _is_subject(
    author: Author, behind: int, reading: TaggedSentence, known: Known, *, plain: bool
) -> bool:
    if reading.cased:
        return True
    if author.kind is not Kind.SPEAKER:
        # «Paris said», but «Paris Saint-Germain said» too
        return author.titled or not plain or reading.classes[behind : behind + 1] != "U"
    complement = behind < len(reading.tokens) and (
        reading.folded[behind] in table("ar")["complements"]
        or reading.tokens[behind].written in ":«“"
    )
    ended = behind >= len(reading.tokens) or reading.classes[behind] in ',".'
    if author.titled:
        return complement or ended
    if _is_name(author, reading, known):
        return True
    first = reading.text[author.start]
    return plain and (complement or (ended and first not in "لب")) and _is_sure(reading, author)


def _is_sure(reading: TaggedSentence, author: Author) -> bool:
    """Whether a name without title is no other words: it has several, none with an article."""
    if reading.cased:
        return True
    words = reading.text[author.start : author.end].split()
    infix = any(is_infix(normalise(word)) for word in words)
    return author.titled or (
        len(words) in (2, 3)
        and not words[0].startswith("ال")
        and (infix or not words[-1].startswith("ال"))
    )


def _is_name(author: Author, reading: TaggedSentence, known: Known) -> bool:
    """Whether a name stands behind a title elsewhere in the article; one with capitals is one."""
    if reading.cased:
        return True
    words = normalise(reading.text[author.start : author.end]).split()
    return known().issuperset(words)


def _to_medium(reading: TaggedSentence, number: int) -> Iterator[Author]:
    """The agency to which something was said: «told Reuters», «في حديث لوكالة إنترفاكس»."""
    for at in range(number, min(number + 6, len(reading.tokens))):
        if at in reading.media:
            close = at - number <= 2 and reading.language != "ar"
            token = reading.tokens[at]
            dative = reading.text[token.start] in "لو" and reading.text[token.start] == "ل"
            kind = at > number and reading.folded[at - 1] in ("لوكاله", "وكاله", "قناه", "صحيفه")
            if close or dative or kind:
                yield from after(reading, at)[0]
            return
        if (
            reading.classes[at] in ',"'
            or reading.folded[at] in table(reading.language)["complements"]
        ):
            return


def _headed(reading: TaggedSentence, known: Known) -> Iterator[Author]:
    """«Name: what is said», where the sentence opens so."""
    colon = next((n for n, each in enumerate(reading.tokens[:8]) if each.written == ":"), None)
    if not colon or any(reading.classes[n] in '.,"' for n in range(colon)):
        return
    authors, behind = after(reading, 0)
    if behind == colon:
        for author in authors:
            name = reading.text[author.start : author.end]
            sure = author.titled or _is_name(author, reading, known)
            if reading.cased:
                sure = author.titled or normalise(name).split()[-1] in known()
            if author.kind is not Kind.AGENCY and sure:
                yield author
