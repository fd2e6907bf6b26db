"""Pages in Spanish, German, Turkish, Persian and Chinese: what goes, stays and is read off."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.dates.days import find_days
from corpus.dates.written import parse_date
from corpus.ingest import prepare
from corpus.types import DateKind, RawDocument, Rejection, Source

TODAY = date(2026, 1, 1)
PUBLISHED, UPDATED = DateKind.PUBLISHED, DateKind.UPDATED

PAGES = {
    "es": (
        """Inicio > Puerto
El puerto abre una pasarela nueva
Por Ada Molina
Publicado: 12 de julio de 2025, 10:30
Última actualización: 13 de julio del 2025, 9:05

El ayuntamiento abrió el domingo una pasarela entre el mercado viejo y el muelle del norte.
Foto: archivo municipal
Las obras duraron dos años y costaron menos de lo previsto, según el ayuntamiento del puerto.

Los vecinos esperan que la pasarela devuelva los visitantes al mercado durante el verano.

Compartir
Etiquetas: puerto, pasarela
Lo más leído
Suben las mareas
Comentarios""",
        "Ada Molina",
    ),
    "de": (
        """Startseite > Hafen
Hafen eröffnet neue Brücke für Fußgänger
Von Ada Brandt
Veröffentlicht am 12. Juli 2025, 10:30 Uhr
Aktualisiert am 13. Juli 2025, 9:05 Uhr

Der Stadtrat hat am Sonntag eine Brücke zwischen dem alten Markt und dem Nordkai eröffnet.
Foto: Stadtarchiv
Die Arbeiten dauerten zwei Jahre und kosteten nach Angaben der Stadt weniger als geplant.

Die Händler hoffen, dass die Brücke im Sommer wieder Besucher auf den alten Markt bringt.

Artikel drucken
Schlagwörter: Hafen, Brücke
Meistgelesen
Das Wasser steigt
Kommentare""",
        "Ada Brandt",
    ),
    "tr": (
        """Ana Sayfa > Liman
Limanda yeni yaya köprüsü açıldı
Yazan: Ada Demir
Yayınlanma: 12 Temmuz 2025, 10:30
Güncelleme: 13 Temmuz 2025, 09:05

Belediye pazar günü eski çarşı ile kuzey rıhtımı arasında yeni bir yaya köprüsü açtı.
Fotoğraf: belediye arşivi
Belediyenin açıklamasına göre çalışmalar iki yıl sürdü ve beklenenden daha ucuza mal oldu.

Esnaf, köprünün yaz boyunca eski çarşıya yeniden ziyaretçi getirmesini umuyor diyorlar.

Paylaş
Etiketler: liman, köprü
En çok okunanlar
Sular yükseliyor
Yorum yap""",
        "Ada Demir",
    ),
    "fa": (
        """صفحه اصلی > بندر
پل تازه‌ای در بندر گشوده شد
نویسنده: آدا رستمی
تاریخ انتشار: ۱۲ ژوئیه ۲۰۲۵ ساعت ۱۰:۳۰
آخرین به‌روزرسانی: ۱۳ جولای ۲۰۲۵ ساعت ۰۹:۰۵

شهرداری روز یکشنبه پل تازه‌ای میان بازار قدیم و اسکله شمالی برای عابران باز کرد.
عکس: آرشیو شهرداری
به گفته شهرداری کار ساخت این پل دو سال طول کشید و کمتر از برآورد نخست هزینه داشت.

کاسبان امیدوارند که این پل در تابستان دوباره مسافران را به بازار قدیم بازگرداند.

اشتراک گذاری
برچسب‌ها: بندر، پل
پربازدیدترین‌ها
آب بالا می‌آید
نظرات""",
        "آدا رستمی",
    ),
    "zh": (
        """首页 > 港口
港口新建的步行桥正式开放
作者：林小渔
发布时间：2025年7月12日 10:30
更新时间：2025年7月13日 09:05

市政府星期日在旧市场和北码头之间开放了一座新的步行桥，许多居民前来参观并拍照留念。
图片来源：市档案馆
市政府表示，这项工程历时两年，花费比原先的预算要少，桥面全部使用本地出产的木材。

