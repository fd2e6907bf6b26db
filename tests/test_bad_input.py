"""Whatever cannot be done ends with status 2 and one line that says why; nothing is lost."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Pullquote = Callable[..., CompletedProcess[str]]
Refused = Callable[..., str]

QUESTION = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"
PROGRAM = Path(sys.executable).with_name("pullquote")


def generation(home: Path) -> Path:
    return home / "index" / (home / "index" / "CURRENT").read_text()


def of_part(home: Path, name: str) -> Path:
    """A file of the one part that the index has."""
    (file,) = generation(home).glob(f"g*/{name}")
    return file


def index_files(home: Path) -> list[Path]:
    here = generation(home)
    found = sorted(file.relative_to(here) for file in here.rglob("*") if file.is_file())
    assert Path("manifest.json") in found
    assert len(found) >= 4
    return found


def garbage(length: int) -> bytes:
    return random.Random(7).randbytes(length)


def answers(pullquote: Pullquote, home: Path) -> bool:
    ran = pullquote("ask", QUESTION, home=home)
    return ran.returncode == 0 and ran.stderr == ""


def listed(pullquote: Pullquote, home: Path) -> int:
    return len(json.loads(pullquote("articles", "--json", home=home).stdout))


# ---------------------------------------------------------------------- sources

BAD_FILES = {
    "empty.txt": (b"", "empty"),
    "blank.txt": (b" \n\t\n", "empty"),
    "binary.txt": (b"\x7fELF\0\0\1\2" * 400, "binary"),
    "noise.dat": (bytes(range(256)) * 8, "UTF-8|binary"),
    "broken.html": (b"<html><head><title>x</title><body><div><a href='", "no article text"),
    "menu.html": (b"<html><body><nav><a>Home</a><a>News</a></nav></html>", "no article text"),
    "letters.txt": (bytes(range(0x80, 0x100)) * 4, "UTF-8"),
    "cut.txt": ("وصل الوزير إلى المدينة الساحلية أمس".encode()[:-1], "UTF-8"),
    "short.txt": (b"Too short.", "no article text"),
    "broken.jsonl": (b'{"body": \n', "JSON"),
    "list.jsonl": (b"[1, 2]\n", "object"),
    "numbers.jsonl": (b'{"title": "no text"}\n', "no text"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_file_that_is_no_article(name: str, refused: Refused, tmp_path: Path, home: Path) -> None:
    content, reason = BAD_FILES[name]
    file = tmp_path / name
    file.write_bytes(content)
    line = refused("ingest", file, home=home)
    assert str(file) in line
    assert any(part in line for part in reason.split("|")), line


@pytest.mark.parametrize("name", BAD_FILES)
def test_dry_run_refuses_the_same(name: str, refused: Refused, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(BAD_FILES[name][0])
    assert str(file) in refused("ingest", "--dry-run", file)


def test_no_such_file(refused: Refused, tmp_path: Path, home: Path) -> None:
    line = refused("ingest", tmp_path / "absent.txt", home=home)
    assert "absent.txt" in line
    assert "no such file" in line


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("http://127.0.0.1/page", "it does not lead to a public address"),
        ("http://169.254.169.254/latest/meta-data", "it does not lead to a public address"),
        ("https://name:word@pullquote.example/", "it contains a name or password"),
        ("ftp://pullquote.example/page", "only http and https addresses are fetched"),
        ("https://pullquote.invalid/page", "there is no host pullquote.invalid"),
    ],
)
def test_link_that_is_not_fetched(refused: Refused, tmp_path: Path, link: str, why: str) -> None:
    line = refused("ingest", link, home=tmp_path / "home")
    assert f"not taken: {link}: {why}" in line


def test_folder_without_anything_usable(refused: Refused, tmp_path: Path, home: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    assert str(folder) in refused("ingest", folder, home=home)
    (folder / "a.jpg").write_bytes(b"\xff\xd8\xff")
    assert str(folder) in refused("ingest", folder, home=home)


def test_pattern_that_matches_nothing(refused: Refused, tmp_path: Path, home: Path) -> None:
    assert "*.none" in refused("ingest", tmp_path / "*.none", home=home)


def test_pattern_that_matches_folders_only(refused: Refused, tmp_path: Path, home: Path) -> None:
    (tmp_path / "folder1").mkdir()
    assert "folder1" in refused("ingest", tmp_path / "folder[0-9]", home=home)


def test_empty_standard_input(refused: Refused, home: Path) -> None:
    assert "empty" in refused("ingest", "-", home=home)


def test_good_beside_bad_is_taken(
    pullquote: Pullquote, tmp_path: Path, home: Path, article: Path
) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\0\0\0")
    before = listed(pullquote, home)
    ran = pullquote("ingest", bad, article, tmp_path / "absent", home=home)
    assert ran.returncode == 0
    lines = ran.stderr.splitlines()
    assert all(line.startswith("pullquote: ") for line in lines)
    assert len(lines) == 3
    lines = [line for line in lines if not line.startswith(f"pullquote: taken: {article}: ")]
    assert {str(bad), str(tmp_path / "absent")} == {line.split(": ")[2] for line in lines}
    assert listed(pullquote, home) == before + 1


def test_rejections_are_in_the_json(refused: Refused, pullquote: Pullquote, tmp_path: Path) -> None:
    file = tmp_path / "none.txt"
    ran = pullquote("ingest", file, "--json", home=tmp_path / "home")
    assert ran.returncode == 2
    report = json.loads(ran.stdout)
    assert [each["source"] for each in report["rejected"]] == [str(file)]
    assert report["added"] == 0
    assert str(file) in ran.stderr


def test_name_that_is_no_unicode(
    pullquote: Pullquote, tmp_path: Path, home: Path, article: Path
) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    shutil.copy(article, folder / os.fsdecode(b"quay-\xff.txt"))
    shutil.copy(article, folder / "quay.txt")
    ran = pullquote("ingest", folder, home=home)
    assert "fault of pullquote" not in ran.stderr
    assert ran.returncode == 0
    assert json.loads(pullquote("articles", "--json", home=home).stdout)


def test_url_of_one_article_for_a_folder(
    pullquote: Pullquote, tmp_path: Path, article: Path
) -> None:
    """One address for many files would make each a version of the one before."""
    folder = tmp_path / "two"
    folder.mkdir()
    text = article.read_text(encoding="utf-8")
    (folder / "first.txt").write_text(text, encoding="utf-8")
    (folder / "second.txt").write_text(text.replace("quay", "mole"), encoding="utf-8")
    home = tmp_path / "home"
    ran = pullquote("ingest", folder, "--url", "https://pullquote.example/one", home=home)
    assert ran.returncode == 2 or listed(pullquote, home) == 2


@pytest.mark.parametrize(
    "options",
    [
        ("--published", "the day before"),
        ("--published", "2025-13-40"),
        ("--url", "https://pullquote.example/one", "another.txt"),
    ],
)
def test_bad_ingest_options(
    options: tuple[str, ...], refused: Refused, article: Path, tmp_path: Path
) -> None:
    line = refused("ingest", article, *options, home=tmp_path / "home")
    assert options[0] in line or options[1] in line
    assert not (tmp_path / "home").exists()


# ---------------------------------------------------------------------- settings


def test_unknown_setting_in_the_file(refused: Refused, bare: Path) -> None:
    (bare / "config.toml").write_text("[retrieval]\nmodle = 'x'\n")
    line = refused("articles")
    assert "retrieval.modle" in line
    assert "config.toml" in line


@pytest.mark.parametrize("name", ["PULLQUOTE_HOEM", "PULLQUOTE_RETRIEVAL__MODLE"])
def test_unknown_setting_in_the_environment(
    name: str, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "x")
    line = refused("articles")
    assert name in line
    assert "environment" in line


@pytest.mark.parametrize("content", [b"home = \n", b"= 1", b"\xff\xfe", b"home = 'a'\nhome = 'b'"])
def test_malformed_file(content: bytes, refused: Refused, bare: Path) -> None:
    (bare / "config.toml").write_bytes(content)
    assert "config.toml" in refused("articles")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("[answer]\nlimit = 'many'\n", "answer.limit"),
        ("[answer]\nlimit = 0\n", "answer.limit"),
        ("timezone = 'Mars/Base'\n", "timezone"),
        ("retrieval = 3\n", "retrieval"),
        ("telegram = 'x'\n", "telegram"),
        ("home = 7\n", "home"),
        ("[retrieval]\nmodel = ''\n", "retrieval.model"),
    ],
)
def test_value_that_is_none(content: str, name: str, refused: Refused, bare: Path) -> None:
    (bare / "config.toml").write_text(content)
    assert name in refused("articles")


def test_config_that_is_not_there(refused: Refused, bare: Path) -> None:
    assert "none.toml" in refused("--config", bare / "none.toml", "articles")


def test_config_that_is_a_folder(refused: Refused, bare: Path) -> None:
    assert str(bare) in refused("--config", bare, "articles")


def test_token_in_the_file(refused: Refused, bare: Path) -> None:
    (bare / "config.toml").write_text("[telegram]\ntoken = '12345:secret'\n")
    line = refused("articles")
    assert "telegram.token" in line
    assert "PULLQUOTE_TELEGRAM__TOKEN" in line
    assert "secret" not in line


def test_run_without_a_token(refused: Refused, home: Path) -> None:
    assert "PULLQUOTE_TELEGRAM__TOKEN" in refused("run", home=home)


# ---------------------------------------------------------------------- the model


@pytest.mark.parametrize("model", ["./no-such-model", "no/such/model", "/no/such", "~/no such"])
def test_model_folder_that_is_not_there(
    model: str, refused: Refused, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULLQUOTE_RETRIEVAL__MODEL", model)
    line = refused("ask", QUESTION, home=home)
    assert "retrieval.model" in line


def test_model_folder_without_a_model(
    refused: Refused, home: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare / "model").mkdir()
    monkeypatch.setenv("PULLQUOTE_RETRIEVAL__MODEL", "./model")
    assert "model" in refused("ask", QUESTION, home=home)


def test_damaged_model(
    refused: Refused, home: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from retrieval.models.embed import embedded_folder

    model = bare / "model"
    shutil.copytree(embedded_folder(), model)
    monkeypatch.setenv("PULLQUOTE_RETRIEVAL__MODEL", "./model")
    for file in ("model.safetensors", "tokenizer.json"):
        whole = (model / file).read_bytes()
        for damaged in (whole[: len(whole) // 2], garbage(len(whole)), b""):
            (model / file).write_bytes(damaged)
            assert str(model) in refused("ask", QUESTION, home=home)
        (model / file).write_bytes(whole)


def test_hub_model_that_was_not_fetched(home: Path, bare: Path) -> None:
    """It answers at once: nothing is imported and no network is asked."""
    script = (
        "import sys\n"
        "from bot.cli.main import main\n"
        "try:\n    main()\n"
        "finally:\n"
        "    assert not {'torch', 'sentence_transformers'} & set(sys.modules)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, "--home", str(home), "ask", QUESTION],
        env={**os.environ, "PULLQUOTE_RETRIEVAL__MODEL": "no-such-owner/no-such-model"},
        capture_output=True,
        text=True,
        cwd=bare,
        timeout=60,
    )
    assert ran.returncode == 2
    assert ran.stdout == ""
    (line,) = ran.stderr.splitlines()
    assert line.startswith("pullquote: ")
    assert "pullquote model download no-such-owner/no-such-model" in line


# ---------------------------------------------------------------------- the index


@pytest.mark.parametrize("command", [("ask", QUESTION), ("index", "--check"), ("run",)])
def test_no_index_yet(
    command: tuple[str, ...],
    refused: Refused,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PULLQUOTE_TELEGRAM__TOKEN", "1:x")
    (tmp_path / "home").mkdir()
    assert "pullquote ingest" in refused(*command, home=tmp_path / "home")


READING = [
    ("ask", QUESTION),
    ("articles",),
    ("show", "abcdefghij"),
    ("remove", "abcdefghij"),
    ("correct", "abcdefghij", "--outlet", "Quay Post"),
    ("verify", "the harbour authority"),
    ("timeline",),
    ("compare", QUESTION),
    ("dossier",),
    ("index",),
    ("index", "--check"),
    ("source", "list"),
    ("source", "pause", "wire"),
    ("source", "remove", "wire"),
    ("source", "poll"),
    ("backup", "home.tar"),
    ("run",),
    ("play", "--no-browser", "--port", "0"),
]


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_mistyped_home_is_told_and_not_made(
    command: tuple[str, ...],
    refused: Refused,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PULLQUOTE_TELEGRAM__TOKEN", "1:x")
    home = tmp_path / "typo"
    assert f"no home {home}" in refused(*command, home=home)
    assert not home.exists()


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_before_the_first_ingest_it_is_said_what_to_do(
    command: tuple[str, ...], refused: Refused, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULLQUOTE_TELEGRAM__TOKEN", "1:x")
    assert "`pullquote ingest SOURCE` first" in refused(*command)
    assert list(bare.iterdir()) == []


def test_nothing_to_index(refused: Refused, tmp_path: Path) -> None:
    assert "ingest" in refused("index", home=tmp_path / "home")


def test_truncated_file_is_named_and_mended(
    refused: Refused, pullquote: Pullquote, home: Path
) -> None:
    for name in index_files(home):
        file = generation(home) / name
        whole = file.read_bytes()
        file.write_bytes(whole[:-7])
        line = refused("ask", QUESTION, home=home)
        assert name.name in line
        assert "pullquote index --rebuild" in line
        assert pullquote("index", "--check", home=home).returncode == 1
        file.write_bytes(whole)
    assert answers(pullquote, home)
    for name in index_files(home):
        (generation(home) / name).write_bytes(b"")
    assert pullquote("index", "--rebuild", home=home).returncode == 0
    assert answers(pullquote, home)


def test_missing_file_is_named_and_mended(
    refused: Refused, pullquote: Pullquote, home: Path
) -> None:
    for name in index_files(home):
        file = generation(home) / name
        whole = file.read_bytes()
        file.unlink()
        line = refused("ask", QUESTION, home=home)
        assert name.name in line
        assert "pullquote index --rebuild" in line
        file.write_bytes(whole)
    shutil.rmtree(generation(home))
    assert "pullquote index --rebuild" in refused("ask", QUESTION, home=home)
    assert pullquote("index", "--rebuild", home=home).returncode == 0
    assert answers(pullquote, home)


def test_garbage_of_the_same_length_is_found_by_check(pullquote: Pullquote, home: Path) -> None:
    for number in range(len(index_files(home))):
        name = index_files(home)[number]
        file = generation(home) / name
        file.write_bytes(garbage(len(file.read_bytes())))
        ran = pullquote("index", "--check", home=home)
        assert ran.returncode == 1, name
        assert ran.stderr.startswith("pullquote: ")
        assert name.name in ran.stderr or str(name.parent) in ran.stderr
        assert "pullquote index --rebuild" in ran.stderr
        assert pullquote("index", "--rebuild", home=home).returncode == 0
        assert pullquote("index", "--check", home=home).returncode == 0
    assert answers(pullquote, home)


def test_garbage_of_another_length(refused: Refused, pullquote: Pullquote, home: Path) -> None:
    for name in index_files(home):
        file = generation(home) / name
        whole = file.read_bytes()
        file.write_bytes(garbage(len(whole) + 999))
        assert "pullquote index --rebuild" in refused("ask", QUESTION, home=home)
        file.write_bytes(whole)
    assert answers(pullquote, home)


def test_question_to_vectors_with_garbage_of_the_same_length(home: Path, bare: Path) -> None:
    """It need not be found by a question, but the process must not die of it."""
    for name in ("passages", "sentences"):
        file = of_part(home, name)
        whole = file.read_bytes()
        for damaged in (garbage(len(whole)), b"\xff" * len(whole)):
            file.write_bytes(damaged)
            ran = subprocess.run(
                [PROGRAM, "--home", home, "ask", QUESTION],
                capture_output=True,
                text=True,
                cwd=bare,
                timeout=60,
            )
            assert ran.returncode in (0, 1, 2), (name, ran)
            assert "fault of pullquote" not in ran.stderr, (name, ran.stderr)
            if ran.returncode == 2:
                assert "pullquote index --rebuild" in ran.stderr, name
        file.write_bytes(whole)


@pytest.mark.parametrize("kind", ["noise", "nothing", "ones", "no number", "small", "reversed"])
def test_question_to_an_index_with_garbage_of_the_same_length(
    kind: str, pullquote: Pullquote, home: Path
) -> None:
    """It is refused in words, or what is quoted stands in the article all the same."""
    bodies = {
        each["id"]: json.loads(pullquote("show", each["id"], "--json", home=home).stdout)["body"]
        for each in json.loads(pullquote("articles", "--json", home=home).stdout)
    }
    for name in index_files(home):
        file = generation(home) / name
        whole = file.read_bytes()
        length = len(whole)
        filled = {
            "noise": garbage(length),
            "nothing": bytes(length),
            "ones": b"\xff" * length,
            "no number": b"\x00\x7e" * length,  # in half precision
            "small": b"\x03\x00\x00\x00" * length,
            "reversed": whole[::-1],
        }[kind]
        file.write_bytes(filled[:length])
        ran = pullquote("ask", QUESTION, "--json", home=home)
        assert "fault of pullquote" not in ran.stderr, (name, ran.stderr)
        if ran.returncode == 2:
            assert len(ran.stderr.splitlines()) == 1, (name, ran.stderr)
            assert "pullquote index --rebuild" in ran.stderr, name
        else:
            assert ran.returncode in (0, 1), name
            answer = json.loads(ran.stdout, parse_constant=pytest.fail)
            for quote in answer["quotes"]:
                body = bodies[quote["article"]]
                assert quote["text"] == body[quote["start"] : quote["end"]] != "", name
        file.write_bytes(whole)
    assert answers(pullquote, home)


@pytest.mark.parametrize("name", ["passages", "sentences", "words/vectors"])
def test_vectors_that_are_no_numbers_are_refused(name: str, refused: Refused, home: Path) -> None:
    file = of_part(home, name)
    file.write_bytes(b"\xff" * file.stat().st_size)
    assert "pullquote index --rebuild" in refused("ask", QUESTION, home=home)


@pytest.mark.parametrize("name", ["passages", "sentences"])
def test_damage_is_not_carried_unseen_into_the_next_generation(
    name: str, pullquote: Pullquote, home: Path, article: Path
) -> None:
    """A new generation takes parts over from the one before; damage in them stays known."""
    file = of_part(home, name)
    whole = file.read_bytes()
    damaged = whole[: len(whole) // 2] + b"\0" * (len(whole) - len(whole) // 2)
    file.write_bytes(damaged)
    assert pullquote("index", "--check", home=home).returncode == 1
    pullquote("ingest", article, home=home)
    carried = any(each.read_bytes() == damaged for each in generation(home).glob(f"g*/{name}"))
    assert pullquote("index", "--check", home=home).returncode == int(carried)
    assert pullquote("index", "--rebuild", home=home).returncode == 0
    assert pullquote("index", "--check", home=home).returncode == 0


@pytest.mark.parametrize("content", [b"", b"g999999", b"\xff\xfe\0", b"a\0b", b"x" * 5000, b"../"])
def test_current_is_garbage(
    content: bytes, refused: Refused, pullquote: Pullquote, home: Path
) -> None:
    (home / "index" / "CURRENT").write_bytes(content)
    assert "pullquote index --rebuild" in refused("ask", QUESTION, home=home)
    assert pullquote("index", "--rebuild", home=home).returncode == 0
    assert answers(pullquote, home)


def test_current_is_garbage_and_checked(pullquote: Pullquote, home: Path) -> None:
    (home / "index" / "CURRENT").write_bytes(b"\xff\xfe\0")
    ran = pullquote("index", "--check", home=home)
    assert ran.returncode in (1, 2)
    assert len(ran.stderr.splitlines()) == 1
    assert "pullquote index --rebuild" in ran.stderr


def test_index_of_another_model(
    refused: Refused,
    pullquote: Pullquote,
    home: Path,
    bare: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from retrieval.models.embed import embedded_folder

    model = bare / "model"
    shutil.copytree(embedded_folder(), model)
    tokenizer = model / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    monkeypatch.setenv("PULLQUOTE_RETRIEVAL__MODEL", "./model")
    line = refused("ask", QUESTION, home=home)
    assert "model" in line
    assert "pullquote index --rebuild" in line
    assert pullquote("index", "--check", home=home).returncode == 1
    assert pullquote("index", "--rebuild", home=home).returncode == 0
    assert answers(pullquote, home)


def test_index_of_other_coverage(
    refused: Refused, pullquote: Pullquote, home: Path, article: Path
) -> None:
    other = home.parent / "other"
    assert pullquote("ingest", article, home=other).returncode == 0
    for file in home.glob("coverage.sqlite*"):
        file.unlink()
    shutil.copy(other / "coverage.sqlite", home)
    for more in other.glob("coverage.sqlite-wal"):
        shutil.copy(more, home)
    line = refused("ask", QUESTION, home=home)
    assert "coverage" in line
    assert "pullquote index --rebuild" in line
    assert pullquote("index", "--rebuild", home=home).returncode == 0


def test_damaged_coverage(refused: Refused, home: Path) -> None:
    file = home / "coverage.sqlite"
    whole = file.read_bytes()
    for damaged in (garbage(len(whole)), whole[: len(whole) // 2], whole[:50]):
        for left in home.glob("coverage.sqlite-*"):
            left.unlink()
        file.write_bytes(damaged)
        assert "coverage.sqlite" in refused("ask", QUESTION, home=home)
        assert "coverage.sqlite" in refused("articles", home=home)


# ---------------------------------------------------------------------- the home


@pytest.mark.parametrize("command", ["ingest", "articles", "ask", "index", "remove", "show"])
def test_file_where_the_home_should_be(
    command: str, refused: Refused, tmp_path: Path, article: Path
) -> None:
    home = tmp_path / "occupied"
    home.write_text("mine")
    given = {"ingest": str(article), "ask": QUESTION, "remove": "abc", "show": "abc"}
    line = refused(command, *([given[command]] if command in given else []), home=home)
    assert str(home) in line
    assert home.read_text() == "mine"


def test_file_where_the_index_should_be(
    refused: Refused, pullquote: Pullquote, home: Path, article: Path
) -> None:
    shutil.rmtree(home / "index")
    (home / "index").write_text("mine")
    assert str(home / "index") in refused("ingest", article, home=home)
    (home / "index").unlink()
    assert pullquote("index", home=home).returncode == 0
    assert answers(pullquote, home)


# ---------------------------------------------------------------------- questions and options


@pytest.mark.parametrize("question", ["", "   ", "؟", "?!…«»—", "\n\t"])
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_question_without_words(
    question: str, options: tuple[str, ...], refused: Refused, home: Path
) -> None:
    assert "question" in refused("ask", question, *options, home=home)


def test_long_question(refused: Refused, home: Path) -> None:
    line = refused("ask", "flights " * 12_500, home=home)
    assert "2,000" in line
    assert len(line) < 300


def test_question_that_is_no_unicode(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("ask", "flights \udcff Moscow", "--json", home=home)
    assert ran.returncode in (0, 1, 2)
    assert "fault of pullquote" not in ran.stderr


def test_no_questions_on_standard_input(refused: Refused, home: Path) -> None:
    assert "question" in refused("ask", "-", home=home, stdin="\n \n")


def test_questions_that_are_no_text(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("ask", "-", home=home, stdin=b"\xff\xfe\0flights\n")
    assert ran.returncode in (1, 2)
    assert "fault of pullquote" not in ran.stderr


@pytest.mark.parametrize("command", [("ask", QUESTION), ("articles",)])
@pytest.mark.parametrize("option", ["--since", "--until"])
@pytest.mark.parametrize("day", ["yesteryear", "2025-02-30", "", "99999"])
def test_bad_day(
    command: tuple[str, ...], option: str, day: str, refused: Refused, home: Path
) -> None:
    line = refused(*command, option, day, home=home)
    assert repr(day) in line
    assert "2025-07-12" in line


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("ask", QUESTION, "--limt", "3"), "--limt"),
        (("--hom", "x", "articles"), "--hom"),
        (("asl", QUESTION), "asl"),
        (("ask", QUESTION, "--limit", "many"), "--limit"),
        (("ask", QUESTION, "--limit", "0"), "--limit"),
        (("ask",), "QUESTION"),
        (("ask", "two", "questions"), "questions"),
        (("index", "--rebuild", "--check"), "--check"),
        (("replay", "none.jsonl"), "none.jsonl"),
        (("replay", "none.jsonl", "--through", "post"), "post"),
        (("show", "no-such-id"), "no-such-id"),
        (("remove", "no-such-id"), "no-such-id"),
    ],
)
def test_bad_options(
    arguments: tuple[str, ...], named: str, refused: Refused, home: Path, bare: Path
) -> None:
    assert named.lower() in refused(*arguments, home=home).lower()


def test_nothing_given(pullquote: Pullquote) -> None:
    ran = pullquote()
    assert ran.returncode == 2
    assert "ingest" in ran.stdout + ran.stderr


# ---------------------------------------------------------------------- as a program


@pytest.mark.parametrize(
    "arguments", [("ask", "?"), ("ingest", "none.txt"), ("nonsense",), ("show", "x")]
)
def test_program(arguments: tuple[str, ...], home: Path, bare: Path) -> None:
    ran = subprocess.run(
        [PROGRAM, "--home", home, *arguments], capture_output=True, text=True, cwd=bare, timeout=60
    )
    assert ran.returncode == 2
    assert ran.stdout == ""
    (line,) = ran.stderr.splitlines()
    assert line.startswith("pullquote: ")
