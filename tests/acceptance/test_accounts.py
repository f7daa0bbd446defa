"""An account from its invitation to a lost index, at two gateways: what one of them ends, the other refuses."""

import contextlib
import http.client
import json
import time
from urllib.parse import urlsplit

import pytest

PASSWORD = "four words of mine"
JSON = {"Content-Type": "application/json"}


class Browser:
    """Keeps one cookie and the session's token, and asks any gateway with them."""

    def __init__(self):
        self._cookie = ""
        self._csrf = ""

    def ask(self, method, url, path, value=None):
        """Returns the status and the JSON of the answer."""
        headers = {**JSON, "X-CSRF-Token": self._csrf, **({"Cookie": self._cookie} if self._cookie else {})}
        with contextlib.closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)) as connection:
            connection.request(method, path, None if value is None else json.dumps(value), headers)
            answer = connection.getresponse()
            data = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            if cookie.startswith("winnow_session=wses_"):
                self._cookie = cookie.partition(";")[0]
        return answer.status, json.loads(data or b"null")

    def sign_in(self, url, **given):
        status, shown = self.ask("POST", url, "/v1/session", given)
        assert status == 200, shown
        self._csrf = shown["csrf"]
        return shown["account"]


@pytest.fixture
def gateways(nodes):
    """The addresses of two gateways: two processes, index is shared, journals and secrets are not."""
    another, url = nodes.another_gateway("gateway-of-accounts")
    another.start()
    yield nodes.gateway_url, url
    another.stop()


def within(seconds, asked, wanted):
    """Waits until ``asked()`` is ``wanted``, for so long at most. Returns the seconds."""
    began = time.monotonic()
    while (found := asked()) != wanted:
        assert time.monotonic() - began < seconds, found
        time.sleep(0.2)
    return time.monotonic() - began


def test_a_session_is_one_at_all_gateways_and_ends_at_all(nodes, nodes_api, gateways):
    here, there = gateways
    made = nodes_api.post("/v1/ops/accounts", {"name": "mina@example.org", "role": "writer"})
    assert made.status == 201, made.data
    link = made.json()["link"].partition("=")[2]
    phone, desk = Browser(), Browser()
    account = phone.sign_in(here, link=link, password=PASSWORD)
    desk.sign_in(there, name="Mina@example.org", password=PASSWORD)
    assert phone.ask("POST", here, "/v1/session", {"link": link, "password": PASSWORD})[0] == 401

    # A cookie of one gateway is good at the other, and so is its token for unsafe requests.
    assert phone.ask("GET", there, "/v1/jobs")[0] == 200
    devices = desk.ask("GET", here, "/v1/account/sessions")[1]["items"]
    assert len(devices) == 2
    (other,) = (one["session_id"] for one in devices if one["session_id"] == account["session_id"])
    assert desk.ask("DELETE", here, f"/v1/account/sessions/{other}") == (200, {"ended": 1})
    within(7, lambda: [phone.ask("GET", url, "/v1/jobs")[0] for url in gateways], [401, 401])

    nodes.stop_part("index-api")
    try:
        time.sleep(6)
        assert desk.ask("GET", here, "/v1/session")[0] == 200, "who was signed in goes on reading"
        status, problem = desk.ask("DELETE", here, "/v1/account/sessions")
        assert (status, problem["code"]) == (503, "unavailable")
        assert phone.ask("POST", there, "/v1/session", {"name": "mina@example.org", "password": PASSWORD})[0] == 503
    finally:
        nodes.start_part("index-api")
    within(60, lambda: desk.ask("GET", here, "/v1/jobs")[0], 200)

    change = {"present": PASSWORD, "wanted": "entirely new words"}
    phone.sign_in(there, name="mina@example.org", password=PASSWORD)
    assert phone.ask("PUT", there, "/v1/account/password", change)[0] == 204
    within(7, lambda: [desk.ask("GET", url, "/v1/jobs")[0] for url in gateways], [401, 401])
    assert phone.ask("GET", here, "/v1/jobs")[0] == 200
