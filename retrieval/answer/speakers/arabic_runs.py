"""Who is named by a run of Arabic words, where no capital tells a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from retrieval.answer.speakers.arabic_words import is_infix
from retrieval.answer.speakers.author import Author, Found, author
from retrieval.answer.speakers.grammar import pattern
from retrieval.answer.speakers.tagging import TaggedSentence
from retrieval.question.known_names import known_names
from retrieval.types import SaidKind as Kind

# Words in a name that ends with a family name, in any name of a person, in an office without a
# name, and in an office with one.
_FAMILY, _LONGEST_NAME, _LONGEST_OFFICE, _LONGEST_RUN = 3, 5, 6, 14


def named(reading: TaggedSentence, first: int) -> Found:
    """Who is named from this token on, and the number of the token after."""
    if institution := _quoted(reading, first):
        return institution
    found, last = _run(reading, first)
    run = reading.classes[first:last]
    name = run.find("U")
    place = name == len(run) - 1 and reading.folded[last - 1][0] in "بل"
    office = re.search("[TS]", run) and (name < 0 or place)
    if office and last < len(reading.tokens) - 1 and reading.tokens[last].written in ',،(«“"':
        others, behind = _run(reading, last + 1)
        comma = behind < len(reading.tokens) and reading.classes[behind] in ',"'
        closed = behind >= len(reading.tokens) or reading.classes[behind] in '.,"'
        named = len(others) == 1 and others[0].kind is Kind.SPEAKER and closed
        if named and (others[0].long or (comma and is_sure(reading, others[0]))):
            return (replace(others[0], titled=True),), behind + (reading.classes[last] == '"')
    return found, last


def _quoted(reading: TaggedSentence, first: int) -> Found | None:
    """An institution whose name is in quotation marks after its kind: «منظمة "…"»."""
    kind = re.match('(?:[HI][MpQ]*|U)"(?=[^",]{1,5}")', reading.classes[first : first + 12])
    if not kind or reading.folded[first] in reading.words["openers"]:
        return None
    if reading.classes[first] == "U" and not reading.folded[first].endswith("ه"):
        return None
    opened = first + kind.end()
    closed = reading.classes.index('"', opened)
    return (author(reading, Kind.INSTITUTION, opened, closed, True),), closed + 1


def _run(reading: TaggedSentence, first: int) -> Found:
    last = first
    limit = min(first + _LONGEST_RUN, len(reading.tokens))
    name: int | None = None
    while last < limit:
        letter = reading.classes[last]
        run = reading.classes[first:last]
        if name is None and letter == "." and (seat := _seat(reading, first, last)):
            last = seat
            continue
        if name is not None and _goes_on(reading, last):
            last += 1
            continue
        if (
            name == last - 1
            and letter == "G"
            and reading.classes[last + 1 : last + 2] in (".", ",")
        ):
            letter = "U"  # «بشار نجم»: a family name that is a word too
        if letter in '.,"AGP' and (letter != "P" or name is not None):
            break
        if letter == "T" and re.search("[TS]", run) and reading.tokens[last].written[:2] == "لل":
            return (), last  # «المحامي السابق للرئيس …» is somebody else
        if name is not None:
            word = reading.folded[last]
            if reading.fits("listener", word) and word not in known_names():
                break
            if word.startswith("لل") or (letter == "U" and word in reading.words["openers"]):
                break
            if letter == "S" or (
                letter == "T" and (last - name > 1 or _is_definite(reading, last))
            ):
                break  # an office after the name
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
                # «الهيئة الوطنية لمسيرة العودة»
                own = re.match("I[MpQ]+$", run) and reading.classes[last : last + 2] == "UQ"
                last += 2 * bool(own and reading.folded[last].startswith("ل"))
                break
            name = last
        elif letter == "Q" and not run:
            name = last  # «الجبير»
        elif letter == "P" and not run:
            seat = reading.folded[last] in reading.words["seats"]
            last = reading.places.get(last, last + seat)
            break
        elif letter == "Q" and not re.search("[TS]", run):
            if re.search("[IH][MI]*$", run):
                # «وزارة التسامح الإماراتية»: a word that no table has is sure before a nationality
                sure = re.match("Q{1,2}p", reading.classes[last:])
                if not sure and not reading.folded[last].endswith("يه"):
                    return (), last
                last += reading.classes[last:].index("p") if sure else 0
            else:
                break
        last += 1
    place = first in reading.places and last == reading.places[first]
    if name is None and not place and last < limit and reading.classes[last] == "G":
        return (), last
    return tuple(_author(reading, first, last, reading.classes[first:last], name)), last


def _goes_on(reading: TaggedSentence, number: int) -> bool:
    """Whether «إن» is the end of a Korean name, because what is said opens after it."""
    if reading.folded[number] != "ان" or reading.folded[number - 1] not in reading.words["korean"]:
        return False
    behind = reading.classes[number + 1 : number + 2]
    return behind in ("", ".", ",", '"')


def _seat(reading: TaggedSentence, first: int, last: int) -> int:
    """The number of the name after an office and its seat («السفير الأمريكي في القدس …»); 0 where
    no name follows."""
    if not re.match("T[MpQ]+$", reading.classes[first:last]):
        return 0
    if reading.folded[last] not in reading.words["seated"]:
        return 0
    at = last + 1
    while at < len(reading.tokens) and reading.classes[at] in "PpIXMQ":
        at += 1
    name = reading.classes[at : at + 3]
    return at if at > last + 1 and re.match("U[UQ]|,U[UQ]", name) else 0


def _is_definite(reading: TaggedSentence, number: int) -> bool:
    """Whether the next word can belong to a name, and does not go on with this one."""
    definite = reading.folded[number].startswith(("ال", "لل"))
    return definite or reading.classes[number] in "PpX"


def _author(
    reading: TaggedSentence, first: int, last: int, run: str, name: int | None
) -> Iterator[Author]:
    titled = bool(re.search("[TS]", run))
    if re.match("[IH]+[MQp]*T", run):
        return  # «مكتب الرئيس …»
    if name is not None:
        if (titled or name == first) and _is_a_name(reading, name, last):
            yield author(reading, Kind.SPEAKER, name, last, titled)
    elif "S" in run:
        behind = first + run.rindex("S") + 1
        while behind < last and reading.folded[behind] in reading.words["in_the_name"]:
            behind += 1
        rest = reading.classes[behind:last]
        place = behind in reading.places and reading.places[behind] == last
        if "X" in rest or place or (re.search("I", rest) and "T" not in rest and len(rest) > 1):
            yield author(reading, Kind.INSTITUTION, behind, last, True)
    elif run[:1] in "IH" and run[:1] and not run.endswith(("T", "S")):
        kind = reading.folded[first] in reading.words["kinds"]
        if re.fullmatch("Hp+", run) or (kind and re.fullmatch("I[pPQ]+", run)):
            return
        if "X" in run or len(run) > 1 or reading.folded[first] in reading.words["alone"]:
            yield author(reading, Kind.INSTITUTION, first, last, True)
    elif titled:
        # a nationality ends an office: «وصف الرئيس الفلسطيني السفارة …»
        office = re.match("[^p]+p+M*", run)
        end = first + office.end() if office else last
        named = reading.folded[first] not in reading.words["roles"]
        if named and re.search("[PpXI]", run) and end - first <= _LONGEST_OFFICE:
            found = author(reading, Kind.SPEAKER, first, end, True)
            yield replace(found, certain=end < last)
    elif "X" in run:
        own = re.match("X+p*", run)  # «وطالبت حماس الدول …»
        yield author(reading, Kind.INSTITUTION, first, first + own.end() if own else last, True)
    elif re.fullmatch("P+", run):
        yield author(reading, Kind.INSTITUTION, first, last, False)


def _is_a_name(reading: TaggedSentence, name: int, last: int) -> bool:
    inner, first_word = reading.classes[name + 1 : last - 1], reading.folded[name]
    infix = any(map(is_infix, reading.folded[name:last]))
    given = first_word in reading.words["given"]
    family = last - name == 2 or (given and last - name == _FAMILY)
    if not infix and ("Q" in inner or (inner and reading.classes[last - 1] == "Q" and not family)):
        return False
    prefix = pattern("ar", "prefixed").match(first_word)
    if prefix and (len(prefix.group()) > 1 or last - name > 1):
        return False
    return not any(
        pattern("ar", "possessed").search(each.written)
        or pattern("ar", "possessed").search(each.folded)
        for each in reading.tokens[name:last]
    )


def is_sure(reading: TaggedSentence, author: Author) -> bool:
    """Whether words without title, as the subject of a verb that has no object, are a name and no
    other words: one that is no common noun, or several that look like a name."""
    words = [
        token for token in reading.tokens if token.bare >= author.start and token.end <= author.end
    ]
    first, last = words[0].folded, words[-1].folded
    if first.startswith("ال") or reading.fits("adjective", words[0].written):
        return False
    named = first in reading.words["given"] or first in known_names()
    if reading.fits("action", first) and not named:
        return False
    if first[0] in "لب" and not (is_infix(first) or first in reading.words["given"]):
        return first in known_names()
    if len(words) == 1:
        if words[0].written.endswith("ه") and not named:
            return False  # «عناصره»
        return len(first) > 2 and not reading.fits("adverb", words[0].written)
    if all(each.folded.endswith("ا") for each in words):
        return False  # «عددا كبيرا»
    if last.endswith("ات") and first not in reading.words["given"]:
        return False  # «اندلاع خلافات»
    infix = any(is_infix(each.folded) for each in words)
    family = not last.startswith("ال") or first in reading.words["given"]
    family = family or (len(words) == 2 and last.endswith("ي"))  # «الرميحي»
    return len(words) <= _LONGEST_NAME and (infix or family)
