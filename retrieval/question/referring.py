"""Whether a question means somebody or something that it does not name itself.

«Who received him?» does, and so does «متى وصل؟», whose verb has no subject. Precision goes first: a
pronoun after a name, or after a noun in a clause before, is taken to mean that.
"""

from __future__ import annotations

from corpus.language import cldr, marks
from corpus.language.clitics import clitics
from corpus.language.scripts import has_arabic
from retrieval.question.known_names import uncased
from retrieval.question.reading import Reading, entry, longest

# A message that asks nothing and opens like one that goes on has at most so many content words.
_FRAGMENT = 3
# After so many content words an Arabic pronoun may mean the subject, whose name is not known.
_VERB_AND_SUBJECT = 2
# Letters that an Arabic word has before the pronoun written on to it.
_SHORTEST = 3


def refers(said: Reading) -> bool:
    """Whether somebody or something is meant that the question does not name before."""
    places = range(said.begins, len(said.words))
    if not any(_refers_at(said, at, clause=False, earlier=False) for at in places):
        return False  # as of most questions; to look for names takes longer
    silent = {
        place
        for at in range(len(said.words))
        for place in range(at, at + longest("never", said.bare, at))
    }
    clause, earlier = False, False
    for at in places:
        if clause and (length := longest("owners", said.bare, at)):
            silent.update(range(at, at + length))  # «with him»
        if at > said.begins and _opens_clause(said, at):
            earlier = earlier or clause or bool(said.content_before(at))
            clause = False
        if at not in silent and _refers_at(said, at, clause=clause, earlier=earlier):
            return True
        clause = clause or said.is_known(at)
    return False


def lacks_subject(said: Reading) -> bool:
    """Whether it asks without saying of what."""
    if said.about or not said.content:
        return said.about or said.asks or said.tied or any((w,) in entry("bare") for w in said.bare)
    if said.tied and not said.asks and len(said.content) <= _FRAGMENT:
        return True
    return _is_elliptical(said) or _drops_subject(said)


def _refers_at(said: Reading, at: int, *, clause: bool, earlier: bool) -> bool:
    """`clause` and `earlier` say whether anything was named in this clause and before it."""
    known = clause or earlier
    if length := longest("pointers", said.bare, at):
        return not earlier and not longest("times", said.bare, at + length)
    word = said.bare[at]
    if has_arabic(word):
        if (word,) in entry("subjects"):
            return not known and not _is_noun(said, at + 1)
        bound = longest("objects", said.bare, at) > 0 or _is_attached(said, at)
        return bound and not (known or _resumes(said, at))
    if longest("objects", said.bare, at):
        return not earlier
    if (word,) in entry("subjects"):
        if at and said.text[said.words[at].start - 1] in marks.DASHES:
            return not said.content_before(at - 1)  # «est-il», its subject before the verb
        return not earlier if at == len(said.words) - 1 else not known
    return (word,) in entry("owners") and not known


def _resumes(said: Reading, at: int) -> bool:
    """Whether the pronoun of an Arabic word means what the question itself asks for or has named:
    «ما الذي كتبه كيم؟», or a subject whose name is not known as one."""
    if len(said.content_before(at)) >= _VERB_AND_SUBJECT:
        return True
    if any((word,) in entry("relatives") for word in said.bare[:at]):
        return True
    if at > said.begins + 1 and (said.bare[at - 1],) in entry("resumed"):
        return True  # «… ما نشرته»
    return (said.bare[said.begins],) in entry("resumed") and _is_noun(said, at + 1)


def _is_noun(said: Reading, at: int) -> bool:
    """Whether the word there may be a noun: neither a preposition nor another empty word."""
    return at < len(said.words) and (said.is_content(at) or said.is_known(at))


def _is_attached(said: Reading, at: int) -> bool:
    """Whether an Arabic word ends in a pronoun. It is looked at as it is written: folded, the
    feminine ending is one."""
    written, folded = said.words[at].written, said.bare[at]
    if not has_arabic(written) or (folded,) in entry("unattached") or not said.is_content(at):
        return False
    if folded.startswith(clitics("ar").definite) or uncased(folded) or cldr.found(written):
        return False
    ends = (len(each) for each in clitics("ar").pronouns if written.endswith(each))
    return any(len(written) - length >= _SHORTEST for length in ends)


def _opens_clause(said: Reading, at: int) -> bool:
    between = said.text[said.words[at - 1].end : said.words[at].start]
    if any(mark in between for mark in marks.CLAUSE_ENDS):
        return True
    joined = has_arabic(said.folded[at]) and said.is_joined(at)
    return joined or longest("clauses", said.folded, at) > 0


def _is_elliptical(said: Reading) -> bool:
    """«Which officials?», «who else attended?»: one noun or verb, and one word that asks."""
    (first, *others) = said.content
    asking = sum((word,) in entry("asks") for word in said.bare[said.begins :])
    counted = said.bare[max(first - 2, 0) : first] in entry("which") or (
        said.bare[max(first - 1, 0) : first] in entry("which")
    )
    if others or asking != 1 or (said.is_known(first) and not counted):
        return False
    if first and (said.folded[first - 1],) in entry("prepositions"):
        return False  # «what happened in Wonsan?»
    if said.bare[max(first - 1, 0) : first] in entry("says"):
        return False  # «что сказал министр?»
    return not said.bare[first].isdigit() and (said.bare[first],) not in entry("happens")


def _drops_subject(said: Reading) -> bool:
    """«متى وصل إلى وونسان؟», «когда прилетел в Вонсан?»"""
    length = longest("dropped", said.bare, said.begins)
    at = said.begins + length
    if not length or at >= len(said.words) or not said.is_content(at):
        return False
    word = said.bare[at]
    if (word,) in entry("happens") or said.is_known(at):
        return False
    if not has_arabic(word) and not word.endswith(tuple(end for (end,) in entry("verbs"))):
        return False
    return at + 1 == len(said.words) or longest("prepositions", said.folded, at + 1) > 0
