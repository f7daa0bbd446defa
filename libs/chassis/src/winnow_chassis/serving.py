"""Serves an HTTP API under gunicorn, set up here and not by gunicorn's command line."""

from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication


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
            "worker_class": "gthread",
            "threads": threads,
            "timeout": 60,
            "graceful_timeout": 10,
            # It would lie in a folder that all services of one user share.
            "control_socket_disable": True,
            # The chassis's JSON lines are the log. A log configuration would give gunicorn's own to the root logger.
            "loglevel": "warning",
            **more,
        }
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what we want of it."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, in a process that serves it."""
        return self._load()
