"""Stands in for index and ai over HTTP, and answers only what their contracts allow."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from winnow_contracts import ai_api, index_api
from winnow_contracts.json_codec import from_json, to_json
from winnow_contracts.problems import PROBLEMS

_REQUESTS = (*index_api.REQUESTS, *ai_api.REQUESTS)


@dataclass
class StandIn:
    """Index and ai as one small real HTTP server: answers by path, or by method and path, and records every request."""

    answers: dict[str, Any] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    down: bool = False
    url: str = ""

    def __call__(self, environ: Any, start: Any) -> Any:
        request = Request(environ)
        body = dict(request.args) if request.method == "GET" else json.loads(request.get_data() or b"{}")
        self.seen.append((request.path, body))
        assert request.headers["Authorization"] == "Bearer service-token"
        answer = self.answers.get(f"{request.method} {request.path}", self.answers.get(request.path, "not-found"))
        if self.down:
            answer = "unavailable"
        if callable(answer):
            answer = answer(body)
        status = PROBLEMS[answer].status if isinstance(answer, str) else 200
        if isinstance(answer, str):
            value = {"code": answer, "detail": "It says so."}
        else:
            value = answer
            check_answer(request.method, request.path, value)
        return Response(json.dumps(value), status, mimetype="application/json")(environ, start)

    def asked(self, path: str) -> list[dict[str, Any]]:
        return [body for seen, body in self.seen if seen == path]


def serve(app: Any) -> Iterator[str]:
    """Serves the app on a port of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def check_answer(method: str, path: str, value: Any) -> None:
    """Fails unless ``value`` is what the contract has for the URL; a key that the contract does not know fails too."""
    kinds = [
        request.answer_type()
        for request in _REQUESTS
        if request.ROUTE.method == method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", request.ROUTE.path), path)
    ]
    assert kinds, f"no route of the contract is {method} {path}"
    assert any(_covers(to_json(from_json(kind, value)), value) for kind in kinds), (method, path, value)


def _covers(read: Any, value: Any) -> bool:
    """Whether parsing used everything in ``value``."""
    if isinstance(value, dict):
        return isinstance(read, dict) and all(name in read and _covers(read[name], one) for name, one in value.items())
    if isinstance(value, (list, tuple)):
        return len(read) == len(value) and all(_covers(*pair) for pair in zip(read, value, strict=True))
    return bool(read == value)
