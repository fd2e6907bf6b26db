from __future__ import annotations

import io
import stat
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.read import archive, zips
from corpus.read.archive import read_archive
from corpus.read.folder import HIDDEN
from corpus.types import RawDocument, Rejection, Source

# The library cuts a name at NUL when it writes one.
NAMES = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
TEXT = "The harbour authority opened a second quay on Monday after two years of work."
Found = RawDocument | Rejection


def zipped(files: dict[str, str | bytes], method: int = ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w", method) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return made.getvalue()


def found_in(content: bytes, *, manifests: bool = True, url: str | None = None) -> list[Found]:
    given_source = Source(path="s.zip", url=url)
    return list(read_archive(io.BytesIO(content), given_source, manifests=manifests))


def paths(found: list[Found]) -> list[str]:
    return [one.given.path for one in found if isinstance(one, RawDocument)]


def refusals(found: list[Found]) -> dict[str, str]:
    return {one.source: one.reason for one in found if isinstance(one, Rejection)}


def test_files_at_any_depth_and_no_others() -> None:
    files = ("b.txt", "a/c.md", "a/d.jsonl", ".x.txt", "__MACOSX/e.txt", "ك.txt")
    found = found_in(zipped(dict.fromkeys(files, f'{{"text": "{TEXT}"}}')))
    assert paths(found) == ["s.zip/a/c.md", "s.zip/a/d.jsonl#1", "s.zip/b.txt", "s.zip/ك.txt"]
    assert refusals(found) == {
        "s.zip/.x.txt": HIDDEN,
        "s.zip/__MACOSX/e.txt": HIDDEN,
    }


def test_a_name_in_utf8_that_is_not_marked_so() -> None:
    content = zipped({"xx.txt": TEXT}).replace(b"xx.txt", "ك.txt".encode())
    assert paths(found_in(content)) == ["s.zip/ك.txt"]


def test_a_manifest_at_the_top() -> None:
    table = "file,outlet\na/b.txt,Quay Post\ngone.txt,\n"
    content = zipped({"manifest.csv": table, "a/b.txt": TEXT, "c.txt": TEXT})
    found = found_in(content)
    outlets = [one.given.outlet for one in found if isinstance(one, RawDocument)]
    assert outlets == ["Quay Post", None]
    assert list(refusals(found)) == ["s.zip/gone.txt"]
    assert "row 3 of manifest.csv" in refusals(found)["s.zip/gone.txt"]
    without = found_in(content, manifests=False)
    assert paths(without) == ["s.zip/a/b.txt", "s.zip/c.txt"]
    assert all(one.given.outlet is None for one in without if isinstance(one, RawDocument))
    broken = found_in(zipped({"manifest.csv": "fil\n", "a.txt": TEXT}))
    assert "row 1: unknown column" in refusals(broken)["s.zip"]


def test_one_address_does_not_make_many_files_one_article() -> None:
    address = "https://quay.example/1"
    for files, expected in (({"a.txt": TEXT}, {address}), ({"a": TEXT, "b": TEXT}, {None})):
        found = found_in(zipped(dict(files)), url=address)
        assert {one.given.url for one in found if isinstance(one, RawDocument)} == expected


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("../../a.txt", TEXT, "leads out of the ZIP"),
        ("/a.txt", TEXT, "leads out of the ZIP"),
        ("c:\\a.txt", TEXT, "leads out of the ZIP"),
        ("b.zip", zipped({"a.txt": TEXT}), "a ZIP inside a ZIP"),
        ("a.txt", "a" * 5_000_000, "more than 200 times its size"),
        ("a.txt", "", "it is empty"),
    ],
)
def test_files_that_are_refused(name: str, content: str | bytes, said: str) -> None:
    (reason,) = refusals(found_in(zipped({name: content, "good.txt": TEXT}))).values()
    assert said in reason


def test_an_unusual_method_a_password_and_a_link() -> None:
    (reason,) = refusals(found_in(zipped({"a.txt": TEXT}, ZIP_LZMA))).values()
    assert "unusual method" in reason
    marked = bytearray(zipped({"a.txt": TEXT}))
    marked[marked.index(b"PK\x01\x02") + 8] |= 1
    (reason,) = refusals(found_in(bytes(marked))).values()
    assert "encrypted" in reason
    link = ZipInfo("a.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    made = io.BytesIO()
    with ZipFile(made, "w") as opened:
        opened.writestr(link, "/etc/hosts")
    (reason,) = refusals(found_in(made.getvalue())).values()
    assert "a link" in reason


def test_archives_that_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = zipped({"a.txt": TEXT, "b.txt": TEXT})
    assert "no file in this ZIP" in refusals(found_in(zipped({})))["s.zip"]
    assert "a picture" in refusals(found_in(zipped({"a.png": TEXT})))["s.zip/a.png"]
    assert "damaged" in refusals(found_in(sound[:-30]))["s.zip"]
    assert "cannot be unpacked" in "".join(
        refusals(found_in(sound.replace(b"a.txt", b"c.txt", 1))).values()
    )
    monkeypatch.setattr(zips, "LARGEST_LIST", 50)
    assert "too many files" in refusals(found_in(sound))["s.zip"]
    monkeypatch.undo()
    monkeypatch.setattr(archive, "LARGEST_TOTAL", 100)
    assert "unpacks to more than" in refusals(found_in(sound))["s.zip"]


@settings(deadline=None)
@given(
    files=st.dictionaries(
        st.text(NAMES, max_size=12).map(lambda name: name + ".txt"),
        st.binary(max_size=60),
        max_size=4,
    ),
    at=st.floats(0, 1),
    damage=st.binary(max_size=6),
)
def test_any_archive_is_read_or_refused(
    files: dict[str, str | bytes], at: float, damage: bytes
) -> None:
    content = zipped(files)
    place = int(at * len(content))
    damaged = content[:place] + damage + content[place + len(damage) :]
    for one in found_in(damaged):
        assert isinstance(one, RawDocument | Rejection)
        if isinstance(one, Rejection):
            assert one.reason
