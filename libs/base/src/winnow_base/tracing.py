"""Spans, exported by OpenTelemetry where an endpoint is set. Elsewhere only the traceparent goes along."""

import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from types import MappingProxyType
from typing import Protocol

from winnow_base.environment import Environment
from winnow_contracts import trace_context
from winnow_contracts.errors import Misconfigured
from winnow_contracts.identity import new_traceparent

Attributes = Mapping[str, str | int]
NONE: Attributes = MappingProxyType({})


class Kind(Enum):
    """A span's kind, by OpenTelemetry's names."""

    SERVER = "SERVER"
    CLIENT = "CLIENT"
    PRODUCER = "PRODUCER"
    CONSUMER = "CONSUMER"


class Span(Protocol):
    """One piece of work in a trace. ``traceparent`` names it as the parent of what follows."""

    @property
    def traceparent(self) -> str:
        """Its traceparent; its parent's if nothing is exported."""

    def note(self, name: str, value: str | int) -> None:
        """Record an attribute."""

    def fail(self, reason: str) -> None:
        """Mark it as failed."""

    def end(self) -> None:
        """End it. It is exported in the background."""


class Exporter(Protocol):
    """Makes spans and exports them."""

    def start(self, name: str, kind: str, parent: str, attributes: Attributes) -> Span:
        """Start a span; the root of a new trace if ``parent`` is empty. ``kind`` is one of OpenTelemetry's names."""

    def stop(self) -> None:
        """Export what has ended, then stop."""


class _NoSpan:
    """Stands where nothing is exported."""

    def __init__(self, traceparent: str) -> None:
        self.traceparent = traceparent

    def note(self, name: str, value: str | int) -> None:
        pass

    def fail(self, reason: str) -> None:
        pass

    def end(self) -> None:
        pass


_exporter: Exporter | None = None


def configure(service: str, node: str, environment: Environment | None = None) -> None:
    """Export this process's spans over OTLP/HTTP if ``OTEL_EXPORTER_OTLP_ENDPOINT`` is set; import nothing otherwise.

    It starts a thread, so it is called after a fork. Raises Misconfigured if OpenTelemetry is not installed.
    """
    global _exporter
    endpoint = (environment or Environment()).text("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    if not endpoint:
        return
    if importlib.util.find_spec("opentelemetry") is None:
        raise Misconfigured(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed",
            hint="Install the extra otel of the service's package, or unset it.",
        )
    from winnow_base.otlp import OtlpExporter  # imported here: most processes do without

    _exporter = OtlpExporter(service, node, endpoint)


def stop() -> None:
    """Export what has ended, and stop exporting."""
    global _exporter
    if _exporter is not None:
        _exporter.stop()
        _exporter = None


def start(name: str, kind: Kind, parent: str, *, root: bool = False, attributes: Attributes = NONE) -> Span:
    """Start a span below ``parent``; end it yourself. Without a parent only a ``root`` is exported."""
    if _exporter is None or not (parent or root):
        return _NoSpan(parent)
    return _exporter.start(name, kind.value, parent, attributes)


@contextmanager
def span(name: str, kind: Kind, parent: str, *, root: bool = False, attributes: Attributes = NONE) -> Iterator[Span]:
    """A span of the block, and the current traceparent while it runs. An exception marks it as failed.

    Without a parent a ``root`` begins a new trace.
    """
    one = start(name, kind, parent, root=root, attributes=attributes)
    traceparent = one.traceparent or (new_traceparent() if root else "")
    with _ended(one), trace_context.entered(traceparent):
        yield one


@contextmanager
def call(name: str, attributes: Attributes = NONE) -> Iterator[Span]:
    """A span of a call to something outside, below what runs now. The block's own current traceparent stays."""
    with _ended(start(name, Kind.CLIENT, trace_context.current(), attributes=attributes)) as one:
        yield one


@contextmanager
def _ended(one: Span) -> Iterator[Span]:
    try:
        yield one
    except BaseException as error:
        one.fail(type(error).__name__)
        raise
    finally:
        one.end()
