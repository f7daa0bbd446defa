"""Which addresses a webhook may have."""

import asyncio
import ipaddress

import httpx2
import pytest

from winnow_ai.webhooks.addresses import webhook_address
from winnow_ai.webhooks.sender import WebhookSender
from winnow_base.async_bridge import never
from winnow_base.http.checked_addresses import AddressRefused
from winnow_contracts.public_addresses import is_ours, is_public

NOT_PUBLIC = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "0.0.0.0",
    "100.64.0.1",  # carriers' own (CGNAT)
    "169.254.169.254",  # what clouds tell machines of themselves
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.1.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",  # 10.0.0.1 behind NAT64
    "64:ff9b:1::1",
    "2002:7f00:1::",  # 127.0.0.1 behind 6to4
    "2001:0:7f00:1::",  # Teredo
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
)


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_what_is_not_of_the_internet_is_refused(text):
    address = ipaddress.ip_address(text)
    assert not is_public(address)
    host = f"[{text}]" if address.version == 6 else text
    with pytest.raises(AddressRefused):
        check(f"https://{host}/hook")


@pytest.mark.parametrize("text", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_public_addresses_are_allowed(text):
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", ["169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "::"])
def test_what_is_no_machine_of_ours_is_refused_where_private_ones_are_allowed(text):
    assert not is_ours(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "url",
    [
        "https://0x7f.1/",
        "https://2130706433/",
        "https://localhost/",
        "https://user:word@93.184.216.34/",
        "http://93.184.216.34/",
        "ftp://93.184.216.34/",
        "file:///etc/passwd",
        "gopher://93.184.216.34/",
        "https:///nothing",
        "/hook",
    ],
)
def test_disguises_and_other_schemes_are_refused(url):
    with pytest.raises(AddressRefused):
        check(url)


def test_plain_http_goes_to_this_machine_alone_and_only_where_that_is_allowed():
    with pytest.raises(AddressRefused):
        check("http://127.0.0.1/")
    assert str(check("http://127.0.0.1/", allow_private=True)) == "127.0.0.1"
    assert str(check("https://10.0.0.1/", allow_private=True)) == "10.0.0.1"
    for url in ("http://10.0.0.1/", "http://93.184.216.34/", "http://169.254.169.254/", "https://169.254.169.254/"):
        with pytest.raises(AddressRefused):
            check(url, allow_private=True)


def test_a_name_with_one_address_inside_is_refused_whatever_the_others_are(monkeypatch):
    def answer(addresses):
        async def resolve(loop, host, port, **asked):
            return [(0, 0, 0, "", (one, port)) for one in addresses]

        monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)

    answer(["93.184.216.34", "10.0.0.1"])
    with pytest.raises(AddressRefused):
        check("https://both.example/")
    answer(["93.184.216.34", "93.184.216.35"])
    assert str(check("https://fine.example/")) == "93.184.216.34"
    answer([])
    with pytest.raises(AddressRefused):
        check("https://none.example/")


@pytest.mark.parametrize(
    "url",
    ["http://[::1", "https://0177.0.0.1/", "https://a:99999999/", f"https://{'a' * 70}.example/", "https://\x00/"],
)
def test_what_is_no_address_at_all_ends_as_one_that_is_not_allowed_or_has_none(url, due):
    reply = WebhookSender().post(due(url), "dlv_1", never)
    assert reply.status is None
    assert reply.error in ("address-not-allowed", "no-address")


def test_a_private_receiver_gets_nothing(receiver, due):
    reply = WebhookSender().post(due(receiver.url()), "dlv_1", never)
    assert (reply.status, reply.error) == (None, "address-not-allowed")
    assert receiver.got == []


def check(url, *, allow_private=False):
    return asyncio.run(webhook_address(httpx2.URL(url), allow_private=allow_private))
