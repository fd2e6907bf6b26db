"""Quotes in one's own text: which words are quotes, and which are the writer's."""

from __future__ import annotations

import pytest

from bot.render.verdict import verdict_json
from bot.words import LANGUAGES
from corpus.store import Coverage
from retrieval.answer.check.verify import verify
from tests.test_shapes import validator
from tests.test_verify_draft import ABSENT, ALTERED, EXACT, LIFTED, LYING, chat, filled, screen


@pytest.fixture(scope="module")
def held_once(tmp_path_factory: pytest.TempPathFactory) -> Coverage:
    return filled(Coverage.open(tmp_path_factory.mktemp("held") / "coverage.sqlite"))


OWN_TEXTS = {
    "a quotation in an own sentence": (
        "Asked again, she repeated “would be lifted out before the spring tide” twice.",
        ["Asked again, she repeated", "twice."],
    ),
    "two quotations in an own sentence": (
        "The crane “would be lifted out before the spring tide”, while “trawlers are still"
        " lying under it”, we hear.",
        ["The crane", "while", "we hear."],
    ),
    "a sentence between own ones": (
        f"We went down to look at it ourselves. {LYING} Gulls were sitting on both of them.",
        ["We went down to look at it ourselves.", "Gulls were sitting on both of them."],
    ),
    "a sentence in an own one": (
        f"Our reporter has seen it herself: {LYING.rstrip('.')}, and nobody guards the place.",
        ["Our reporter has seen it herself", "and nobody guards the place."],
    ),
    "two sentences in one pair of marks": (
        f"The harbour master was asked. “{LIFTED} {LYING}” That was all.",
        ["The harbour master was asked.", "That was all."],
    ),
    "spelled differently": (
        "وكتبوا لنا أمس: «أن الحوض الشمالى يبقي مغلقا أمام القوارب الكبيره» ثم سكتوا.",
        ["وكتبوا لنا أمس", "ثم سكتوا."],
    ),
    "sentences of two articles in two lines": (
        f"What we have so far:\n{LYING}\nIce closed the mouth of the river for nine days.",
        ["What we have so far:"],
    ),
    "another verb before the speaker": (
        "“Nobody has been paid since the accident happened,” said a fisherman.",
        ["said a fisherman."],
    ),
    "few own words around a sentence": (
        f"We saw it: {LYING.rstrip('.')}, sadly.",
        ["We saw it", "sadly."],
    ),
    "an own word in marks": (
        f"The “cranegate”, as we call it, goes on. {LYING}",
        ["The “cranegate”, as we call it, goes on."],
    ),
    "a few words of a sentence with a full stop": (
        "He told us that it “would be lifted out before the spring.”",
        ["He told us that it"],
    ),
    "a sentence that another follows in the article": (
        f"We asked around. {LIFTED} Gulls sat on it.",
        ["We asked around.", "Gulls sat on it."],
    ),
    "a sentence in marks that another follows": (
        f"We asked around. “{LIFTED}” Gulls sat on it.",
        ["We asked around.", "Gulls sat on it."],
    ),
    "words of the coverage in marks": (
        f"The ‘northern basin’ and the “spring tide”, as we say. {LYING}",
        ["The ‘northern basin’ and the “spring tide”, as we say."],
    ),
    "marks that are none of quotations": (
        f"The boats' owner didn't mind the 5\" pipe of the '90s, or צה\"ל did not. {LYING}",
        ["The boats' owner didn't mind the 5\" pipe of the '90s, or צה\"ל did not."],
    ),
    "an Arabic clitic before the mark": (
        'وكتبوا لنا ب"أن الحوض الشمالي يبقى مغلقا أمام القوارب الكبيرة" ثم سكتوا.',
        ["وكتبوا لنا ب", "ثم سكتوا."],
    ),
}


@pytest.mark.parametrize("name", OWN_TEXTS)
def test_a_quote_in_ones_own_text_is_exact_and_what_is_own_is_told(
    name: str, held_once: Coverage
) -> None:
    draft, own = OWN_TEXTS[name]
    verdict = verify(draft, held_once)
    assert verdict.kind is EXACT
    assert [part.text for part in verdict.own] == own
    assert verdict.matches
    value = verdict_json(verdict)
    validator("verify").validate(value)
    assert [draft[each["start"] : each["end"]] for each in value["own"]] == own
    for shown in (screen(verdict), *(chat(verdict, language) for language in LANGUAGES)):
        assert all(text in shown for text in own)
        assert all(each.text in shown for each in verdict.matches if not each.diff)
    assert screen(verdict).startswith("exact: ")
    assert "your own words" in screen(verdict)


