"""Boxes in the middle of a text whose own words say where they begin and end."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.clean.furniture import Rule, RuleKind, table
from corpus.clean.lines import Line

# A box has at most this many lines, blank ones aside.
BOX_LINES = 20
# The line that goes with the one above it: a caption, no paragraph.
NEXT_CHARACTERS = 300


def take_boxes(lines: Sequence[Line], rules: dict[int, str]) -> None:
    """Enter in `rules` the lines of each box, its first and its last among them."""
    for index, line in enumerate(lines):
        if line.blank or line.number in rules:
            continue
        for rule in table().boxes:
            for taken in _box(lines, index, rule):
                rules[taken.number] = rule.name


def _box(lines: Sequence[Line], index: int, rule: Rule) -> Sequence[Line]:
    first = lines[index]
    if rule.kind is RuleKind.NEXT:
        if first.key not in rule.phrases:
            return ()
        below = lines[index + 1 : index + 2]
        caption = below and not below[0].blank and len(below[0].text) <= NEXT_CHARACTERS
        return (first, *below) if caption else (first,)
    if first.prose or not first.key.startswith(rule.ordered):
        return ()
    box = [first]
    for line in lines[index + 1 :]:
        if line.blank:
            continue
        box.append(line)
        if _closes(line, rule):
            return box
        if len(box) > BOX_LINES:
            break
    return ()


def _closes(line: Line, rule: Rule) -> bool:
    if line.prose:
        return False
    return line.bare.startswith(rule.until_start) or line.bare.endswith(rule.until_end)
