"""Addresses: which of them may be fetched, how they are requested, and how they are shown."""

from __future__ import annotations

import re
from ipaddress import ip_network
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from ssrfguard import BlockedAddressError, BlockedURLError, Policy, Target

from corpus.errors import FetchError

SCHEMES = ("http", "https")
# Where the public web is served; in a private network services listen anywhere.
_WEB_PORTS = frozenset((80, 443, 8080, 8443))
# Loopback, private and unique local networks. Link-local ones, where clouds hand out credentials,
# stay closed.
_PRIVATE = tuple(
    map(
        ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"),
    )
)
_LONGEST = 2000
# Characters that a browser sends as they are.
_KEPT = "%/:=&?~+!$,;'@()*[]|"
_SPACES = re.compile(r"[\x00-\x20\x7f]")


def policy(*, allow_private: bool) -> Policy:
    """What may be reached: public addresses on the ports of the web, or those of private networks
    too, on any port."""
    return Policy(
        allowed_ports=frozenset(range(1, 1 << 16)) if allow_private else _WEB_PORTS,
        allowed_networks=_PRIVATE if allow_private else (),
        max_url_length=_LONGEST,
    )


def target(url: str, rules: Policy) -> Target:
    """The host and port of an address. Raises `FetchError` for one that may not be fetched, as far
    as can be told without looking its name up."""
    try:
        split = urlsplit(url)
        named = split.username is not None or split.password is not None
    except ValueError:
        raise FetchError(
            "it is no web address; check how it is written", address=shown(url)
        ) from None
    if split.scheme.lower() not in SCHEMES:
        raise FetchError(
            "it is no web address: only http and https are fetched", address=shown(url)
        )
    if named:
        raise FetchError("it contains a name or password; give it without them", address=shown(url))
    try:
        return rules.check_url(url)
    except BlockedURLError as blocked:
        raise FetchError(_refusal(blocked), address=shown(url)) from None


def _refusal(blocked: BlockedURLError) -> str:
    if isinstance(blocked.__cause__, BlockedAddressError):
        return not_public(blocked.reason)
    if "allowed_ports" in blocked.reason:
        ports = ", ".join(map(str, sorted(_WEB_PORTS)))
        return f"it names a port that is not fetched from; the ports are {ports}"
    # the library goes on to say why each rule is there
    said = blocked.reason.partition(";")[0].partition(", which")[0]
    return f"it is no address that can be fetched: {said}"


def not_public(reason: str) -> str:
    """Why an address in a network that is not the public internet is not fetched."""
    return (
        f"it does not lead to a public address ({reason});"
        " set fetch.allow_private for addresses of your own network"
    )


def requested(url: str) -> bytes:
    """The path and query of an address as they are in a request."""
    split = urlsplit(url)
    path = quote(split.path or "/", safe=_KEPT)
    return (f"{path}?{quote(split.query, safe=_KEPT)}" if split.query else path).encode()


def tidied(url: str) -> str:
    """An address as it is written into a browser: without white space around it or a fragment."""
    return url.strip().partition("#")[0]


def joined(base: str, reference: str) -> str:
    """The address that a reference on the page at `base` means; empty if it means none."""
    try:
        found = urljoin(base, _SPACES.sub("", reference))
        split = urlsplit(found)
    except ValueError:
        return ""
    return tidied(found) if split.scheme in SCHEMES and split.netloc else ""


def host_of(url: str) -> str:
    """The host and port of an address, for what is counted by host."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def shown(url: str) -> str:
    """An address fit for a log or a message: without a name, a password and the values of its
    query, which may be keys."""
    try:
        split = urlsplit(url)
    except ValueError:
        return f"{url.partition('?')[0][:80]}…" if "@" not in url else "an address"
    host = split.netloc.rpartition("@")[2]
    query = re.sub(r"=[^&;]+", "=…", split.query)
    if query and "=" not in query:
        query = "…"
    return "".join(c for c in urlunsplit((split.scheme, host, split.path, query, "")) if c >= " ")
