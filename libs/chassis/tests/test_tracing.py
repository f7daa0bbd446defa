"""One tree of spans, from an HTTP request through the broker's messages to the store, as a collector gets it."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from winnow_base import tracing
from winnow_base.environment import Environment
from winnow_base.http import request_traces
from winnow_base.objects.s3 import S3ObjectStore
from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_chassis.outbox.submission_journal import JournalSubmissions
from winnow_contracts.errors import Temporary
from winnow_harness.fixtures.nodes import ACCEPTED, BrokerView, Nodes, envelope, settings, wait_for

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@dataclass
class Collector:
    """A collector of OTLP over HTTP: keeps the spans it gets."""

    url: str = ""
    spans: list = field(default_factory=list)

    def named(self, name):
        return [span for span in self.spans if span.name == name]


@pytest.fixture
def collector():
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            assert self.path == "/v1/traces"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                collector.spans += [span for scope in resource.scope_spans for span in scope.spans]
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    collector.url = f"http://127.0.0.1:{server.server_port}"
    tracing.configure("test", "test-1", Environment({"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}))
    yield collector
    tracing.stop()
    server.shutdown()
    server.server_close()


def test_a_request_its_messages_and_the_last_store_are_one_tree(collector, amqp_url, s3, tmp_path):
    BrokerView(amqp_url).clean()
    objects = S3ObjectStore(
        endpoint=s3.endpoint,
        access_key=s3.access_key,
        secret_key=s3.secret_key,
        bucket=s3.bucket,
        region=s3.region,
        secure=False,
    )
    gateway = OutboxRuntime(settings(amqp_url, tmp_path, "gateway"), exclusive=False)
    gateway.start()
    nodes = Nodes(amqp_url, tmp_path)
    failed, stored = [], threading.Event()

    def actor(task, command):
        if command.filename == "first":
            task.send(envelope("last").command)
        elif not failed:
            failed.append(1)
            raise Temporary("it fails once")
        else:
            objects.put_bytes("traced", b"1", "text/plain")
            stored.set()

    app = Flask("gateway")
    request_traces.install(app, root=True)

    @app.post("/v1/media")
    def accept():
        JournalSubmissions(gateway, objects).accept(envelope("first").command, ACCEPTED)
        return "", 202

    try:
        node = nodes.start(actor)
        wait_for(lambda: gateway.publisher.connected)
        headers = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
        assert app.test_client().post("/v1/media", headers=headers).status_code == 202
        assert stored.wait(60)
        wait_for(lambda: node.outbox.journal.unconfirmed(10) == [])
    finally:
        nodes.close()
        gateway.stop()
    tracing.stop()  # exports what has ended

    spans = [span for span in collector.spans if span.trace_id.hex() == TRACE]
    (request,) = collector.named("POST /v1/media")
    assert request.parent_span_id.hex() == CALLER
    known = {span.span_id for span in spans}
    assert [span.name for span in spans if span.parent_span_id not in known] == ["POST /v1/media"]
    attempts = sorted(collector.named("media.examine"), key=lambda span: span.start_time_unix_nano)
    assert len(attempts) == 3
    first, failing, last = attempts
    assert first.parent_span_id == request.span_id
    assert failing.parent_span_id == last.parent_span_id == first.span_id
    assert [span.status.code for span in attempts] == [0, 2, 0]
    assert last.span_id in {span.parent_span_id for span in collector.named("object store")}
    assert {span.parent_span_id for span in collector.named("publish media.examine")} == {
        request.span_id,
        first.span_id,
    }
