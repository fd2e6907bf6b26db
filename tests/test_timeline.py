"""What the coverage says happened when, on the demo coverage, small ones, and the seeds."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bot.render.timeline import foremost, interface_of, timeline_messages
from bot.render.timeline_picture import MOST_HEIGHT, WIDTH, picture
from bot.words import LANGUAGES, words
from corpus.ingest import ingest
from corpus.store import Coverage, Selection
from retrieval.answer.days import timeline as module
from retrieval.answer.days.timeline import Timeline, TimelineEntry, of_coverage
from tests.test_shapes import SCHEMAS, validator

Pullquote = Callable[..., CompletedProcess[str]]

SEEDS = Path(__file__).resolve().parent.parent.parent / "shared" / "seeds"
TODAY = date(2026, 1, 1)
WIRE = (
    "The harbour master closed the northern basin on Friday after a crane fell across two moored"
    " trawlers and tore a fuel line open, the port authority said in a short statement."
)


@pytest.fixture
def demo(demo_home: Path) -> Timeline:
    coverage = Coverage.open(demo_home / "coverage.sqlite")
    try:
        return of_coverage(coverage)
    finally:
        coverage.close()


def write(folder: Path, name: str, day: str | None, body: str) -> None:
    published = f"published = {day}\n" if day else ""
    head = f'+++\noutlet = "{name}"\nheadline = "{name} on the basin"\n{published}+++\n'
    (folder / f"{name}.txt").write_text(head + body + "\n", encoding="utf-8")


def taken(coverage: Coverage, folder: Path) -> Timeline:
    ingest([str(folder)], coverage, today=TODAY)
    return of_coverage(coverage)


def on(timeline: Timeline, iso: str) -> list[TimelineEntry]:
    return [entry for entry in timeline.entries if entry.day.when.iso == iso]


def test_every_entry_is_verbatim_with_its_evidence(demo: Timeline) -> None:
    assert len(demo.entries) > 30
    for entry in demo.entries:
        body = entry.quote.article.body
        assert entry.quote.text == body[entry.quote.start : entry.quote.end]
        assert entry.evidence == body[entry.day.start : entry.day.end]
        assert any(
            sentence.start == entry.quote.start for sentence in entry.quote.article.sentences
        )
        if entry.day.resolved:
            assert entry.quote.article.source.published


def test_entries_are_in_the_order_of_their_days(demo: Timeline) -> None:
    days = [entry.day.when for entry in demo.entries]
    keys = [(when.year, when.month, when.day or 0) for when in days if when.year]
    assert keys == sorted(keys)


def test_copies_are_folded_and_a_heading_dates_what_follows(demo: Timeline) -> None:
    friday = on(demo, "2025-07-11")
    first = friday[0]
    assert {copy.source.outlet for copy in first.quote.copies} == {
        "السنبلة (تجريبية)",
        "مرفأ نيوز (تجريبي)",
    }
    (chronicle,) = (entry for entry in friday if entry.evidence == "Пятница, 11 июля")
    assert chronicle.day.end <= chronicle.quote.start


def test_days_written_in_several_ways(demo: Timeline) -> None:
    outlet = "السنبلة (تجريبية)"
    own = {
        entry.evidence: entry.day
        for entry in demo.entries
        if entry.quote.article.source.outlet == outlet
    }
    call, rubio = own["3 تموز/ يوليو"], own["الخميس"]
    assert (call.when.iso, rubio.when.iso) == ("2025-07-03", "2025-07-10")
    assert own["السبت 12 يوليو/ تموز"].when.iso == "2025-07-12"
    (war,) = (entry.day for entry in demo.entries if entry.evidence == "February 2022")
    assert (war.when.iso, war.resolved) == ("2022-02", False)


def test_dates_that_conflict_stand_side_by_side(coverage: Coverage, tmp_path: Path) -> None:
    folder = tmp_path / "wire"
    folder.mkdir()
    write(folder, "Quay", "2025-07-12", WIRE)
    write(folder, "Mole", "2025-07-13", WIRE)
    write(folder, "Pier", "2025-07-13", WIRE.replace("Friday", "Thursday"))
    timeline = taken(coverage, folder)
    (friday,), (thursday,) = on(timeline, "2025-07-11"), on(timeline, "2025-07-10")
    assert [copy.source.outlet for copy in friday.quote.copies] == ["Mole"]
    assert [when.iso for when in friday.otherwise] == ["2025-07-10"]
    assert [when.iso for when in thursday.otherwise] == ["2025-07-11"]
    assert not thursday.quote.copies


def test_an_undated_article_says_no_weekday(coverage: Coverage, tmp_path: Path) -> None:
    folder = tmp_path / "undated"
    folder.mkdir()
    write(folder, "Quay", None, WIRE + " The basin had been dredged on 3 March that spring.")
    (entry,) = taken(coverage, folder).entries
    assert (entry.day.when.iso, entry.day.resolved) == ("--03-03", False)


def test_many_articles_are_read_in_part(
    coverage: Coverage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(1, 9):
        text = f"Berth number {number} of the port was paved on 3 July by a crew of {number + 20}."
        write(folder, f"Quay{number}", f"2025-07-{number + 10}", f"{text} It rained on 1 July.")
    monkeypatch.setattr(module, "MOST_ARTICLES", 6)
    monkeypatch.setattr(module, "_FEW", 4)
    monkeypatch.setattr(module, "_OF_A_DAY", 1)
    timeline = taken(coverage, folder)
    assert (timeline.read, timeline.articles) == (6, 8)
    told = [entry.day.when.iso for entry in timeline.entries]
    assert len(told) == len(set(told))
    shown = sum(1 + len(entry.quote.copies) for entry in timeline.entries)
    assert timeline.left_out == 12 - shown > 0


def test_command(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "when.png"
    ran = pullquote("timeline", "زيارة لافروف إلى كوريا الشمالية", "--png", file, home=home)
    assert ran.returncode == 0, ran.stderr
    assert "الجمعة، 11 يوليو 2025" in ran.stdout
    with Image.open(file) as image:
        assert image.width == WIDTH
    ran = pullquote("timeline", "--json", home=home)
    value = json.loads(ran.stdout)
    validator("timeline").validate(value)
    assert {entry["date"] for entry in value} >= {"2025-07-03", "2025-07-11", "2025-07-12"}
    ran = pullquote("timeline", "--since", "2025-07-14", "--outlet", "harbour", home=home)
    assert ran.returncode == 0
    assert "Meridian" not in ran.stdout


def test_nothing_found_is_status_one(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "none.png"
    ran = pullquote("timeline", "Who won the tennis final?", "--png", file, home=home)
    assert ran.returncode == 1
    assert words("en").say("nothing_found") in ran.stdout
    assert "nothing to draw" in ran.stderr
    assert not file.exists()


def test_bad_input(refused: Callable[..., str], home: Path, tmp_path: Path) -> None:
    assert "no outlet like" in refused("timeline", "--outlet", "Nobody", home=home)
    assert "exchange them" in refused(
        "timeline", "--since", "2025-07-14", "--until", "2025-07-01", home=home
    )
    assert "folder that is there" in refused(
        "timeline", "--png", tmp_path / "no" / "x.png", home=home
    )
    assert "Harbour Post (demo)" in refused("timeline", "--outlet", "Nobody", home=home)
    assert "no home" in refused("timeline", home=tmp_path / "empty")
    (tmp_path / "empty").mkdir()
    assert "no coverage" in refused("timeline", home=tmp_path / "empty")


def test_quotes_of_the_schemas_are_one() -> None:
    every = [
        json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))["$defs"]["quote"]
        for name in ("ask", "timeline", "compare")
    ]
    assert every[0] == every[1] == every[2]


# ---------------------------------------------------------------- what is left out

UNDATED = (
    "The port authority opened the basin on 11 July, and closed it again on Monday after a crane"
    " fell, its spokesman Karim Haddad said.\n"
    "On 3 March 2024 the harbour master signed the contract for the northern quay."
)
DATED = (
    "The basin reopened on Tuesday after two days of repairs, and the harbour master Lina Saleh"
    " said that the crane would be replaced, Reuters reported."
)


@pytest.fixture
def basin(pullquote: Pullquote, tmp_path: Path) -> Path:
    """A home with an undated article and a republished one."""
    folder, home = tmp_path / "basin", tmp_path / "basin-home"
    folder.mkdir()
    write(folder, "Quay", None, UNDATED)
    write(folder, "Mole", "2025-07-16", DATED)
    mole = folder / "Mole.txt"
    mole.write_text(mole.read_text().replace("published =", 'via = "Sun Portal"\npublished ='))
    assert pullquote("ingest", folder, home=home).returncode == 0
    return home


def test_text_says_what_is_left_out_and_who_speaks(
    pullquote: Pullquote, basin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    shown = pullquote("timeline", home=basin).stdout
    assert "\nJuly 11, year not stated\n" in shown
    assert "\nSunday, March 3, 2024\n" in shown
    assert "Karim Haddad, in Quay · undated" in shown
    assert "Lina Saleh, via Reuters, in Mole · via Sun Portal · July 16, 2025" in shown
    assert "\nUndated: 1 article. Weekdays there are left out" in shown
    monkeypatch.setenv("LC_ALL", "ar_EG.UTF-8")
    assert "بلا تاريخ: مقال واحد." in pullquote("timeline", home=basin).stdout


def test_days_leave_undated_articles_out_and_say_so(pullquote: Pullquote, basin: Path) -> None:
    ran = pullquote("timeline", "--since", "2025-07-01", home=basin)
    assert ran.stderr == "pullquote: Left out, as their day is unknown: 1 article.\n"
    assert "Undated" not in ran.stdout


def test_json_has_the_same(pullquote: Pullquote, basin: Path) -> None:
    ran = pullquote("timeline", "--json", home=basin)
    entries = json.loads(ran.stdout)
    validator("timeline").validate(entries)
    assert "Undated: 1 article." in ran.stderr
    undated, dated = (
        next(each for each in entries if each["date"] == day) for day in ("--07-11", "2025-07-15")
    )
    assert (undated["resolved"], dated["resolved"]) == (False, True)
    assert [said["name"] for said in undated["quote"]["said_by"]] == ["Karim Haddad"]
    assert dated["quote"]["via"] == "Sun Portal"


def test_picture_has_the_same(coverage: Coverage, tmp_path: Path) -> None:
    """The words of the picture are those that are handed to be drawn."""
    folder = tmp_path / "drawn"
    folder.mkdir()
    write(folder, "Quay", None, UNDATED)
    write(folder, "Mole", "2025-07-16", DATED)
    drawn = written(taken(coverage, folder), "en")
    assert "July 11, year not stated" in drawn
    assert "Karim Haddad, in Quay · undated" in drawn
    assert "Undated: 1 article. Weekdays there are left out" in drawn
    assert {"Jul ????", "Mar 2024", "Jul 2025"} <= set(drawn.split("\n"))


def test_picture_says_how_many_entries_did_not_fit(demo: Timeline) -> None:
    drawn = written(demo, "en")
    shown = drawn.count(f"\n{BAR}")
    assert 3 <= shown < len(demo.entries)
    assert f"… {len(demo.entries) - shown} mentions of a day left out" in " ".join(drawn.split())


BAR = "a bar beside a quote"


def written(timeline: Timeline, language: str) -> str:
    """What a picture says, a line each, and `BAR` where a quote begins."""
    from bot.render.canvas import Canvas

    lines: list[str] = []
    draw, fill = Canvas.text, Canvas.box

    def kept(canvas: Canvas, x: float, y: float, text: str, *more: Any, **options: Any) -> None:
        lines.append(text)
        draw(canvas, x, y, text, *more, **options)

    def filled(canvas: Canvas, x: float, y: float, width: float, *more: Any, **how: Any) -> None:
        if width < 10:
            lines.append(BAR)
        fill(canvas, x, y, width, *more, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Canvas, "text", kept)
        patch.setattr(Canvas, "box", filled)
        picture(timeline, words(language))
    return "\n".join(lines)


# ---------------------------------------------------------------- the picture


@pytest.mark.parametrize("language", LANGUAGES)
def test_picture_is_for_a_phone(demo: Timeline, language: str) -> None:
    made = picture(demo, words(language))
    image = Image.open(io.BytesIO(made))
    assert image.width == WIDTH
    assert WIDTH < image.height <= MOST_HEIGHT
    assert len(made) < 250_000


def ink(image: Any) -> Any:
    """The columns in which anything dark stands, of the first 70 rows below the edge."""
    grey = np.asarray(image.convert("L"))[40:110]
    return np.flatnonzero((grey < 100).any(axis=0))


def test_arabic_begins_on_the_right(demo: Timeline) -> None:
    arabic, english = (
        ink(Image.open(io.BytesIO(picture(demo, words(code))))) for code in ("ar", "en")
    )
    assert arabic.max() > WIDTH - 60
    assert arabic.min() > 200
    assert english.min() < 60


def test_letters_join() -> None:
    from bot.render.canvas import Canvas

    canvas = Canvas(400, 100, "#ffffff", mirrored=True)
    apart = sum(canvas.measured(letter, 30) for letter in "الجمعة")
    assert canvas.measured("الجمعة", 30) < 0.85 * apart


def test_what_no_font_has_is_drawn_as_a_box(demo: Timeline, recwarn: Any) -> None:
    question = "\U0001f9ff \ue000 $x^2$ عنوان\u202e"
    odd = Timeline(question, "ar", demo.entries[:3], 0, 1, 1)
    assert picture(odd, words("ar")).startswith(b"\x89PNG")
    assert not recwarn.list


# ---------------------------------------------------------------- chats


def test_messages_have_the_best_known_days(demo: Timeline) -> None:
    interface = interface_of(demo)
    assert interface.language == "ar"
    shown = foremost(demo, 6)
    assert {entry.day.when.iso for entry in shown} >= {"2025-07-11", "2025-07-12"}
    [message] = timeline_messages(demo, interface)
    assert "<b>الجمعة، 11 يوليو 2025</b>" in message.html
    assert len(message.html) < 1 << 15


# ---------------------------------------------------------------- the seeds


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed texts are not there")
def test_seeds(coverage: Coverage) -> None:
    ingest([str(SEEDS)], coverage, today=date(2026, 2, 1))
    timeline = of_coverage(coverage, Selection())
    (arrival,) = on(timeline, "2025-07-11")
    assert (arrival.evidence, arrival.day.resolved) == ("الجمعة", True)
    assert len(arrival.quote.copies) == 1
    (meeting,) = on(timeline, "2025-07-12")
    assert meeting.evidence.startswith("السبت 12 يوليو")
    assert not meeting.day.resolved
    (call,) = on(timeline, "--07-03")
    assert call.evidence.startswith("3 يوليو")
    assert not call.day.resolved
