"""Tells addresses of the internet from those of this machine and of private networks, so that nobody has Winnow ask
its own network (SSRF).
"""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_UNICAST = ipaddress.ip_network("2000::/3")
"""All that the internet uses of IPv6: NAT64, which has an IPv4 address inside, lies outside."""
_ELSEWHERE = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
"""Not public either, though ``is_global`` of some versions of Python says so."""


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
