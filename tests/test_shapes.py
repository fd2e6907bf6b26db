"""All JSON is as docs/schema says."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.replay.cases import Case
from corpus.demo.coverage import demo_articles, questions_shown
from corpus.errors import InputError
from corpus.language.languages import LANGUAGES
from tests.made_documents import ENGLISH, pdf

Pullquote = Callable[..., CompletedProcess[str]]
Checked = Callable[..., Any]

SCHEMAS = Path(__file__).resolve().parent.parent / "docs" / "schema"
DEMO_CASES = Path(str(files("corpus"))) / "demo" / "cases.jsonl"


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.fixture
def checked(pullquote: Pullquote, home: Path) -> Checked:
    """Run a command with --json and hold its only line of output to the schema of that name."""

    def run(schema: str, *arguments: str | Path, home: Path = home, stdin: str = "") -> Any:
        ran = pullquote(*arguments, "--json", home=home, stdin=stdin)
        assert ran.stdout.count("\n") == 1, ran
        value = json.loads(ran.stdout)
        validator(schema).validate(value)
        return value

    return run


@pytest.mark.parametrize("file", sorted(SCHEMAS.glob("*.json")), ids=lambda file: file.stem)
def test_schemas_are_schemas(file: Path) -> None:
    validator(file.stem)


@pytest.mark.parametrize("question", questions_shown())
def test_ask(question: str, checked: Checked) -> None:
    assert checked("ask", "ask", question, "--limit", "20")["question"] == question


def test_a_quote_from_a_document_names_its_page(checked: Checked, tmp_path: Path) -> None:
    file = tmp_path / "quays.pdf"
    filler = [f"{number} {text}" for number in range(12) for text in ENGLISH]
    said = "The harbourmaster Zubaydah counted 417 lanterns on the third quay that night."
    file.write_bytes(pdf([*filler, said], right=False))
    home = tmp_path / "home"
    checked("ingest", "ingest", file, home=home)
    (found,) = checked("ask", "ask", "How many lanterns on the quay?", home=home)["quotes"][:1]
    assert said in found["text"]
    assert found["page"] > 2
    (match,) = checked("verify", "verify", said, home=home)["matches"]
    assert match["page"] == found["page"]
    receipt = checked("verify", "verify", found["receipt"], home=home)
    assert receipt["matches"][0]["page"] == found["page"]


def test_ask_says_what_else_was_looked_for(checked: Checked) -> None:
    expanded = checked("ask", "ask", "When did Lavrov arrive in Wonsan?")["expanded"]
    assert all(len(pair) == 2 for pair in expanded)
    assert ["Lavrov", "لافروف"] in expanded
    assert checked("ask", "ask", "2025")["expanded"] == []


@pytest.mark.parametrize(
    "options",
    [
        ("--outlet", "No such outlet"),
        ("--since", "2030-01-01"),
        ("--language", "fr"),
        ("--outlet", "harbour", "--since", "2025-07-13", "--until", "2025-07-14"),
    ],
)
def test_ask_filtered(options: tuple[str, ...], checked: Checked) -> None:
    checked("ask", "ask", questions_shown()[2], *options)


@pytest.mark.parametrize("question", ["12", "a", "😀 12", "Wonsan 2025 12%"])
def test_ask_of_no_language(question: str, checked: Checked) -> None:
    checked("ask", "ask", question)


def test_ask_a_line(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("ask", "-", "--json", home=home, stdin="\n".join(questions_shown()))
    lines = ran.stdout.splitlines()
    assert len(lines) == len(questions_shown())
    for line in lines:
        validator("ask").validate(json.loads(line))


def test_articles_and_show(checked: Checked) -> None:
    found = checked("articles", "articles")
    assert len(found) == 16
    assert checked("articles", "articles", "--outlet", "No such outlet") == []
    for article in found:
        shown = checked("show", "show", article["id"])
        assert article.items() <= shown.items()
        again = checked("show", "show", f"{article['id']}@{article['version']}")
        assert again == shown


def test_ingest(checked: Checked, tmp_path: Path, article: Path) -> None:
    fresh = tmp_path / "fresh"
    assert len(checked("ingest", "ingest", demo_articles(), home=fresh)["articles"]) == 16
    report = checked("ingest", "ingest", article, tmp_path / "none", home=fresh)
    assert len(report["articles"]) == len(report["rejected"]) == 1
    checked("ingest", "ingest", tmp_path / "none", home=fresh)
    checked("ingest", "ingest", "--dry-run", article, home=fresh)
    checked("ingest", "ingest", "--explain", article, home=fresh)


def test_index(checked: Checked, home: Path) -> None:
    assert checked("index", "index")["problems"] == []
    assert checked("index", "index", "--rebuild")["reclean"] is None
    assert checked("index", "index", "--rebuild", "--reclean")["reclean"]["documents"] == 16
    assert checked("index", "index", "--check")["problems"] == []
    for file in (home / "index").glob("g*/ids"):
        file.unlink()
    assert checked("index", "index", "--check")["problems"]


def test_doctor(checked: Checked, home: Path) -> None:
    assert checked("doctor", "doctor")["ok"]
    (home / "index" / "CURRENT").unlink()
    assert not checked("doctor", "doctor")["ok"]


def test_languages(checked: Checked) -> None:
    held = checked("doctor", "doctor", "--languages")["languages"]
    assert set(held["wanted"]) == set(LANGUAGES)
    assert all(held["wanted"].values())


def test_replay(checked: Checked) -> None:
    assert checked("replay", "replay", DEMO_CASES)["cases"] > 0


def test_demo_cases_are_cases() -> None:
    for line in DEMO_CASES.read_text(encoding="utf-8").splitlines():
        validator("replay-case").validate(json.loads(line))


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "a", "question": "b", "expect": {"answered": true}}',
        '{"id": "a", "question": "b", "expect": {"answered": true, "contains": []}}',
        '{"id": "a", "question": "b", "expect": {"answered": true, "contains": [""]}}',
        '{"id": "a", "question": "b", "expect": {"answered": true, "within": 21}}',
        '{"id": "a", "question": "b", "expect": {"answered": true, "within": 0}}',
        '{"id": "a", "question": "b", "expect": {"answered": true, "outlet": null}}',
        '{"id": "a", "question": "b", "expect": {"answered": true, "unknown": 1}}',
        '{"id": "a", "question": "b", "expect": {"answered": true}, "unknown": 1}',
        '{"id": "a", "question": "b", "expect": {"answered": "yes"}}',
        '{"id": "a", "question": "b"}',
    ],
)
def test_reader_and_schema_agree_on_cases(line: str) -> None:
    """What the schema allows is read, and what it forbids is refused."""
    try:
        Case.model_validate_json(line)
    except (InputError, ValueError):
        read = False
    else:
        read = True
    assert validator("replay-case").is_valid(json.loads(line)) is read
