"""The traceparent goes along with requests, threads and log lines, whether or not spans are exported."""

import json
import logging
import subprocess
import sys
import threading

import pytest
from flask import Flask

from winnow_base import tracing
from winnow_base.background import start_thread
from winnow_base.environment import Environment
from winnow_base.http import request_traces
from winnow_base.logs import JsonLines
from winnow_contracts import trace_context
from winnow_contracts.errors import Misconfigured

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def app():
    app = Flask("traced")
    request_traces.install(app, root=True)
    app.get("/seen")(trace_context.current)
    app.get("/healthz")(trace_context.current)
    return app


def test_a_request_runs_under_the_traceparent_that_it_brings(app):
    assert app.test_client().get("/seen", headers={"traceparent": GIVEN}).text == GIVEN
    assert trace_context.current() == ""


@pytest.mark.parametrize("given", [None, "", "00-0-0-01", GIVEN.replace("00-", "ff-"), f"00-{'0' * 32}-{'1' * 16}-01"])
def test_a_request_that_brings_none_or_a_wrong_one_gets_its_own(app, given):
    client, headers = app.test_client(), {} if given is None else {"traceparent": given}
    first, second = (client.get("/seen", headers=headers).text for _ in range(2))
    assert trace_context.checked(first) == first != given
    assert first != second


def test_an_internal_api_begins_no_trace_and_health_is_no_part_of_one(app):
    internal = Flask("internal")
    request_traces.install(internal, root=False)
    internal.get("/seen")(trace_context.current)
    assert internal.test_client().get("/seen").text == ""
    assert internal.test_client().get("/seen", headers={"traceparent": GIVEN}).text == GIVEN
    assert app.test_client().get("/healthz", headers={"traceparent": GIVEN}).text == ""


def test_a_log_line_carries_the_traceparent_of_what_wrote_it():
    record = logging.makeLogRecord({"levelname": "INFO", "msg": "It is done."})
    with trace_context.entered(GIVEN):
        assert json.loads(JsonLines("media", "media-1").format(record))["traceparent"] == GIVEN
    assert "traceparent" not in json.loads(JsonLines("media", "media-1").format(record))


def test_a_thread_that_a_task_starts_belongs_to_its_trace():
    seen, done = [], threading.Event()
    with trace_context.entered(GIVEN):
        start_thread("helper", "helps", lambda: (seen.append(trace_context.current()), done.set()))
    assert done.wait(10)
    assert seen == [GIVEN]


def test_without_an_endpoint_nothing_of_opentelemetry_is_imported():
    program = (
        "import sys; from winnow_base import tracing; tracing.configure('media', 'media-1');"
        "tracing.start('x', tracing.Kind.SERVER, '', root=True).end();"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    found = subprocess.run([sys.executable, "-c", program], env={}, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_an_endpoint_without_the_library_is_a_wrong_setting(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Misconfigured, match="OpenTelemetry is not installed"):
        tracing.configure("media", "media-1", Environment({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}))
