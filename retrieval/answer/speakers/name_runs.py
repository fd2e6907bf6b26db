"""Who is named by a run of words: a person, the holder of an office, an institution, a medium.

A name is as short as it identifies. Of a person it is the name without title («سيرغي لافروف»), or
the office where no name stands («Russian foreign minister»); of an institution it is all of the
name and its state, without article; of an agency its own name without the word agency. Who speaks
for an institution without being named is the institution. Nobody is named by «the minister» or
«officials».
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from corpus.language.clitics import clitics
from corpus.language.text import normalise
from retrieval.answer.speakers.arabic_runs import named
from retrieval.answer.speakers.author import Author, Found, author
from retrieval.answer.speakers.outlets import is_kind
from retrieval.answer.speakers.tagging import TaggedSentence
from retrieval.types import SaidKind as Kind

Known = Callable[[], frozenset[str]]
# Words in the name of a person.
_LONGEST_NAME = 5
_LONGEST_RUN = 14
_OPENED = 12
_CASED_RUN = frozenset("PpTSIHXMLDNCG")
_NAME = re.compile("(?:C(?:[CN]*C)?)$")
# A name before its title, where no capital tells it.
_LEADING = re.compile("C+(?=[TS])")
# «Luis de la Fuente»
_OF = re.compile("C+L(?:D|L)?C+")
_LIKE_TITLE = re.compile("G(?=CC+$)")
_EDGES = "LD"


def after(reading: TaggedSentence, number: int) -> Found:
    """Who is named right from this token on, and the number of the token after; media that «and»
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
        told = reading.word(number - 1) in reading.words["verbs"]
        if told and reading.at(last) == "K" and re.match("C{3}", reading.classes[last - 3 :]):
            last -= 1  # «… Zelenskiy Telegram'da»
        if quoted := _quoted(reading, number, last):
            return quoted
        return _apposed(reading, number, last) or (_cased(reading, number, last), last)
    return named(reading, number)


def before(reading: TaggedSentence, number: int) -> tuple[tuple[Author, ...], int]:
    """Who is named right before this token, in a language with capitals, and the number of the
    first token of the name."""
    while number > 1 and is_kind(reading.folded[number - 1], reading.language):
        if reading.classes[number - 2] != "A":
            break
        number -= 1
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
    if reading.classes[first : first + 1] == "L":
        return (), first  # «la Conférence des évêques des États-Unis»
    return _cased(reading, first, number), first


def _quoted(reading: TaggedSentence, first: int, last: int) -> Found | None:
    """An institution in quotation marks, perhaps after its spokesman: «представитель «…»»."""
    run = re.compile('"[CX]{1,3}"').match(reading.classes, last)
    inside = first and reading.folded[first - 1] in reading.words["within"]
    if not run or not (inside if first == last else reading.classes[last - 1] in "SIH"):
        return None
    return (author(reading, Kind.INSTITUTION, last + 1, run.end() - 1, titled=True),), run.end()


def _apposed(reading: TaggedSentence, first: int, comma: int) -> Found | None:
    """The name after an office and a comma, which ends before a mark: «the minister, …,»."""
    run = re.compile('C(?:[CN]*C)?(?=[,"])').match(reading.classes + ",", comma + 1)
    office = re.match("[MPp]*[TS]", reading.classes[first:comma])
    if not run or not office or reading.at(comma) != ",":
        return None
    if "C" in reading.classes[first:comma] and run.end() - run.start() == 1:
        return None
    return (author(reading, Kind.SPEAKER, *run.span(), titled=True),), run.end()


def _in_place(reading: TaggedSentence, first: int, last: int) -> int:
    """Where the name of an embassy ends that goes on with its seat: «embassy in Tokyo»."""
    embassies = reading.words["embassies"]
    embassy = any(word in embassies for word in reading.folded[first:last])
    seat = reading.classes[last : last + 2]
    return last + 2 if embassy and seat in (".P", "DP", "LP", ".C") else last


def _is_break(reading: TaggedSentence, number: int) -> bool:
    return bool(reading.words["verbs"].at(reading.folded, number))


def _medium_at(reading: TaggedSentence, number: int) -> int | None:
    """The number of the first token of a medium named here, perhaps after a word for it and a
    nationality, and in quotation marks."""
    for at in range(number, min(number + 5, len(reading.tokens))):
        if at in reading.media:
            return at
        if reading.classes[at] not in 'DLIHpM"' and not is_kind(
            reading.folded[at], reading.language
        ):
            return None
    return None


