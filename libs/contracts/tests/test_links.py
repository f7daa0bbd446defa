"""Which links are refused before anybody looks them up."""

import pytest

from winnow_contracts.links import LONGEST_LINK, LinkRules

OPEN = LinkRules(enabled=True)
OURS = LinkRules(enabled=True, hosts=frozenset({"127.0.0.1:8080", "files.example"}))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a.mp4",
        "https://example.org:443/a.mp4?Signature=x#t=30",
        "https://93.184.216.34/a.mp4",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/a.mp4",
        "https://xn--9n2bp8q.example/a.mp4",
        "https://1password.example/",
    ],
)
def test_links_to_the_internet_are_taken(url):
    assert OPEN.fault(url) == ""


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.mp4",
        "/etc/passwd",
        "http://example.org/a.mp4",
        "file:///etc/passwd",
        "gopher://example.org/",
        "ftp://example.org/a.mp4",
        "https:///a.mp4",
        "https://user@example.org/",
        "https://user:word@example.org/",
        "https://example.org@127.0.0.1/",
        "https://example.org:8443/",
        "https://example.org:99999999/",
        "https://[::1",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::ffff:93.184.216.34%25eth0]/",
        "https://[64:ff9b::a00:1]/",
        "https://127.0.0.1/",
        "https://127.0.0.1./",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
        "https://0x7f.1/",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://2130706433/",
        "https://0x8.8.8.8/",
        "https://010.8.8.8/",
        "https://example.org\\@127.0.0.1/",
        "https://example.org/a b",
        "https://example.org/\r\nHost:x",
        "https://exämple.org/",
        "https://127。0。0。1/",
        "https://example.org/" + "a" * LONGEST_LINK,
    ],
)
def test_everything_else_is_refused(url):
    assert OPEN.fault(url)


def test_an_allowed_host_may_have_plain_http_its_port_and_a_private_address():
    assert OURS.fault("http://127.0.0.1:8080/a.mp4") == ""
    assert OURS.fault("http://files.example/a.mp4") == ""
    assert OURS.fault("https://files.example:9000/a.mp4") == ""
    assert OURS.fault("http://127.0.0.1:8081/a.mp4")
    assert OURS.fault("http://user@files.example/a.mp4")
    assert OURS.fault("file://files.example/a.mp4")
