"""The inputs in ../shared/cases, where they are: each of a kind that went wrong once."""

from __future__ import annotations

import pytest

from tests.quality.cases import CHECKS, FOLDER, cases

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the cases in {FOLDER} are not there")


@pytest.mark.parametrize("name", CHECKS)
def test_case_holds(name: str) -> None:
    assert CHECKS[name](dict(cases())[name])
