"""Who is the subject of an Arabic verb of saying: after it, before it, or at the sentence's
beginning where the verb has none of its own («… قائلا», «لكنها قالت»)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from retrieval.answer.speakers.arabic_runs import is_sure
from retrieval.answer.speakers.author import Author, Found
from retrieval.answer.speakers.grammar import pattern
from retrieval.answer.speakers.name_runs import Known, after, is_named, opened, to_medium
from retrieval.answer.speakers.tagging import TaggedSentence
from retrieval.types import SaidKind as Kind

_SKIPPED, _BACK, _INSERTED, _SOURCE, _OPENING = 3, 16, 12, 12, 6
# Words between an interview and its medium.
_TALK = 4
_MARKS = ':«“"'


def spoken(
    reading: TaggedSentence, first: int, last: int, known: Known, *, again: bool
) -> Iterator[Author]:
    """Who is the subject of the verb of saying that stands from token `first` to before `last`;
    `again` tells that somebody speaks in the sentence before it, who goes on."""
    words = reading.words
    before = reading.folded[first - 1] if first else ""
    if before in words["blocks"] and not _is_as(reading, first):
        return
    if reading.folded[first] == "بين" and "\u0651" not in reading.tokens[first].written:
        return
    bound = reading.folded[first] in words["bound"]
    found = [] if bound else list(_behind(reading, first, last, known))
    doubtful = reading.folded[first] in words["doubtful"]
    if not (found or again or doubtful) and (bound or _has_none(reading, last)):
        ahead = [] if bound else _before(reading, first, known)
        found = ahead or _main(reading, first, known)
    yield from found


def told(reading: TaggedSentence) -> Iterator[Author]:
    """The media to which something was said: «في مقابلة مع …», «في تصريحات ل…»."""
    words = reading.words
    for first, (_, start, end) in reading.media.items():
        before = reading.folded[max(first - _TALK, 0) : first]
        if any(word in words["talks"] for word in before):
            yield Author(Kind.AGENCY, start, end, True)


def _is_as(reading: TaggedSentence, verb: int) -> bool:
    """«بحسب ما أعلن», and «حسبما» in two words."""
    before = reading.folded[verb - 2] if verb > 1 else ""
    return reading.folded[verb - 1] in reading.words["as"] and (
        before in reading.words["cues"] or before in reading.words["following"]
    )


def _has_none(reading: TaggedSentence, number: int) -> bool:
    """Whether what is after a verb is what is said, so that its subject is before."""
    if number >= len(reading.tokens):
        return True
    return _is_complement(reading, number) or reading.classes[number] in '.,"'


def _is_complement(reading: TaggedSentence, number: int) -> bool:
    return (
        reading.folded[number] in reading.words["complements"]
        or reading.tokens[number].written in _MARKS
    )


def _behind(reading: TaggedSentence, verb: int, number: int, known: Known) -> Iterator[Author]:
    """The subject after its verb, and the medium to which it was said."""
    words = reading.words
    plain = reading.folded[verb] in words["plain"] or _is_as(reading, verb)
    transitive = reading.folded[verb] in words["transitive"]
    clear, carried = _is_clear(reading, verb), reading.folded[verb] in words["carried"]
    for _ in range(_SKIPPED):
        if number < len(reading.tokens) and number not in reading.media:
            number += reading.folded[number] in words["skips"]
    stated = False
    if number < len(reading.tokens) and reading.classes[number] == "U":
        number, stated = opened(reading, number)
    authors, behind = _known_part(reading, *after(reading, number), known)
    if reading.folded[verb] in words["governing"]:
        authors, behind = _before_object(reading, authors, behind)
    for each in authors:
        if (each.kind is Kind.SPEAKER and stated) or (each.kind is not Kind.AGENCY and carried):
            continue
        if not clear and not (
            behind < len(reading.tokens)
            and _is_complement(reading, behind)
            and (each.titled or is_named(each, reading, known))
        ):
            continue
        agrees = not each.titled or _agrees(reading, verb, number)
        if agrees and _is_subject(each, behind, reading, known, plain=plain, transitive=transitive):
            yield each
    if (authors and authors[0].kind is Kind.AGENCY) or pattern("ar", "carries").match(
        reading.folded[verb]
    ):
        yield from _quoted(reading, behind, known)
    elif authors or plain:
        yield from to_medium(reading, max(behind, number))


def _known_part(
    reading: TaggedSentence, authors: tuple[Author, ...], behind: int, known: Known
) -> Found:
    """A name up to where the article knows it, and the number of the token after: what follows may
    be the object («أدان الرئيس … أعمال العنف»)."""
    if not authors or authors[0].kind is not Kind.SPEAKER or _is_closed(reading, behind):
        return authors, behind
    (one,) = authors
    inside = [n for n, each in enumerate(reading.tokens) if one.start <= each.bare < one.end]
    last = inside[0]
    while last <= inside[-1] and reading.folded[last] in known():
        last += 1
    if last in (inside[0], inside[-1] + 1):
        return authors, behind
    return (replace(one, end=reading.tokens[last - 1].end, certain=True),), last


def _before_object(reading: TaggedSentence, authors: tuple[Author, ...], behind: int) -> Found:
    """A name up to the object of its verb: «طالب … بعقد قمة»."""
    if len(authors) != 1 or authors[0].kind is not Kind.SPEAKER:
        return authors, behind
    (one,) = authors
    inside = [n for n, each in enumerate(reading.tokens) if one.start < each.bare < one.end]
    last = next((n for n in inside if reading.fits("governed", reading.folded[n])), None)
    if last is None:
        return authors, behind
    return (replace(one, end=reading.tokens[last - 1].end, certain=True),), last


def _agrees(reading: TaggedSentence, verb: int, number: int) -> bool:
    """Whether the title that is at a token is of the gender of a verb: «تدعو الأمين العام» has an
    object."""
    word, verbs = reading.folded[verb], reading.words["verbs"]
    she = (word[-1] == "ت" and word[:-1] in verbs) or (word[0] == "ت" and f"ي{word[1:]}" in verbs)
    title = number < len(reading.tokens) and reading.classes[number] in "TS"
    return not title or she == reading.folded[number].endswith("ه")


def _is_closed(reading: TaggedSentence, number: int) -> bool:
    """Whether a name ends before this token, and nothing of it can follow."""
    if number >= len(reading.tokens) or reading.classes[number] in '.,"TS':
        return True
    return reading.folded[number] in reading.words["openers"]


def _is_clear(reading: TaggedSentence, verb: int) -> bool:
    """Whether a verb is one for sure, with what is after it as its subject."""
    words, word = reading.words, reading.folded[verb]
    if word in words["weak"]:
        return False
    if word not in words["doubtful"] and word not in words["transitive"]:
        return True
    clause = (
        verb == 0 or reading.folded[verb - 1] in reading.words["clauses"] or _opens(reading, verb)
    )
    return clause and not (
        word in words["doubtful"] and reading.folded[verb - 1] in reading.words["noun_behind"]
    )


def _opens(reading: TaggedSentence, verb: int) -> bool:
    """Whether but a few words and a comma are before a verb: «من جانبه، دعا …»."""
    return reading.classes[verb - 1] == "," and verb <= _OPENING


def _quoted(reading: TaggedSentence, number: int, known: Known) -> Iterator[Author]:
    """Whom a medium quotes: «نقلت وكالة … عن …»."""
    at, words = number, reading.words
    while (
        at < min(number + _SOURCE, len(reading.tokens)) and reading.folded[at] not in words["from"]
    ):
        if reading.classes[at] == "," and reading.tokens[at].written in ":.":
            break
        at += 1
    from_it = at < len(reading.tokens) and reading.folded[at] in words["from"]
    at = at + 1 if from_it else number
    for each in after(reading, at)[0]:
        sure = each.titled or is_named(each, reading, known)
        if from_it and each.kind is Kind.SPEAKER:
            sure = sure or is_sure(reading, each)
        follows = from_it or (each.kind is Kind.SPEAKER and each.titled)
        if each.kind is not Kind.AGENCY and follows and sure:
            yield each


def _is_subject(
    author: Author,
    behind: int,
    reading: TaggedSentence,
    known: Known,
    *,
    plain: bool,
    transitive: bool,
) -> bool:
    """Whether somebody named after a verb is its subject."""
    if reading.text[author.start - 1 : author.start] in ("ل", "ب", "ك"):
        return author.kind is Kind.AGENCY
    follows = reading.classes[behind : behind + 1]
    if author.kind is not Kind.SPEAKER:
        of_it = behind < len(reading.tokens) and reading.folded[behind].startswith("بان")
        if transitive and of_it:  # «وصفت سنغافورة بأنها …»
            return False
        # «Paris said», but «Paris Saint-Germain said» too
        return author.titled or not plain or follows != "U"
    if author.certain:
        return True
    complement = behind < len(reading.tokens) and _is_complement(reading, behind)
    ended = _is_closed(reading, behind) or behind in reading.media
    if author.titled:
        # the last of three words may be an object: «نشر الوزير … صورة على»
        sure = (
            plain
            or follows not in (".", '"')
            or len(reading.text[author.start : author.end].split()) < 3
        )
        return complement or (ended and (sure or is_named(author, reading, known)))
    if is_named(author, reading, known):
        return complement or ended or plain
    office = reading.classes[behind : behind + 2] in (",T", ",S")
    to_whom = behind < len(reading.tokens) and reading.tokens[behind].written[0] == "ل"
    adverb = reading.text[author.end - 1] == "ا" and not author.long  # «قال لاحقا»
    sure = complement or office or (plain and not adverb and (ended or to_whom))
    return sure and is_sure(reading, author)


def _before(reading: TaggedSentence, verb: int, known: Known) -> list[Author]:
    """The subject that stands right before its verb, but for what is inserted between the two."""
    for start in range(verb - 1, max(verb - _BACK, 0) - 1, -1):
        if start and not (
            reading.classes[start - 1] == ","
            or reading.folded[start - 1] in reading.words["clauses"]
        ):
            continue
        if (
            start
            and reading.folded[start - 1] in reading.words["that"]
            and _is_reported(reading, start)
        ):
            return []
        authors, behind = after(reading, start)
        if authors and _past(reading, start, behind, verb, authors[0].kind) == verb:
            sure = [
                each
                for each in authors
                if each.titled
                or each.kind is not Kind.SPEAKER
                or is_named(each, reading, known)
                or (_is_marked(reading, start, behind, each) and is_sure(reading, each))
            ]
            if sure:
                return sure
    return []


def _is_reported(reading: TaggedSentence, number: int) -> bool:
    """Whether what is after «أن» is what somebody says, whom the sentence need not name; it is not
    after «إلا أن»."""
    if reading.folded[number - 2] in reading.words["however"]:
        return False
    words = reading.words
    return any(word in words["verbs"] or word in words["cues"] for word in reading.folded[:number])


def _is_marked(reading: TaggedSentence, first: int, last: int, author: Author) -> bool:
    """Whether it is plain that a name stands from token `first` to before `last`: between commas,
    before an office, after «وكان»."""
    comma = last < len(reading.tokens) and reading.tokens[last].written in ",،"
    office = comma and reading.classes[last + 1 : last + 2] in ("T", "S")
    before = reading.folded[first - 1] if first else ""
    was = before in reading.words["was"] and reading.text[author.end - 1] != "ا"
    return office or was or (comma and author.long and before in ("،", ","))


def _past(reading: TaggedSentence, start: int, number: int, verb: int, kind: Kind) -> int:
    """The token after an apposition and auxiliaries, at most the verb."""
    if number < verb and reading.tokens[number].written in ",،":
        closing = (n for n in range(number + 1, verb) if reading.tokens[n].written in ",،")
        number = next(closing, number) + 1
    if kind is Kind.AGENCY and start == 0 and verb - number <= _INSERTED:
        return verb if "," not in reading.classes[number:verb] else number
    while number < verb and reading.folded[number] in reading.words["auxiliaries"]:
        number += 1
    return number


def _main(reading: TaggedSentence, verb: int, known: Known) -> list[Author]:
    """The subject of the sentence, which its first verb has right after it."""
    start = 0
    if reading.folded[0] in reading.words["opening"]:
        start = 2
    elif reading.folded[:1] and reading.folded[0] in reading.words["clauses"]:
        start = reading.folded[0] not in reading.words["was"]
    if start + 1 >= verb or not _may_be_verb(reading, start):
        return []
    authors, behind = after(reading, start + 1)
    if behind > verb or len(authors) != 1:
        return []
    (one,) = authors
    closed = reading.classes[behind : behind + 1] in ("", ".", ",", '"', "U", "Q", "G")
    if one.kind is Kind.SPEAKER:
        ended = reading.classes[behind : behind + 1] in ("", ".", ",", '"')
        return [one] if ended and (one.titled or is_named(one, reading, known)) else []
    feminine = all(reading.fits("feminine", reading.tokens[n].written) for n in (start, verb))
    return [one] if one.kind is Kind.INSTITUTION and closed and feminine else []


def _may_be_verb(reading: TaggedSentence, number: int) -> bool:
    if reading.classes[number] not in "U.":
        return False
    word, words = reading.folded[number], reading.words
    if word in words["verbs"] or word in reading.words["was"]:
        return True
    return reading.classes[number] == "U" and not (
        word in words["openers"] or reading.fits("noun", word)
    )
