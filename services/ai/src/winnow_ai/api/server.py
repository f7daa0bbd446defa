"""Starts the ai service's internal API: ``winnow-ai-api``."""

import sys
from dataclasses import replace
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from winnow_ai.api.app import create_app
from winnow_ai.api.queries import QueryVectors
from winnow_ai.endpoint import Endpoint
from winnow_ai.rules.book import RuleBook
from winnow_ai.settings import AiSettings, read_ai_settings
from winnow_chassis import logs, metrics
from winnow_chassis.environment import Environment
from winnow_contracts.errors import Misconfigured


class _Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn without its command line: one process, because queries are remembered in its memory, and threads."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self._app = app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


def main() -> None:
    """Serve until told to stop. Exits with a sentence where the process can not run as it is set up."""
    environment = Environment()
    node = environment.text("WINNOW_NODE", "ai-api")
    level = environment.text("WINNOW_LOG_LEVEL", "INFO")
    token = environment.secret("WINNOW_SERVICE_TOKEN")
    try:
        settings = read_ai_settings(environment)
        rules = RuleBook(settings.photos.rules_dir)
    except Misconfigured as error:
        sys.exit(f"winnow-ai-api can not run: {error.detail}. {error.hint}")
    logs.configure("ai-api", node, level)
    serve(settings, rules, token)


def serve(settings: AiSettings, rules: RuleBook, service_token: str) -> None:
    """Serve on the host and port of ``settings``."""
    patience = replace(settings.endpoint, embedding_timeout_seconds=settings.query_timeout_seconds)
    endpoint = Endpoint(patience, lambda model, outcome: metrics.AI_CALLS.labels(model, outcome).inc())
    endpoint.load()  # nobody's first search is to wait for it
    app = create_app(
        embedder=QueryVectors(endpoint, settings.query_cache_entries),
        model=settings.endpoint.embedding_model,
        dimensions=settings.endpoint.embedding_dimensions,
        probe=endpoint.probe,
        rules=rules,
        service_token=service_token,
    )
    options = {
        "bind": f"{settings.api_host}:{settings.api_port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": settings.api_threads,
        "graceful_timeout": 20,
        "timeout": 60,
        # It would lie in a folder that all services of one user share.
        "control_socket_disable": True,
        # The chassis's JSON lines are the log; gunicorn's own handlers would print beside them.
        "logconfig_dict": {"version": 1, "disable_existing_loggers": False},
    }
    _Server(app, options).run()


if __name__ == "__main__":
    main()
