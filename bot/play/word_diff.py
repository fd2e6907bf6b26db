"""Two texts side by side, word by word, in paragraphs. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.render.plain import visible
from retrieval.answer.check.aligned import Piece, differences


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A paragraph of the two texts together. `skipped` stands for paragraphs that are the same and
    not shown."""

    pieces: tuple[Piece, ...] = ()
    skipped: bool = False


Diff = tuple[DiffLine, ...]


def diff_lines(before: str, after: str) -> Diff:
    """What became of `before` in `after`; none where every character is the same. Of what is the
    same only what is next to a change is shown."""
    if before == after:
        return ()
    lines: list[list[Piece]] = [[]]
    for kind, text in differences(after, before):
        first, *others = text.split("\n")
        lines[-1].append((kind, visible(first)))
        lines += [[(kind, visible(each))] for each in others]
    shown = [[piece for piece in line if piece[1]] for line in lines]
    filled = [line for line in shown if line]
    changed = [any(kind != "equal" and text.strip() for kind, text in line) for line in filled]
    made: list[DiffLine] = []
    for number, line in enumerate(filled):
        if any(changed[max(number - 1, 0) : number + 2]):
            made.append(DiffLine(tuple(line)))
        elif not made or not made[-1].skipped:
            made.append(DiffLine(skipped=True))
    return tuple(made)
