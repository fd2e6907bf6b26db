from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.clean.clean import clean
from corpus.clean.furniture import table
from corpus.clean.lines import key_of
from corpus.types import Cleaned, RawDocument, Source

# Four paragraphs in each language, made up for these tests.
ARABIC = (
    "افتتحت بلدية المرفأ صباح الأحد جسرا جديدا للمشاة يربط السوق القديمة بحي الصيادين الشمالي.",
    "وقالت رئيسة البلدية إن العمل استغرق عامين، وإن كلفته بقيت دون ما رصد له في البداية.",
    "ويأمل التجار أن يعيد الجسر إلى السوق زوارا هجروها منذ أغلقت العبارة قبل أعوام كثيرة.",
    "ومن المنتظر أن تبدأ في الخريف أشغال ترميم الرصيف الغربي ومحيط المنارة بالكامل.",
)
ENGLISH = (
    "The harbour council opened a footbridge on Sunday between the old market and the north quay.",
    "Work took two years, the council said, and cost less than had been set aside for it at first.",
    "Traders hope the bridge will bring back visitors who left when the ferry stopped years ago.",
    "Repairs to the western pier and the ground around the lighthouse are to begin this autumn.",
)
RUSSIAN = (
    "В воскресенье в порту открыли пешеходный мост между старым рынком и северной набережной.",
    "По словам главы округа, работы заняли два года и обошлись дешевле, чем предполагала смета.",
    "Торговцы надеются, что мост вернёт на рынок тех, кто перестал приходить после отмены парома.",
    "Осенью здесь должны начаться ремонт западного пирса и благоустройство вокруг старого маяка.",
)
FRENCH = (
    "La commune du port a ouvert dimanche une passerelle entre le vieux marché et le quai du nord.",
    "Les travaux ont duré deux ans, selon la mairie, et ont coûté moins que la somme prévue alors.",
    "Les commerçants espèrent voir revenir les visiteurs partis quand le bac a cessé de circuler.",
    "La réfection de la jetée ouest et des abords du phare doit commencer à l'automne prochain.",
)


def cleaned(*lines: str, **known: str) -> Cleaned:
    return clean(RawDocument("\n".join(lines), Source(path="a.txt", **known)))  # type: ignore[arg-type]


def kept(found: Cleaned) -> list[str]:
    return [line for line in found.body.split("\n") if line]


def rules(found: Cleaned) -> dict[str, str]:
    return {removal.text: removal.rule for removal in found.removed}


class TestTextStays:
    @pytest.mark.parametrize("text", [ARABIC, ENGLISH, RUSSIAN, FRENCH])
    def test_a_bare_text_is_left_alone(self, text: tuple[str, ...]) -> None:
        found = cleaned(*text)
        assert found == Cleaned("\n".join(text))

    def test_blank_lines_become_one_and_edges_go(self) -> None:
        found = cleaned("", *ENGLISH[:1], "\xa0", " \u200f", "", *ENGLISH[1:2], " ", "")
        assert found.body == ENGLISH[0] + "\n\n" + ENGLISH[1]
        assert found.removed == ()

    def test_white_space_inside_a_kept_line_stays(self) -> None:
        line = "  " + ENGLISH[0].replace(" on ", " \xa0on\t") + " \u200f"
        assert cleaned(line, ENGLISH[1]).body == line + "\n" + ENGLISH[1]

    def test_headings_stay(self) -> None:
        lines = (ENGLISH[0], "A bridge: what it cost", ENGLISH[1], "Ferry", ENGLISH[2])
        assert kept(cleaned(*lines)) == list(lines)

    def test_words_of_rules_inside_sentences_stay(self) -> None:
        lines = (
            "About US troops on the island little is known, the council said on Sunday at noon.",
            "Copyright law was changed last year, and the archive has been closed ever since then.",
            "Share prices of the ferry company fell by a tenth on Monday, the exchange reported.",
            "اشتركوا في أعمال الترميم التي بدأت في الخريف الماضي، بحسب بيان صدر عن البلدية.",
            "المصدر الوحيد للمياه في الحي هو البئر القديمة التي حفرت قبل نحو مئة عام تقريبا.",
            "By Sunday evening the bridge had been crossed by two thousand people, it was said.",
        )
        assert kept(cleaned(*ENGLISH[:1], *lines)) == [ENGLISH[0], *lines]

    def test_headings_that_begin_like_furniture_stay(self) -> None:
        for heading in ("By the numbers", "Shared costs", "About US visitors", "Comment on dit"):
            assert heading in kept(cleaned(*ENGLISH[:2], "", heading, "", *ENGLISH[2:]))

    def test_a_heading_between_headline_and_text_stays(self) -> None:
        found = cleaned("New bridge opens at the old harbour", "", "By the numbers", "", *ENGLISH)
        assert found.headline == "New bridge opens at the old harbour"
        assert kept(found)[0] == "By the numbers"

    def test_a_text_without_full_stops_stays(self) -> None:
        lines = [line.rstrip(".") for line in ARABIC]
        assert kept(cleaned(*lines)) == lines

    def test_a_first_line_that_goes_on_is_no_headline(self) -> None:
        found = cleaned("وقالت رئيسة البلدية في بيان قصير:", ARABIC[0], ARABIC[1])
        assert found.headline is None
        assert len(kept(found)) == 3

    def test_a_paragraph_signed_in_parentheses_stays(self) -> None:
        last = "وستبدأ الأشغال في الخريف المقبل. (رويترز)"
        assert kept(cleaned(*ARABIC, last))[-1] == last

    def test_dates_as_headings_of_a_chronology_stay(self) -> None:
        lines = []
        for day, paragraph in enumerate(ENGLISH, start=10):
            lines += [f"{day} July 2025", paragraph]
        found = cleaned("Four days at the harbour: what happened when", "", *lines)
        assert kept(found) == lines


