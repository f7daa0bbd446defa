"""``/docs``: the API's reference, made from the OpenAPI document that the gateway serves. It needs no key."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from flask import Blueprint, current_app, render_template

from winnow_gateway.app import DOCUMENT

_CHAPTERS = (
    ("Recordings", ("/v1/media", "/v1/search")),
    ("Jobs", ("/v1/jobs", "/v1/batches")),
    ("Photos", ("/v1/photos", "/v1/feedback", "/v1/rules")),
    ("Operators", ("/v1/ops",)),
)
_REST = "The rest"


def add_pages(blueprint: Blueprint) -> None:
    """Adds ``/docs``."""

    @blueprint.get("/docs")
    def docs() -> str:
        document: Mapping[str, Any] = current_app.extensions[DOCUMENT]
        schemas = sorted(document["components"]["schemas"].items())
        return render_template("web/api.html", info=document["info"], chapters=_chapters(document), schemas=schemas)


def _chapters(document: Mapping[str, Any]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The operations by chapter, in the document's order."""
    names = [*(name for name, _ in _CHAPTERS), _REST]
    found = sorted(_operations(document), key=lambda one: names.index(_chapter(one["path"])))
    return [(name, list(those)) for name, those in groupby(found, key=lambda one: _chapter(one["path"]))]


def _operations(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield {**operation, "method": method.upper(), "path": path}


def _chapter(path: str) -> str:
    return next((name for name, prefixes in _CHAPTERS if path.startswith(prefixes)), _REST)
