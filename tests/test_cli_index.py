"""`index`, `model info`, and one writer at a time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from filelock import FileLock
from jsonschema import Draft202012Validator

from corpus.clean.clean import clean
from corpus.types import Cleaned, RawDocument

Pullquote = Callable[..., CompletedProcess[str]]
Refused = Callable[..., str]

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = Draft202012Validator(json.loads((ROOT / "docs/schema/model-info.json").read_text()))

FLIGHTS = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"


@pytest.fixture
def _other_writer(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("bot.writer.WRITER_SECONDS", 0.2)
    with FileLock(home / "writer.lock"):
        yield


def test_nothing_to_do(pullquote: Pullquote, home: Path) -> None:
    name = (home / "index" / "CURRENT").read_text()
    ran = pullquote("index", "--json", home=home)
    assert ran.returncode == 0
    assert ran.stderr == ""
    report = json.loads(ran.stdout)
    assert (report["index"], report["articles"], report["problems"]) == (name, 16, [])
    assert pullquote("index", "--check", home=home).returncode == 0


def test_rebuild_makes_a_new_generation(pullquote: Pullquote, home: Path) -> None:
    before = pullquote("ask", FLIGHTS, home=home).stdout
    name = (home / "index" / "CURRENT").read_text()
    assert json.loads(pullquote("index", "--rebuild", "--json", home=home).stdout)["index"] > name
    assert pullquote("ask", FLIGHTS, home=home).stdout == before


@pytest.fixture
def _rules_of_tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """They leave out the first line of every body, and nothing at all of some."""

    def shorter(raw: RawDocument) -> Cleaned:
        cleaned = clean(raw)
        if "Nordwind" in cleaned.body:
            return replace(cleaned, body="")
        return replace(cleaned, body=cleaned.body.partition("\n")[2].lstrip("\n"), cuts=())

    monkeypatch.setattr("corpus.ingest.clean", shorter)


def test_reclean_with_the_same_rules(pullquote: Pullquote, home: Path) -> None:
    name = (home / "index" / "CURRENT").read_text()
    ran = pullquote("index", "--reclean", "--json", home=home)
    assert ran.returncode == 0
    report = json.loads(ran.stdout)
    assert report["reclean"] == {"documents": 16, "bodies": 0, "particulars": 0, "rejected": []}
    assert report["index"] == name
    assert json.loads(pullquote("index", "--json", home=home).stdout)["reclean"] is None


@pytest.mark.parametrize("options", [("--reclean",), ("--rebuild", "--reclean")])
@pytest.mark.usefixtures("_rules_of_tomorrow")
def test_reclean(pullquote: Pullquote, home: Path, options: tuple[str, ...]) -> None:
    before = json.loads(pullquote("articles", "--json", home=home).stdout)
    ran = pullquote("index", *options, "--json", home=home)
    assert ran.returncode == 0
    done = json.loads(ran.stdout)["reclean"]
    assert done["documents"] == 16
    assert done["bodies"]
    assert done["rejected"]
    assert done["bodies"] + len(done["rejected"]) == 16
    for each in done["rejected"]:
        assert f"kept as it was: {each['article']}@{each['version']}" in ran.stderr
        assert each["reason"] in ran.stderr
    assert f"{done['bodies']} bodies changed" in ran.stderr
    after = json.loads(pullquote("articles", "--json", home=home).stdout)
    for old, new in zip(before, after, strict=True):
        same = ("id", "version", "outlet", "headline", "published", "source")
        assert all(old[name] == new[name] for name in same)
        kept = old["id"] in [each["article"] for each in done["rejected"]]
        assert (new["characters"] == old["characters"]) is kept
    assert pullquote("index", "--check", home=home).returncode == 0
    assert pullquote("ask", FLIGHTS, home=home).returncode in (0, 1)


def test_reclean_and_check(refused: Refused, home: Path) -> None:
    assert "--reclean changes the index" in refused("index", "--reclean", "--check", home=home)


def test_old_generations_are_dropped(pullquote: Pullquote, home: Path) -> None:
    for _ in range(3):
        assert pullquote("index", "--rebuild", home=home).returncode == 0
    left = sorted(each.name for each in (home / "index").iterdir())
    assert len(left) == 3
    assert (home / "index" / "CURRENT").read_text() == left[-1]


def test_check_changes_nothing(pullquote: Pullquote, home: Path) -> None:
    (file,) = (home / "index").glob("g*/g*/passages")
    file.write_bytes(file.read_bytes()[:-1] + b"\xff")
    ran = pullquote("index", "--check", "--json", home=home)
    assert ran.returncode == 1
    (problem,) = json.loads(ran.stdout)["problems"]
    assert "passages" in problem
    assert len(list((home / "index").glob("g*"))) == 1


def test_left_over_of_a_killed_build(pullquote: Pullquote, home: Path) -> None:
    for name in (".g000002", "g000009", "gone"):
        (home / "index" / name).mkdir()
    (home / "index" / ".CURRENT").write_text("g000009")
    assert pullquote("ask", FLIGHTS, home=home).returncode == 0
    assert pullquote("index", "--rebuild", home=home).returncode == 0
    assert pullquote("index", "--check", home=home).returncode == 0
    assert not (home / "index" / ".g000002").exists()


@pytest.mark.usefixtures("_other_writer")
def test_second_writer_gives_up(
    pullquote: Pullquote, refused: Refused, home: Path, article: Path
) -> None:
    (first, *_) = json.loads(pullquote("articles", "--json", home=home).stdout)
    for arguments in (("ingest", article), ("remove", first["id"]), ("index",)):
        line = refused(*arguments, home=home)
        assert "another pullquote" in line
        assert str(home) in line
    assert len(json.loads(pullquote("articles", "--json", home=home).stdout)) == 16


@pytest.mark.usefixtures("_other_writer")
def test_readers_do_not_wait(pullquote: Pullquote, home: Path, article: Path) -> None:
    assert pullquote("ask", FLIGHTS, home=home).returncode == 0
    assert pullquote("index", "--check", home=home).returncode == 0
    assert pullquote("doctor", home=home).returncode == 0
    assert pullquote("ingest", "--dry-run", article, home=home).returncode == 0


def test_lock_is_given_back(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    assert pullquote("ingest", tmp_path / "none", home=home).returncode == 2
    assert pullquote("remove", "none", home=home).returncode == 2
    with FileLock(home / "writer.lock", timeout=0):
        pass


def test_model_info(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    info = json.loads(pullquote("model", "info", "--json", home=home).stdout)
    SCHEMA.validate(info)
    assert (info["model"], info["kind"], info["longest"]) == ("embedded", "static", None)
    assert (info["query_prompt"], info["passage_prompt"], info["reranker"]) == ("", "", None)
    index = info["index"]
    assert index["name"] == (home / "index" / "CURRENT").read_text()
    assert (index["model"], index["digest"]) == (info["model"], info["digest"])
    assert (index["fits"], index["problem"]) == (True, None)
    ran = pullquote("model", "info", home=home)
    assert f"{info['dimensions']} dimensions" in ran.stdout
    assert f"{index['name']}, built with this model" in ran.stdout
    assert "reranker: none" in ran.stdout
    bare = json.loads(pullquote("model", "info", "--json", home=tmp_path / "none").stdout)
    SCHEMA.validate(bare)
    assert bare["index"] is None


def test_model_info_when_files_of_the_model_have_changed(
    pullquote: Pullquote, home: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from retrieval.models.embed import embedded_folder

    shutil.copytree(embedded_folder(), bare / "model")
    tokenizer = bare / "model" / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    monkeypatch.setenv("PULLQUOTE_RETRIEVAL__MODEL", "./model")
    ran = pullquote("model", "info", "--json", home=home)
    assert ran.returncode == 0
    info = json.loads(ran.stdout)
    SCHEMA.validate(info)
    assert not info["index"]["fits"]
    assert "pullquote index --rebuild" in info["index"]["problem"]
    assert info["index"]["problem"] in pullquote("model", "info", home=home).stdout


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"model": "a", "model_digest": 1}'])
def test_model_info_of_a_damaged_index(pullquote: Pullquote, home: Path, content: str) -> None:
    (manifest,) = (home / "index").glob("g*/manifest.json")
    manifest.write_text(content)
    info = json.loads(pullquote("model", "info", "--json", home=home).stdout)
    assert "damaged" in info["index"]["problem"]
    assert "pullquote index --rebuild" in info["index"]["problem"]


@pytest.mark.parametrize("name", ["./nowhere", "a b", "nobody/nothing"])
def test_reranker_that_is_not_there(
    refused: Refused, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("PULLQUOTE_RETRIEVAL__RERANKER", name)
    assert "retrieval.reranker" in refused("model", "info")


def test_embedder_as_a_reranker(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    from retrieval.models.embed import embedded_folder

    monkeypatch.setenv("PULLQUOTE_RETRIEVAL__RERANKER", str(embedded_folder()))
    assert "no reranker" in refused("model", "info")


def test_folder_without_a_model(
    refused: Refused, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare / "model").mkdir()
    monkeypatch.setenv("PULLQUOTE_RETRIEVAL__MODEL", "./model")
    assert "holds no sentence-transformers model" in refused("model", "info")
