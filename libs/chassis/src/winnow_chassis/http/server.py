"""Serves an HTTP API under gunicorn, configured here and not on gunicorn's command line."""

import logging
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.http import message
from gunicorn.workers.gthread import ThreadWorker

from winnow_chassis.http.refused_requests import code_of, send_refusal

_LOG = logging.getLogger(__name__)
REQUEST_LINE_BYTES = 16_384
"""The longest request line in bytes. A query of 1,000 characters of four bytes each takes 12,000 bytes in a URL."""


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Answers requests that gunicorn itself refuses in the same form as all others, instead of in HTML."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Log and answer an error outside of the application."""
        code, _ = code_of(exc)
        about = {"code": code, "address": addr[0] if addr else ""}
        if code == "internal":
            _LOG.error("A request failed in the server.", exc_info=exc, extra=about)
        else:
            _LOG.warning("A request was refused.", extra={**about, "detail": str(exc)[:200]})
        try:
            send_refusal(client, exc)
        except OSError:
            _LOG.info("A client closed its connection before its refusal was sent.", extra=about)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Serves with threads in ``processes`` processes on one address; ``run`` returns after a signal to stop.

    ``load`` makes the WSGI application in each process, after the fork, so that connections are not shared. ``more``
    are gunicorn's own settings, by its names.
    """

    def __init__(
        self, load: Callable[[], Any], *, host: str, port: int, threads: int, processes: int = 1, **more: Any
    ) -> None:
        self._load = load
        self._options = {
            "bind": f"{host}:{port}",
            "workers": processes,
            "worker_class": "winnow_chassis.http.server.Worker",
            "threads": threads,
            "timeout": 60,
            "graceful_timeout": 10,
            "limit_request_line": REQUEST_LINE_BYTES,
            # All services of one user would share its folder.
            "control_socket_disable": True,
            # The log is the chassis's JSON lines. A log configuration would send gunicorn's own lines to the root
            # logger.
            "loglevel": "warning",
            **more,
        }
        super().__init__()

    def load_config(self) -> None:
        """Pass our settings to gunicorn."""
        # Gunicorn limits a line to this constant of its own, or does not limit it at all.
        message.MAX_REQUEST_LINE = REQUEST_LINE_BYTES
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application, made in the process that serves it."""
        return self._load()
