"""What a receiver gets, and what its answers count for."""

import socket
import ssl
import subprocess
import threading
import time

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from winnow_contracts.webhooks import new_secret, signature
from winnow_harness.fixtures.webhooks import Say, WebhookReceiver


def test_the_reference_library_verifies_what_is_sent(receiver, post, secret):
    assert post(receiver.url("/a/b?c=d")).status == 204
    (got,) = receiver.got
    assert Webhook(secret).verify(got.body.decode(), dict(got.headers)) == {"type": "media.ready"}
    assert (got.path, got.message_id) == ("/a/b?c=d", "dlv_1")
    assert got.headers["content-type"] == "application/json"
    assert got.headers["accept-encoding"] == "identity"
    assert abs(int(got.headers["webhook-timestamp"]) - time.time()) < 60
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(got.body.decode() + " ", dict(got.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(got.body.decode(), dict(got.headers))


def test_during_a_rotation_both_secrets_verify(receiver, post):
    new, old = new_secret(), new_secret()
    post(receiver.url(), new, old)
    (got,) = receiver.got
    for secret in (new, old):
        assert Webhook(secret).verify(got.body.decode(), dict(got.headers))
    with pytest.raises(ValueError, match="whsec_"):
        signature(["whsec_no base64"], "dlv_1", 1, "{}")


@pytest.mark.parametrize("status", [200, 202, 204, 301, 302, 307, 308, 400, 404, 410, 429, 500, 503])
def test_the_status_is_told_and_nobody_is_followed(receiver, post, status):
    receiver.answers.append(Say(status=status, headers={"Location": receiver.url("/elsewhere")}))
    assert post(receiver.url()).status == status
    assert [one.path for one in receiver.got] == ["/hook"]


def test_a_wished_wait_is_told(receiver, post):
    receiver.answers.append(Say(status=503, headers={"Retry-After": "120"}))
    assert post(receiver.url()).retry_after_seconds == 120


def test_a_receiver_that_says_nothing_is_left_after_the_limit(receiver, post):
    receiver.answers.append(Say(wait_seconds=60))
    assert post(receiver.url(), limit_seconds=0.3).error == "timeout"


def test_a_head_that_trickles_holds_a_try_no_longer(post):
    """A socket's own time limit begins anew with each byte."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def trickle():
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                for byte in b"HTTP/1.1 200 OK\r\nX-Never-Ends: " + b"a" * 10_000:
                    if stop.wait(0.05):
                        return
                    try:
                        connection.sendall(bytes([byte]))
                    except OSError:
                        return

        thread = threading.Thread(target=trickle)
        thread.start()
        reply = post(f"http://127.0.0.1:{server.getsockname()[1]}/", limit_seconds=0.5)
        stop.set()
        thread.join()
    assert reply.error == "timeout"


def test_of_a_long_or_slow_answer_the_status_counts(receiver, post):
    receiver.answers.append(Say(status=200, body=b"x" * 10_000_000))
    assert post(receiver.url()).status == 200
    receiver.answers.append(Say(status=200, body=b"x" * 1000, drips=True))
    assert post(receiver.url(), limit_seconds=0.5).status == 200


def test_nobody_there_is_no_answer(receiver, post):
    url = receiver.url()
    receiver.close()
    assert post(url).error == "no-answer"
    assert post("http://no-such-name.invalid/").error == "no-address"


def test_no_proxy_of_the_environment_is_used(receiver, post, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert post(receiver.url()).status == 204


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of the name localhost, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*made.split(), *names], check=True, capture_output=True)
    return cert, key


@pytest.fixture
def secure(certificate):
    cert, key = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    made = WebhookReceiver(context)
    yield made
    made.close()


def test_the_checked_address_is_called_with_the_name_in_tls_and_in_the_host(secure, certificate, post):
    trusted = ssl.create_default_context(cafile=str(certificate[0]))
    assert post(secure.url(host="localhost"), trusted=trusted).status == 204
    (got,) = secure.got
    assert got.headers["host"] == secure.url("", host="localhost").removeprefix("https://")
    assert secure.server_names == ["localhost"]


def test_a_certificate_of_another_name_or_of_nobody_trusted_is_no_answer(secure, certificate, post):
    trusted = ssl.create_default_context(cafile=str(certificate[0]))
    assert post(secure.url(host="127.0.0.1"), trusted=trusted).error == "no-answer"
    assert post(secure.url(host="localhost")).error == "no-answer"
    assert secure.got == []
