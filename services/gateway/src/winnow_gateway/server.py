"""``winnow-gateway``: runs the app with its real components under gunicorn."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask

from winnow_base import logs, tracing
from winnow_base.environment import Environment
from winnow_base.http.server import Server
from winnow_base.http.server_worker import Worker
from winnow_chassis.composition import run_api_program
from winnow_gateway.settings import GatewaySettings, read_settings


class GatewayWorker(Worker):
    """A worker process that on a stop signal first ends its event streams, and stops its components after the last
    request.
    """

    def run(self) -> None:
        """Serves until a stop signal."""
        try:
            super().run()
        finally:
            self.app.stop()

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Begins to stop."""
        self.app.release()
        super().handle_exit(sig, frame)


class GatewayServer(Server):
    """The gunicorn server. Each process builds its own components after the fork, and is told when to stop them."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._running: Any = None
        self._metrics_dir = settings.chassis.data_dir / "metrics"
        super().__init__(
            self._start,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            processes=settings.processes,
            open_requests=settings.open_answers + settings.open_uploads,
            limits=settings.limits,
            worker_class="winnow_gateway.server.GatewayWorker",
            keepalive=15,
            worker_tmp_dir=str(settings.chassis.data_dir),
            child_exit=lambda server, worker: _forget_process(self._metrics_dir, worker.pid),
        )

    def share_metrics(self) -> None:
        """Sums the metrics of all processes. prometheus_client needs a fresh folder, named before its first import."""
        shutil.rmtree(self._metrics_dir, ignore_errors=True)
        self._metrics_dir.mkdir(mode=0o700)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(self._metrics_dir)

    def _start(self) -> Flask:
        from winnow_gateway.components import Components

        tracing.configure("gateway", self._settings.chassis.node)
        self._running = Components(self._settings)
        app: Flask = self._running.start()
        return app

    def release(self) -> None:
        """Ends event streams."""
        if self._running is not None:
            self._running.release()

    def stop(self) -> None:
        """Stops the components."""
        if self._running is not None:
            self._running.stop()
        tracing.stop()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serves until SIGTERM. Exits with one sentence if the configuration does not allow it to run."""
    run_api_program("winnow-gateway", "Serves API and web app.", _run, arguments, distribution="winnow-gateway")


def _run(environment: Environment) -> None:
    settings = read_settings(environment)
    logs.configure("gateway", settings.chassis.node, settings.chassis.log_level)
    settings.chassis.data_dir.mkdir(parents=True, exist_ok=True)
    server = GatewayServer(settings)
    server.share_metrics()
    import winnow_gateway.components  # noqa: F401 - once, before the fork: all processes share its 30 MB

    server.run()


def _forget_process(folder: Path, pid: int) -> None:
    """Drops the gauges of a process that ended, if metrics are shared."""
    if folder.is_dir():
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
