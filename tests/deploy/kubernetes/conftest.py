"""Renders each variant of deploy/k8s once."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import yaml

from .manifests import FOLDER, Manifests, render


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Manifests]:
    """The manifests of a variant: an overlay, or ``keda``, which is the base with KEDA in the autoscaler's place."""

    @cache
    def variant(name: str) -> Manifests:
        folder = FOLDER / "overlays" / name
        if name == "keda":
            folder = tmp_path_factory.mktemp("keda")
            parts = {"base": "resources", "components/keda": "components", "components/monitoring": "components"}
            kustomization: dict[str, object] = {"kind": "Kustomization", "namespace": "winnow"}
            for part, kind in parts.items():
                kustomization.setdefault(kind, []).append(os.path.relpath(FOLDER / part, folder))  # type: ignore[attr-defined]
            Path(folder / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
        return Manifests(variant=name, documents=render(folder))

    return variant
