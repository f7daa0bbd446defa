"""Starts index's internal API: ``winnow-index-api``."""

from collections.abc import Sequence

from flask import Flask

from winnow_base import logs, tracing
from winnow_base.environment import Environment
from winnow_base.http.server import Server
from winnow_chassis.composition import run_api_program
from winnow_index.api.app import create_app
from winnow_index.database import Database
from winnow_index.korean import Korean
from winnow_index.search.searcher import Searcher
from winnow_index.settings import IndexSettings, read_index_settings


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Exits with a message if the configuration is wrong."""
    about = "Answers searches and reads, for the services alone."
    run_api_program("winnow-index-api", about, _run, arguments, distribution="winnow-index")


def _run(environment: Environment) -> None:
    node = environment.text("WINNOW_NODE", "index-api")
    level = environment.text("WINNOW_LOG_LEVEL", "INFO")
    token = environment.secret("WINNOW_SERVICE_TOKEN")
    settings = read_index_settings(environment)
    logs.configure("index-api", node, level)

    def load() -> Flask:
        tracing.configure("index-api", node)
        return build_app(settings, token)

    Server(
        load,
        host=settings.api_host,
        port=settings.api_port,
        threads=settings.api_threads,
        processes=settings.api_processes,
    ).run()


def build_app(settings: IndexSettings, service_token: str) -> Flask:
    """The app, with its own connections to the database."""
    database, searches = (
        Database(
            settings.database_url,
            connections=connections,
            statement_seconds=settings.statement_seconds,
            application="winnow-index-api",
        )
        for connections in (settings.api_connections, settings.search_connections)
    )
    # Half of the threads are for everything else: workers ask here what to run.
    searcher = Searcher(searches, Korean(), settings.floors, most_at_once=max(1, settings.api_threads // 2))
    return create_app(
        database,
        searcher,
        service_token,
        settings.budgets,
        lease_seconds=settings.lease_seconds,
        zone=settings.zone,
    )


if __name__ == "__main__":
    main()
