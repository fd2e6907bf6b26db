from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.attribution.agencies import names_of
from corpus.attribution.aliases import FILE, Aliases, name_key
from corpus.attribution.attribute import attribute
from corpus.attribution.by_hand import LARGEST
from corpus.attribution.names import editors_name
from corpus.clean.clean import clean
from corpus.errors import ConfigurationError
from corpus.types import RawDocument, Source

TODAY = date(2025, 12, 31)
BODY = (
    "افتتحت بلدية المرفأ صباح الأحد جسرا جديدا للمشاة يربط السوق القديمة بحي الصيادين الشمالي.\n"
    "ويأمل التجار أن يعيد الجسر إلى السوق زوارا هجروها منذ أغلقت العبارة قبل أعوام كثيرة.\n"
)
TABLE = """
[outlets]
"العربي" = ["العربي الجديد", "The New Arab"]
"بريد الميناء" = ["Harbour Post"]
"Sputnik Arabic" = ["سبوتنيك"]

[agencies]
"AFP" = ["فرانس برس"]
"وكالة القناة" = ["و ق"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / FILE


def read(file: Path, text: str) -> Aliases:
    file.write_text(text, encoding="utf-8")
    return Aliases.read(file)


def source(text: str, aliases: Aliases, **known: str) -> Source:
    raw = RawDocument(text, Source(path="a.txt", **known))  # type: ignore[arg-type]
    return attribute(raw, clean(raw), TODAY, aliases)


def test_no_file_is_an_empty_table(file: Path) -> None:
    assert Aliases.read(file) == Aliases()
    assert names_of(Aliases()) == names_of()


@pytest.mark.parametrize(
    ("line", "outlet", "agency"),
    [
        ("(فرانس برس، العربي الجديد)", "العربي", "AFP"),
        ("المصدر: The New Arab", "العربي", None),
        ("المصدر: العربي", "العربي", None),
        ("(أ ف ب)", None, "AFP"),
        ("(و ق)", None, "وكالة القناة"),
        ("المصدر: سبوتنيك", "Sputnik Arabic", None),
        ("المصدر: Harbour Post", "بريد الميناء", None),
        ("المصدر: رويترز", None, "رويترز"),
    ],
)
def test_names_are_read_as_the_editor_calls_them(
    file: Path, line: str, outlet: str | None, agency: str | None
) -> None:
    found = source(BODY + line, read(file, TABLE))
    assert (found.outlet, found.agency) == (outlet, agency)


def test_a_dateline_knows_the_editor_s_agencies(file: Path) -> None:
    assert source("المرفأ (و ق) - " + BODY, read(file, TABLE)).agency == "وكالة القناة"
    assert source("المرفأ (و ق) - " + BODY, Aliases()).agency is None


def test_what_was_given_has_the_editor_s_name_too(file: Path) -> None:
    aliases = read(file, TABLE)
    known = {"outlet": "the new arab", "via": "Harbour Post", "agency": "AFP"}
    found = source(BODY, aliases, **known)
    assert (found.outlet, found.via, found.agency) == ("العربي", "بريد الميناء", "AFP")
    # what the table does not name stays as it was given
    assert source(BODY, aliases, outlet="DW").outlet == "DW"
    assert source(BODY, Aliases(), outlet="The New Arab").outlet == "The New Arab"


@pytest.mark.parametrize("key", ["outlet", "via"])
def test_an_agency_in_the_place_of_an_outlet_has_the_editor_s_name(file: Path, key: str) -> None:
    aliases = read(file, TABLE)
    for given_name, named in (
        ("Agence France-Presse", "AFP"),
        ("Sputnik", "Sputnik Arabic"),
        ("و ق", "وكالة القناة"),
        ("Reuters", "Reuters"),
    ):
        found = source(BODY, aliases, **{key: given_name})
        assert getattr(found, key) == named
        assert getattr(source(BODY, Aliases(), **{key: given_name}), key) == given_name


def test_the_editor_s_name_for_an_agency_that_is_cited(file: Path) -> None:
    aliases = read(file, TABLE)
    assert editors_name("АФП", aliases) == "AFP"
    assert editors_name("وكالة سبوتنيك", aliases) == "Sputnik Arabic"
    assert editors_name("Reuters", aliases) is None
    assert editors_name("AFP", None) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[outlet]\n", "unknown key 'outlet'"),
        ("outlets = 3\n", "outlets must be a table"),
        ('[outlets]\n"A" = "B"\n', "write a list of names"),
        ('[outlets]\n"A" = [3]\n', "write a list of names"),
        ('[outlets]\n"A" = ["C"]\n"B" = ["c"]\n', "'c' stands also in [outlets] 'A'"),
        ('[outlets]\n"A" = ["B"]\n[agencies]\n"B" = []\n', "'B' stands also in [outlets] 'A'"),
        ('[outlets]\n"A" = [" "]\n', "' ' is no name"),
        ('[outlets]\n"A" = ["a\\u0000b"]\n', "is no name"),
        ("[outlets\n", "is not TOML"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(file: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read(file, text)
    assert says in str(error.value)
    assert str(error.value).startswith(str(file))
    assert "\n" not in str(error.value)


def test_bytes_that_are_no_table_are_refused(file: Path) -> None:
    for data, says in ((b"\xff", "not UTF-8"), (b"#" * (LARGEST + 1), "shorten it")):
        file.write_bytes(data)
        with pytest.raises(ConfigurationError, match=says):
            Aliases.read(file)
    file.unlink()
    file.mkdir()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Aliases.read(file)


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name) or "(" in name or "[" in name
