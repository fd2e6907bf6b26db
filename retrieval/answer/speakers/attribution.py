"""Who says what is quoted, as far as the text around it says so; and whose words a question wants.

Read from the sentence itself, from the one that opens or closes its quotation marks, and from a
following one that says whose words «this» was. `name_runs` says what a name is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from corpus.language.detect import detect
from corpus.language.marks import CLAUSE_ENDS, QUOTES, SENTENCE_ENDS
from corpus.language.name_keys import SHORTEST_KEY, keys, script
from corpus.language.scripts import CAPITAL
from corpus.language.text import normalise
from corpus.types import Article
from retrieval.answer.quote.span import sentences_in
from retrieval.answer.quote.whole import leans
from retrieval.answer.speakers.arabic_words import is_lone, is_title, may_be_name, without_article
from retrieval.answer.speakers.grammar import LANGUAGES, asked, pattern, rules, table
from retrieval.answer.speakers.subjects import goes_on, opener, sayings
from retrieval.answer.speakers.tagging import TaggedSentence, read, spoken_in, tokens
from retrieval.index.annotations import Speaker
from retrieval.types import Quote, Said, SaidKind

_LONGEST_ASKED = 4
# Sentences through which a speaker goes on, and where in one of them the verb is.
_GOES_ON, _SAYS = 3, 60
# Who goes on in a sentence of which only its opening tells that somebody does.
_LEANING = (SaidKind.SPEAKER,)
_LETTERS = re.compile(rf"[^\W\d_]+|[{SENTENCE_ENDS}{CLAUSE_ENDS}{QUOTES}\n]")
# The last of several words with capitals.
_SURNAMES = re.compile(rf"[{CAPITAL}][\w-]+ (?:[{CAPITAL}][\w.-]* )?([{CAPITAL}][\w-]+)")


Speakers = Callable[[Article, int], Sequence[Speaker]]


def speakers(article: Article, number: int) -> list[Speaker]:
    """Who is named as saying something in a sentence of an article, in the order of the text;
    nobody where unsure, or where the language is none of `LANGUAGES`."""
    sentence = article.sentences[number]
    text = article.body[sentence.start : sentence.end]
    if article.language not in LANGUAGES or not spoken_in(text, article.language):
        return []
    found = sayings(
        read(text, article.language), partial(_titled_words, article.body, article.language)
    )
    return sorted(
        (Speaker(one.start, one.end, one.kind) for one in found if text[one.start : one.end]),
        key=lambda each: each.start,
    )


def said_by(article: Article, start: int, end: int, known: Speakers = speakers) -> tuple[Said, ...]:
    """Who says `body[start:end]`, in the order of the text, each name once. `known` tells who
    speaks in a sentence, where that has been worked out before."""
    found: dict[str, Said] = {}
    for number, behind in _looked_at(article, start, end):
        first = article.sentences[number].start
        for each in known(article, number):
            if first + each.start >= behind:
                said_start, said_end = first + each.start, first + each.end
                name = article.body[said_start:said_end]
                found.setdefault(normalise(name), Said(name, said_start, said_end, each.kind))
    return tuple(sorted(found.values(), key=lambda said: said.start))


def attributed(quote: Quote, known: Speakers = speakers) -> Quote:
    """A quote with those who say it. Where it names nobody and somebody goes on in it, the sentence
    before that names who comes along."""
    article = quote.article
    if said := said_by(article, quote.start, quote.end, known):
        return replace(quote, said_by=said)
    went = went_on(article, quote.start, known)
    before = [each for each in article.sentences if went and went[0].start < each.end][:1]
    spans = [(each.start, each.end) for each in before]
    return replace(quote, said_by=went, antecedent=next(iter(spans), None))


def went_on(article: Article, start: int, known: Speakers = speakers) -> tuple[Said, ...]:
    """Who says the sentence at `start` that names nobody and goes on («he added that …»): the one
    who speaks in the sentence before, or whom it is about. Nobody where that is not certain."""
    number = next((n for n, each in enumerate(article.sentences) if each.start == start), 0)
    kinds = tuple(SaidKind)
    for before in range(number - 1, max(number - _GOES_ON, 0) - 1, -1):
        sentence, first = article.sentences[before + 1], article.sentences[before]
        text, language = article.body[sentence.start : sentence.end], article.language
        told = goes_on(read(text, language)) if language in LANGUAGES else ()
        leaning = leans(text, language) and spoken_in(text[:_SAYS], language)
        kinds = tuple(each for each in told or _LEANING if each in kinds)
        if sentence.heading or not kinds or not (told or leaning):
            return ()
        found = said_by(article, first.start, first.end, known)
        if told and not found:
            found = _opener(article, before, kinds)
        if found:
            own = [each for each in found if each.kind is not SaidKind.AGENCY]
            return tuple(own) if len(own) == 1 and own[0].kind in kinds else ()
    return ()


def _opener(article: Article, number: int, kinds: Sequence[SaidKind]) -> tuple[Said, ...]:
    """The one whom a sentence is about that says nothing. Nobody in Arabic, where no capital tells
    who that is."""
    sentence, language = article.sentences[number], article.language
    if sentence.heading or language not in LANGUAGES or language == "ar":
        return ()
    text, start = article.body[sentence.start : sentence.end], sentence.start
    found = opener(
        read(text, language, whole=True),
        kinds,
        partial(_titled_words, article.body, article.language),
    )
    return tuple(
        Said(text[one.start : one.end], start + one.start, start + one.end, one.kind)
        for one in found
    )


def speaker_asked(question: str) -> str | None:
    """Whose words a question wants, as it names them: «Kim» for «What did Kim say about …». None
    where it asks for nobody's words, or for those of several or of nobody in particular."""
    language = detect(question, LANGUAGES)
    if language not in LANGUAGES:
        return None
    words, folded = asked(language), tuple(each.folded for each in tokens(question, language))
    numbers = range(len(folded))
    what = next((n for n in numbers if words["asks"].at(folded, n)), None)
    says = [n for n in numbers if folded[n] in words["says"]] if what is not None else []
    if what is None or not says:
        return None
    reading = read(question, language, whole=True)
    behind = what + words["asks"].at(reading.folded, what)
    verb = next((n for n in says if n >= behind), says[0])
    first, last = (behind, verb) if verb >= behind else (0, verb)
    while first < last and reading.folded[first] in words["fills"]:
        first += 1
    while last > first and reading.folded[last - 1] in words["fills"]:
        last -= 1
    if first == last:
        first, last = verb + 1, len(numbers)
    name = _name_asked(reading, first, last)
    # who writes capitals gives names theirs: "treaty" is nobody
    return None if name and name.islower() and not question.islower() else name


