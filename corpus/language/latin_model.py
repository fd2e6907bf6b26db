"""py3langid's model for the languages in Latin letters that are told apart here, in little memory.

The model tells 142 languages by sequences of bytes that an automaton finds (Aho and Corasick,
https://doi.org/10.1145/360825.360855). py3langid holds a row of 256 next states for most states of
it, 39 MB, and the weights of all languages, 28 MB. Both are cut down here to 3 MB: the same states
follow, and the same weights count.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

States = npt.NDArray[np.uint32]
_BYTES = 256
# States that are looked at together: a megabyte for a thousand.
_BLOCK = 1 << 12


class Moves:
    """The next state for `(state << 8) + byte`.

    Kept are the moves that lead deeper, and of each state the one to go back to for any other byte,
    which has the same ending of what was read.
    """

    def __init__(self, rows: States, row_of: States) -> None:
        """`rows` has the next state for each byte, (rows, 256); `row_of` the row of each state."""
        reached = np.zeros(len(row_of), dtype=bool)
        reached[0] = True
        back = np.zeros(len(row_of), dtype=np.uint32)
        seen = np.zeros(len(rows), dtype=bool)
        places: list[States] = []
        deeper: list[States] = []
        level = np.zeros(1, dtype=np.uint32)
        while len(level):
            # one with the row of another goes back to it for every byte
            own, at = np.unique(row_of[level], return_index=True)
            level = level[at[~seen[own]]]
            seen[own] = True
            below = []
            for first in range(0, len(level), _BLOCK):
                block = level[first : first + _BLOCK]
                following = rows[row_of[block]]
                # what no shorter sequence has reached
                at, byte = np.nonzero(~reached[following])
                found = following[at, byte]
                reached[found] = True
                if len(places):
                    back[found] = rows[row_of[back[block[at]]], byte]
                places.append(block[at] * _BYTES + byte.astype(np.uint32))
                below.append(found)
            level = np.concatenate([*below, level[:0]])
            deeper.append(level)
        joined = np.concatenate(places)
        order = np.argsort(joined)
        self._places = array("I", joined[order].tobytes())
        self._deeper = array("I", np.concatenate(deeper)[order].tobytes())
        self._back = array("I", back.tobytes())

    def __getitem__(self, place: int) -> int:
        while True:
            found = bisect_left(self._places, place)
            if found < len(self._places) and self._places[found] == place:
                return self._deeper[found]
            state, byte = divmod(place, _BYTES)
            if not state:
                return 0
            place = self._back[state] * _BYTES + byte


@cache
def latin_model(languages: tuple[str, ...]) -> Any:
    """py3langid's identifier for these languages alone."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    model.set_languages(languages)
    rows = np.asarray(model.tk_nextmove, dtype=np.uint32).reshape(-1, _BYTES)
    moves = Moves(rows, np.asarray(model.tk_row, dtype=np.uint32))
    found = array("i", model.tk_output)
    weights = model.nb_ptc, model.nb_pc, model.nb_classes
    small = LanguageIdentifier(*weights, moves, found, tk_row=())
    small._rowbase = range(0, len(found) * _BYTES, _BYTES)  # else a list, of 4 MB
    return small
