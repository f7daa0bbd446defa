"""Objects read in an event loop, from a server of a test: over TLS, and where the answer is not what was asked for."""

import asyncio
import http.server
import ssl
import subprocess
import threading
from contextlib import contextmanager

import pytest

from winnow_base.objects.link_reading import LinkReading, Wanted
from winnow_contracts.errors import NotFound, Unavailable

DATA = bytes(range(256)) * 4_000
LENGTH = len(DATA)


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by what the path says."""

    def do_GET(self):
        start, _, last = self.headers["Range"].removeprefix("bytes=").partition("-")
        part = DATA[int(start) : int(last) + 1]
        status = {"/missing": 404, "/whole": 200, "/wrong": 403}.get(self.path.partition("?")[0], 206)
        self.send_response(status)
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part[:-5] if self.path.startswith("/short") else part)

    def log_message(self, *about):
        pass


@contextmanager
def store(tls=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def address():
    with store() as address:
        yield address


def read(link, start=0, length=LENGTH, *, secure=False):
    async def all_pieces():
        reading = LinkReading(secure=secure, silence_seconds=10)
        wanted = Wanted(link=link, key="a", start=start, length=length)
        return b"".join([bytes(piece) async for piece in reading.pieces(wanted)])

    return asyncio.run(all_pieces())


@pytest.mark.parametrize(("start", "length"), [(0, LENGTH), (7, 1), (100_000, 200_001)])
def test_exactly_the_wanted_bytes_come(address, start, length):
    assert read(f"{address}/good?a=b", start, length) == DATA[start : start + length]


def test_a_missing_object_is_told_from_a_store_in_trouble(address):
    with pytest.raises(NotFound, match="no object a"):
        read(f"{address}/missing")
    for path, said in (("/wrong", "403"), ("/whole", "200"), ("/short", "5 bytes too early")):
        with pytest.raises(Unavailable, match=said) as caught:
            read(f"{address}{path}")
        assert caught.value.dependency == "s3"


def test_a_store_that_is_away_is_unavailable():
    with pytest.raises(Unavailable, match="does not answer"):
        read("http://127.0.0.1:1/a")


def test_tls_is_spoken_where_the_store_does_and_its_certificate_is_checked(tmp_path, monkeypatch):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    options = ("-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost")
    names = ("-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate)
    subprocess.run(("openssl", "req", *options, *names), check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with store(tls) as address:
        with pytest.raises(Unavailable, match="SSLCertVerificationError"):
            read(f"{address}/good", secure=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert read(f"{address}/good", secure=True) == DATA
