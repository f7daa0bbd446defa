"""Serves an HTTP API under gunicorn, set up here and not by gunicorn's command line."""

import logging
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.http import message
from gunicorn.workers.gthread import ThreadWorker

from winnow_chassis.http.refused_requests import code_of, send_refusal

_LOG = logging.getLogger(__name__)
REQUEST_LINE_BYTES = 16_384
"""A query of 1,000 characters is 12,000 bytes in an address where each takes four bytes in UTF-8."""


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Answers what never becomes a request in the same form as everything else, instead of gunicorn's HTML."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Log and answer what went wrong before or behind the application."""
        code, _ = code_of(exc)
        about = {"code": code, "address": addr[0] if addr else ""}
        if code == "internal":
            _LOG.error("A request failed in the server.", exc_info=exc, extra=about)
        else:
            _LOG.warning("A request was refused.", extra={**about, "detail": str(exc)[:200]})
        try:
            send_refusal(client, exc)
        except OSError:
            _LOG.info("A refused client is gone.", extra=about)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Threads in ``processes`` processes on one address; ``run`` returns when it was told to stop.

    ``load`` makes the WSGI application in each process, after the fork: connections are not shared. ``more`` are
    gunicorn's own settings, by its names.
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
            # It would lie in a folder that all services of one user share.
            "control_socket_disable": True,
            # The chassis's JSON lines are the log. A log configuration would give gunicorn's own to the root logger.
            "loglevel": "warning",
            **more,
        }
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what we want of it."""
        # It takes no longer line than this constant of its own, or one without any limit.
        message.MAX_REQUEST_LINE = REQUEST_LINE_BYTES
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, in a process that serves it."""
        return self._load()
