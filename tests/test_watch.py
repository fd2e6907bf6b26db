from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpus import watch as module
from corpus.errors import InputError
from corpus.watch import Watch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "grows"
    made.mkdir()
    return made


def ready(watch: Watch) -> list[str]:
    files = watch.look()
    watch.took(files)
    return [Path(file).name for file in files]


def test_a_file_is_taken_once_it_has_stopped_growing(folder: Path) -> None:
    watch = Watch([str(folder)])
    file = folder / "a.txt"
    for size in (0, 0, 1, 2):
        file.write_text("x" * size)
        assert ready(watch) == []
    assert ready(watch) == ["a.txt"]
    assert ready(watch) == []


def test_a_changed_file_is_taken_again_and_one_that_has_gone_is_forgotten(folder: Path) -> None:
    (folder / "deep").mkdir()
    file = folder / "deep" / "a.txt"
    file.write_text("one")
    (folder / "b.png").write_text("one")
    (folder / ".c.txt").write_text("one")
    watch = Watch([str(folder)])
    assert [ready(watch) for _ in range(3)] == [[], ["b.png", "a.txt"], []]
    assert [each.source for each in watch.left_out()] == [str(folder / ".c.txt")]
    file.write_text("three")
    assert [ready(watch) for _ in range(3)] == [[], ["a.txt"], []]
    file.rename(folder / "kept")
    assert [ready(watch) for _ in range(3)] == [[], ["kept"], []]
    (folder / "kept").unlink()
    assert [ready(watch) for _ in range(2)] == [[], []]


def test_what_was_not_taken_is_ready_again(folder: Path) -> None:
    (folder / "a.txt").write_text("one")
    watch = Watch([str(folder)])
    watch.look()
    assert watch.look() == watch.look() == [str(folder / "a.txt")]


def test_many_files_are_taken_in_turns(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_AT_ONCE", 2)
    for number in range(5):
        (folder / f"{number}.txt").write_text("one")
    watch = Watch([str(folder)])
    assert [len(ready(watch)) for _ in range(5)] == [0, 2, 2, 1, 0]


def test_a_new_row_takes_its_file_again(folder: Path) -> None:
    manifest = folder / "manifest.jsonl"
    manifest.write_text('{"file": "b.txt", "outlet": "Quay Post"}\n')
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text("one")
    watch = Watch([str(folder)], manifest)
    assert [ready(watch) for _ in range(3)] == [[], ["a.txt", "b.txt"], []]
    with manifest.open("a") as file:
        file.write('{"file": "a.txt", "outlet": "Harbour Post"}\n')
    assert [ready(watch) for _ in range(3)] == [[], ["a.txt"], []]
    assert watch.manifest
    assert watch.manifest.said(os.path.abspath(folder / "a.txt")).outlet == "Harbour Post"
    manifest.write_text("{")
    with pytest.raises(InputError, match="row 1"):
        watch.look()


def test_a_folder_that_has_gone_is_told(folder: Path) -> None:
    watch = Watch([str(folder)])
    assert watch.gone() == []
    folder.rmdir()
    assert (watch.look(), watch.gone()) == ([], [str(folder)])
