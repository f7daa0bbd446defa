"""Decides which addresses a webhook may have: public ones, so that nobody has Winnow ask its own network (SSRF)."""

import asyncio
import ipaddress
import socket

import httpx2

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_UNICAST = ipaddress.ip_network("2000::/3")
"""All that the internet uses of IPv6: NAT64, which has an IPv4 address inside, lies outside."""
_ELSEWHERE = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
"""Not public either, though ``is_global`` of some versions of Python says so."""


class AddressRefused(Exception):
    """The URL, or an address of its name, is none that a webhook may have."""


async def checked_address(url: httpx2.URL, *, allow_private: bool) -> Address:
    """An address to connect to: the name is resolved once, and every address of it is checked.

    Only https, unless ``allow_private`` and this machine itself is meant. Raises AddressRefused, and ``OSError`` for a
    name that has no address.
    """
    if not url.host or url.userinfo:
        raise AddressRefused
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(url.raw_host.decode(), url.port or 443, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(one[4][0]) for one in found]
    if not addresses or not all(is_public(one) or (allow_private and is_ours(one)) for one in addresses):
        raise AddressRefused
    if url.scheme != "https" and not (url.scheme == "http" and allow_private and all(map(_is_loopback, addresses))):
        raise AddressRefused
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether it is of the internet, and of nothing that leads elsewhere from there.

    ``is_global`` takes some for public that are not: multicast, and those with another address inside.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in _UNICAST or address.sixtofour is not None or address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast and not any(address in network for network in _ELSEWHERE)


def is_ours(address: Address) -> bool:
    """Whether it is of this machine or a private network. What clouds tell machines of themselves is link-local."""
    return address.is_private and not (address.is_link_local or address.is_multicast or address.is_unspecified)


def _is_loopback(address: Address) -> bool:
    return address.is_loopback
