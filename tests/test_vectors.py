"""Numbers out of half precision are the same ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis.extra import numpy as npst

from corpus.errors import IndexDamaged
from retrieval.models.vectors import widened


@given(npst.arrays(np.uint16, npst.array_shapes(max_dims=2, max_side=40)))
def test_halves_are_widened_to_the_same_numbers(bits: npt.NDArray[np.uint16]) -> None:
    halves = bits.view(np.float16)
    expected = halves.astype(np.float32)
    if np.isfinite(expected).all():
        assert (widened(halves).view(np.uint32) == expected.view(np.uint32)).all()
    else:
        with pytest.raises(IndexDamaged, match="other than numbers"):
            widened(halves)