class TestTop:
    def test_repeated_headline_dates_share_lines_and_captions(self) -> None:
        headline = "جسر جديد للمشاة يعيد وصل السوق بحي الصيادين"
        found = cleaned(
            headline + " | بريد الميناء",
            "",
            "محليات 20-07-2025 | 09:10",
            "",
            headline,
            "تفتتحه البلدية بعد عامين من العمل وبكلفة أقل من المتوقع",
            headline,
            "الجسر صباح الأحد (أ ف ب)",
            "Smaller Bigger",
            "",
            *ARABIC,
        )
        assert kept(found) == list(ARABIC)
        assert found.headline == headline
        assert found.standfirst == "تفتتحه البلدية بعد عامين من العمل وبكلفة أقل من المتوقع"
        assert found.cuts == ()
        assert set(rules(found).values()) == {
            "headline",
            "date line",
            "standfirst",
            "caption",
            "type size",
        }

    def test_a_path_of_sections_glued_to_the_headline(self) -> None:
        headline = "جسر جديد للمشاة فوق المرفأ"
        found = cleaned("السبت, يوليو 19, 2025", "الرئيسيةمحليات" + headline, "", headline, *ARABIC)
        assert found.headline == headline
        assert kept(found) == list(ARABIC)
        assert rules(found)["الرئيسيةمحليات" + headline] == "breadcrumb"

    @pytest.mark.parametrize(
        ("top", "text"),
        [
            (("Home > Local > Harbour", "By Jane Doe", "Updated 20 July 2025 at 09:10"), ENGLISH),
            (("Главная / Город", "20 июля 2025, 09:10", "Поделиться: ВКонтакте"), RUSSIAN),
            (("Accueil > Ville", "Par la rédaction", "Publié le 20 juillet 2025"), FRENCH),
            (("الرئيسية » محليات", "بقلم: قسم المحليات", "الأحد 20 تموز 2025 - 09:10"), ARABIC),
        ],
    )
    def test_four_languages(self, top: tuple[str, ...], text: tuple[str, ...]) -> None:
        headline = "Мост Jisr Bridge Passerelle 4"
        found = cleaned(top[0], headline, *top[1:], "", *text)
        assert kept(found) == list(text)
        assert found.headline == headline

    def test_what_is_given_is_recognised(self) -> None:
        found = cleaned(
            "A bridge for walkers",
            "It took two years and cost less than was planned at first.",
            *ENGLISH,
            headline="A bridge for walkers",
            standfirst="It took two years and cost less than was planned at first.",
        )
        assert kept(found) == list(ENGLISH)

    def test_a_given_headline_that_is_not_there_takes_nothing(self) -> None:
        found = cleaned("The market before the bridge came", *ENGLISH, headline="Something else")
        assert found.headline == "Something else"
        assert kept(found)[0] == "The market before the bridge came"

    def test_names_of_sections_above_the_headline(self) -> None:
        found = cleaned(
            *("News", "Sport", "World", "This article is more than 2 years old"),
            "New footbridge opens over the old harbour",
            "Council says that it cost less than planned and hopes to see the visitors back",
            *("Jane Doe in the harbour", "Sun 20 Jul 2025 09.10 BST", "Share", "", *ENGLISH),
            *("Explore more on these topics", "Bridges", "Share", "Reuse this content"),
        )
        assert kept(found) == list(ENGLISH)
        assert found.headline == "New footbridge opens over the old harbour"
        assert found.standfirst is not None

    def test_a_standfirst_that_ends_like_a_sentence(self) -> None:
        found = cleaned(
            "Une nouvelle passerelle sur le port",
            "Les travaux ont duré deux ans et ont coûté moins que prévu.",
            "Publié le 20 juillet 2025 à 09h10",
            "Temps de lecture 2 min.",
            "",
            *FRENCH,
            "Le Courrier avec AFP",
        )
        assert kept(found) == list(FRENCH)
        assert found.standfirst == "Les travaux ont duré deux ans et ont coûté moins que prévu."

    def test_the_first_paragraph_is_no_standfirst(self) -> None:
        lines = ("A bridge for walkers over the harbour", ENGLISH[0], "Getty Images", *ENGLISH[1:])
        assert kept(cleaned(*lines)) == list(ENGLISH)


