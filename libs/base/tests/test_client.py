"""A request goes to its route with its fields, and gives its answer or one of Winnow's errors."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from winnow_base.http.internal_clients import AiClient, IndexClient
from winnow_contracts.ai_api import FindRule
from winnow_contracts.errors import BadInput, Conflict, NotFound, RateLimited, Unavailable
from winnow_contracts.index_api.lanes import PausedLanes, PauseLane
from winnow_contracts.index_api.media import ListMedia, MediaPage


class Service(BaseHTTPRequestHandler):
    status, body, seen, retry_after = 200, b"", None, ""

    def _answer(self):
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        type(self).seen = (self.command, self.path, json.loads(sent) if sent else None, self.headers["Authorization"])
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        if self.retry_after:
            self.send_header("Retry-After", self.retry_after)
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_PUT = _answer

    def log_message(self, *arguments):
        pass


@pytest.fixture
def service():
    handler = type("Handler", (Service,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    handler.url = f"http://127.0.0.1:{server.server_port}"
    yield handler
    server.shutdown()
    server.server_close()


def test_a_get_has_its_fields_in_path_and_query_and_leaves_out_what_is_none(service):
    service.body = b"{}"
    with pytest.raises(Unavailable):
        AiClient(service.url, "token").ask(FindRule(item="a/b?c", region="kr"))
    assert service.seen == ("GET", "/internal/v1/rules/a%2Fb%3Fc?region=kr", None, "Bearer token")


def test_anything_else_has_a_body_of_the_fields_that_the_path_does_not_name(service):
    service.body = b'{"paused": {"ai": 7}, "of_a_later_version": 1}'
    answer = IndexClient(service.url, "token").ask(PauseLane(lane="ai", who="me"))
    assert answer == PausedLanes(paused={"ai": 7})
    assert service.seen == ("PUT", "/internal/v1/lanes/ai/pause", {"who": "me"}, "Bearer token")


def test_what_an_answer_does_not_say_has_its_default(service):
    service.body = b'{"items": []}'
    assert IndexClient(service.url, "token").ask(ListMedia(tenant_id="t")) == MediaPage(items=(), next_cursor=None)


@pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"[]", b"{}", b'{"items": [{"id": "med_a"}]}'])
def test_an_answer_that_can_not_be_read_is_a_service_that_does_not_answer(service, body):
    service.body = body
    with pytest.raises(Unavailable) as caught:
        IndexClient(service.url, "token").ask(ListMedia(tenant_id="t"))
    assert caught.value.dependency == "index"


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, NotFound), (409, Conflict), (400, BadInput), (422, BadInput), (401, Unavailable), (503, Unavailable)],
)
def test_a_refusal_is_an_error_of_its_kind_with_the_services_words(service, status, error):
    service.status, service.body = status, b'{"code": "a-code", "detail": "It says so.", "hint": "Do that."}'
    with pytest.raises(error, match=r"It says so\.") as caught:
        IndexClient(service.url, "token").ask(ListMedia(tenant_id="t"))
    if error is not Unavailable:
        assert (caught.value.code, caught.value.hint) == ("a-code", "Do that.")


def test_whoever_asks_too_soon_hears_for_how_long_to_wait(service):
    service.status, service.body = 429, b'{"code": "rate-limited", "detail": "A moment ago.", "hint": "Wait."}'
    service.retry_after = "7"
    with pytest.raises(RateLimited, match="A moment ago") as caught:
        IndexClient(service.url, "token").ask(ListMedia(tenant_id="t"))
    assert (caught.value.retry_after_seconds, caught.value.code) == (7, "rate-limited")


def test_a_refusal_without_a_problem_is_a_service_that_does_not_answer(service):
    service.status, service.body = 404, b"<html>nginx</html>"
    with pytest.raises(Unavailable):
        IndexClient(service.url, "token").ask(ListMedia(tenant_id="t"))
