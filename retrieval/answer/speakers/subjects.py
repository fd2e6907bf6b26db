"""Who says something in a sentence: the subjects of its verbs of saying, and who is after
«according to».

Nobody is guessed: a pronoun, «the minister» and «officials» give nothing. Arabic subjects, which no
capital tells, are in `arabic_subjects`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.language import cldr
from corpus.language.marks import CLOSING_QUOTES, DASHES
from corpus.language.text import normalise
from retrieval.answer.speakers import arabic_subjects
from retrieval.answer.speakers.author import Author
from retrieval.answer.speakers.grammar import pattern
from retrieval.answer.speakers.name_runs import Known, after, before, is_named, opened, to_medium
from retrieval.answer.speakers.outlets import is_kind
from retrieval.answer.speakers.tagging import TaggedSentence
from retrieval.answer.speakers.told_names import told_names
from retrieval.types import SaidKind as Kind

# Words between a verb and its subject, openers before a name, words inserted between two commas.
_SKIPPED, _INSERTED = 3, 12
# Tokens after an agency that signs a sentence: the bracket and a full stop.
_SIGNED = 2
# Tokens in brackets after a name.
_BRACKETS = 8
# Tokens of a dateline.
_DATELINE = 9


def sayings(reading: TaggedSentence, known: Known) -> list[Author]:
    """Everybody whom a sentence names as saying something; `known` gives the words that are after a
    title elsewhere in its article."""
    found: list[Author] = []
    if "U" in reading.classes and reading.cased:
        reading = told_names(reading, known())
    words = reading.words
    number, quoted = 0, _quoted(reading)
    while number < len(reading.tokens):
        length = 1
        if number in quoted and found:
            pass  # what somebody says that others say
        elif cue := _cue(reading, number):
            length = cue
            found += _cued(reading, number + length, known)
        elif cued := words["cued"].at(reading.folded, number):
            length = cued
            found += _named_before(reading, number)
        elif told := words["told"].at(reading.folded, number):
            length = told
            authors = after(reading, opened(reading, number + length)[0])[0]
            found += [each for each in authors if each.kind is Kind.AGENCY]
        elif participle := words["participles"].at(reading.folded, number):
            length = participle
            found += after(reading, number + length)[0]
        elif verb := (
            words["verbs"].at(reading.folded, number) or words["closing"].at(reading.folded, number)
        ):
            length = verb
            found += _spoken(
                reading,
                number,
                number + length,
                known,
                again=any(each.kind is not Kind.AGENCY for each in found),
            )
        number += length
    if not reading.cased:
        found += arabic_subjects.told(reading)
    elif reading.rules.closes or reading.rules.nouns:
        found += _told(reading)
    found = [each for each in found if _is_sure(each, reading, known)]
    return [*found, *_headed(reading, known), *_signed(reading)]


def _is_sure(author: Author, reading: TaggedSentence, known: Known) -> bool:
    """Whether a lone word with a capital is a name: one that is after a title or another name
    elsewhere in the article."""
    lone = author.kind is Kind.SPEAKER and not author.titled
    name = reading.text[author.start : author.end]
    return not lone or not reading.rules.known or " " in name or normalise(name) in known()


def _cue(reading: TaggedSentence, number: int) -> int:
    """How many tokens a cue has that begins here; some are none but after a mark."""
    words = reading.words
    marked = reading.before(number) in ',"' and number > 0
    return words["cues"].at(reading.folded, number) or (
        words["marked_cues"].at(reading.folded, number) if marked else 0
    )


def _named_before(reading: TaggedSentence, number: int) -> list[Author]:
    """Who is named before a cue that is after the name: «… zufolge», «…'e göre»."""
    while number and reading.classes[number - 1] in "KL":
        number -= 1
    authors, first = before(reading, number)
    return [] if _is_common(reading, first, number) else list(authors)


def _told(reading: TaggedSentence) -> Iterator[Author]:
    """The media to which something was said, where that is before the verb or a kind of medium
    tells it."""
    words = reading.words
    for first, (last, start, end) in reading.media.items():
        left = reading.word(first - 1)
        told = reading.word(last) in words["dative"]
        of = left in words["generic"]  # «источник ТАСС сообщил»
        if left in words["to"] or is_kind(left, reading.language) or told or of:
            yield Author(Kind.AGENCY, start, end, True)


