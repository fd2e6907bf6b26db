"""Links: what stands at an address, fetched safely, and told apart by what it is.

Belongs here: connections, limits, redirects, unpacking, the kinds of what was fetched.
Does not: which links are fetched and when (corpus/sources), how a page is read (corpus/read).
"""

from corpus.fetch.address import shown
from corpus.fetch.client import Fetched, Fetcher, Limits
from corpus.fetch.kinds import LISTINGS, Kind, kind_of

__all__ = ["LISTINGS", "Fetched", "Fetcher", "Kind", "Limits", "kind_of", "shown"]
