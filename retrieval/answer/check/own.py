"""Whether the words around the quotes of a draft are the writer's own, or altered words of an
article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from corpus.language.marks import SENTENCE_ENDS
from corpus.language.pasted import words_to_find
from retrieval.answer.check.aligned import FoldedText, Piece, aligned
from retrieval.answer.check.draft import Span, quotations
from retrieval.answer.check.quote import CLOSING, OPENING, Found, exact, ways_of
from retrieval.answer.check.search import MOST_MATCHES, Search
from retrieval.answer.check.verdict import DraftPart, Match, VerdictKind

# Around quotation marks the words are the writer's, unless so many are there and such a share of
# them is in the original too. Beside an unmarked sentence of an article half of them is enough.
_FEWEST_AROUND = 5
_SHARE_AROUND = 0.75
_FEWEST_BESIDE = 2
_SHARE_BESIDE = 0.5
# Of so few words one may be exchanged.
_FEW = 4
# Fewer words in a row are somewhere by chance, unless quotation marks say that they are a quote.
_RUN = 5
# So many words between marks are a quote; a single one is a name or a word the writer doubts.
_FEWEST_IN_MARKS = 2

# Words between quotation marks of any kind. Single ones are apostrophes too, so they count where
# they stand at the edges of words.
_DOUBLE = '"«»“”„‟″＂〝〞〟《》「」『』‹›'
_IN_MARKS = re.compile(
    rf"(?<!\d)[{_DOUBLE}]([^{_DOUBLE}]*)[{_DOUBLE}]"
    r"|(?<!\w)['‘‚‛`´]+(?=[^\W\d])(.{1,2000}?)['’‘´]+(?!\w)",
    re.DOTALL,
)
# One that is not of two, but for inches.
_MARK = re.compile(rf"(?<!\d)[{_DOUBLE}]")
# Hebrew abbreviations have one before their last letter.
_ABBREVIATED = re.compile(r"(?<=[\u05d0-\u05ea])\"(?=[\u05d0-\u05ea]\b)")
_GOES_ON = re.compile(r"[^\S\n]+\w|(?<=\w)\w")
# What belongs to a part although it is no word.
_BEFORE, _AFTER = re.compile(r"[^\w\n]*\Z"), re.compile(r"[^\w\s]*(?:[ \u00a0\u202f]»)?")


def rewritten_around(texts: Sequence[str], diff: Sequence[Piece]) -> bool:
    """Whether a sentence was made of an original, the words around its quotations too: these are
    every other one of the texts, which make up the sentence."""
    words = sum(len(words_to_find(text)) for text in texts[::2])
    kept = sum(_kept(texts, diff)[::2])
    return words >= _FEWEST_AROUND and kept >= _SHARE_AROUND * words


def of_parts(draft: str, whole: Found, parts: Sequence[DraftPart], search: Search) -> Found:
    """What a draft is that does not stand in the coverage as a whole: exact where every quote in it
    is and the other words are the writer's; altered where it has other quotes."""
    kind, matches = whole
    marked = list(quotations(draft))
    found = [part for part in parts if part.kind is VerdictKind.EXACT]
    altered = [part for part in parts if part.kind is VerdictKind.ALTERED]
    if not any(_is_quote(part, marked) for part in (*found, *altered)):
        return kind, matches
    if found and not altered and _only_own_around(draft, parts, marked, search):
        every = chain.from_iterable(part.matches for part in found)
        return VerdictKind.EXACT, tuple(islice(every, MOST_MATCHES))
    return VerdictKind.ALTERED, matches or (altered or found)[0].matches


def _is_quote(part: DraftPart, marked: Sequence[Span]) -> bool:
    """Whether a part is no words that are in the coverage by chance."""
    diff = part.matches[0].diff or (("equal", part.text),)
    runs = (len(words_to_find(text)) for kind, text in diff if kind == "equal")
    return _is_marked(part, marked) or max(runs, default=0) >= _RUN


def _only_own_around(
    draft: str, parts: Sequence[DraftPart], marked: Sequence[Span], search: Search
) -> bool:
    """Whether parts that are not exact are there and are the writer's, in no quotation and not
    altered, and the exact ones between them stand together."""
    own = [at for at, part in enumerate(parts) if part.kind is VerdictKind.ABSENT]
    return (
        bool(own)
        and not any(
            start < parts[at].end and parts[at].start < end for at in own for start, end in marked
        )
        and not any(_quotes(draft, parts, at, search) for at in own)
        and not any(_altered_beside(draft, parts, at, marked) for at in own)
        and not any(_is_cut(part, marked) for part in parts if part.kind is VerdictKind.EXACT)
        and all(exact(ways_of(run), search)[1] for run in _runs(draft, parts, marked))
    )


