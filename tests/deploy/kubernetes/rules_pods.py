"""What every pod is: restricted, probed, bounded, spread, and patient at its end."""

import re
from collections.abc import Iterator

from winnow_chassis.worker.lane_worker import _DRAIN_MS

from .manifests import (
    ROOT,
    Document,
    Manifests,
    command,
    component,
    container,
    image_variables,
    name_of,
    pod,
    pod_labels,
    selects,
)

PLANNED = {"requests": {"cpu": "1", "memory": "2Gi"}, "limits": {"cpu": "2", "memory": "4Gi"}}
VOLUMES = {"configMap", "secret", "emptyDir", "projected", "persistentVolumeClaim", "downwardAPI", "csi", "ephemeral"}


def every_pod_is_restricted(manifests: Manifests) -> Iterator[str]:
    """The Pod Security standard "restricted", for each container, and the namespace that enforces it."""
    labels = manifests.named("Namespace", "winnow")["metadata"]["labels"]
    if labels.get("pod-security.kubernetes.io/enforce") != "restricted":
        yield "the namespace does not enforce it"
    for workload in manifests.workloads:
        spec = pod(workload)
        whole = spec.get("securityContext", {})
        if spec.keys() & {"hostNetwork", "hostPID", "hostIPC"}:
            yield f"{name_of(workload)} shares a namespace of its machine"
        if whole.get("runAsNonRoot") is not True or not whole.get("runAsUser"):
            yield f"{name_of(workload)} may run as root"
        if whole.get("seccompProfile") != {"type": "RuntimeDefault"}:
            yield f"{name_of(workload)} may make any system call"
        if any(not VOLUMES & volume.keys() for volume in spec.get("volumes", [])):
            yield f"{name_of(workload)} has a volume of its machine"
        for box in [*spec["containers"], *spec.get("initContainers", [])]:
            yield from (f"{name_of(workload)} {fault}" for fault in _loose(box))


def _loose(box: Document) -> Iterator[str]:
    own = box.get("securityContext", {})
    if own.get("allowPrivilegeEscalation") is not False:
        yield "may gain privileges"
    if own.get("capabilities") != {"drop": ["ALL"]}:
        yield "keeps capabilities"
    if own.keys() & {"privileged", "runAsUser", "runAsNonRoot", "seccompProfile", "procMount"}:
        yield "has a container that differs from its pod"
    if any("hostPort" in port for port in box.get("ports", [])):
        yield "takes a port of its machine"


def our_pods_change_nothing_and_know_nothing(manifests: Manifests) -> Iterator[str]:
    """A read-only root file system, no token of the cluster, no variables for Services beside the settings."""
    for workload in manifests.ours:
        if container(workload)["securityContext"].get("readOnlyRootFilesystem") is not True:
            yield f"{name_of(workload)} can write to its root file system"
        if pod(workload).get("automountServiceAccountToken") is not False:
            yield f"{name_of(workload)} has a token of the cluster"
        if pod(workload).get("enableServiceLinks") is not False:
            yield f"{name_of(workload)} gets a variable for each Service"


def every_node_and_api_is_probed(manifests: Manifests) -> Iterator[str]:
    """Liveness 30/30 s, readiness 10/10 s, on the port at which the program answers both."""
    for workload in manifests.lasting:
        box = container(workload)
        ports = {one["name"]: one["containerPort"] for one in box["ports"]}
        served = _health_port(manifests, workload)
        for kind, path, seconds in (("livenessProbe", "/healthz", 30), ("readinessProbe", "/readyz", 10)):
            probe = box.get(kind, {})
            asked = probe.get("httpGet", {})
            if asked.get("path") != path or ports.get(asked.get("port")) != served:
                yield f"{name_of(workload)}: its {kind} does not ask {path} at {served}"
            if (probe.get("initialDelaySeconds"), probe.get("periodSeconds")) != (seconds, seconds):
                yield f"{name_of(workload)}: its {kind} is not every {seconds} s from {seconds} s on"


def _health_port(manifests: Manifests, workload: Document) -> int:
    given = image_variables(component(workload)) | manifests.variables(workload)
    api = f"WINNOW_{component(workload).upper()}_API_PORT"
    return int(given["WINNOW_HEALTH_PORT"] if workload["kind"] == "StatefulSet" else given[api])


def every_container_is_bounded(manifests: Manifests) -> Iterator[str]:
    """Ours by the plan's figures, requests aside in ``local``; the others by some."""
    for workload in manifests.workloads:
        found = container(workload).get("resources", {})
        if {"requests", "limits"} - found.keys():
            yield f"{name_of(workload)} has no bounds"
        elif workload in manifests.ours and (
            found["limits"] != PLANNED["limits"]
            or (manifests.variant != "local" and found["requests"] != PLANNED["requests"])
        ):
            yield f"{name_of(workload)} has other bounds than planned: {found}"


def every_pod_may_drain_before_it_is_killed(manifests: Manifests) -> Iterator[str]:
    """The grace is above what the pod waits before its end and twice its program's drain."""
    for workload in manifests.lasting:
        waits = container(workload).get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        least = waits + 2 * _drain_seconds(workload)
        grace = pod(workload).get("terminationGracePeriodSeconds", 30)
        if grace < least:
            yield f"{name_of(workload)} is killed after {grace} s, and may drain for {least} s"


def _drain_seconds(workload: Document) -> float:
    if "winnow_base.prefork" in command(workload):
        return _DRAIN_MS / 1000
    every = (ROOT / "libs/base/src/winnow_base/http/server.py").read_text(encoding="utf-8")
    own = ROOT / f"services/{component(workload)}/src/winnow_{component(workload)}/api/server.py"
    text = own.read_text(encoding="utf-8") if own.exists() else ""
    found = re.search(r"graceful_timeout=(\d+)", text) or re.search(r'"graceful_timeout": (\d+)', every)
    assert found, "gunicorn's graceful_timeout stands nowhere any more"
    return float(found[1])


def pods_of_a_kind_are_spread(manifests: Manifests) -> Iterator[str]:
    """Over machines and zones, each kind for itself."""
    for workload in manifests.lasting:
        labels = pod_labels(workload)
        spread = {one["topologyKey"]: one for one in pod(workload).get("topologySpreadConstraints", [])}
        if spread.keys() != {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}:
            yield f"{name_of(workload)} is spread over {sorted(spread)}"
        for one in spread.values():
            if not selects(one["labelSelector"], labels) or one.get("matchLabelKeys") != ["app.kubernetes.io/name"]:
                yield f"{name_of(workload)} is counted with other pods, or not at all"


def every_image_has_a_version(manifests: Manifests) -> Iterator[str]:
    """No image is whatever is newest. The plain base names none: an overlay does."""
    for workload in manifests.workloads:
        image = container(workload)["image"]
        tag = image.rpartition("/")[2].partition(":")[2]
        if manifests.variant != "keda" and (not tag or tag == "latest"):
            yield f"{name_of(workload)} runs {image}"


RULES = (
    every_pod_is_restricted,
    our_pods_change_nothing_and_know_nothing,
    every_node_and_api_is_probed,
    every_container_is_bounded,
    every_pod_may_drain_before_it_is_killed,
    pods_of_a_kind_are_spread,
    every_image_has_a_version,
)
