"""Reports go to an address that is safe, and an error of it is told without the address."""

import http.server
import json
import threading

import pytest

from winnow_contracts.errors import Unavailable
from winnow_index.schedules.webhook import Webhook, is_fit


@pytest.fixture
def receiver():
    """An HTTP server: its address, what it got (path, id, JSON), and the status it answers."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.got.append((self.path, self.headers["Webhook-Id"], json.loads(body)))
            self.send_response(server.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *said):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.status = [], 204
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def address(receiver):
    return f"http://127.0.0.1:{receiver.server_port}/hook/secret"


def test_a_report_is_posted_as_json_with_the_id_of_its_message(receiver):
    Webhook(address(receiver)).post({"week": "2026-11-16"}, message_id="one")
    assert receiver.got == [("/hook/secret", "one", {"week": "2026-11-16"})]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_other_answer_than_success_is_told_to_be_tried_again(receiver, status):
    receiver.status = status
    with pytest.raises(Unavailable) as refused:
        Webhook(address(receiver)).post({}, message_id="one")
    assert str(status) in refused.value.detail
    assert "secret" not in refused.value.detail
    assert len(receiver.got) == 1


def test_an_address_where_nobody_listens_is_told_without_its_path():
    with pytest.raises(Unavailable) as refused:
        Webhook("http://127.0.0.1:1/hook/secret").post({}, message_id="one")
    assert "secret" not in refused.value.detail


@pytest.mark.parametrize(
    ("url", "fit"),
    [
        ("https://example.org/hook", True),
        ("http://127.0.0.1:9/hook", True),
        ("http://[::1]:9/hook", True),
        ("http://example.org/hook", False),
        ("http://127.0.0.1.example.org/", False),
        ("ftp://127.0.0.1/", False),
        ("https:///hook", False),
        ("hook", False),
    ],
)
def test_reports_go_over_https_or_stay_on_this_machine(url, fit):
    assert is_fit(url) == fit
