"""What a browser says of itself becomes a few words; where it asks from is what the nearest trusted proxy says."""

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from winnow_signin.devices import address_of, device_of


def asked(address: str = "10.0.0.9", **headers: str) -> Request:
    builder = EnvironBuilder(headers=headers, environ_base={"REMOTE_ADDR": address})
    return Request(builder.get_environ())


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("curl/8.0", "curl/8.0"),
        ("é" * 100, "?" * 60),
        ("", "unknown"),
    ],
)
def test_a_device_is_told_in_a_few_words(agent: str, words: str) -> None:
    assert device_of(asked(**{"User-Agent": agent})) == words


@pytest.mark.parametrize(
    ("proxies", "address", "forwarded", "seen"),
    [
        (0, "10.0.0.9", "6.6.6.6", "10.0.0.9"),
        (1, "10.0.0.9", "6.6.6.6, 7.7.7.7", "7.7.7.7"),
        (2, "10.0.0.9", "6.6.6.6, 7.7.7.7", "6.6.6.6"),
        (3, "10.0.0.9", "6.6.6.6, 7.7.7.7", "10.0.0.9"),
        (1, "10.0.0.9", "nonsense", "unknown"),
        (0, "2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
        (0, "::ffff:10.0.0.9", "", "10.0.0.9"),
    ],
)
def test_what_a_client_writes_itself_is_no_address(proxies: int, address: str, forwarded: str, seen: str) -> None:
    assert address_of(asked(address, **{"X-Forwarded-For": forwarded}), proxies) == seen
