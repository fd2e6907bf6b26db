"""Article text as runs: whatever is marked, the text stays the article's."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.play.passages import runs
from bot.render.plain import visible
from corpus.types import Article, Source
from retrieval.answer.after import Context, Paragraph

LETTERS = st.text(alphabet="abc xyzلاف \u0640\u202e<&\x07", min_size=1, max_size=60)


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    """An article of paragraphs without blanks at their edges, and a quote anywhere in it."""
    lines = [line for each in draw(st.lists(LETTERS, max_size=4)) if (line := each.strip())]
    body = "\n".join(lines) or "a"
    places = st.integers(0, len(body))
    start, end = sorted((draw(places), draw(places)))
    at, found = 0, []
    for line in body.split("\n"):
        found.append(Paragraph(at, at + len(line), False, True))
        at += len(line) + 1
    article = Article("a", "v", Source("a"), "en", body, ())
    return Context(article, start, end, tuple(found), False, False)


@given(contexts(), st.frozensets(st.sampled_from(["abc", "x", "xyz", "لاف"])))
def test_runs_are_the_text_and_say_what_of_it_is_quoted(
    context: Context, stems: frozenset[str]
) -> None:
    for paragraph in context.paragraphs:
        text, at = context.text(paragraph), paragraph.start
        found = runs(context, paragraph, stems)
        pieces = [piece.text for run in found for piece in run.pieces]
        assert "".join(pieces) == visible(text)
        assert all(pieces)
        for run in found:
            for piece in run.pieces:
                inside = context.start <= at and at + len(piece.text) <= context.end
                assert run.quoted == inside
                at += len(piece.text)


def test_only_the_words_of_the_question_are_marked() -> None:
    body = "Two ferries left at noon. Ferries return."
    article = Article("a", "v", Source("a"), "en", body, ())
    paragraph = Paragraph(0, len(body), False, True)
    context = Context(article, 0, 25, (paragraph,), False, False)
    found = runs(context, paragraph, frozenset({"ferries"}))
    marked = [(run.quoted, each.text) for run in found for each in run.pieces if each.word]
    assert marked == [(True, "ferries"), (False, "Ferries")]