def _is_cut(part: DraftPart, marked: Sequence[Span]) -> bool:
    """Whether a part ends as a sentence, and the one of the article that it is goes on. Of a few
    words in marks nobody says that they are the sentence."""
    if not _has_an_end(part.text):
        return False
    return all(
        not _has_an_end(match.text)
        and _GOES_ON.match(match.body, match.end)
        and (not _is_marked(part, marked) or _begins_a_sentence(match))
        for match in part.matches
    )


def _has_an_end(text: str) -> bool:
    return text.rstrip(CLOSING).endswith(tuple(SENTENCE_ENDS.replace("…", "")))


def _begins_a_sentence(match: Match) -> bool:
    return any(
        each.start <= match.start and not words_to_find(match.body[each.start : match.start])
        for each in match.quote.article.sentences
    )


def _quotes(draft: str, parts: Sequence[DraftPart], at: int, search: Search) -> bool:
    """Whether a part is given as a quote, or has one that is not in the coverage: between marks of
    any kind, after one that nothing closes, in a quoted line of Markdown."""
    part = parts[at]
    line = draft[draft.rfind("\n", 0, part.start) + 1 : part.end]
    before = _BEFORE.search(draft, parts[at - 1].end if at else 0, part.start)
    following = parts[at + 1].start if at + 1 < len(parts) else len(draft)
    after = _AFTER.match(draft, part.end, following)
    text = draft[before.start() if before else part.start : after.end() if after else part.end]
    text = _ABBREVIATED.sub("", text)
    for found in _IN_MARKS.finditer(text):
        quoted = (found[1] or found[2] or "").strip()
        many = len(words_to_find(quoted)) >= _FEWEST_IN_MARKS
        if many and not exact(ways_of(quoted), search)[1]:
            return True
    left = _IN_MARKS.sub(" ", text)
    return line.lstrip().startswith(">") or bool(_MARK.search(left))


def _altered_beside(
    draft: str, parts: Sequence[DraftPart], at: int, marked: Sequence[Span]
) -> bool:
    """Whether a part is words of an article that were altered, next to an exact sentence of it that
    has no quotation marks, or goes on with that sentence."""
    part, words = parts[at], len(words_to_find(parts[at].text))
    for beside in (at - 1, at + 1):
        if not 0 <= beside < len(parts) or not parts[beside].matches:
            continue
        other = parts[beside]
        if _is_marked(other, marked):
            continue
        first, last = sorted((part, other), key=lambda each: each.start)
        original = FoldedText.of(other.matches[0].body)
        found = aligned(FoldedText.of(draft[first.start : last.end]), original)
        kept = _kept((first.text, last.text), found.diff if found else ())[first is not part]
        between = draft[first.end : last.start]
        ends = first.text[-1] in SENTENCE_ENDS or "\n" in between
        if part is last and not ends and not between.strip():
            return True
        if kept >= max(_FEWEST_BESIDE, _SHARE_BESIDE * words):
            return True
        if words <= _FEW and (kept >= max(1, words - 1) or (words == 1 and ends)):
            return True
    return False


def _kept(texts: Sequence[str], diff: Sequence[Piece]) -> list[int]:
    """How many words of each of the texts are in the original, in its order; the texts make up the
    one whose diff this is."""
    flags = [
        kind == "equal" for kind, text in diff if kind != "delete" for _ in words_to_find(text)
    ]
    counts = [len(words_to_find(text)) for text in texts]
    if sum(counts) != len(flags):
        return [0] * len(texts)
    words = iter(flags)
    return [sum(islice(words, count)) for count in counts]


def _runs(draft: str, parts: Sequence[DraftPart], marked: Sequence[Span]) -> Iterator[str]:
    """The exact parts that are given as one quote: next to each other, in one line or one
    quotation, the later ones without an opening quotation mark."""
    run: list[DraftPart] = []
    for part in (*parts, None):
        unmarked = part is not None and bool(part.matches) and part.text[0] not in OPENING
        if part and run and unmarked and _together(draft, run[-1], part, marked):
            run.append(part)
            continue
        if len(run) > 1:
            yield draft[run[0].start : run[-1].end]
        run = [part] if part and part.matches else []


def _together(draft: str, first: DraftPart, last: DraftPart, marked: Sequence[Span]) -> bool:
    in_one = any(start < first.end and last.start < end for start, end in marked)
    return in_one or "\n" not in draft[first.end : last.start]


def _is_marked(part: DraftPart, marked: Sequence[Span]) -> bool:
    return any(start <= part.start and part.end <= end for start, end in marked)