def goes_on(reading: TaggedSentence) -> tuple[Kind, ...]:
    """What those are who may go on in a sentence that names nobody: «he added», or a verb of saying
    alone where a subject may be left out. None where nobody goes on."""
    words, folded = reading.words, reading.folded
    for at in range(len(folded)):
        length = words["verbs"].at(folded, at)
        beside = folded[max(at - 1, 0) : at] + folded[at + length : at + length + 1]
        alone = reading.rules.drops and (reading.before(at) in ',"' or reading.rules.closes)
        continued = words["continued"].at(folded, at)
        if continued or (length and any(each in words["pronouns"] for each in beside)):
            return (Kind.SPEAKER,)
        if length and any(each in words["things"] for each in beside):
            return (Kind.INSTITUTION,)
        if length and alone and not re.match("[MPpT]*[TG],", reading.classes):
            return (Kind.SPEAKER, Kind.INSTITUTION)
    return ()


def opener(reading: TaggedSentence, kinds: Sequence[Kind], known: Known) -> list[Author]:
    """Who opens a sentence that names nobody else of these kinds."""
    if not reading.rules.capitals and "U" in reading.classes:
        reading = told_names(reading, known())
    opened = reading.classes.startswith("D")
    first, behind = after(reading, opened)
    object_ = reading.at(behind) in "KL" or reading.word(behind) in reading.words["behind"]
    object_ = object_ or reading.word(behind) in reading.words["and"]
    if len(first) != 1 or first[0].kind not in kinds or not first[0].titled or object_:
        return []
    for at in range(behind, len(reading.tokens)):
        if reading.classes[at] in "CIX" and reading.before(at) not in "CIXM":
            others = after(reading, at)[0]
            if any(each.kind in kinds and each.titled for each in others):
                return []
    return list(first)


def _signed(reading: TaggedSentence) -> Iterator[Author]:
    """The agency in brackets that ends a sentence, or a dateline that opens it."""
    for first, (last, start, end) in reading.media.items():
        opened = first > 0 and reading.tokens[first - 1].written == "("
        dashed = (
            reading.cased
            and last < _DATELINE
            and any(each.written in DASHES for each in reading.tokens[last:][:3])
        )
        if opened and (dashed or len(reading.tokens) - last <= _SIGNED):
            yield Author(Kind.AGENCY, start, end, True)


def _cued(reading: TaggedSentence, number: int, known: Known) -> Iterator[Author]:
    """Who is named after «according to», perhaps after the statement that is theirs."""
    number, stated = opened(reading, number)
    if number < len(reading.tokens) and reading.words["verbs"].at(reading.folded, number):
        return
    authors, behind = after(reading, number)
    for author in authors:
        if stated and author.kind is Kind.SPEAKER and not reading.cased:
            continue
        office = not reading.cased and reading.classes[behind : behind + 2] in (",T", ",S")
        sure = author.titled or office or is_named(author, reading, known)
        if author.kind is not Kind.SPEAKER or sure:
            yield author
    if authors and authors[0].kind is Kind.SPEAKER:
        yield from to_medium(reading, behind)


def _spoken(
    reading: TaggedSentence, first: int, last: int, known: Known, *, again: bool
) -> Iterator[Author]:
    """Who is the subject of a verb of saying."""
    words = reading.words
    if not reading.cased:
        yield from arabic_subjects.spoken(reading, first, last, known, again=again)
        return
    if first and reading.folded[first - 1] in words["blocks"]:
        return
    if any(each in words["denied"] for each in reading.folded[last : last + _SKIPPED]):
        return
    clause = reading.classes.rfind(",", 0, first) + 1
    if words["closing"].at(reading.folded, first) and any(
        each in words["passive"] for each in reading.folded[clause:first]
    ):
        return
    told = reading.rules.capitals or reading.rules.unspaced
    opens = reading.rules.closes and not told and not again
    authors = (
        _around_auxiliary(reading, first)
        or (_opening(reading, first, known) if opens else [])
        or _subject_before(reading, first, last)
    )
    if authors:
        yield from authors
        yield from to_medium(reading, last)
        if reading.rules.behind and authors[-1].kind is Kind.AGENCY:  # who told it to the medium
            behind = _subject_behind(reading, last)
            yield from (each for each in behind if each.kind is Kind.SPEAKER and each.titled)
        return
    marks = '"' if reading.rules.closes else ',"'
    marked = reading.before(first) in marks or _may_stand_behind(reading, first)
    as_said = bool(first) and reading.folded[first - 1] in words["as"]
    quoted = '"' in reading.classes[max(first - 2, 0) : first]
    heard = bool(words["heard"].at(reading.folded, first)) and not quoted
    if (marked or as_said or reading.folded[first] in words["quotes"]) and not heard:
        authors = list(_subject_behind(reading, last))
    if reading.rules.closes and not authors and not again:
        authors = _opening(reading, first, known)
    yield from authors
    if not authors:
        yield from to_medium(reading, last)


