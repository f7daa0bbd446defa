"""Runs the endpoint under gunicorn, ``python -m winnow_models.server``; speech has a separate process."""

import os
import sys

from flask import Flask

from winnow_base.http.server import Server
from winnow_contracts.errors import WinnowError
from winnow_models import head_card, whisper
from winnow_models.app import create_app
from winnow_models.downloads import HubFiles
from winnow_models.efficientnet import Network
from winnow_models.efficientnet_file import network_file
from winnow_models.embeddings import Embedder
from winnow_models.settings import ModelsSettings, read_models_settings
from winnow_models.waste import WasteModel
from winnow_models.waste_head import packaged_head
from winnow_models.weights import fetch
from winnow_models.whisper import Whisper

_REQUEST_THREADS = 16  # more than all models have places, so that an excess call is refused at once


def build_app(settings: ModelsSettings) -> Flask:
    """Returns the application that ``settings`` describe; no model is loaded yet."""
    hub = HubFiles(base_url=settings.hub_url) if settings.hub_url else None
    threads, idle_seconds = settings.threads, settings.idle_minutes * 60
    speech = Whisper(
        lambda: fetch(whisper.MODEL_ID, settings.folder, _say, hub), cores=threads, idle_seconds=idle_seconds
    )
    network = Network(lambda: network_file(settings.folder, _say, hub), threads=threads, idle_seconds=idle_seconds)
    waste = WasteModel(network=network, head=packaged_head(), threshold=head_card.threshold())
    embedder = Embedder(threads=threads, idle_seconds=idle_seconds)
    return create_app(speech=speech, embedder=embedder, waste=waste, api_key=settings.api_key)


def main() -> None:
    """Serves until SIGTERM; exits 1 with one sentence if a setting is missing or bad."""
    try:
        settings = read_models_settings()
    except WinnowError as error:
        sys.exit(f"{error.detail}. {error.hint}")
    os.environ["HF_HUB_OFFLINE"] = "1"  # the engine must not download models elsewhere by itself
    app = build_app(settings)
    Server(
        lambda: app,
        host=settings.host,
        port=settings.port,
        threads=_REQUEST_THREADS,
        timeout=120,
        proc_name="winnow-models",
    ).run()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