class TestMiddle:
    def test_captions_leave_a_cut(self) -> None:
        caption = "رئيسة البلدية على الجسر (أ ف ب)"
        found = cleaned(ARABIC[0], "", caption, caption, "", ARABIC[1])
        assert kept(found) == list(ARABIC[:2])
        assert [found.body[cut:] for cut in found.cuts] == [ARABIC[1]]

    def test_a_list_of_links_inside_the_text(self) -> None:
        found = cleaned(
            *FRENCH[:2],
            "",
            "Lire aussi",
            "Les voiliers sont de retour",
            "Un musée pour la pêche",
            "",
            *FRENCH[2:],
            "Mots-clés : pont, port",
        )
        assert kept(found) == list(FRENCH)
        assert len(found.cuts) == 1

    def test_one_line_of_a_link(self) -> None:
        found = cleaned(ARABIC[0], "اقرأ أيضا: السفن الشراعية تعود", *ARABIC[1:])
        assert kept(found) == list(ARABIC)

    def test_a_box_above_the_text_takes_only_its_items(self) -> None:
        found = cleaned("Most read", "Gold edges up", "Ships return", "", *ENGLISH)
        assert kept(found) == list(ENGLISH)

    @pytest.mark.parametrize("heading", ["Most read", "Comments", "Related", "Read also"])
    def test_no_heading_ends_an_article_that_has_hardly_begun(self, heading: str) -> None:
        found = cleaned(ENGLISH[0], "", heading, "", *ENGLISH[1:])
        assert kept(found) == list(ENGLISH)

    @pytest.mark.parametrize("heading", ["Comments", "Trending", "Read also"])
    def test_a_heading_over_a_long_paragraph_is_a_heading(self, heading: str) -> None:
        long = " ".join(ENGLISH)
        found = cleaned(long, long, heading, long)
        assert kept(found).count(long) == 3

    def test_text_that_is_signed_below_belongs_to_the_article(self) -> None:
        found = cleaned(*ARABIC[:3], "الأكثر قراءة", "أسعار الذهب", "", ARABIC[3], "المصدر: وكالات")
        assert kept(found) == list(ARABIC)

    def test_a_drawn_line_goes(self) -> None:
        found = cleaned(ENGLISH[0], "* * *", ENGLISH[1])
        assert kept(found) == list(ENGLISH[:2])
        assert len(found.cuts) == 1


