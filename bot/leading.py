"""Which of several processes that serve one bot polls its sources and tells chats of news."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from corpus.database import postgres
from corpus.database.lease import Lease

Leads = Callable[[], bool]
"""Whether this process does so now."""


def always() -> bool:
    """The only process of a home."""
    return True


@contextmanager
def leading(store: str) -> Iterator[Leads]:
    """While entered, this process leads unless another one does; when that ends this one may.
    Without a store it is the only one."""
    if not store:
        yield always
        return
    lease = Lease(postgres.connected(store), "leader")
    try:
        yield lease.mine
    finally:
        lease.close()
