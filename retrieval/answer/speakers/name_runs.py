"""Who is named by a run of words: a person, the holder of an office, an institution, a medium.

A name is as short as it identifies. Of a person it is the name without title («سيرغي لافروف»), or
the office where no name stands («Russian foreign minister»); of an institution it is all of the
name and its state, without article; of an agency its own name without the word agency. Who speaks
for an institution without being named is the institution. Nobody is named by «the minister» or
«officials».
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.answer.speakers.tagging import TaggedSentence, is_infix, table
from retrieval.types import SaidKind as Kind

# Words in the name of a person.
_LONGEST_NAME = 5
_LONGEST_RUN = 14
_CASED_RUN = frozenset("PpTSIHXMLDNCG")
_NAME = re.compile("(?:C(?:[CN]*C)?)$")
_POSSESSED = re.compile(".{3}(?:ته|تها|تهم)$")
_EDGES = "LD"


@dataclass(frozen=True, slots=True)
class Author:
    """Who is named by `text[start:end]`. `titled` says that a title or a kind stands with the name,
    or that it has more than one word, so that it cannot be a word like any other."""

    kind: Kind
    start: int
    end: int
    titled: bool
    long: bool = False


Found = tuple[tuple[Author, ...], int]


def after(reading: TaggedSentence, number: int) -> Found:
    """Who is named right from this token on, and the number of the token behind; media that «and»
    joins all."""
    at = _medium_at(reading, number)
    if at is not None:
        return _media(reading, at)
    if reading.cased:
        while number < len(reading.tokens) and reading.classes[number] == "D":
            number += 1
        last = number
        while last < len(reading.tokens) and last - number < _LONGEST_RUN:
            if reading.classes[last] not in _CASED_RUN or _is_break(reading, last):
                break
            last += 1
        last = _in_place(reading, number, last)
        return _cased(reading, number, last), last
    return _arabic(reading, number)


def before(reading: TaggedSentence, number: int) -> tuple[tuple[Author, ...], int]:
    """Who is named right before this token, in a language with capitals, and the number of the
    first token of the name."""
    for first, (last, start, end) in reading.media.items():
        if last == number or (last == number - 1 and reading.classes[last] == '"'):
            return (Author(Kind.AGENCY, start, end, True),), first
    first = number
    while first > 0 and number - first < _LONGEST_RUN:
        if reading.classes[first - 1] not in _CASED_RUN:
            break
        first -= 1
    run = reading.classes[first:number]
    inner = max(
        (n for n, each in enumerate(run) if each == "D" and (n == 0 or run[n - 1] not in "LTSI")),
        default=-1,
    )
    first += inner + 1
    return _cased(reading, first, number), first


def _in_place(reading: TaggedSentence, first: int, last: int) -> int:
    """Where the name of an embassy ends that goes on with its seat: «embassy in Tokyo»."""
    embassy = any(_EMBASSY.match(word) for word in reading.folded[first:last])
    seat = reading.classes[last : last + 2]
    return last + 2 if embassy and seat in (".P", "DP", "LP", ".C") else last


_EMBASSY = re.compile("embassy|ambassade|посольств")


def _is_break(reading: TaggedSentence, number: int) -> bool:
    return bool(table(reading.language)["verbs"].at(reading.folded, number))


def _medium_at(reading: TaggedSentence, number: int) -> int | None:
    """The number of the first token of a medium named here, perhaps after a word for it and a
    nationality, and in quotation marks."""
    for at in range(number, min(number + 5, len(reading.tokens))):
        if at in reading.media:
            return at
        if reading.classes[at] not in 'DLIHpM"' and not _is_kind(reading.folded[at]):
            return None
    return None


def _is_kind(folded: str) -> bool:
    return bool(_KINDS.match(folded))


_KINDS = re.compile(
    "(?:ل|ب)?(?:ال)?(?:وكاله|وكالتا|وكالتي|صحيفه|جريده|قناه|موقع|مجله|شبكه|انباء|الانباء)$"
    "|(?:newspaper|channel|broadcaster|magazine|journal|quotidien|chaine|site|dailys?|news)$"
    "|(?:газет|телеканал|издани|журнал|портал|корреспондент)"
)


def _media(reading: TaggedSentence, first: int) -> Found:
    found = []
    number = first
    while True:
        last, start, end = reading.media[number]
        found.append(Author(Kind.AGENCY, start, end, True))
        at = last
        while at < len(reading.tokens) and (
            reading.classes[at] in '"pMQ' or reading.folded[at] in ("news", "agency")
        ):
            at += 1
        joined = at < len(reading.tokens) and reading.folded[at] in ("and", "et", "и", "و")
        following = _medium_at(reading, at + 1) if joined else None
        if following is None and at in reading.media:
            following = at if reading.text[reading.tokens[at].start] == "و" else None
        if following is None and last in reading.media:
            following = last
        if following is None:
            return tuple(found), at
        number = following


def _cased(reading: TaggedSentence, first: int, last: int) -> tuple[Author, ...]:
    """Who the run of tokens names."""
    while first < last and reading.classes[first] in _EDGES:
        first += 1
    while last > first and reading.classes[last - 1] in "LDN":
        last -= 1
    run = reading.classes[first:last]
    if not run or "G" in run:
        return ()
    name = _NAME.search(run)
    head = run[: name.start()] if name else run
    institution = bool(re.search("[IHX]", head))
    named = bool(re.search("[TS]", head))
    if name and (named or not institution or reading.folded[first + len(head) - 1] == "s"):
        by = head.rstrip("D")
        apart = by.endswith("L") and reading.folded[first + len(by) - 1] not in ("s", "по")
        genitive = reading.language == "ru" and by.endswith("S") and name.end() - name.start() == 1
        long = len(name.group()) > _LONGEST_NAME
        place = name.end() - name.start() == 1 and by.endswith(("P", "C")) and not named
        if apart or genitive or long or place:
            return ()
        titled = named or len(name.group()) > 1
        return (_author(reading, Kind.SPEAKER, first + name.start(), last, titled),)
    if "S" in run:
        behind = run.rindex("S") + 1
        own = run[: run.index("S")].strip(_EDGES)
        rest = _cased(reading, first + behind, last)
        if behind == len(run) and re.search("[IX]", own):
            return _cased(reading, first, first + run.index("S"))
        return tuple(each for each in rest if each.kind is Kind.INSTITUTION)
    if named:
        told = bool(re.search("[PpXI]", run)) and not run.endswith("L")
        return (_author(reading, Kind.SPEAKER, first, last, True),) if told else ()
    if institution:
        alone = "X" in run or bool(re.search("[PpCM]", run))
        return (_author(reading, Kind.INSTITUTION, first, last, True),) if alone else ()
    if run == "P":
        return (_author(reading, Kind.INSTITUTION, first, last, False),)
    return ()


def _arabic(reading: TaggedSentence, first: int) -> Found:
    last = first
    limit = min(first + _LONGEST_RUN, len(reading.tokens))
    name: int | None = None
    while last < limit:
        letter = reading.classes[last]
        run = reading.classes[first:last]
        if letter in '.,"AGP' and (letter != "P" or name is not None):
            break
        if name is not None:
            if letter in "TSIHX":
                return (), last
            ended = last - 1 > name and reading.classes[last - 1] in "QpM"
            if ended and not is_infix(reading.folded[last - 2]):
                break
            if last - name >= _LONGEST_NAME:
                return (), last
        elif letter == "U" and run.endswith("H"):
            last += 1 + (reading.folded[last + 1 : last + 2] == ("الله",))
            if last < len(reading.tokens) and reading.classes[last] in "UQ":
                return (), last
            break
        elif letter == "U":
            if run and not _is_definite(reading, last - 1):
                return (), last
            if re.search("[IXP]", run) and not re.search("[TS]", run):
                break
            name = last
        elif letter == "Q" and not re.search("[TS]", run):
            return (
                ((), last) if re.search("[IH][MI]*$", run) else _of_run(reading, first, last, name)
            )
        last += 1
    if name is None and last < limit and reading.classes[last] == "G":
        return (), last
    found, last = _of_run(reading, first, last, name)
    office = name is None or reading.folded[name].startswith(("ب", "ل"))
    office = office and bool(re.search("[TS]", reading.classes[first:last]))
    if office and last < len(reading.tokens) - 1 and reading.tokens[last].written in ",،":
        others, behind = _arabic(reading, last + 1)
        closed = behind >= len(reading.tokens) or reading.classes[behind] in ".,"
        if len(others) == 1 and others[0].kind is Kind.SPEAKER and others[0].long and closed:
            return others, behind
    return found, last


def _is_definite(reading: TaggedSentence, number: int) -> bool:
    """Whether the next word can belong to a name, and does not go on with this one."""
    definite = reading.folded[number].startswith(("ال", "لل"))
    return definite or reading.classes[number] in "PpX"


def _of_run(reading: TaggedSentence, first: int, last: int, name: int | None) -> Found:
    run = reading.classes[first:last]
    return tuple(_arabic_author(reading, first, last, run, name)), last


def _arabic_author(
    reading: TaggedSentence, first: int, last: int, run: str, name: int | None
) -> Iterator[Author]:
    titled = bool(re.search("[TS]", run))
    if name is not None:
        inner = reading.classes[name + 1 : last - 1]
        apart = "Q" in inner and not any(map(is_infix, reading.folded[name:last]))
        first_word = reading.folded[name]
        of = first_word.startswith("ل") and last - name > 1 and len(first_word) > 3
        mine = any(map(_POSSESSED.search, reading.folded[name:last]))
        if (titled or name == first) and not (apart or of or mine):
            yield _author(reading, Kind.SPEAKER, name, last, titled)
    elif "S" in run:
        behind = first + run.rindex("S") + 1
        while behind < last and reading.folded[behind] in ("باسم", "اسم"):
            behind += 1
        rest = reading.classes[behind:last]
        if "X" in rest or (re.search("I", rest) and "T" not in rest and len(rest) > 1):
            yield _author(reading, Kind.INSTITUTION, behind, last, True)
    elif run[:1] in "IH" and run[:1] and not run.endswith(("T", "S")):
        if "X" in run or len(run) > 1 or reading.folded[first] in ("الخارجيه", "الدفاع"):
            yield _author(reading, Kind.INSTITUTION, first, last, True)
    elif titled:
        if re.search("[PpXI]", run):
            yield _author(reading, Kind.SPEAKER, first, last, True)
    elif "X" in run:
        yield _author(reading, Kind.INSTITUTION, first, last, True)
    elif run == "P":
        yield _author(reading, Kind.INSTITUTION, first, last, False)


def _author(reading: TaggedSentence, kind: Kind, first: int, last: int, titled: bool) -> Author:
    start, end = reading.tokens[first].bare, reading.tokens[last - 1].end
    return Author(kind, start, end, titled, last - first > 1)
