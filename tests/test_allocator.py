"""Memory that was freed goes back to the system."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

# One large block freed raises the limit from which on glibc gives blocks back; the last of the
# blocks that follow keeps the others from being trimmed.
_CODE = """
import os, sys
import numpy as np
if sys.argv[1] == "entry":
    import bot.cli.entry
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
before = resident()
large = np.ones(24 << 20, dtype=np.uint8)
del large
blocks = [np.ones(1 << 20, dtype=np.uint8) for _ in range(100)]
del blocks[:-1]
print(resident() - before)
"""


def kept(how: str) -> int:
    """The MB that a process keeps of a hundred that it freed."""
    done = subprocess.run(
        [sys.executable, "-c", _CODE, how], capture_output=True, text=True, timeout=60, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or not hasattr(ctypes.CDLL(None), "mallopt"),
    reason="this system's allocator is not glibc's",
)
def test_freed_blocks_are_given_back() -> None:
    assert kept("plain") > 50
    assert kept("entry") < 10
