"""`make quality`."""

import sys

from tests.quality.run import main

# What takes articles in starts processes, which read this module again.
if __name__ == "__main__":
    sys.exit(main())
