"""Whom the fetcher of links asks, and for how long. The server is a real one on this machine, whose host is allowed."""

import gzip
import time

import pytest

from winnow_base.async_bridge import never
from winnow_contracts.errors import BadInput, TimedOut, Unavailable, WinnowError
from winnow_contracts.links import LinkRules
from winnow_harness.fixtures.file_server import Served
from winnow_journal.task import Cancelled
from winnow_media.links.source import Changed, LinkSource


def fetch(source, url, **how):
    file = source.open(url, never, **how)
    try:
        content = b""
        while part := file.read(1 << 16):
            content += part
        return content
    finally:
        file.close()


def test_a_file_comes_as_it_is_and_is_asked_for_unpacked(server, source):
    server.files["/a"] = Served(content=b"hello" * 50_000, etag='"1"')
    file = source.open(server.url("/a"), never)
    assert (file.total_bytes, file.validator) == (250_000, '"1"')
    file.close()
    assert fetch(source, server.url("/a")) == b"hello" * 50_000
    assert server.asked[0][1]["accept-encoding"] == "identity"


def test_a_length_may_be_missing(server, source):
    server.files["/a"] = Served(content=b"hello", says_length=False)
    assert fetch(source, server.url("/a")) == b"hello"


def test_three_redirects_are_followed_and_no_fourth(server, source):
    server.files["/0"] = Served(content=b"hello")
    for number in range(1, 5):
        server.files[f"/{number}"] = Served(status=302, headers={"Location": f"/{number - 1}"})
    assert fetch(source, server.url("/3")) == b"hello"
    with pytest.raises(BadInput) as refused:
        fetch(source, server.url("/4"))
    assert refused.value.code == "url-not-fetched"


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:1/",
        "https://127.0.0.1/",
        "http://localhost/",
        "https://localhost/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//user:word@127.0.0.1/",
        "http://[",
    ],
)
def test_each_redirect_is_checked_like_the_first(server, source, location):
    server.files["/a"] = Served(status=302, headers={"Location": location})
    with pytest.raises(BadInput) as refused:
        source.open(server.url("/a"), never)
    assert refused.value.code == "url-not-allowed"
    assert len(server.asked) == 1


def test_a_name_is_refused_if_one_of_its_addresses_is_private(source, names):
    asked = names({"both.example": [["93.184.216.34", "10.0.0.1"]]})
    with pytest.raises(BadInput) as refused:
        source.open("https://both.example/a", never)
    assert (refused.value.code, asked) == ("url-not-allowed", ["both.example"])
    assert "10.0.0.1" not in refused.value.detail + refused.value.hint


def test_a_name_that_leads_elsewhere_the_second_time_is_asked_once_and_connected_to_as_checked(server, source, names):
    """DNS rebinding. The allowed host stands for the internet here; 127.0.0.2 is where an attacker would lead to."""
    asked = names({"files.example": [["127.0.0.1"], ["127.0.0.2"]]})
    server.files["/a"] = Served(content=b"hello")
    assert fetch(source, server.url("/a", "files.example")) == b"hello"
    assert asked == ["files.example"]
    assert server.asked[0][1]["host"] == f"files.example:{server.port}"


def test_what_clouds_tell_machines_of_themselves_is_never_asked_even_under_an_allowed_name(server, source, names):
    names({"files.example": [["169.254.169.254"]]})
    with pytest.raises(BadInput) as refused:
        source.open(server.url("/a", "files.example"), never)
    assert refused.value.code == "url-not-allowed"


def test_without_an_allowed_host_this_machine_is_not_asked(server):
    closed = LinkSource(LinkRules(enabled=True))
    with pytest.raises(BadInput):
        closed.open(server.url("/a"), never)
    assert server.asked == []


def test_proxies_of_the_environment_are_not_used(server, source, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    server.files["/a"] = Served(content=b"hello")
    assert fetch(source, server.url("/a")) == b"hello"


def test_what_is_packed_is_refused_and_never_unpacked(server, source):
    server.files["/a"] = Served(content=gzip.compress(bytes(50 << 20)), headers={"Content-Encoding": "gzip"})
    with pytest.raises(BadInput) as refused:
        source.open(server.url("/a"), never)
    assert refused.value.code == "url-not-fetched"


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (404, BadInput, "url-not-fetched"),
        (401, BadInput, "url-not-fetched"),
        (204, BadInput, "url-not-fetched"),
        (429, Unavailable, "source-unavailable"),
        (503, Unavailable, "source-unavailable"),
    ],
)
def test_what_will_not_change_is_final_and_the_rest_is_tried_again(server, source, status, kind, code):
    server.files["/a"] = Served(status=status)
    with pytest.raises(kind) as refused:
        source.open(server.url("/a"), never)
    assert refused.value.code == code


def test_one_byte_a_second_is_cut_off(server, source):
    server.files["/a"] = Served(content=bytes(1000), drip_seconds=0.1)
    with pytest.raises(TimedOut) as slow:
        fetch(source, server.url("/a"))
    assert slow.value.code == "source-unavailable"


def test_silence_is_cut_off_before_and_within_the_answer(server, source):
    server.files["/a"] = Served(content=bytes(1000), drip_seconds=5)
    began = time.monotonic()
    with pytest.raises(TimedOut):
        fetch(source, server.url("/a"))
    server.on_ask = lambda: server.stopped.wait(5) and None
    with pytest.raises(TimedOut):
        source.open(server.url("/a"), never)
    assert time.monotonic() - began < 4


def test_a_cancelled_request_ends_at_once_while_the_server_is_silent(server):
    patient = LinkSource(LinkRules(enabled=True, hosts=frozenset({"127.0.0.1"})))
    server.files["/a"] = Served(content=bytes(1000), drip_seconds=60)
    began = time.monotonic()

    def check():
        if time.monotonic() - began > 0.5:
            raise Cancelled

    file = patient.open(server.url("/a"), check)
    with pytest.raises(Cancelled):
        file.read(10)
    file.close()
    assert time.monotonic() - began < 3


def test_endless_headers_are_cut_off(server, source):
    server.files["/a"] = Served(headers={f"X-{number}": "x" * 1000 for number in range(200)})
    with pytest.raises(Unavailable) as refused:
        source.open(server.url("/a"), never)
    assert refused.value.code == "source-unavailable"


def test_a_broken_connection_is_told_from_an_end(server, source):
    server.files["/a"] = Served(content=bytes(100_000), breaks_after=50_000)
    with pytest.raises(Unavailable):
        fetch(source, server.url("/a"))


def test_a_file_goes_on_where_it_was_unless_it_changed(server, source):
    server.files["/a"] = Served(content=b"0123456789", etag='"1"')
    assert fetch(source, server.url("/a"), after_bytes=4, validator='"1"') == b"456789"
    with pytest.raises(Changed):
        source.open(server.url("/a"), never, after_bytes=4, validator='"0"')
    server.files["/a"].takes_ranges = False
    with pytest.raises(Changed):
        source.open(server.url("/a"), never, after_bytes=4, validator='"1"')


def test_no_error_tells_of_the_link(server, source):
    secret = "Signature=hush"
    server.files["/broken"] = Served(content=bytes(1000), breaks_after=10)
    server.files["/lost"] = Served(status=404)
    server.files["/led"] = Served(status=302, headers={"Location": "https://127.0.0.1/?" + secret})
    for path in ("/broken", "/lost", "/led"):
        with pytest.raises(WinnowError) as raised:
            fetch(source, server.url(f"{path}?{secret}"))
        assert raised.value.__cause__ is None
        assert "hush" not in raised.value.detail + raised.value.hint
