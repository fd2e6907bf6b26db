"""Who says it, in eight languages: floors on sentences labelled apart from the rules."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.quality.speakers import KINDS, LANGUAGES, Count, judged, written

# Right names found, and names found wrongly, of persons and institutions: open half, held half.
FLOORS = {
    "en": ((18, 0), (17, 1)),
    "ru": ((16, 0), (12, 2)),
    "fr": ((17, 0), (17, 0)),
    "es": ((16, 0), (15, 1)),
    "tr": ((16, 0), (12, 3)),
    "fa": ((18, 0), (13, 4)),
    "de": ((15, 0), (15, 2)),
    "zh": ((19, 0), (13, 1)),
}


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_fewer_right_and_no_more_wrong(language: str, half: int) -> None:
    counts = {kind: Count() for kind in KINDS}
    kinds: Counter[tuple[str, bool]] = Counter()
    every = written(language)
    assert len(every) == 60
    for each in every:
        if each.half == half:
            judged(each, counts, kinds)
    said, (right, wrong) = counts["speaker"], FLOORS[language][half]
    assert said.right >= right
    assert said.found - said.right <= wrong
    assert counts["agency"].found == counts["agency"].right
