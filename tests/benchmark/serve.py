"""What serving costs: a process that only opens a home and answers questions, one thread, prints
JSON. Run by speed.py: python tests/benchmark/serve.py HOME QUESTIONS (a file, one a line)."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

started = time.perf_counter()

from retrieval.engine import Engine  # noqa: E402
from retrieval.models.embed import load  # noqa: E402
from retrieval.question.understand import understand  # noqa: E402
from retrieval.search.rank import rank  # noqa: E402

imported = time.perf_counter()


def main() -> None:
    home, questions = (Path(given) for given in sys.argv[1:3])
    asked = questions.read_text(encoding="utf-8").splitlines()
    before = time.perf_counter()
    embedder = load("embedded", Path())
    loaded = time.perf_counter()
    engine = Engine.open(home, embedder)
    opened = time.perf_counter()
    took, worked, ranked = [], [], []
    for question in asked:
        begun, own = time.perf_counter(), time.process_time()
        engine.ask(question, limit=3)
        took.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - own) * 1000)
    index = engine.generation().index
    for question in asked:
        own = time.process_time()
        rank(understand(question, index, embedder), index)
        ranked.append((time.process_time() - own) * 1000)
    print(
        json.dumps(
            {
                "imports_s": round(imported - started, 2),
                "model_s": round(loaded - before, 2),
                "open_s": round(opened - loaded, 2),
                "first_ms": round(took[0], 1),
                "p50_ms": round(float(np.percentile(took, 50)), 1),
                "p90_ms": round(float(np.percentile(took, 90)), 1),
                "p99_ms": round(float(np.percentile(took, 99)), 1),
                "processor_p50_ms": round(float(np.percentile(worked, 50)), 1),
                "processor_p99_ms": round(float(np.percentile(worked, 99)), 1),
                "ranked_processor_p50_ms": round(float(np.percentile(ranked, 50)), 1),
                "memory_mb": _resident(),
            }
        )
    )


def _resident() -> int | None:
    """Resident memory in MB, where the system tells it: what is mapped from files included."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    main()