NOT_EXACT_TEXTS = {
    "a word exchanged in a quotation": (
        "Asked again, she repeated “would be lifted out before the autumn tide” twice.",
        ALTERED,
    ),
    "a word exchanged in a quotation in a long text": (
        "Nobody in the office wanted to say much when we called this week, and so we drove to the"
        " town, where she repeated “would be lifted out before the autumn tide” to all of us who"
        " had come to hear about the accident and its price.",
        ALTERED,
    ),
    "a word exchanged in one of two quotations": (
        "The crane “would be lifted out before the spring tide”, while “trawlers are never"
        " lying under it”, we hear.",
        ALTERED,
    ),
    "a word exchanged in a sentence without marks": (
        f"We went down ourselves. {LYING.replace('under', 'above')} Gulls sat on both of them.",
        ALTERED,
    ),
    "a word exchanged in one sentence of two": (
        f"{LIFTED} {LYING.replace('northern', 'southern')} Gulls were sitting on both of them.",
        ALTERED,
    ),
    "a sentence made up in the marks of a quotation": (
        f"The harbour master was asked. “{LIFTED} All of us will be rich.” That was all.",
        ALTERED,
    ),
    "a quotation made up beside a true one": (
        "She said it “would be lifted out before the spring tide”, and “all of us will be rich by"
        " then”.",
        ALTERED,
    ),
    "two words made up beside a true quotation": (
        "She said “foul play”, and that it “would be lifted out before the spring tide”.",
        ALTERED,
    ),
    "a quotation in two lines of sentences that never stand together": (
        f"She told us: “{LIFTED}\nIce closed the mouth of the river for nine days.”",
        ALTERED,
    ),
    "a true quotation within one made up": (
        "He said: «All of us will be rich, it «would be lifted out before the spring tide» then».",
        ALTERED,
    ),
    "a paragraph of a quotation that only the last one closes": (
        f'He said:\n\n"All of us will be rich by then.\n\n"{LYING}"',
        ALTERED,
    ),
    "a sentence without its last words": (
        f"We asked around. {LYING.removesuffix(' in the northern basin.')}. Gulls sat on it.",
        ALTERED,
    ),
    "a sentence without its last words in marks": (
        f"She said “{LIFTED}” and “{LYING.removesuffix(' in the northern basin.')}.”",
        ALTERED,
    ),
    "a word after the sentence of an article": (f"We asked: {LYING.rstrip('.')} not.", ALTERED),
    "a sentence made up in a quoted line": (
        f"We asked again. {LYING}\n\n> All of us will be rich by then.",
        ALTERED,
    ),
    **{
        f"a sentence made up in {opening}{closing}": (
            "He said it “would be lifted out before the spring tide”. He added:"
            f" {opening}All of us will be rich by then.{closing}",
            ALTERED,
        )
        for opening, closing in (
            *(("“", ""), ('"', ""), ("«", ""), ("»", "«"), ("”", "”"), ("‹", "›"), ("〝", "〞")),
            *(("'", "'"), ("‚", "‘"), ("‘", "'"), ("``", "''"), ("《", "》"), ("＂", "＂")),
        )
    },
    "the whole in marks": (f"“Gulls were sitting everywhere that day. {LYING}”", ALTERED),
    "the one word of a sentence": (
        "Two trawlers are still lying under it in the northern basin. Nobody.",
        ALTERED,
    ),
    "sentences that never stand together, and an own one": (
        f"{LYING} Ice closed the mouth of the river for nine days. Gulls sat on both of them.",
        ALTERED,
    ),
    "own words only": ("Gulls were sitting there. We had sandwiches and went home late.", ABSENT),
    "own words in marks": ("He told us that “all of us will be rich by then” and left.", ABSENT),
}


@pytest.mark.parametrize("name", NOT_EXACT_TEXTS)
def test_a_text_with_a_quote_that_is_not_word_for_word_is_not_exact(
    name: str, held_once: Coverage
) -> None:
    draft, kind = NOT_EXACT_TEXTS[name]
    verdict = verify(draft, held_once)
    assert verdict.kind is kind
    assert not verdict.own
    assert bool(verdict.matches) is (kind is ALTERED)
    validator("verify").validate(verdict_json(verdict))


def test_an_altered_quotation_is_told_apart_from_own_words(held_once: Coverage) -> None:
    for name in ("a word exchanged in a quotation", "a word exchanged in one of two quotations"):
        draft, _ = NOT_EXACT_TEXTS[name]
        (part,) = (each for each in verify(draft, held_once).parts if each.kind is ALTERED)
        assert part.text[0] == "“"
        assert part.text[-1] == "”"
        assert [kind for kind, _ in part.matches[0].diff or ()].count("insert") == 1


def test_an_attribution_of_a_quote_in_ones_own_sentence_is_checked(held_once: Coverage) -> None:
    draft = "She repeated “would be lifted out before the spring tide”.\n— TASS, 3 May 2024"
    verdict = verify(draft, held_once)
    assert verdict.kind is EXACT
    assert verdict.matches[0].claimed
    assert not verdict.matches[0].claimed.agrees
    assert "not TASS: the coverage has Harbour Gazette" in screen(verdict)
