"""Serves an HTTP API under gunicorn, configured here and not on gunicorn's command line."""

import gc
import resource
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.http import message

from winnow_base.http.paced_socket import ClientLimits
from winnow_base.memory import return_freed_memory, trim_heap

REQUEST_LINE_BYTES = 16_384
"""The longest request line in bytes. A query of 1,000 characters of four bytes each takes 12,000 bytes in a URL."""


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Serves with threads in ``processes`` processes on one address; ``run`` returns after a signal to stop.

    ``load`` makes the WSGI application in each process, after the fork, so that connections are not shared. ``more``
    are gunicorn's own settings, by its names. ``limits`` says how long a client is waited for, and ``open_requests``
    how many a process may have that hold no thread: detached answers and pauses.
    """

    def __init__(
        self,
        load: Callable[[], Any],
        *,
        host: str,
        port: int,
        threads: int,
        processes: int = 1,
        open_requests: int = 0,
        limits: ClientLimits | None = None,
        **more: Any,
    ) -> None:
        self._load = load
        self.limits = limits or ClientLimits()
        self._options = {
            "bind": f"{host}:{port}",
            "workers": processes,
            "worker_class": "winnow_base.http.server_worker.Worker",
            "threads": threads,
            # Beyond these the connection that has waited for longest is closed for a new one.
            "worker_connections": threads + open_requests + 512,
            # Every byte leaves by the socket's own sendall, which has a limit.
            "sendfile": False,
            # How long a process may be silent, not a request.
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

    def run(self) -> None:
        """Serve until a signal to stop, with as many open files as the system allows: often it gives 1,024 at first."""
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        return_freed_memory()
        # What is imported by now lives for ever. A garbage collection in a process would only copy the pages it shares.
        gc.collect()
        gc.freeze()
        trim_heap()
        super().run()

    def load_config(self) -> None:
        """Pass our settings to gunicorn."""
        # Gunicorn limits a line to this constant of its own, or does not limit it at all.
        message.MAX_REQUEST_LINE = REQUEST_LINE_BYTES
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application, made in the process that serves it."""
        return self._load()
