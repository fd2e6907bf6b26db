"""The errors a person can meet, each with one sentence that says what was wrong and what to do.

    PullquoteError
    ├── InputError          something given (a file, a question, an option) cannot be used
    ├── ConfigurationError  a setting is unknown, malformed or names something that is not there
    ├── ModelError          the embedding model cannot be read or is not there
    ├── FetchError          what stands at an address cannot be fetched
    ├── IndexMissing        no index has been built yet
    ├── IndexDamaged        the index cannot be read or does not fit the model or the coverage
    └── HomeError           the home folder cannot be written, read or locked

The command line prints the message on standard error and exits with status 2.
"""


class PullquoteError(Exception):
    """Any foreseen failure. `str(error)` is one line, fit for a person."""


class InputError(PullquoteError):
    """Something given by the user cannot be used: it is missing, empty, unreadable or too long."""


class ConfigurationError(PullquoteError):
    """A setting is unknown, malformed, or names something that does not exist."""


class ModelError(PullquoteError):
    """The embedding model is missing, damaged, or would have to be fetched from a network."""


class FetchError(PullquoteError):
    """What is at an address cannot be fetched, or must not be: `reason` says why, without the
    address. Where `later`, another try may succeed."""

    def __init__(self, reason: str, *, address: str = "", later: bool = False) -> None:
        super().__init__(f"{address}: {reason}" if address else reason)
        self.reason = reason
        self.address = address
        self.later = later


class IndexMissing(PullquoteError):  # noqa: N818 - reads better in a traceback than IndexMissingError
    """There is no index to search yet."""


class IndexDamaged(PullquoteError):  # noqa: N818
    """An index file is damaged, or was built by another model or from other coverage."""


class HomeError(PullquoteError):
    """The home folder, or a database in it, cannot be created, written or locked."""
