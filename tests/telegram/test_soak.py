"""The long run under faults, in short. tests/benchmark/soak.py is the long one."""

from pathlib import Path

import pytest

from bot.local_telegram import TOKEN
from corpus.demo.coverage import demo_questions
from tests.benchmark.soak import Rates, soak

QUESTIONS = 100


@pytest.mark.files
async def test_faults_and_kills_double_nothing_and_lose_only_what_is_in_doubt(
    tmp_path: Path,
) -> None:
    rates = Rates(send=0.12, poll=0.015, typing=0.03, twice=0.06, hanging=0.01, hang=0.5)
    outcome = await soak(tmp_path, QUESTIONS, every=50, rates=rates)
    assert outcome.kills == 1
    assert outcome.twice == 0
    assert outcome.unexplained == 0
    asked = QUESTIONS + outcome.kills
    assert outcome.answered == asked - outcome.ambiguous.total() > 0.7 * asked
    assert outcome.faults["flood"]
    assert outcome.ambiguous.total() - outcome.ambiguous["killed"] > 3
    assert outcome.status == 0
    assert "Traceback" not in outcome.log
    assert TOKEN.partition(":")[2] not in outcome.log
    assert not any(str(case["question"]) in outcome.log for case in demo_questions())