def _name_asked(reading: TaggedSentence, first: int, last: int) -> str | None:
    """The name without title that stands from one token to before another, if it is one name."""
    words, common = asked(reading.language), table(reading.language)
    name = first
    while name < last and reading.classes[name] in "DLTSMpPI":
        name += 1
    if name == last or reading.classes[name] in ',"' or reading.folded[name] in words["topics"]:
        return None  # an office is asked for by what it is about, which finds it
    end = name
    while end < last and end - name <= _LONGEST_ASKED:
        folded, letter = reading.folded[end], reading.classes[end]
        if letter in ',"P' or folded in words["topics"] or folded in words["says"]:
            break
        if end > name and reading.fits("joined", reading.tokens[end].written):
            break
        end += 1
    inside = reading.folded[name:end]
    no_name = common["generic"], common["stops"], common["openers"]
    if len(inside) > _LONGEST_ASKED or any(word in each for word in inside for each in no_name):
        return None
    return reading.text[reading.tokens[name].start : reading.tokens[end - 1].end]


def is_same(wanted: str, name: str) -> bool:
    """Whether a name is the one that is asked for, or a longer or shorter form of it, written in
    any script."""
    one, other = _name_words(wanted), _name_words(name)
    if not one or not other:
        return False
    short, long = sorted((one, other), key=len)
    return all(any(_is_same_word(word, each) for each in long) for word in short)


@lru_cache(maxsize=4096)
def _name_words(name: str) -> tuple[str, ...]:
    words = (without_article(word) for word in re.findall(r"\w+", normalise(name)))
    return tuple(word for word in words if len(word) > 1 and keys(word))


def _is_same_word(one: str, other: str) -> bool:
    if script(one) != script(other):
        return not keys(one).isdisjoint(keys(other))
    short, long = sorted((one, other), key=len)
    return (
        long.startswith(short[: max(SHORTEST_KEY, len(short) - 1)]) and len(long) - len(short) <= 2
    )


def _looked_at(article: Article, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences that may say who speaks, by their number, and from where on they count."""
    every = article.sentences
    inside = sentences_in(article, start, end)
    if not inside:
        return
    first, last = every[inside[0]], every[inside[-1]]
    opening = article.body.rfind("\n", 0, first.start) + 1
    marked = _open_mark(article.body, opening, first.start)
    if marked is not None:
        owner = next((n for n, each in enumerate(every) if each.start <= marked < each.end), None)
        if owner is not None and every[owner].end <= first.start:
            yield owner, 0
    for number in inside:
        if not every[number].heading:
            yield number, 0
    following = inside[-1] + 1
    if following >= len(every) or "\n" in article.body[last.end : every[following].start]:
        return
    behind = normalise(article.body[every[following].start : every[following].end])
    if pattern(article.language, "back").match(behind):
        yield following, 0
    if _open_mark(article.body, opening, last.end) is not None:
        for number in range(following, min(following + 3, len(every))):
            closing = _closing(article.body, every[number].start, every[number].end)
            if closing is not None:
                yield number, closing
                return


def _open_mark(body: str, start: int, end: int) -> int | None:
    """Where a quotation mark stands that is still open at `end`."""
    opened: int | None = None
    for at in range(start, end):
        mark = body[at]
        if mark == '"':
            # one after a blank opens, one before a blank closes; a paragraph may open two
            opens, closes = body[at - 1 : at].isspace(), body[at + 1 : at + 2].isspace()
            toggled = opened is None if opens == closes else opens
            opened = at if toggled else None
        elif mark in "«“„":
            opened = at
        elif mark in "»”":
            opened = None
    return opened


def _closing(body: str, start: int, end: int) -> int | None:
    return next((at for at in range(start, end) if body[at] in '"»”'), None)


@lru_cache(maxsize=64)
def _titled_words(body: str, language: str) -> frozenset[str]:
    """The words that are after a title somewhere in an article, where a name may stand, and those
    that close a run of capitals. They are remembered by the text: to hash an article takes as long
    as it has sentences."""
    held = table(language)
    found: set[str] = set()
    words = _LETTERS.findall(normalise(body))
    every = frozenset(words)
    if rules(language).known:
        found.update(normalise(name) for name in _SURNAMES.findall(body))
    for at, word in enumerate(words):
        if language == "ar" and is_lone(word, words[at + 1 : at + 3], every):
            found.add(words[at + 1])
        if not (is_title(word) if language == "ar" else word in held["titles"]):
            continue
        name: list[str] = []
        for other in words[at + 1 : at + 7]:
            if not other[0].isalpha() or other in held["stops"] or other in held["complements"]:
                found.update(name)
                break
            if language != "ar" or may_be_name(other, bool(name)):
                name.append(other)
    return frozenset(found)
