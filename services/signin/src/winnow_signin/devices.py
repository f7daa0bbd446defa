"""Says in a few words which browser asks, and from where."""

import ipaddress
import re

from flask import Request

_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "a Mac"),
    ("Linux", "Linux"),
)
_LONGEST = 60


def device_of(request: Request) -> str:
    """Returns words such as ``Firefox on Linux``; what the client calls itself, if it is no browser."""
    agent = request.headers.get("User-Agent", "")
    browser = next((words for mark, words in _BROWSERS if mark in agent), "")
    system = next((words for mark, words in _SYSTEMS if mark in agent), "")
    if browser:
        return f"{browser} on {system}" if system else browser
    return re.sub(r"[^\x20-\x7e]", "?", agent)[:_LONGEST].strip() or "unknown"


def address_of(request: Request, proxies: int) -> str:
    """Returns the address that the request comes from; of an IPv6 address its network, of which a person has one.

    ``proxies`` is how many stand in front of the gateway, each of which adds to ``X-Forwarded-For``; what a client
    wrote there itself is not looked at.
    """
    text = request.remote_addr or ""
    told = ",".join(request.headers.getlist("X-Forwarded-For")).split(",")
    forwarded = [one.strip() for one in told if one.strip()]
    if proxies and len(forwarded) >= proxies:
        text = forwarded[-proxies]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