def _may_stand_behind(reading: TaggedSentence, verb: int) -> bool:
    """Whether a subject may be after a verb that has no mark before it: in German where the clause
    opens with something else («Am Montag sagte …»)."""
    inverts = reading.words["inverts"].at(reading.folded, 0)  # «О закрытии … предупредил …»
    if inverts and (verb == inverts or not reading.rules.nouns):
        return True
    if not reading.rules.nouns:
        return reading.rules.behind
    start = max(reading.classes.rfind(each, 0, verb) for each in ',"') + 1
    words = (reading.words[kind] for kind in ("prepositions", "stops", "skips"))
    return any(reading.word(start) in each for each in words)


def _around_auxiliary(reading: TaggedSentence, participle: int) -> list[Author]:
    """The subject of a German participle, which is before its auxiliary or right after."""
    words = reading.words
    if not words["closing"].at(reading.folded, participle):
        return []
    held = words["auxiliaries"]
    at = next((n for n in range(participle - 1, -1, -1) if reading.folded[n] in held), 0)
    if not at or reading.before(at) == ",":
        return []
    authors, first = before(reading, at)
    if authors and _may_be_subject(reading, first, authors):
        return list(authors)
    return [] if authors else list(after(reading, at + 1)[0])


def _quoted(reading: TaggedSentence) -> set[int]:
    """The tokens between quotation marks; one that opens elsewhere closes in German."""
    found, opened = set(), False
    for at, letter in enumerate(reading.classes):
        mark = reading.tokens[at].written
        if letter == '"':
            either = reading.rules.nouns or mark == '"'
            opened = not opened if either else mark not in CLOSING_QUOTES
        elif opened:
            found.add(at)
    return found


def _is_common(reading: TaggedSentence, first: int, last: int) -> bool:
    """Whether a lone word may owe its capital to the beginning of the sentence."""
    lone = last - first == 1 and first == 0 and reading.classes[0] == "C"
    return lone and reading.fits("common", reading.folded[first])


def _opening(reading: TaggedSentence, verb: int, known: Known) -> list[Author]:
    """The subject that opens a sentence or a clause, the first of them, whose verb closes it."""
    words = reading.words
    quoted = _quoted(reading)
    for start in range(verb):
        opens = reading.before(start) in ',"' or reading.folded[start - 1] in words["clauses"]
        run = reading.rules.suffixes and reading.before(start) == "."
        if start in quoted or reading.classes[start] in '.,"KU' or not (opens or run):
            continue
        authors, behind = after(reading, start)
        if not authors or behind > verb or reading.at(behind) == "K":
            continue
        object_ = reading.word(behind) in words["behind"]
        owned = reading.before(behind) == "L" or _is_common(reading, start, behind)
        inflected = reading.fits("inflected", reading.folded[behind - 1])
        if reading.rules.suffixes and behind - start == 1 and authors[0].kind is Kind.SPEAKER:
            owned = owned or (start == 0 and reading.folded[0] not in known())
        if not (object_ or owned or (inflected and authors[0].kind is not Kind.AGENCY)):
            return list(authors)
    return []


def _subject_before(reading: TaggedSentence, number: int, last: int) -> list[Author]:
    """The subject that is before its verb, or before what is inserted between the two."""
    words = reading.words
    at = number
    while at > 0 and at > number - _SKIPPED and reading.folded[at - 1] in words["skips"]:
        at -= 1
    if reading.word(at - 1) == ")" and "(" in reading.folded[max(at - _BRACKETS, 0) : at]:
        at = max(n for n in range(at) if reading.folded[n] == "(")
    if reading.before(at) == '"' or at == 0:
        opened = reading.classes.rfind('"', 0, max(at - 1, 0))
        if opened > 0 and reading.word(opened - 1) in words["within"]:  # «В «…» опровергли»
            return list(after(reading, opened)[0])
        if opened > 0 and reading.classes[opened - 1] in "SIH":
            return list(after(reading, opened - 1)[0])
        authors, first = before(reading, at)
        return [each for each in authors if each.kind is Kind.AGENCY]
    if reading.before(at) == "," and reading.tokens[at - 1].written == ",":
        return _around_insertion(reading, at - 1) or _before_clause(reading)
    authors, first = before(reading, at)
    plural = reading.fits("plural", reading.folded[last - 1])
    if plural and first and reading.folded[first - 1] in words["within"]:
        return [each for each in authors if each.kind is Kind.INSTITUTION]
    if _is_genitive(reading, first, at):
        return []
    if plural or reading.fits("oblique", reading.word(at - 1)):  # «Проходчики рассказали»
        authors = tuple(each for each in authors if each.kind is not Kind.SPEAKER)
    return list(authors) if _may_be_subject(reading, first, authors) else []


