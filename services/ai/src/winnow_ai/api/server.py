"""Starts the ai service's internal API: ``winnow-ai-api``."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Flask

from winnow_ai.api.app import create_app
from winnow_ai.api.queries import QueryVectors
from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.rules.book import RuleBook
from winnow_ai.settings import AiSettings, read_ai_settings
from winnow_base import logs, metrics, tracing
from winnow_base.environment import Environment
from winnow_base.http.server import Server
from winnow_chassis.composition import run_api_program


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Exits with a message if the configuration is wrong."""
    about = "Embeds queries and tells disposal rules, for the services alone."
    run_api_program("winnow-ai-api", about, _run, arguments, distribution="winnow-ai")


def _run(environment: Environment) -> None:
    node = environment.text("WINNOW_NODE", "ai-api")
    level = environment.text("WINNOW_LOG_LEVEL", "INFO")
    token = environment.secret("WINNOW_SERVICE_TOKEN")
    settings = read_ai_settings(environment)
    rules = RuleBook(settings.photos.rules_dir)
    logs.configure("ai-api", node, level)
    serve(settings, rules, token, node)


def serve(settings: AiSettings, rules: RuleBook, service_token: str, node: str) -> None:
    """Serve on the host and port of ``settings``."""
    patience = replace(settings.endpoint, embedding_timeout_seconds=settings.query_timeout_seconds)
    endpoint = Endpoint(patience, lambda model, outcome: metrics.AI_CALLS.labels(model, outcome).inc())
    endpoint.load()  # so that the first search does not wait for it
    app = create_app(
        embedder=QueryVectors(endpoint, settings.query_cache_entries, settings.endpoint.embedding_query_prefix),
        generation=settings.endpoint.generation,
        dimensions=settings.endpoint.embedding_dimensions,
        probe=endpoint.probe,
        rules=rules,
        service_token=service_token,
    )

    def load() -> Flask:
        tracing.configure("ai-api", node)
        return app

    # One process, because the cache of query vectors is in its memory.
    Server(
        load, host=settings.api_host, port=settings.api_port, threads=settings.api_threads, graceful_timeout=20
    ).run()


if __name__ == "__main__":
    main()
