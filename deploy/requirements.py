"""Print what an image with the embedded model alone has to install beside the wheel of pullquote:
its dependencies with those of the extras that are named as arguments, but for sentence-transformers
and torch, which only other models need. Run by the Python of the environment that has the wheel."""

import sys
from importlib.metadata import requires

# pip brings it, and is what reads the lines
from pip._vendor.packaging.requirements import Requirement

LEFT_OUT = ("sentence-transformers", "torch")

for line in requires("pullquote") or ():
    wanted = Requirement(line)
    chosen = [{"extra": extra} for extra in ("", *sys.argv[1:])]
    if wanted.name not in LEFT_OUT and (
        wanted.marker is None or any(map(wanted.marker.evaluate, chosen))
    ):
        wanted.marker = None
        print(wanted)  # noqa: T201 - the lines are the result
