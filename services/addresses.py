"""Which address a request came from, by nothing that its sender could have made up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_V4_PORT = re.compile(r"([0-9.]+)(?::[0-9]{1,5})?")
_V6_PORT = re.compile(r"\[([^\]]*)\](?::[0-9]{1,5})?")


def client(meta: Mapping[str, str], hops: int) -> str:
    """Whom to count: `exact`, of which an IPv6 client has a /64 to choose from, so that counts.

    What is no address, such as a socket's file, stands for itself.
    """
    found = exact(meta, hops)
    if found is None:
        return meta.get("REMOTE_ADDR", "")
    return str(IPv6Network((found, 64), strict=False)) if found.version == 6 else str(found)


def exact(meta: Mapping[str, str], hops: int) -> Address | None:
    """The socket's peer or, behind `hops` proxies of ours, what the outermost of them saw.

    Each proxy appends its peer to `X-Forwarded-For`, so that ours are counted from the right and
    everything left of them is hearsay. A header that is too short or holds no address there did not
    pass them all: then the peer it is.
    """
    entries = meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if hops else []
    seen = _address(entries[-hops]) if hops and len(entries) >= hops else None
    return seen or _address(meta.get("REMOTE_ADDR", ""))


def within(address: Address, networks: tuple[str, ...]) -> bool:
    """Whether the address lies in one of these networks, each in CIDR notation."""
    return any(address in network for network in _parsed(networks))


@lru_cache(maxsize=1024)
def _parsed(networks: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(_unmapped(ip_network(text)) for text in networks)


def _unmapped(network: Network) -> Network:
    """An IPv4 network written as IPv6 (RFC 4291 section 2.5.5.2) as what it is."""
    mapped = network.network_address.ipv4_mapped if network.version == 6 else None
    if mapped is None or network.prefixlen < 96:
        return network
    return IPv4Network((mapped, network.prefixlen - 96))


def _address(text: str) -> Address | None:
    """The address of an entry as proxies write it; None if malformed. IPv4 is never mapped."""
    text = text.strip()
    bracketed = _V6_PORT.fullmatch(text)
    dotted = _V4_PORT.fullmatch(text)
    try:
        if dotted:
            return IPv4Address(dotted[1])
        address = IPv6Address((bracketed[1] if bracketed else text).partition("%")[0])
    except AddressValueError:
        return None
    return address.ipv4_mapped or address
