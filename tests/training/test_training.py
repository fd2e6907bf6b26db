"""From data files to a folder, through the command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from retrieval.models.embed import StaticEmbedder, embedded_folder
from retrieval.training.__main__ import main
from retrieval.training.recipe import read

ASKED = ["السفينة في الميناء", "the ship", "корабль", ""]


def test_a_toy_model_learns_and_is_read_everywhere(
    data: Path, recipe_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "toy"
    assert main([str(data), str(out), "--config", str(recipe_file), "--note", "toy"]) == 0
    assert "mlqa dense\t" in capsys.readouterr().out
    line = json.loads((tmp_path / "experiments.jsonl").read_text(encoding="utf-8"))
    assert line["note"] == "toy"
    assert line["recipe"]["seed"] == 3
    assert line["figures"]["headlines en"] > 0.8
    card = (out / "README.md").read_text(encoding="utf-8")
    assert f"| headlines en | {line['figures']['headlines en']:.3f} |" in card
    assert "60 steps of 16 pairs" in card

    ours = StaticEmbedder.read(out, "toy").embed_passages(ASKED)
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(out), device="cpu", local_files_only=True)
    theirs = np.asarray(model.encode(ASKED[:-1], show_progress_bar=False))
    np.testing.assert_allclose(ours[:-1], theirs, atol=1e-3)
    assert not ours[-1].any()


def test_the_same_recipe_and_pieces_give_the_same_model(
    data: Path, recipe_file: Path, tmp_path: Path
) -> None:
    arguments = ["--config", str(recipe_file), "--no-measure"]
    assert main([str(data), str(tmp_path / "one"), *arguments]) == 0
    taken = tmp_path / "one" / "tokenizer.json"
    assert main([str(data), str(tmp_path / "two"), *arguments, "--pieces", str(taken)]) == 0
    one, two = (
        StaticEmbedder.read(tmp_path / name, name).embed_passages(ASKED) for name in ("one", "two")
    )
    np.testing.assert_array_equal(one, two)


def test_the_folder_is_as_the_one_that_ships(data: Path, recipe_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "toy"
    assert main([str(data), str(out), "--config", str(recipe_file), "--no-measure"]) == 0
    for name in ("modules.json", "config_sentence_transformers.json", "1_Normalize/config.json"):
        ours, theirs = ((folder / name).read_text() for folder in (out, embedded_folder()))
        assert json.loads(ours) == json.loads(theirs)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("seed = ", "recipe"),
        ("sead = 1", "sead"),
        ("[steps]\nbatch = 1", "batch"),
        ("[mixture]\nnothing = 0.1", "nothing"),
    ],
)
def test_a_bad_recipe_is_refused_in_one_line(
    text: str, named: str, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text, encoding="utf-8")
    assert main([str(data), str(tmp_path / "out"), "--config", str(file)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert named in said


@pytest.mark.parametrize("content", [None, "", "{}"])
def test_bad_pieces_are_refused_in_one_line(
    content: str | None, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tokenizer.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert main([str(data), str(tmp_path / "out"), "--pieces", str(file)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "tokenizer.json" in said


def test_missing_data_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert ".jsonl.gz" in said


def test_the_recipe_of_the_package_is_read() -> None:
    recipe = read(None)
    assert recipe.mixture["crossed"] > 0
    assert set(recipe.queries.languages) >= {"en", "es", "de", "ru", "zh", "tr"}
