"""The site holds what the documents link to beside docs/: the README as its first page, the
changelog, the files of deploy/."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
BESIDE = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "NOTICE", "config.toml")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what lies beside docs/, under the same names."""
    deployed = [f"deploy/{file.name}" for file in sorted((ROOT / "deploy").iterdir())]
    for name in (*BESIDE, *deployed):
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    files.append(File.generated(config, "schema/index.md", content=_shapes()))
    return files


def _shapes() -> str:
    names = sorted(file.name for file in (ROOT / "docs" / "schema").glob("*.json"))
    listed = "\n".join(f"- [{name}]({name})" for name in names)
    return f"# Shapes of the output\n\nJSON Schema of what `--json` prints:\n\n{listed}\n"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links lead as from docs/, where everything lies in the site."""
    if page.file.src_uri in BESIDE:
        markdown = re.sub(r'(\]\(|src="|href=")docs/', r"\1", markdown)
        return markdown.replace("](schema)", "](schema/index.md)")
    return re.sub(r"\]\(\.\./", "](", markdown)
