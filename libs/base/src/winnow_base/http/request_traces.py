"""Traces the requests of a Flask app: each runs under the traceparent that it brings, or one of its own."""

from contextlib import ExitStack

from flask import Flask, Response, g, request

from winnow_base import tracing
from winnow_contracts import trace_context

_UNTRACED = frozenset(("/healthz", "/readyz", "/metrics"))


def install(app: Flask, *, root: bool) -> None:
    """Trace the requests of ``app``. With ``root`` one that brings no traceparent begins a trace."""

    @app.before_request
    def begin() -> None:
        if request.path in _UNTRACED:
            return
        route = request.url_rule.rule if request.url_rule else "none"
        g.trace = ExitStack()
        g.span = g.trace.enter_context(
            tracing.span(
                f"{request.method} {route}",
                tracing.Kind.SERVER,
                trace_context.checked(request.headers.get(trace_context.HEADER, "")),
                root=root,
                attributes={"http.request.method": request.method, "http.route": route},
            )
        )

    @app.after_request
    def note(response: Response) -> Response:
        if "span" in g:
            g.span.note("http.response.status_code", response.status_code)
            if response.status_code >= 500:
                g.span.fail(str(response.status_code))
        return response

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        if "trace" in g:
            g.pop("trace").close()