class TestEnd:
    @pytest.mark.parametrize(
        ("text", "end"),
        [
            (ARABIC, ("المصدر: بريد الميناء", "كلمات دلالية: جسر سوق ميناء", "إقرأ أيضاً:")),
            (ENGLISH, ("Source: Harbour Post", "Tags: bridge, market", "Read also:")),
            (RUSSIAN, ("Источник: Портовый вестник", "Теги: мост, рынок", "Читайте также")),
            (FRENCH, ("Source : Courrier du port", "Mots-clés : pont", "À lire aussi")),
        ],
    )
    def test_another_article_below_the_signature_goes(
        self, text: tuple[str, ...], end: tuple[str, ...]
    ) -> None:
        found = cleaned(*text, "", *end, "", "عنوان آخر Other", "", *text[:3], "Source: X")
        assert kept(found) == list(text)
        assert [removal.rule for removal in found.removed if removal.rule == "signature"] == [
            "signature"
        ]

    @pytest.mark.parametrize(
        ("text", "heading"),
        [
            (ARABIC, "الأكثر قراءة"),
            (ARABIC, "الأكثر شهرة"),
            (ARABIC, "ترك الرد"),
            (ENGLISH, "Most read"),
            (ENGLISH, "Comments (12)"),
            (RUSSIAN, "Самое читаемое"),
            (FRENCH, "Les plus lus"),
        ],
    )
    def test_boxes_at_the_end(self, text: tuple[str, ...], heading: str) -> None:
        teaser = "Gold edges up for a third day as traders wait for the figures."
        found = cleaned(*text, "", heading, "", "20/07/2026 9:40", teaser, "Another teaser here")
        assert kept(found) == list(text)

    def test_comment_form_share_and_rights(self) -> None:
        lines = (
            "الفيس بوك",
            "تويتر",
            "Share   Tweet   Email",
            "ВКонтакте | Telegram | Скопировать ссылку",
            "من فضلك ادخل تعليقك",
            "Your email address will not be published. Required fields are marked *",
            "© Harbour Post. All rights reserved.",
            "جميع الحقوق محفوظة بريد الميناء ---- تصميم وبرمجة ورشة",
            "Partager sur Facebook – Partager sur X – Envoyer par e-mail",
        )
        assert kept(cleaned(*ARABIC, *lines)) == list(ARABIC)

    @pytest.mark.parametrize(
        "line",
        [
            "(فرانس برس، بريد الميناء)",
            "(رويترز)",
            "(وكالة الميناء، بريد الساحل)",
            "وكالات",
            "قسم المحليات",
            "AFP",
            "نشر في 20/07/2025",
        ],
    )
    def test_signatures(self, line: str) -> None:
        assert kept(cleaned(*ARABIC, line)) == list(ARABIC)

    @pytest.mark.parametrize("line", ["(ضحك)", "(يتبع في عدد الغد)", "المنارة", "• الجسر القديم"])
    def test_what_signs_nothing_stays(self, line: str) -> None:
        assert kept(cleaned(*ARABIC, line))[-1] == line

    def test_tags_below_their_heading(self) -> None:
        found = cleaned(*ENGLISH, "- Topics:", "- Harbour", "- Bridge")
        assert kept(found) == list(ENGLISH)


FURNITURE = sorted(
    {phrase for rule in (*table().lines, *table().headings) for phrase in rule.phrases}
)
LINES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(FURNITURE),
    st.sampled_from([*ARABIC, *ENGLISH, "", " ", "11-07-2025", "الرئيسية » a", "x (AFP)", "(AFP)"]),
)


@settings(deadline=None)
@given(st.lists(LINES, max_size=30), st.sampled_from(["\n", "\r\n", "\r"]))
def test_only_whole_lines_go_and_all_are_accounted_for(lines: list[str], ending: str) -> None:
    text = ending.join(lines)
    found = clean(RawDocument(text, Source(path="a")))
    given_lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    body = found.body.split("\n") if found.body else []
    remaining = iter(given_lines)
    assert all(line in remaining for line in body if line)  # in order: the iterator is used up
    removed = {removal.line: removal.text for removal in found.removed}
    assert all(given_lines[number - 1] == line for number, line in removed.items())
    left = [
        line
        for number, line in enumerate(given_lines, start=1)
        if number not in removed and key_of(line)
    ]
    assert left == [line for line in body if key_of(line)]
    assert all(0 < cut < len(found.body) and found.body[cut - 1] == "\n" for cut in found.cuts)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_cleaned(text: str) -> None:
    clean(RawDocument(text, Source(path="a", headline=text[:20] or None)))


@pytest.mark.parametrize(
    "text",
    [
        "Home > " * 50_000,
        "(" * 100_000,
        "a/b\n" * 10_000,
        "Most read\nx\n" * 10_000,
        (ENGLISH[0] + "\n") * 100 + "Most read\nx\n" * 10_000,
        "x (a)\n" * 10_000,
        " " * 300_000 + "x",
        "11-07-2025 " * 20_000,
        "- " * 100_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    clean(RawDocument(text, Source(path="a")))
    assert time.process_time() - began < 10
