"""Ways to break manifests on purpose, one fault at a time."""

from collections.abc import Callable
from dataclasses import dataclass

from .manifests import Document, Manifests, container, name_of, pod

Change = Callable[[Manifests], object]


@dataclass(frozen=True, kw_only=True)
class Break:
    """``change`` breaks the manifests of a ``variant`` so that ``rule`` is no longer kept."""

    rule: str
    what: str
    change: Change
    variant: str = "production"


def in_pods(name: str, path: str, value: object) -> Change:
    """Sets what is at a path of a workload's pods: ``0`` is the first of a list, None takes the entry away."""

    def change(manifests: Manifests) -> None:
        [workload] = [one for one in manifests.workloads if name_of(one) == name]
        put(pod(workload), path, value)

    return change


def put(where: Document, path: str, value: object) -> None:
    """Sets the entry at a path, or takes it away where the value is None."""
    # A ``~`` stands for the slash inside a name.
    *way, last = [int(part) if part.isdigit() else part.replace("~", "/") for part in path.split("/")]
    for part in way:
        where = where[part]  # type: ignore[index]
    if value is None:
        del where[last]  # type: ignore[arg-type]
    else:
        where[last] = value  # type: ignore[index]


def in_document(kind: str, name: str, path: str, value: object) -> Change:
    """Sets what is at a path of a document, or takes it away: see ``in_pods``."""
    return lambda manifests: put(manifests.named(kind, name), path, value)


def without(kind: str, name: str) -> Change:
    """Takes a document away."""
    return lambda manifests: manifests.documents.remove(manifests.named(kind, name))


def with_variable(name: str, variable: str, value: str) -> Change:
    """Gives a node one variable more."""
    return lambda manifests: container(manifests.named("StatefulSet", name))["env"].append(
        {"name": variable, "value": value}
    )


def with_secret(name: str, secret: str) -> Change:
    """Mounts one secret more in a workload's pods."""

    def change(manifests: Manifests) -> None:
        [workload] = [one for one in manifests.ours if name_of(one) == name]
        pod(workload)["volumes"].append({"name": "more", "secret": {"secretName": secret}})
        container(workload)["volumeMounts"].append({"name": "more", "mountPath": "/run/secrets/more"})

    return change


def with_setting(prefix: str, name: str, value: str | None) -> Change:
    """Changes a setting in the ConfigMap whose name begins so, or takes it away."""

    def change(manifests: Manifests) -> None:
        [data] = [one["data"] for one in manifests.of("ConfigMap") if name_of(one).startswith(f"{prefix}-")]
        put(data, name, value)

    return change


def with_egress(name: str, rule: Document) -> Change:
    """Lets the pods of a policy go to one place more."""
    return lambda manifests: manifests.named("NetworkPolicy", name)["spec"].setdefault("egress", []).append(rule)


def both(*changes: Change) -> Change:
    """One change after the other: a connection needs both sides."""

    def change(manifests: Manifests) -> None:
        for one in changes:
            one(manifests)

    return change
