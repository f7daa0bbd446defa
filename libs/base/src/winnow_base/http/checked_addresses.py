"""Looks up where a name leads before a stranger's URL is asked: to addresses that are allowed, or nowhere."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable

from winnow_contracts.public_addresses import Address


class AddressRefused(Exception):
    """The URL, or an address of its name, may not be asked. It does not say what the name leads to."""


async def checked_address(host: str, port: int, is_allowed: Callable[[Address], bool]) -> Address:
    """An address to connect to: the name is resolved once, and every address of it is checked.

    Whoever connects to it, and takes ``host`` for the certificate and the header ``Host`` alone, cannot be led
    elsewhere by another answer to the same name (DNS rebinding). Raises AddressRefused, and ``OSError``,
    ``UnicodeError`` or ``OverflowError`` for a name that has no address.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(one[4][0]) for one in found]
    if not addresses or not all(map(is_allowed, addresses)):
        raise AddressRefused
    return addresses[0]
