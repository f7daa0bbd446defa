"""The only module that uses OpenTelemetry: makes spans and exports them over OTLP/HTTP, in the background."""

from collections.abc import Mapping

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_INSTANCE_ID, SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from winnow_contracts.trace_context import HEADER

_PROPAGATOR = TraceContextTextMapPropagator()


class OtlpSpan:
    """A span of OpenTelemetry; see ``tracing.Span``."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier, trace.set_span_in_context(span, Context()))
        self.traceparent = carrier[HEADER]

    def note(self, name: str, value: str | int) -> None:
        """Record an attribute."""
        self._span.set_attribute(name, value)

    def fail(self, reason: str) -> None:
        """Mark it as failed."""
        self._span.set_status(trace.StatusCode.ERROR, reason)

    def end(self) -> None:
        """End it."""
        self._span.end()


class OtlpExporter:
    """Exports to ``endpoint``, the base address of a collector, such as ``http://127.0.0.1:4318``.

    Spans are dropped, with a warning in the log, while it does not answer. OpenTelemetry's own environment variables
    set headers, batches and samplers.
    """

    def __init__(self, service: str, node: str, endpoint: str) -> None:
        about = Resource.create({SERVICE_NAME: f"winnow-{service}", SERVICE_INSTANCE_ID: node})
        self._provider = TracerProvider(resource=about)
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("winnow")

    def start(self, name: str, kind: str, parent: str, attributes: Mapping[str, str | int]) -> OtlpSpan:
        """Start a span; the root of a new trace if ``parent`` is empty. ``kind`` is one of OpenTelemetry's names."""
        context = _PROPAGATOR.extract({HEADER: parent}, Context()) if parent else Context()
        return OtlpSpan(self._tracer.start_span(name, context, kind=trace.SpanKind[kind], attributes=dict(attributes)))

    def stop(self) -> None:
        """Export what has ended, then stop."""
        self._provider.shutdown()