def _media(reading: TaggedSentence, first: int) -> Found:
    found, words = [], reading.words
    number = first
    while True:
        last, start, end = reading.media[number]
        found.append(Author(Kind.AGENCY, start, end, True))
        at = last
        while at < len(reading.tokens) and (
            reading.classes[at] in '"pMQ'
            or (reading.cased and is_kind(reading.folded[at], reading.language))
        ):
            at += 1
        joined = at < len(reading.tokens) and reading.folded[at] in words["and"]
        following = _medium_at(reading, at + 1) if joined else None
        if following is None and at in reading.media:
            joined = (
                reading.text[reading.tokens[at].start] in clitics(reading.language).conjunctions
            )
            following = at if joined else None
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
    if reading.rules.capitals and not reading.fits("genitive", reading.folded[last - 1]):
        run = _LIKE_TITLE.sub("T", run)  # «analyst John Smith»
    if not run or "G" in run:
        return ()
    if not reading.rules.capitals and (leading := _LEADING.match(run)):
        return (author(reading, Kind.SPEAKER, first, first + leading.end(), True),)
    if first == 0 and run.startswith("CCC") and reading.fits("trade", reading.folded[0]):
        run = f"T{run[1:]}"  # «Piyanist Fazıl Say»
    name = _OF.fullmatch(run)
    if name and reading.folded[first + run.index("L")] not in reading.words["of_names"]:
        name = None
    name = name or _NAME.search(run)
    head = run[: name.start()] if name else run
    institution = bool(re.search("[IHX]", head))
    named = bool(re.search("[TS]", head))
    if name and (named or not institution or reading.folded[first + len(head) - 1] == "s"):
        by, words = head.rstrip("D"), reading.words
        if len(name.group()) == 1 and (office := re.search("S[LD]+(I[MpL]*)$", head)):
            start = first + office.start(1)  # «Sprecher des Flughafens Frankfurt»
            return (author(reading, Kind.INSTITUTION, start, last, titled=True),)
        apart = by.endswith("L") and reading.folded[first + len(by) - 1] not in words["joins"]
        genitive = by.endswith("S") and (
            reading.fits("accusative", reading.word(first + name.start()))
            or (len(name.group()) == 1 and reading.fits("genitive", reading.word(last - 1)))
        )
        long = len(name.group()) > _LONGEST_NAME
        place = name.end() - name.start() == 1 and by.endswith(("P", "C")) and not named
        # «a spokesman for the minister …»
        unnamed = re.search("S.*L.*T", head)
        if apart or genitive or long or place or unnamed:
            return ()
        start = name.start()
        owned = by.endswith("T") and name.group().startswith("CCC")
        if owned and reading.fits("genitive", reading.word(first + start)):
            start += 1  # «директор Эрмитажа Михаил …»
        titled = named or len(name.group()) > 1
        inside = reading.folded[first + name.start() : last]
        if not named and any(word in reading.words["press"] for word in inside):
            if len(inside) == 1:
                return ()
            return (author(reading, Kind.AGENCY, first, last, True),)
        return (author(reading, Kind.SPEAKER, first + start, last, titled),)
    if "S" in run:
        behind = run.rindex("S") + 1
        own = run[: run.index("S")].strip(_EDGES)
        rest = _cased(reading, first + behind, last)
        if behind == len(run) and re.search("[IX]", own):
            return _cased(reading, first, first + run.index("S"))
        return tuple(each for each in rest if each.kind is Kind.INSTITUTION)
    if named:
        told = bool(re.search("[PpXI]", run)) and not run.endswith("L")
        return (author(reading, Kind.SPEAKER, first, last, True),) if told else ()
    if institution:
        alone = "X" in run or bool(re.search("[PpCM]", run))
        return (author(reading, Kind.INSTITUTION, first, last, True),) if alone else ()
    if run.strip("P") == "" and reading.places.get(first) == last:
        return (author(reading, Kind.INSTITUTION, first, last, False),)
    return ()


def opened(reading: TaggedSentence, number: int) -> tuple[int, bool]:
    """The first token after words such as «a statement issued by», and whether there are any."""
    words = reading.words
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


def to_medium(reading: TaggedSentence, number: int) -> Iterator[Author]:
    """The agency to which something was said: «told Reuters», «في حديث لوكالة إنترفاكس»."""
    if reading.cased:
        to = number < len(reading.tokens) and reading.folded[number] in reading.words["to"]
        if _medium_at(reading, number + to) is not None:
            yield from after(reading, number + to)[0]
        return
    for at in range(number, min(number + 6, len(reading.tokens))):
        if at in reading.media:
            told = reading.fits("told", reading.text[reading.tokens[at].start :])
            if told or (at > number and is_kind(reading.folded[at - 1], reading.language)):
                yield from after(reading, at)[0]
            return
        if reading.classes[at] in ',"' or reading.folded[at] in reading.words["complements"]:
            return


def is_named(author: Author, reading: TaggedSentence, known: Known) -> bool:
    """Whether a name is after a title elsewhere in the article; one with capitals is one."""
    if reading.cased:
        return True
    words = normalise(reading.text[author.start : author.end]).split()
    return known().issuperset(words)
