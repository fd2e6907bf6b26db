"""The different spellings of one web address."""

from __future__ import annotations

from itertools import product
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

# Parameters that say where a reader came from, not what is read.
_TRACKING = ("utm_", "fbclid", "gclid", "yclid", "mc_cid", "mc_eid", "igshid", "ref_src")


def address_forms(address: str) -> list[str]:
    """All spellings of an address: with and without www and a final slash, http and https, without
    a fragment and without tracking parameters. The address as given is the first."""
    try:
        split = urlsplit(address.strip())
        host = split.netloc.lower()
    except ValueError:
        return [address]
    kept = [
        (name, value)
        for name, value in parse_qsl(split.query, keep_blank_values=True)
        if not name.lower().startswith(_TRACKING)
    ]
    bare, path = host.removeprefix("www."), split.path.rstrip("/")
    queries = dict.fromkeys((split.query, urlencode(kept)))
    forms = product(("https", "http"), (bare, f"www.{bare}"), (path, f"{path}/"), queries)
    made = [urlunsplit((scheme, at, way, query, "")) for scheme, at, way, query in forms]
    return list(dict.fromkeys([address.strip(), *made]))
