"""Links that people send instead of a file: how they are kept, and which are refused before anybody looks them up."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from winnow_contracts.public_addresses import Address, is_ours, is_public

LONGEST_LINK = 4_000
"""In characters."""
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link as it is kept in the store, for the node that fetches it."""

    url: str
    title: str = ""
    """What the media is to be called; empty: by its file's name."""
    captions_url: str = ""
    """A link to captions of it, empty if there are none."""
    captions_name: str = ""
    """A file's name that tells their form and language, such as ``captions.ko.vtt``."""


@dataclass(frozen=True, kw_only=True)
class LinkRules:
    """Whether links are fetched, and which."""

    enabled: bool = False
    """Whether links are taken instead of files, and fetched."""
    hosts: frozenset[str] = frozenset()
    """Hosts of the operator's (``host`` or ``host:port``): there http, any port and private addresses are fine."""

    def fault(self, url: str) -> str:
        """Why this link is refused, in a sentence; empty if nothing is seen of it. Where its name leads is not asked.

        A host whose last part is a number is an address, and stands in its usual form: 127.1 and 0x7f.1 do not.
        """
        if len(url) > LONGEST_LINK or not url.isascii() or not url.isprintable() or re.search(r"[\s\\]", url):
            return f"A link has {LONGEST_LINK} printable ASCII characters at most, and neither spaces nor backslashes."
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return "The link cannot be read."
        ours = self.is_ours(host, port)
        if parts.scheme != "https" and not (parts.scheme == "http" and ours):
            return "The link must begin with https://."
        if "@" in parts.netloc:
            return "The link must have no user name."
        if not host or "%" in host or not (ours or port in (None, 443)):
            return "The link must have a host, and no port but 443."
        if ours:
            return ""
        return "" if _may_be_public(host) else "The link leads to a host that is not fetched from."

    def is_ours(self, host: str, port: int | None) -> bool:
        """Whether operators allow this host."""
        return bool({host, f"{host}:{port}"} & self.hosts)

    def allows(self, address: Address, host: str, port: int | None) -> bool:
        """Whether an address to which a host leads may be asked."""
        return is_public(address) or (self.is_ours(host, port) and is_ours(address))


def _may_be_public(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return not _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2])
    return is_public(address)