商户们希望这座桥能在夏天把游客重新带回旧市场，也希望渡轮能够早日恢复正常的运行。

分享
标签：港口，步行桥
热门新闻
水位上涨
发表评论""",
        "林小渔",
    ),
}


@pytest.mark.parametrize("language", PAGES)
def test_a_page_of_each_language(language: str) -> None:
    text, author = PAGES[language]
    found = prepare(RawDocument(text, Source(path="page.txt")), TODAY)
    assert not isinstance(found, Rejection), found
    article, _ = found
    paragraphs = [line for line in text.split("\n") if line.endswith((".", "。"))]
    headline = text.split("\n")[1]
    assert [line for line in article.body.split("\n") if line] == [*paragraphs, headline]
    assert article.source.headline == headline
    assert article.source.byline == author
    dates = {each.kind: each.value for each in article.source.dates}
    assert dates == {PUBLISHED: date(2025, 7, 12), UPDATED: date(2025, 7, 13)}
    assert article.language == language


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            "es",
            "Por ahora nadie sabe cuánto costará el muelle, y la alcaldesa no quiso decirlo ayer.",
        ),
        (
            "es",
            "Foto: así llaman los pescadores a la roca que se ve desde el muelle al caer la tarde.",
        ),
        (
            "de",
            "Von der Stadt kam zunächst keine Antwort, und der Kai bleibt bis zum Herbst gesperrt.",
        ),
        (
            "de",
            "Stand heute bleibt die Brücke offen, sagte die Bürgermeisterin am Abend den Händlern.",
        ),
        (
            "tr",
            "Kaynak yetersiz olduğu için köprünün ikinci bölümü gelecek yıla kaldı, dedi başkan.",
        ),
        (
            "tr",
            "Yorum yapmak istemeyen başkan, köprünün açılışına katılmayacağını da söyledi dün.",
        ),
        (
            "fa",
            "به گزارش شهرداری، پل تازه تا پاییز برای خودروها بسته می‌ماند و عابران از آن می‌گذرند.",
        ),
        (
            "fa",
            "نظرات مردم درباره پل تازه یکسان نیست و برخی آن را گران و بی‌فایده می‌دانند و می‌گویند.",
        ),
        (
            "zh",
            "评论认为，这座桥虽然花费不多，但是对旧市场的商户来说意义重大，游客也会因此增加。",
        ),
        (
            "zh",
            "来源不明的消息说，渡轮将在秋天停运，市政府星期一否认了这一说法并要求媒体更正。",
        ),
    ],
)
def test_the_same_words_in_a_text_stay(language: str, line: str) -> None:
    above = [each for each in PAGES[language][0].split("\n") if each.endswith((".", "。"))]
    text = "\n\n".join((*above[:2], line, above[2]))
    found = prepare(RawDocument(text, Source(path="page.txt")), TODAY)
    assert not isinstance(found, Rejection), found
    assert line in found[0].body


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("5 ago 2024", date(2024, 8, 5)),
        ("5 de mayo del 2024", date(2024, 5, 5)),
        ("primero de mayo de 2024", date(2024, 5, 1)),
        ("5. Dez. 2024", date(2024, 12, 5)),
        ("5 Ara 2024", date(2024, 12, 5)),
        ("۵ می ۲۰۲۴", date(2024, 5, 5)),
        ("۵ ماه مه سال ۲۰۲۴", date(2024, 5, 5)),
        ("2024年5月5号", date(2024, 5, 5)),
    ],
)
def test_full_dates(written: str, day: date) -> None:
    assert parse_date(written) == day


@pytest.mark.parametrize("text", ["3 days ago", "hace 3 días", "5 ara verdi", "او می گوید", "dic"])
def test_short_months_without_a_year_are_other_words(text: str) -> None:
    assert find_days(text) == ()


def test_a_word_that_begins_like_an_ordinal_is_none() -> None:
    text = "They met on 7 June this year and on June 9 that year."
    assert [text[each.start : each.end] for each in find_days(text)] == ["7 June", "June 9"]
