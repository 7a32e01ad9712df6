"""What can be decided about webhooks without asking anybody."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

# Between one try and the next, as the Standard Webhooks specification proposes: three days in all.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
TRIES_MAX = len(PAUSES) + 1
GIVEN_UP_AFTER = timedelta(days=3)
GONE = 410
# A replaced secret signs along for so long, that a receiver can be told of the new one without missing anything.
OVERLAP = timedelta(hours=24)
OVERLAPPING_MAX = 3
KEPT_FOR = timedelta(days=90)
SUCCESSES = range(200, 300)


def next_pause(tries: int) -> timedelta | None:
    """How long to wait after that many failed tries; None: no more."""
    return PAUSES[tries - 1] if tries < TRIES_MAX else None


def is_given_up(failing_since: datetime, now: datetime) -> bool:
    """Whether an endpoint has taken nothing for so long that it is asked no more."""
    return now - failing_since >= GIVEN_UP_AFTER


def wants(chosen: Collection[str], kind: str) -> bool:
    """Whether an endpoint that chose these kinds of events (none: all of them) takes one of this kind."""
    return not chosen or kind in chosen


def is_public(address: str) -> bool:
    """Whether a numeric address belongs to the open internet, and not to a private or special network."""
    found = ip_address(address)
    is_tunnel = isinstance(found, IPv6Address) and (found.sixtofour or found.teredo or found.is_site_local)
    return found.is_global and not (found.is_multicast or found.is_reserved or is_tunnel)


def host_of(url: str, schemes: Sequence[str]) -> str | None:
    """The host of a URL that can be sent to; None for a malformed one, and for one that carries a password."""
    try:
        parts = urlsplit(url)
        has_a_port = parts.port != 0
    except ValueError:
        return None
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(' \\"<>')
    is_open = parts.scheme in schemes and "@" not in parts.netloc and not parts.fragment
    return parts.hostname if is_plain and is_open and has_a_port else None


def is_private_literal(host: str) -> bool:
    """Whether the host can be seen to be private without asking for its address."""
    try:
        return not is_public(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".internal", ".local"))
