"""How many nodes there are: the autoscalers, what they count, and what so many nodes need."""

import re
from collections.abc import Iterator

from .manifests import Document, Manifests, command, name_of
from .programs import lanes_of

FIGURES = (2, 10)
BEHAVIOR = {
    "scaleUp": {"stabilizationWindowSeconds": 60, "policies": [{"type": "Percent", "value": 50, "periodSeconds": 60}]},
    "scaleDown": {"stabilizationWindowSeconds": 300, "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}]},
}
CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}


def every_worker_has_one_autoscaler_and_no_count_of_its_own(manifests: Manifests) -> Iterator[str]:
    """Every target exists, and no apply sets back what an autoscaler chose. ``local`` has none: one node of each."""
    scalers = manifests.of("HorizontalPodAutoscaler", "ScaledObject")
    targets = [one["spec"]["scaleTargetRef"] for one in scalers]
    wanted = [] if manifests.variant == "local" else sorted(name_of(one) for one in manifests.workers)
    if sorted(one["name"] for one in targets) != wanted:
        yield f"autoscalers are for {sorted(one['name'] for one in targets)}, not for {wanted}"
    if any((one["apiVersion"], one["kind"]) != ("apps/v1", "StatefulSet") for one in targets):
        yield "an autoscaler is for something else than a StatefulSet"
    yield from (f"{name_of(one)} has a count of its own" for one in manifests.workers if "replicas" in one["spec"])


def autoscalers_have_the_figures_of_the_plan(manifests: Manifests) -> Iterator[str]:
    """2 to 10 nodes, processors at 70 %, 100 messages a node; up by half in a minute, down by one after five."""
    for one in manifests.of("HorizontalPodAutoscaler"):
        spec = one["spec"]
        if (spec.get("minReplicas"), spec.get("maxReplicas")) != FIGURES or spec.get("behavior") != BEHAVIOR:
            yield f"{name_of(one)} has other bounds or another behaviour"
        target = _external(one)["target"]
        if CPU not in spec["metrics"] or target != {"type": "AverageValue", "averageValue": "100"}:
            yield f"{name_of(one)} has other targets"
    for one in manifests.of("ScaledObject"):
        spec = one["spec"]
        given = spec.get("advanced", {}).get("horizontalPodAutoscalerConfig", {}).get("behavior")
        if (spec.get("minReplicaCount"), spec.get("maxReplicaCount")) != FIGURES or given != BEHAVIOR:
            yield f"{name_of(one)} has other bounds or another behaviour"
        messages, _, cpu = spec["triggers"]
        if messages["metadata"]["threshold"] != "100" or cpu["metadata"] != {"value": "70"}:
            yield f"{name_of(one)} has other targets"


def autoscalers_count_the_lanes_of_their_nodes(manifests: Manifests) -> Iterator[str]:
    """And KEDA's nothing where there are no figures: then it takes no node away."""
    for one in manifests.of("HorizontalPodAutoscaler"):
        metric = _external(one)["metric"]
        selector = metric["selector"]
        counted = {*selector.get("matchLabels", {}).values()}
        counted |= {lane for part in selector.get("matchExpressions", []) for lane in part["values"]}
        if metric["name"] != "winnow_queue_depth" or counted != _lanes(manifests, one):
            yield f"{name_of(one)} counts {metric['name']} of {sorted(counted)}"
    for one in manifests.of("ScaledObject"):
        messages, oldest, _ = one["spec"]["triggers"]
        for metric in ("winnow_queue_depth", "winnow_queue_unacked"):
            if _queues(messages["metadata"]["query"], metric) != _lanes(manifests, one):
                yield f"{name_of(one)} counts {metric} of other lanes"
        urgent = {lane for lane in _lanes(manifests, one) if not lane.endswith("bulk")}
        if _queues(oldest["metadata"]["query"], "winnow_queue_oldest_age_seconds") != urgent:
            yield f"{name_of(one)} looks at the age of other lanes"
        if any(part["metadata"].get("ignoreNullValues") != "false" for part in (messages, oldest)):
            yield f"{name_of(one)} takes missing figures for an empty lane"


def what_is_shared_suffices_for_the_most_nodes(manifests: Manifests) -> Iterator[str]:
    """PostgreSQL's connections, where the database is ours; and limits that nodes of ai divide while index is away."""
    if manifests.variant == "local":
        args = " ".join(manifests.named("StatefulSet", "database")["spec"]["template"]["spec"]["containers"][0]["args"])
        if (given := int(args.rpartition("=")[2])) < connections(manifests):
            yield f"PostgreSQL takes {given} connections, and index may open {connections(manifests)}"
    for name in ("ai", "ai-speech"):
        share = int(manifests.variables(manifests.named("StatefulSet", name))["WINNOW_AI_NODES"])
        if share < FIGURES[1]:
            yield f"{name} may have {FIGURES[1]} nodes, and each takes a share of one in {share}"


def connections(manifests: Manifests) -> int:
    """The most connections of index to PostgreSQL: of ten workers, and of each API 8 and 3 for searches."""
    worker = int(manifests.variables(manifests.named("StatefulSet", "index"))["WINNOW_INDEX_CONNECTIONS"])
    return FIGURES[1] * worker + 2 * (8 + 3)


def _external(autoscaler: Document) -> Document:
    [found] = [one["external"] for one in autoscaler["spec"]["metrics"] if one["type"] == "External"]
    metric: Document = found
    return metric


def _lanes(manifests: Manifests, autoscaler: Document) -> set[str]:
    return lanes_of(command(manifests.named("StatefulSet", autoscaler["spec"]["scaleTargetRef"]["name"])))


def _queues(query: str, metric: str) -> set[str]:
    found = re.search(rf'{metric}\{{queue=~"([^"]*)"\}}', query)
    return set(found[1].replace("[.]", ".").split("|")) if found else set()


RULES = (
    every_worker_has_one_autoscaler_and_no_count_of_its_own,
    autoscalers_have_the_figures_of_the_plan,
    autoscalers_count_the_lanes_of_their_nodes,
    what_is_shared_suffices_for_the_most_nodes,
)
