"""Decides which addresses a webhook may have: public ones, unless operators run receivers of their own."""

import httpx2

from winnow_base.http.checked_addresses import AddressRefused, checked_address
from winnow_contracts.public_addresses import Address, is_ours, is_public


async def webhook_address(url: httpx2.URL, *, allow_private: bool) -> Address:
    """The address to post to. Only https, unless ``allow_private`` and this machine itself is meant.

    Raises AddressRefused, and as ``checked_address`` for a name that has no address.
    """
    plain = url.scheme == "http" and allow_private
    if not url.host or url.userinfo or not (url.scheme == "https" or plain):
        raise AddressRefused

    def is_allowed(address: Address) -> bool:
        if plain:
            return address.is_loopback
        return is_public(address) or (allow_private and is_ours(address))

    return await checked_address(url.raw_host.decode(), url.port or 443, is_allowed)
