"""Who says it, rule by rule: sentences of the kinds that went wrong in real coverage."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.words import words
from bot.words.coverage import said_before
from corpus.split import sentences
from corpus.types import Article, Source
from retrieval.answer.speakers.attribution import attributed, said_by, went_on
from retrieval.types import Quote


def article(body: str, language: str) -> Article:
    return Article("a", "v", Source(path="a.txt"), language, body, sentences(body, language))


def said(body: str, language: str) -> list[str]:
    """Kind and name of everybody who says something in a text."""
    found = said_by(article(body, language), 0, len(body))
    assert all(body[each.start : each.end] == each.name for each in found)
    return [f"{each.kind.value} {each.name}" for each in found]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        # verbs of saying of all kinds, and a name that no list has
        ("ونفى وزير النقل سامر الحداد أن يكون الجسر قد أغلق.", ["speaker سامر الحداد"]),
        ("وبيّن مدير الميناء رامي حداد أن الرصيف جاهز.", ["speaker رامي حداد"]),
        ("وزعم حدادين إن الرصيف بيع مرتين.", ["speaker حدادين"]),
        ("وقال حدادين للصحفيين إن الرصيف جاهز.", ["speaker حدادين"]),
        ("ويرى حدادين أن الرصيف صغير.", ["speaker حدادين"]),
        # states and capitals
        ("ثم قالت موسكو بعد أسبوع إن السفينة عادت.", ["institution موسكو"]),
        ("أعلنت كوريا الشمالية، الأحد، أنها فتحت الميناء.", ["institution كوريا الشمالية"]),
        ("وأصدرت إيران بيانا قالت فيه إن السفينة عادت.", ["institution إيران"]),
        ("وطالبت واشنطن أنقرة بفتح الميناء.", ["institution واشنطن"]),
        # before the verb, with an auxiliary, an insertion, a role and its place
        ("وكان حدادين قد أعلن أن الرصيف جاهز.", ["speaker حدادين"]),
        ("وكان سامر حداد، مدير الميناء، قد صرح بأن الرصيف جاهز.", ["speaker سامر حداد"]),
        ("إلا أن المسؤول في بلدية الميناء، سامر حداد، قال إن الرصيف جاهز.", ["speaker سامر حداد"]),
        ("وقال السفير الروسي في دمشق سامر حداد إن الرصيف جاهز.", ["speaker سامر حداد"]),
        (
            "وامتنعت وزيرة النقل رنا حداد عن الجواب، لكنها قالت إن الرصيف جاهز.",
            ["speaker رنا حداد"],
        ),
        ("وفق ما أفاد سامر الحداد الناطق باسم البلدية فإن الرصيف جاهز.", ["speaker سامر الحداد"]),
        # media: known by the word before them, quoted, told
        ('ونقلت صحيفة "مرفأ اليوم" عن مسؤول لم تسمه أن الرصيف جاهز.', ["agency مرفأ اليوم"]),
        ("وقال حدادين لوكالة فرانس برس إن الرصيف جاهز.", ["speaker حدادين", "agency فرانس برس"]),
        ("الرصيف جاهز، بحسب ما قال مسؤولون لوكالة فرانس برس.", ["agency فرانس برس"]),
        ("وقال حدادين في مقابلة مع رويترز إن الرصيف جاهز.", ["speaker حدادين", "agency رويترز"]),
        ("صار الرصيف جاهزا أمام السفن الكبيرة كلها (رويترز).", ["agency رويترز"]),
        ("الرصيف جاهز، بحسب التلفزيون السوري.", ["agency التلفزيون السوري"]),
        # a name ends where what else stands behind it begins
        (
            "وقال وزير النقل الكوري شو ميونغ بحسب ما نقلت عنه رويترز إن الرصيف جاهز.",
            ["speaker شو ميونغ", "agency رويترز"],
        ),
        ("وقد وصف الرئيس الروسي الرصيف الجديد بأنه جميل.", ["speaker الرئيس الروسي"]),
        ("وطالب حدادين بعقد لقاء ثان.", ["speaker حدادين"]),
        ("وقال العقيد الركن تركي الحداد إن الرصيف جاهز.", ["speaker تركي الحداد"]),
        ("وأكد رئيس البلدية، علي حدادين، أن الرصيف جاهز.", ["speaker علي حدادين"]),
        ("وَقَالَ وزيرُ النقل سامر حدادين إن الرصيف جاهز.", ["speaker سامر حدادين"]),
        ('وأكّدت منظمة "بحارة بلا مرفأ" أن الرصيف جاهز.', ["institution بحارة بلا مرفأ"]),
        ("وقال حدادين لعمال ومسافرين إن الرصيف جاهز.", ["speaker حدادين"]),
        ("وكتب وزير النقل، سامر حداد، لزميله، رامي عون، قائلا إنه سعيد.", ["speaker سامر حداد"]),
        ("وقال حدادين لبي بي سي إن الرصيف جاهز.", ["speaker حدادين", "agency بي بي سي"]),
        # nobody is named
        ("وقال مسؤول كبير إن الرصيف جاهز.", []),
        ("وقال متحدث باسم وزير النقل الروسي إن الرصيف جاهز.", []),
        ("وأضافت الوكالة الروسية أن الرصيف جاهز.", []),
        ("وأضاف الدبلوماسي الروسي أن الرصيف جاهز.", []),
        ("وقال لاحقا إن الرصيف جاهز.", []),
        ("وقال المحامي السابق للرئيس الروسي سامر حداد إن الرصيف جاهز.", []),
        ("وأكد استقرار الميناء على حاله.", []),
        ("وتصاعد الخلاف بين موسكو وأنقرة على الرصيف.", []),
        ("وفتح الرصيف أمام السفن وفقا للقانون الدولي.", []),
        ("ونشر وزير النقل سامر حداد صورة على حسابه.", []),
        ("وتعتبر روسيا الوجهة الأولى للسفن.", []),
        ("وبحسب مصادر محلية، فإن حدادين قال إن الرصيف جاهز.", []),
        ("وصفت سنغافورة بأنها ميناء كبير.", []),
        ("وكان العمل تأخر بعد أن زار الرصيف حدادين.", []),
    ],
)
def test_arabic(sentence: str, names: list[str]) -> None:
    assert said(sentence, "ar") == names


@pytest.mark.parametrize(
    ("language", "sentence", "names"),
    [
        # a place where something is said is nobody
        ("ru", "Об этом он заявил в субботу в Вонсане.", []),
        ("ru", "Сергей Лавров предостерёг соседей от ссор.", ["speaker Сергей Лавров"]),
        ("ru", "Пхеньян опроверг эти слухи.", ["institution Пхеньян"]),
        # nor is whose spokesman or office it is
        ("ru", "Большой штаб Трампа сказал, что уже поздно.", []),
        ("fr", "La fédération des ports des États-Unis a confirmé la date.", []),
        # nor is the listener
        ("en", '"We are ready," the minister told Harbour Gazette.', []),
        ("en", "Marco Rubio told Kim that the pier was ready.", ["speaker Marco Rubio"]),
        # an outlet is no person
        ("en", "The pier is ready, Harbour Gazette reported.", ["agency Harbour Gazette"]),
        # who speaks for a minister is not the minister
        ("en", "A spokesman for Foreign Minister Sergei Lavrov said it was late.", []),
        ("fr", "Le porte-parole du ministre Jean Dupont a déclaré que c'était tard.", []),
        # all verbs of saying, a clause between name and verb
        ("en", "Pyongyang has denied it.", ["institution Pyongyang"]),
        ("en", "Marco Rubio, who came by train, argued that it was late.", ["speaker Marco Rubio"]),
        ("en", '"It is late," warned Lavrov.', ["speaker Lavrov"]),
        ("fr", "Paris a démenti ces informations.", ["institution Paris"]),
    ],
)
def test_other_languages(language: str, sentence: str, names: list[str]) -> None:
    assert said(sentence, language) == names


def test_what_others_say_in_a_quotation_is_not_who_says_it() -> None:
    body = 'قال حدادين: "قال وزير النقل سامر عون إن الرصيف جاهز".'
    assert said(body, "ar") == ["speaker حدادين"]


@pytest.mark.parametrize(
    ("language", "body", "names"),
    [
        ("en", "Marco Rubio said the pier was ready. He added that it was long.", ["Marco Rubio"]),
        ("ar", "قال حدادين إن الرصيف جاهز. وأضاف أن العمل طويل.", ["حدادين"]),
        # two who may be meant, and a sentence that says nothing
        ("en", "Marco Rubio said Kim agreed, Sergei Lavrov said. He added that it was long.", []),
        ("en", "Marco Rubio said the pier was ready. He left by train.", []),
        ("en", "The pier was ready. He added that it was long.", []),
    ],
)
def test_who_goes_on(language: str, body: str, names: list[str]) -> None:
    text = article(body, language)
    last = text.sentences[-1]
    assert said_by(text, last.start, last.end) == ()
    found = went_on(text, last.start)
    assert [each.name for each in found] == names
    assert all(body[each.start : each.end] == each.name for each in found)


def test_who_goes_on_comes_along_as_lead_in() -> None:
    body = 'Marco Rubio came by train. It rained. "The pier is ready," he said.'
    text = article(body, "en")
    whole = text.sentences[-1]
    assert attributed(Quote(text, whole.start, whole.end, 1.0)).lead_in is None  # it rained
    body = 'Marco Rubio opened the pier on Friday. "It is ready," he said.'
    text = article(body, "en")
    first, last = text.sentences
    quote = attributed(Quote(text, last.start, last.end, 1.0))
    assert [each.name for each in quote.said_by] == ["Marco Rubio"]
    assert quote.lead_in is not None
    assert quote.lead_in.text == body[first.start : first.end]
    # both as one slice
    assert attributed(Quote(text, 0, len(body), 1.0)).lead_in is None


@pytest.mark.parametrize(
    ("language", "body", "name"),
    [
        ("en", "The Kremlin opened an inquiry. It said the pier was late.", "Kremlin"),
        ("fr", "Marie Dupont a visité le port. « Il est prêt », a-t-elle ajouté.", "Marie Dupont"),
        ("ru", "Иван Петров осмотрел порт. «Он готов», — добавил он.", "Иван Петров"),
        ("es", "Ana Gil visitó el puerto. «Está listo», añadió.", "Ana Gil"),
        ("zh", "俄罗斯总统普京视察了港口。他说，港口已经准备好。", "普京"),
        ("fa", "مسعود حدادی، وزیر راه، از پل بازدید کرد. او گفت پل آماده است.", "مسعود حدادی"),
        # two who may be meant
        ("en", "Marco Rubio met Sergei Lavrov. He said the pier was late.", None),
        ("en", "Talks between Marco Rubio and Kim Hill ran late. He said it was done.", None),
        ("ru", "Встреча Путина и Эрдогана прошла в порту. Он назвал ее полезной.", None),
    ],
)
def test_whom_a_pronoun_means(language: str, body: str, name: str | None) -> None:
    text = article(body, language)
    found = went_on(text, text.sentences[-1].start)
    assert [each.name for each in found] == ([name] if name else [])


def test_each_sentence_of_a_quote_shows_its_own_sources() -> None:
    body = "The pier opened, Marco Rubio said. It is long, TASS reported."
    text = article(body, "en")
    quote = Quote(text, 0, len(body), 1.0, said_by=said_by(text, 0, len(body)))
    assert said_before(quote, words("en")).startswith("(1) Marco Rubio (2) via TASS, ")
    first = text.sentences[0]
    alone = replace(quote, end=first.end, said_by=said_by(text, first.start, first.end))
    assert said_before(alone, words("en")).startswith("Marco Rubio, ")


def test_what_stands_beside_a_quote_is_said_of_all_of_it() -> None:
    body = '"It is long. It is wide," Marco Rubio said. Then came rain.'
    text = article(body, "en")
    end = text.sentences[0].end
    quote = Quote(text, 0, end, 1.0, said_by=said_by(text, 0, end))
    assert said_before(quote, words("en")).startswith("Marco Rubio, ")
