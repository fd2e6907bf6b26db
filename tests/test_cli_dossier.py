"""`pullquote dossier`: collected at the prompt, printed, written for Word, cleared."""

import json
from io import BytesIO
from pathlib import Path

import docx
import jsonschema
import pytest

from bot.cli import main
from retrieval.answer.check.receipt import receipt_of
from retrieval.engine import Engine
from tests.embedders import embedder

SCHEMA = Path(__file__).resolve().parent.parent / "docs" / "schema" / "dossier.json"


def _run(home: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(home), "dossier", *arguments])
    return int(ended.value.code or 0)


def test_collects_prints_and_clears(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quote = Engine.open(home, embedder()).ask("When did Lavrov arrive in North Korea?").quotes[0]
    receipt = receipt_of(quote)
    assert _run(home, receipt) == 0
    assert receipt in capsys.readouterr().out
    assert _run(home, "--json") == 0
    held = json.loads(capsys.readouterr().out)
    jsonschema.validate(held, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [each["quote"]["text"] for each in held] == [quote.text]
    file = tmp_path / "dossier.docx"
    assert _run(home, "--docx", str(file)) == 0
    word = docx.Document(BytesIO(file.read_bytes()))
    assert any(quote.text in paragraph.text for paragraph in word.paragraphs)
    assert _run(home, "--clear", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["aaaaaaaaaaaaaaaa"], "is the receipt of no quote"),
        (["--language", "xx"], "--language xx"),
        (["--docx", "/no/such/folder/file.docx"], "cannot write"),
    ],
)
def test_bad_input_is_one_line(
    home: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(home, *arguments) == 2
    assert said in capsys.readouterr().err
