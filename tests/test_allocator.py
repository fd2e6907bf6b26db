"""Memory that was freed goes back to the system."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

# One large block freed raises the limit from which on glibc gives blocks back; the last of the
# blocks that follow keeps the others from being given back by themselves.
_CODE = """
import os, sys, time
import numpy as np
from bot.allocator import returning_freed_memory
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
before = resident()
large = np.ones(24 << 20, dtype=np.uint8)
del large
blocks = [np.ones(1 << 20, dtype=np.uint8) for _ in range(100)]
del blocks[:-1]
print(resident() - before)
with returning_freed_memory(0.05):
    for _ in range(200):
        if resident() - before < 10:
            break
        time.sleep(0.05)
print(resident() - before)
"""


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="this system's allocator is not glibc's",
)
def test_freed_blocks_are_given_back() -> None:
    """A hundred megabytes."""
    done = subprocess.run(
        [sys.executable, "-c", _CODE], capture_output=True, text=True, timeout=60, check=True
    )
    kept, left = map(int, done.stdout.split())
    assert kept > 50
    assert left < 10
