"""`make release`: the files of a release in dist/, each step timed; status 1 where one fails."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.release.built import build, refuse_unfit_tree, refuse_unfit_wheel
from tests.release.image import build_and_run
from tests.release.installed import install_and_try
from tests.release.steps import ROOT, ReleaseError, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="make release", description=__doc__)
    parser.add_argument("--draft", action="store_true", help="allow a tree that is not committed")
    parser.add_argument("--without-image", action="store_true", help="leave deploy/ out")
    options = parser.parse_args()
    dist = ROOT / "dist"
    with tempfile.TemporaryDirectory(prefix="pullquote-release-") as folder:
        scratch = Path(folder)
        steps: dict[str, Callable[[], str]] = {
            "version and changelog": lambda: refuse_unfit_tree(draft=options.draft),
            "wheel and sdist": lambda: build(dist),
            "what the wheel holds": lambda: refuse_unfit_wheel(dist),
            "the site": lambda: run("mkdocs", "build", "--strict", NO_MKDOCS_2_WARNING="1"),
            "pipx, demo, play": lambda: install_and_try(dist, scratch / "pipx"),
        }
        if not options.without_image:
            steps["the image's steps"] = lambda: build_and_run(scratch / "image")
        for name, step in steps.items():
            started = time.monotonic()
            try:
                said = step()
            except ReleaseError as error:
                print(f"FAIL {name}: {error}", file=sys.stderr)
                return 1
            print(f"ok   {name} ({time.monotonic() - started:.0f} s) {said}".rstrip(), flush=True)
    print("\n".join(str(file.relative_to(ROOT)) for file in sorted(dist.iterdir())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