def _is_genitive(reading: TaggedSentence, first: int, verb: int) -> bool:
    """Whether a lone Russian name after a noun says whose that is: «штаб Трампа сказал»."""
    left = reading.folded[first - 1] if first else ""
    stops, language = reading.words["stops"], reading.language
    noun = left.isalpha() and left not in stops and reading.before(first) == "."
    if (
        noun
        and reading.classes[first:verb] == "X"
        and pattern(language, "genitive").pattern != "(?!)"
    ):
        return left not in reading.words["verbs"]  # «ученые института географии РАН»
    he = not pattern(language, "feminine").match(reading.folded[verb])
    alone = verb - first == 1 and pattern(language, "genitive").match(reading.folded[first])
    return noun and he and bool(alone)


def _may_be_subject(reading: TaggedSentence, first: int, authors: tuple[Author, ...]) -> bool:
    """Whether what is before a name leaves it the subject."""
    while first > 0 and (
        reading.classes[first - 1] == "D" or is_kind(reading.word(first - 1), reading.language)
    ):
        first -= 1
    if reading.before(first) == "U":  # «یکی از مشاوران امانوئل مکرون»
        return False
    left, words = reading.folded[first - 1] if first else "", reading.words
    if left in words["asking"]:
        return False
    if left in words["prepositions"]:
        owner = reading.folded[first - 2] if first > 1 else ""
        return owner in words["stated"] and all(a.kind is Kind.INSTITUTION for a in authors)
    return True


def _before_clause(reading: TaggedSentence) -> list[Author]:
    """Who opens the sentence, before a clause that is between two commas: «…, who …, said»."""
    authors, behind = after(reading, 0)
    named = len(authors) == 1 and authors[0].titled and authors[0].kind is not Kind.AGENCY
    return list(authors) if named and reading.at(behind) == "," else []


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


def _subject_behind(reading: TaggedSentence, number: int) -> Iterator[Author]:
    """The subject that is after its verb, and the medium to which it was said."""
    words = reading.words
    for _ in range(_SKIPPED):
        if number < len(reading.tokens) and number not in reading.media:
            number += words["skips"].at(reading.folded, number)
    within = number < len(reading.tokens) and reading.folded[number] in words["within"]
    if within:  # «пояснили в пресс-службе …»
        number = opened(reading, number + within)[0] - within
    authors, behind = after(reading, number + within)
    if is_kind(reading.word(number - 1), reading.language):  # «подтвердил изданию …»
        authors = tuple(
            replace(each, kind=Kind.AGENCY) if each.kind is Kind.SPEAKER else each
            for each in authors
        )
    if not authors and re.match(r"D\.CC", reading.classes[number:]):  # «a smiling …»
        authors, behind = after(reading, number + 2)
    if within:  # «считают в МИД», but «заявил в Вонсане»
        plural = reading.fits("plural", reading.folded[number - 1])
        yield from (each for each in authors if plural and each.kind is Kind.INSTITUTION)
        return
    verb, name = reading.folded[number - 1], reading.word(number)
    he = reading.fits("accusative", name) and not reading.fits("feminine", verb)
    if he or reading.fits("plural", verb) or reading.fits("oblique", name):  # «сказал Сергею …»
        authors = tuple(each for each in authors if each.kind is not Kind.SPEAKER)
    authors = tuple(each for each in authors if not _is_inflected_place(reading, each))
    yield from authors
    if authors and authors[0].kind is Kind.AGENCY:
        yield from (
            each
            for each in after(reading, behind)[0]
            if each.kind is not Kind.AGENCY and each.titled
        )
    elif authors:
        yield from to_medium(reading, behind)


def _is_inflected_place(reading: TaggedSentence, author: Author) -> bool:
    """Whether a place is in another case than that of a subject: «пообещал Москве»."""
    for named in cldr.found(reading.text):
        if (named.start, named.end) == (author.start, author.end):
            subjects = cldr.forms(named.group, reading.language)
            return bool(subjects) and normalise(named.asked) not in map(normalise, subjects)
    return False


def _headed(reading: TaggedSentence, known: Known) -> Iterator[Author]:
    """«Name: what is said», where the sentence opens so."""
    colon = next((n for n, each in enumerate(reading.tokens[:8]) if each.written == ":"), None)
    if not colon or any(reading.classes[n] in '.,"' for n in range(colon)):
        return
    authors, behind = after(reading, 0)
    if behind == colon:
        for author in authors:
            name = reading.text[author.start : author.end]
            sure = author.titled or is_named(author, reading, known)
            if reading.cased:
                sure = author.titled or normalise(name).split()[-1] in known()
            if author.kind is not Kind.AGENCY and sure:
                yield author
