"""The documentation as a site: every link leads somewhere, and nothing is loaded from elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(made)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stderr
    return made


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_every_document_is_a_page(site: Path) -> None:
    documents = {file.stem for file in (ROOT / "docs").glob("*.md")}
    assert documents | {"index", "CHANGELOG", "CONTRIBUTING"} <= {page.stem for page in pages(site)}
    assert "word for word" in (site / "index.html").read_text(encoding="utf-8")
    assert (site / "deploy" / "pullquote@.service").read_bytes()


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page in pages(site):
        tree = html.fromstring(page.read_bytes())
        loaded = [*tree.xpath("//@src"), *tree.xpath("//link[not(@rel='canonical')]/@href")]
        assert loaded
        assert [one for one in loaded if "//" in one] == [], page.name


def test_links_within_the_site_lead_somewhere(site: Path) -> None:
    for page in pages(site):
        if page.name == "404.html":  # it may be shown at any address
            continue
        for link in html.fromstring(page.read_bytes()).xpath("//a/@href"):
            target = unquote(link.partition("#")[0])
            if target and ":" not in target:
                assert (page.parent / target).exists(), (page.name, link)
