"""The ways in which one address of the web is written."""

from __future__ import annotations

from itertools import product
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

# Parameters that tell where a reader came from, and not what is read.
_TRACKING = ("utm_", "fbclid", "gclid", "yclid", "mc_cid", "mc_eid", "igshid", "ref_src")


def address_forms(address: str) -> list[str]:
    """All of them: with and without www and a slash at its end, by both schemes, without a
    fragment and what only tracks; the address as it is among them."""
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
