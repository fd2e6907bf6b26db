"""A pasted draft: what of it is a quote, what is the writer's own, and whose it is said to be."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.render.citation import as_markdown, as_text, citation
from bot.render.telegram_html import packed, quote_blocks
from bot.render.telegram_text import plain
from bot.render.telegram_verdict import verdict_messages
from bot.render.verdict import verdict_json, verdict_view
from bot.words import LANGUAGES, words
from corpus.attribution.names import compact
from corpus.language.pasted import words_to_find
from corpus.split import sentences
from corpus.store import Coverage
from corpus.types import Article, DateKind, RawDocument, Source, SourceDate
from retrieval.answer.check.attributions import attributions
from retrieval.answer.check.draft import blocks
from retrieval.answer.check.verdict import Agreement, Verdict, VerdictKind
from retrieval.answer.check.verify import verify
from retrieval.types import Answer, Filters, Quote, Said, SaidKind
from tests.test_shapes import validator

EXACT, ALTERED, ABSENT = VerdictKind.EXACT, VerdictKind.ALTERED, VerdictKind.ABSENT
GAZETTE = (
    "Harbour master Lina Sorel said the crane would be lifted out before the spring tide. "
    "Two trawlers are still lying under it in the northern basin.\n"
    '"Nobody has been paid since the accident happened," a fisherman told the council.'
)
DAILY = (
    "قال مدير الميناء سامر حداد إن الرافعة ستُرفع قبل نهاية الأسبوع. "
    "وأضاف أن الحوض الشمالي يبقى مغلقا أمام القوارب الكبيرة حتى ذلك الحين."
)
FIRST, SECOND = sentences(GAZETTE, "en")[:2]
LIFTED, LYING = (GAZETTE[each.start : each.end] for each in (FIRST, SECOND))


def article(
    id: str, body: str, outlet: str, day: date | None, language: str = "en", **more: str
) -> Article:
    dates = (SourceDate(DateKind.PUBLISHED, day, str(day)),) if day else ()
    source = Source(path=f"{id}.txt", outlet=outlet, dates=dates, **more)
    return Article(id, "v1", source, language, body, sentences(body, language))


@pytest.fixture
def held(coverage: Coverage) -> Coverage:
    return filled(coverage)


def filled(coverage: Coverage) -> Coverage:
    with coverage.transaction():
        for one in (
            article("g", GAZETTE, "Harbour Gazette", date(2024, 5, 3), agency="Reuters"),
            article("d", DAILY, "المرفأ اليوم", date(2024, 5, 4), "ar"),
            article("u", "Ice closed the mouth of the river for nine days.", "Mole", None),
        ):
            coverage.add(one, RawDocument(one.body, one.source), None)
    return coverage


def told(verdict: Verdict) -> list[tuple[str, VerdictKind]]:
    return [(part.text, part.kind) for part in verdict.parts]


# ---------------------------------------------------------------- parts


def test_own_words_around_a_quotation_are_told_apart(held: Coverage) -> None:
    draft = "Asked again on Sunday, he repeated “would be lifted out before the spring tide” twice."
    verdict = verify(draft, held)
    assert told(verdict) == [
        ("Asked again on Sunday, he repeated", ABSENT),
        ("“would be lifted out before the spring tide”", EXACT),
        ("twice.", ABSENT),
    ]
    assert verdict.parts[1].matches[0].text == "would be lifted out before the spring tide"


def test_a_sentence_of_the_article_among_own_ones_is_exact(held: Coverage) -> None:
    draft = f"We went down to look at it ourselves.\n{LYING} Gulls were sitting on both of them."
    assert told(verify(draft, held)) == [
        ("We went down to look at it ourselves.", ABSENT),
        (LYING, EXACT),
        ("Gulls were sitting on both of them.", ABSENT),
    ]


def test_a_whole_sentence_within_an_own_one_is_exact(held: Coverage) -> None:
    bare = LYING.rstrip(".")
    draft = f"Our reporter has seen it with her own eyes: {bare}, and nobody guards the place."
    assert told(verify(draft, held)) == [
        ("Our reporter has seen it with her own eyes", ABSENT),
        (bare, EXACT),
        ("and nobody guards the place.", ABSENT),
    ]


def test_a_changed_sentence_stays_altered_beside_an_exact_one(held: Coverage) -> None:
    verdict = verify(f"{LIFTED.replace('spring', 'autumn')} {LYING}", held)
    assert verdict.kind is ALTERED
    assert [part.kind for part in verdict.parts] == [ALTERED, EXACT]
    assert ("insert", "autumn ") in (verdict.parts[0].matches[0].diff or ())


def test_arabic_own_words_around_an_arabic_sentence(held: Coverage) -> None:
    own = "زرنا المكان صباح اليوم ولم نجد هناك أحدا من العمال."
    quoted = DAILY[: DAILY.index(". ") + 1]
    assert told(verify(f"{own} {quoted}", held)) == [(own, ABSENT), (quoted, EXACT)]


def test_a_clitic_may_stand_before_a_quotation(held: Coverage) -> None:
    draft = 'كتبوا لنا عن الرافعة و"الحوض الشمالي يبقى مغلقا" ثم سكتوا.'
    assert told(verify(draft, held)) == [
        ("كتبوا لنا عن الرافعة و", ABSENT),
        ('"الحوض الشمالي يبقى مغلقا"', EXACT),
        ("ثم سكتوا.", ABSENT),
    ]


def test_a_few_words_count_only_beside_their_neighbours(held: Coverage) -> None:
    """«under it» stands in the coverage, and says nothing of whoever writes it."""
    draft = f"The rest is under it. {DAILY}"
    assert told(verify(draft, held))[0] == ("The rest is under it.", ABSENT)


def test_a_single_quote_has_no_parts(held: Coverage) -> None:
    for text in (LIFTED, f"«{LIFTED}»", LIFTED.replace("spring", "autumn"), "Nothing of the kind."):
        assert verify(text, held).parts == ()


PIECES = st.sampled_from(
    [
        LIFTED,
        f"“{LYING}”",
        LIFTED.replace("crane", "mast"),
        DAILY,
        "We saw it!",
        "Nobody said “would be lifted out before” to us, ever.",
        "> quoted: so",
        "- an item with five small words",
        "— Harbour Gazette, 3 May 2024",
        "— المرفأ اليوم · 4 مايو 2024",
        "(Mole)",
        "https://harbour.example/a",
        "…",
        "«",
        "一切正常。明天再来。",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=6),
    st.sampled_from([" ", "\n", "\n\n"]),
)
def test_parts_and_attributions_hold_every_word_once(
    held_once: Coverage, pieces: list[str], between: str
) -> None:
    draft = between.join(pieces)
    if not words_to_find(draft):
        return
    verdict = verify(draft, held_once)
    spans = [(each.start, each.end) for each in verdict.parts]
    spans = sorted([*spans, *((each.start, each.end) for each in verdict.attributions)])
    at, left = 0, ""
    for start, end in spans:
        assert at <= start < end <= len(draft)
        left += draft[at:start]
        at = end
    for part in verdict.parts:
        assert part.text == draft[part.start : part.end]
        assert bool(part.matches) is (part.kind is not ABSENT)
        for match in part.matches:
            assert match.text == match.body[match.start : match.end]
    if verdict.parts:
        assert not words_to_find(left + draft[at:])
    validator("verify").validate(verdict_json(verdict))


@pytest.fixture(scope="module")
def held_once(tmp_path_factory: pytest.TempPathFactory) -> Coverage:
    return filled(Coverage.open(tmp_path_factory.mktemp("held") / "coverage.sqlite"))


@given(st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=6).map("\n".join))
def test_blocks_hold_every_word_between_attributions(draft: str) -> None:
    cited = attributions(draft, lambda: ("mole",))
    found = blocks(draft, cited)
    assert [each.attribution for each in found if each.attribution] == [
        each for each in cited if each in [block.attribution for block in found]
    ]
    for block in found:
        at, left = block.start, ""
        for start, end in block.sentences:
            assert at <= start < end <= block.end
            left += draft[at:start]
            at = end
        assert not words_to_find(left + draft[at : block.end])


# ---------------------------------------------------------------- attributions


@pytest.mark.parametrize(
    ("line", "outlet", "published"),
    [
        ("— Harbour Gazette, 3 May 2024", "agrees", "agrees"),
        ("— Harbour Gazette · May 3, 2024", "agrees", "agrees"),
        ("- the Harbour Gazette (2024-05-03)", "agrees", "agrees"),
        ("— رويترز · 3 مايو 2024", "agrees", "agrees"),
        ("— Рейтер, 3 мая 2024 г.", "agrees", "agrees"),
        ("— Reuters, 3 mai", "agrees", "agrees"),
        ("— Harbour Gazette, May 2024", "agrees", "agrees"),
        ("— Harbour Gazette, 03/05/2024", "agrees", "agrees"),
        ("— Harbour Gazette", "agrees", None),
        ("— 4 May 2024", None, "differs"),
        ("— TASS, 3 May 2024", "differs", "agrees"),
        ("— Harbour Gazette, 3 June 2024", "agrees", "differs"),
        ("— Lina Sorel, via TASS, in Mole · 2 May 2023", "differs", "differs"),
    ],
)
@pytest.mark.parametrize("between", [" ", "\n", "\n\n> "])
def test_an_attribution_is_checked(
    line: str, outlet: str | None, published: str | None, between: str, held: Coverage
) -> None:
    draft = f"“{LIFTED}”{between}{line}"
    verdict = verify(draft, held)
    assert verdict.kind is EXACT
    (attribution,) = verdict.attributions
    assert draft[attribution.start : attribution.end] == line
    claimed = verdict.matches[0].claimed
    assert claimed
    assert (claimed.outlet, claimed.published) == (outlet, published)
    assert claimed.agrees is ("differs" not in (outlet, published))


@pytest.mark.parametrize(
    "line", ["— Mole (Arabic), 3 May 2024", "— Mole (Arabic) · 3 May 2024", "— Mole (Arabic)"]
)
def test_a_name_keeps_its_own_parentheses(line: str) -> None:
    (found,) = attributions(f"{LIFTED}\n{line}", lambda: (compact("Mole (Arabic)"),))
    assert found.outlet == "Mole (Arabic)"


def test_parentheses_behind_a_quote_are_an_attribution(held: Coverage) -> None:
    claimed = verify(f"“{LYING}” (Mole, 3 May 2024)", held).matches[0].claimed
    assert claimed
    assert (claimed.outlet, claimed.published) == (Agreement.DIFFERS, Agreement.AGREES)


def test_an_agency_that_the_words_cite_may_be_named_for_them(coverage: Coverage) -> None:
    body = "Interfax reported that the bridge was shut. The mayor of the town had no comment on it."
    one = article("i", body, "Mole", date(2024, 5, 9))
    with coverage.transaction():
        coverage.add(one, RawDocument(one.body, one.source), None)
    first, second = (body[each.start : each.end] for each in one.sentences)
    for text, agreement in ((first, Agreement.AGREES), (second, Agreement.DIFFERS)):
        claimed = verify(f"“{text}” — Интерфакс, 9 мая 2024", coverage).matches[0].claimed
        assert claimed
        assert (claimed.outlet, claimed.published) == (agreement, Agreement.AGREES)


def test_what_the_coverage_does_not_know_is_no_contradiction(held: Coverage) -> None:
    text = "Ice closed the mouth of the river for nine days.\n— Mole, 1 February 2024"
    claimed = verify(text, held).matches[0].claimed
    assert claimed
    assert (claimed.outlet, claimed.published) == (Agreement.AGREES, Agreement.UNKNOWN)
    assert not claimed.agrees


@pytest.mark.parametrize(
    "line",
    [
        "— Nobody believed it, not even in the harbour.",
        "— Nobody believed it on 3 May 2024, when it was said.",
        "– and so on",
        "— We had heard that before. The Gazette printed it on 3 May 2024",
    ],
)
def test_speech_behind_a_dash_is_no_attribution(line: str) -> None:
    assert attributions(f"{LIFTED}\n{line}", lambda: ("harbourgazette",)) == []


def test_what_the_article_itself_has_is_no_attribution(coverage: Coverage) -> None:
    body = f"{LIFTED}\n— Reuters, 3 May 2024"
    one = article("x", body, "Mole", date(2024, 5, 9))
    with coverage.transaction():
        coverage.add(one, RawDocument(one.body, one.source), None)
    verdict = verify(body, coverage)
    assert (verdict.kind, verdict.attributions) == (EXACT, ())
    assert verdict.matches[0].claimed is None


def test_the_place_that_is_as_claimed_comes_first(held: Coverage) -> None:
    copy = article("c", GAZETTE, "Mole", date(2024, 5, 9))
    with held.transaction():
        held.add(copy, RawDocument(copy.body, copy.source), None)
    assert [each.article.id for each in verify(LIFTED, held).matches] == ["c", "g"]
    cited = verify(f"{LIFTED}\n— Harbour Gazette, 3 May 2024", held)
    assert [each.article.id for each in cited.matches] == ["g", "c"]


def test_several_quotes_with_their_attributions_are_exact_together(held: Coverage) -> None:
    draft = f"“{LYING}”\n— Harbour Gazette, 3 May 2024\n\n«{DAILY}»\n— Reuters, 3 May 2024"
    verdict = verify(draft, held)
    assert verdict.kind is EXACT
    assert {each.article.id for each in verdict.matches} == {"g", "d"}
    agrees = [part.matches[0].claimed and part.matches[0].claimed.agrees for part in verdict.parts]
    assert agrees == [True, False]


def quote_of(said: tuple[Said, ...], source: Source, text: str = LIFTED) -> Quote:
    one = article("q", text, "", None)
    return Quote(replace(one, source=source), 0, len(text), 1.0, said_by=said)


SAID = Said("Lina Sorel", 15, 25, SaidKind.SPEAKER)
CITED = Said("TASS", 0, 4, SaidKind.AGENCY)
OUTLETS = ["Harbour Gazette", "المرفأ اليوم", "Вестник порта", "L’Écho, du port", None]


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(LANGUAGES),
    st.lists(st.sampled_from([SAID, CITED]), unique=True).map(tuple),
    st.sampled_from(OUTLETS),
    st.none() | st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    st.sampled_from([{}, {"via": "Mole Net"}, {"agency": "AFP", "headline": "Crane · 4 May 2019"}]),
    st.sampled_from([None, "https://harbour.example/a_(b)?c=*d*"]),
    st.sampled_from(["chat", "line", "text", "markdown"]),
)
def test_what_pullquote_prints_below_a_quote_is_read_again(
    language: str,
    said: tuple[Said, ...],
    outlet: str | None,
    day: date | None,
    more: dict[str, str],
    url: str | None,
    form: str,
) -> None:
    dates = (SourceDate(DateKind.PUBLISHED, day, str(day)),) if day else ()
    quote = quote_of(said, Source("q", outlet=outlet, dates=dates, url=url, **more))
    answer = Answer("", language, (quote,), None, Filters(), (), "", 0.0)
    printed = {
        "chat": lambda: plain(next(packed(quote_blocks(quote, words(language), "①"))).html),
        "line": lambda: f"{LIFTED}\n{citation(quote, words(language))}",
        "text": lambda: as_text(answer),
        "markdown": lambda: as_markdown(answer),
    }[form]()
    (found,) = attributions(printed, lambda: ())
    assert found.outlet == outlet
    assert LIFTED in printed[: found.start]
    assert not words_to_find(printed[found.end :])
    assert [(each.year, each.month, each.day) for each in found.days] == (
        [(day.year, day.month, day.day)] if day else []
    )


# ---------------------------------------------------------------- what is shown


def screen(verdict: Verdict) -> str:
    printed = StringIO()
    Console(width=400, file=printed, highlight=False).print(verdict_view(verdict))
    return printed.getvalue()


def chat(verdict: Verdict, language: str) -> str:
    messages = verdict_messages(verdict, words(language))
    return re.sub("[\u2066-\u2069]", "", "\n".join(plain(each.html) for each in messages))


def test_the_speaker_is_shown(held: Coverage) -> None:
    verdict = verify(LIFTED, held)
    assert "Lina Sorel, in Harbour Gazette" in screen(verdict)
    assert "Lina Sorel, in Harbour Gazette" in chat(verdict, "en")
    (match,) = verdict_json(verdict)["matches"]
    (said,) = match["said_by"]
    assert (said["name"], said["kind"]) == ("Lina Sorel", "speaker")
    assert GAZETTE[said["start"] : said["end"]] == "Lina Sorel"


def test_a_wrong_attribution_is_contradicted_with_what_is_known(held: Coverage) -> None:
    verdict = verify(f"{LIFTED}\n— TASS, 5 May 2024", held)
    assert "not TASS: the coverage has Harbour Gazette" in screen(verdict)
    for language in LANGUAGES:
        said = chat(verdict, language)
        assert "Harbour Gazette" in said
        assert "5 May 2024" in said
        assert words(language).date(date(2024, 5, 3)) in said
    value = verdict_json(verdict)
    validator("verify").validate(value)
    claimed = value["matches"][0]["claimed"]
    assert claimed["outlet"] == "TASS"
    assert (claimed["published"], claimed["agrees"]) == ("2024-05-05", False)


def test_parts_are_shown_with_their_places(held: Coverage) -> None:
    draft = f"We went down to look at it ourselves.\n{LYING}"
    verdict = verify(draft, held)
    start = draft.index(LYING)
    place = f"{start}–{len(draft)}"
    for shown in (screen(verdict), *(chat(verdict, language) for language in LANGUAGES)):
        assert "We went down to look at it ourselves." in shown
        assert LYING in shown
        assert place in shown
    value = verdict_json(verdict)
    assert [each["verdict"] for each in value["sentences"]] == ["absent", "exact"]
