"""Whether a document is one that Kubernetes, KEDA and Prometheus's operator know, to the last field."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any
from unittest import mock

import kubernetes_validate
import pydantic
from kubernetes_validate import utils

from .manifests import Document, name_of

MODELS = {
    "keda.sh/v1alpha1": "cloudcoil.models.keda.v1alpha1",
    "monitoring.coreos.com/v1": "cloudcoil.models.prometheus_operator.v1",
}
"""Models that were made of the custom resource definitions, with the API's names as aliases."""


_read_once = cache(utils.schema_contents)
"""The package reads all definitions of a version anew for each document."""


def schema_faults(documents: list[Document], version: str) -> Iterator[str]:
    """A sentence for each document that this version of Kubernetes would refuse; unknown fields are refused, too."""
    for document in documents:
        about = f"{document['kind']} {name_of(document)}"
        if document["apiVersion"] in MODELS:
            yield from (f"{about}: {fault}" for fault in _model_faults(document))
            continue
        try:
            with mock.patch.object(utils, "schema_contents", _read_once):
                kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            yield f"{about}: {'/'.join(map(str, error.absolute_path))}: {error.message}"


def _model_faults(document: Document) -> Iterator[str]:
    model: Any = getattr(import_module(MODELS[document["apiVersion"]]), document["kind"])
    try:
        read = model.model_validate(document)
    except pydantic.ValidationError as error:
        yield str(error)
        return
    # The models leave out what they do not know.
    yield from _unread(document, read.model_dump(by_alias=True, exclude_unset=True, mode="json"), "")


def _unread(given: Any, read: Any, path: str) -> Iterator[str]:
    if isinstance(given, dict):
        for key in given:
            if not isinstance(read, dict) or key not in read:
                yield f"{path}/{key} is not known"
            else:
                yield from _unread(given[key], read[key], f"{path}/{key}")
    elif isinstance(given, list):
        for place, (one, other) in enumerate(zip(given, read, strict=True)):
            yield from _unread(one, other, f"{path}/{place}")
