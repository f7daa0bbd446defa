"""Starts index's internal API: ``winnow-index-api``."""

import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from winnow_chassis import logs
from winnow_chassis.environment import Environment
from winnow_contracts.errors import Misconfigured
from winnow_index.api.app import create_app
from winnow_index.database import Database
from winnow_index.korean import Korean
from winnow_index.search import Searcher
from winnow_index.settings import IndexSettings, read_index_settings


class _Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn without its command line. Each process makes its own app, after the fork: connections are not shared."""

    def __init__(self, settings: IndexSettings, service_token: str) -> None:
        self._settings = settings
        self._service_token = service_token
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{self._settings.api_host}:{self._settings.api_port}",
            "workers": self._settings.api_processes,
            "worker_class": "gthread",
            "threads": self._settings.api_threads,
            "graceful_timeout": 10,
            "timeout": 60,
            # It would lie in a folder that all services of one user share.
            "control_socket_disable": True,
            # The chassis's JSON lines are the log; gunicorn's own handlers would print beside them.
            "logconfig_dict": {"version": 1, "disable_existing_loggers": False},
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        settings = self._settings
        database = Database(
            settings.database_url,
            connections=settings.api_threads,
            statement_seconds=settings.statement_seconds,
            application="winnow-index-api",
        )
        korean = Korean()
        searcher = Searcher(database, korean, settings.meaning_floor)
        return create_app(database, searcher, self._service_token, settings.budgets)


def main() -> None:
    """Serve until told to stop. Exits with a sentence where the process can not run as it is set up."""
    environment = Environment()
    node = environment.text("WINNOW_NODE", "index-api")
    level = environment.text("WINNOW_LOG_LEVEL", "INFO")
    token = environment.secret("WINNOW_SERVICE_TOKEN")
    try:
        settings = read_index_settings(environment)
    except Misconfigured as error:
        sys.exit(f"winnow-index-api can not run: {error.detail}. {error.hint}")
    logs.configure("index-api", node, level)
    _Server(settings, token).run()


if __name__ == "__main__":
    main()
