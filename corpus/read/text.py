"""Plain text, with or without front matter: TOML between two lines of `+++`, or YAML between two
lines of `---`, as sites and notebooks write it."""

from __future__ import annotations

import json
import re
import tomllib

import yaml

from corpus.read.decode import too_large
from corpus.read.merge import document, merge
from corpus.read.particulars import particulars
from corpus.read.records import KEYS, stated_in
from corpus.types import RawDocument, Rejection, Source

FENCE = "+++"
_FENCED = re.compile(r"\+\+\+[ \t]*(?:\r\n|\r|\n)")
_RULE = re.compile(r"---[ \t]*(?:\r\n|\r|\n)")
_RULES = ("---", "...")
# Front matter has no more lines and characters; a rule further down is one of the text.
_MOST_LINES = 100
_MOST_CHARACTERS = 50_000
_KEY = r"""["']?[\w<](?:[\w ./<-]|:(?=\S))*["']?"""
# A key at the edge, a comment, what belongs to the key above, or nothing.
_OF_YAML = re.compile(rf"{_KEY}:(?:\s.*)?|#.*|[ \t]+\S.*|-\s.*|[\]}}],?\s*|\s*")
# A value with a colon in it, which YAML wants in quotation marks.
_UNQUOTED = re.compile(rf"(?m)^({_KEY}):[ \t]+([^\"'|>\[{{\s].*)$")
# How YAML says that a key has no value.
_NOTHING = ("~", "null")


def read_text(text: str, given: Source) -> RawDocument | Rejection:
    """One document: the text after the front matter, and what both sources say about it."""
    if why := too_large(text):
        return Rejection(given.path, why)
    try:
        stated, body = _front_matter(text)
    except ValueError as error:
        return Rejection(given.path, f"front matter: {error}")
    if not body.strip():
        return Rejection(given.path, "there is no text after the front matter")
    return document(body, merge(given, stated))


def _front_matter(text: str) -> tuple[Source, str]:
    """What the front matter says, and the text after it.

    Raises `ValueError` saying what is wrong.
    """
    if opening := _RULE.match(text):
        return _in_yaml(text, opening.end())
    opening = _FENCED.match(text)
    if opening is None:
        return Source(path=""), text
    lines = text[opening.end() :].splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.rstrip() == FENCE:
            written = "".join(lines[:number]).replace("\r\n", "\n").replace("\r", "\n")
            return particulars(tomllib.loads(written)), "".join(lines[number + 1 :])
    raise ValueError(f"the line {FENCE} that closes it is missing")


def _in_yaml(text: str, start: int) -> tuple[Source, str]:
    """The same in YAML, which has keys of other programs too; a text that only begins with a rule
    is all text. Raises `ValueError`."""
    lines = text[start:].splitlines(keepends=True)
    size = 0
    for number, line in enumerate(lines[: _MOST_LINES + 1]):
        size += len(line)
        if size > _MOST_CHARACTERS:
            break
        if line.rstrip() in _RULES:
            table = _table([each.rstrip("\r\n") for each in lines[:number]])
            if not KEYS & table.keys():
                break
            return stated_in(table), "".join(lines[number + 1 :])
        if not _OF_YAML.fullmatch(line.rstrip("\r\n")):
            break
    return Source(path=""), text


def _table(lines: list[str]) -> dict[str, object]:
    """The values by their keys in lower case, all as they are written. Raises `ValueError`."""
    written = "\n".join(lines)
    for way in (written, _UNQUOTED.sub(_quoted, written)):
        try:
            found = yaml.load(way, Loader=yaml.BaseLoader)  # makes texts alone
        except (yaml.YAMLError, RecursionError) as error:
            fault = error
            continue
        held = found if isinstance(found, dict) else {}
        return {
            key.lower(): value
            for key, value in held.items()
            if isinstance(key, str) and not (isinstance(value, str) and value.lower() in _NOTHING)
        }
    mark = getattr(fault, "problem_mark", None)
    place = f" in line {mark.line + 2}" if mark else ""
    raise ValueError(f"it is no YAML{place}: put the value in quotation marks")


def _quoted(found: re.Match[str]) -> str:
    return f"{found[1]}: {json.dumps(found[2].rstrip(), ensure_ascii=False)}"
