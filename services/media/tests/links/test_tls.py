"""Over TLS the checked address is asked, and the name is what the certificate and the server hear."""

import ssl
import subprocess

import pytest

from winnow_base.async_bridge import never
from winnow_contracts.errors import Unavailable
from winnow_contracts.links import LinkRules
from winnow_harness.fixtures.file_server import FileServer, Served
from winnow_media.links.source import LinkSource

NAME = "files.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of the name, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    made = f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN={NAME}"
    names = ["-addext", f"subjectAltName=DNS:{NAME}", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*made.split(), *names], check=True, capture_output=True)
    return cert, key


@pytest.fixture
def secure(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    made = FileServer(context)
    made.files["/a"] = Served(content=b"hello")
    yield made
    made.close()


def asked(server, host, **how):
    rules = LinkRules(enabled=True, hosts=frozenset({NAME, "other.example"}))
    file = LinkSource(rules, **how).open(server.url("/a", host), never)
    try:
        return file.read(100)
    finally:
        file.close()


def test_the_name_is_in_tls_and_in_the_host(secure, certificate, names):
    names({NAME: [["127.0.0.1"]]})
    assert asked(secure, NAME, trusted=ssl.create_default_context(cafile=str(certificate[0]))) == b"hello"
    assert secure.server_names == [NAME]
    assert secure.asked[0][1]["host"] == f"{NAME}:{secure.port}"


def test_a_certificate_of_another_name_or_of_nobody_trusted_is_no_file(secure, certificate, names):
    names({NAME: [["127.0.0.1"]], "other.example": [["127.0.0.1"]]})
    with pytest.raises(Unavailable):
        asked(secure, "other.example", trusted=ssl.create_default_context(cafile=str(certificate[0])))
    with pytest.raises(Unavailable):
        asked(secure, NAME)
    assert secure.asked == []
