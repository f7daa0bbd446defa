"""Who may speak to whom, to the last pair; and what Prometheus sees."""

import ipaddress
from collections.abc import Iterator

from .manifests import Document, Manifests, component, container, name_of, pod_labels, selects
from .network import may_be_asked_by_all, may_speak, ways_out

EVERYWHERE = ipaddress.IPv4Network("0.0.0.0/0")
APIS = ("index-api", "ai-api")
STRANGERS = {"media-fetch", "ai-webhooks"}


def nothing_is_open_but_what_is_allowed(manifests: Manifests) -> Iterator[str]:
    """A policy that denies all, and one way in: the gateway's port."""
    denied = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    if not any(one["spec"] == denied for one in manifests.of("NetworkPolicy")):
        yield "no policy denies all"
    for workload in manifests.workloads:
        for port in _ports(workload):
            if may_be_asked_by_all(manifests, workload, port) != ((name_of(workload), port) == ("gateway", 8080)):
                yield f"port {port} of {name_of(workload)} is open to all, or not to those who should have it"


def pods_speak_to_those_they_need_and_to_nobody_else(manifests: Manifests) -> Iterator[str]:
    """Every pair of workloads, at every port."""
    wanted = set(_wanted(manifests))
    for source in manifests.workloads:
        for target in manifests.workloads:
            for port in _ports(target):
                pair = (name_of(source), name_of(target), port)
                if may_speak(manifests, source, target, port) != (pair in wanted) and (name_of(target), port) != (
                    "gateway",
                    8080,
                ):
                    yield f"{pair[0]} may {'not ' if pair in wanted else ''}speak to {pair[1]}:{port}"


def _wanted(manifests: Manifests) -> Iterator[tuple[str, str, int]]:
    nodes = [name_of(one) for one in manifests.nodes]
    for node in nodes:
        yield node, "index-api", 8082
        yield "gateway", node, 9100
        yield node, "broker", 5672
        yield node, "store", 9000
    yield "gateway", "ai-api", 8083
    yield "accounts", "store", 9000
    yield from ((name_of(one), "database", 5432) for one in manifests.ours if component(one) == "index")


def postgresql_is_reached_by_index_alone(manifests: Manifests) -> Iterator[str]:
    """At its port, wherever it is."""
    for workload in manifests.workloads:
        to_it = manifests.variant == "local" and may_speak(
            manifests, workload, manifests.named("StatefulSet", "database"), 5432
        )
        outside = (
            any(5432 in ports or not ports for _, ports in ways_out(manifests, workload))
            and manifests.variant == "production"
        )
        if manifests.variant != "keda" and (to_it or outside) != (component(workload) == "index"):
            yield f"{name_of(workload)} {'reaches' if to_it or outside else 'does not reach'} PostgreSQL"


def what_decodes_strangers_files_has_no_way_out(manifests: Manifests) -> Iterator[str]:
    """Nor has index or the gateway; who asks strangers does so on the public internet, by https."""
    for workload in manifests.ours:
        wide = [ports for network, ports in ways_out(manifests, workload) if network.prefixlen < 16]
        if name_of(workload) in STRANGERS:
            if frozenset({443}) not in wide:
                yield f"{name_of(workload)} reaches no stranger"
        elif wide and component(workload) != "ai":
            yield f"{name_of(workload)} has a way out"
    private = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")
    [rule] = manifests.named("NetworkPolicy", "to-strangers")["spec"]["egress"]
    for peer in rule["to"]:
        yield from (f"strangers may be of {one}" for one in private if one not in peer["ipBlock"].get("except", []))


def prometheus_sees_every_node_and_api(manifests: Manifests) -> Iterator[str]:
    """Each by one Service, under a job that the alerts know. ``local`` has no Prometheus."""
    for monitor in manifests.of("ServiceMonitor"):
        found = [
            one
            for one in manifests.of("Service")
            if selects(monitor["spec"]["selector"], one["metadata"].get("labels", {}))
        ]
        ports = {one["port"] for one in monitor["spec"]["endpoints"]}
        for workload in manifests.lasting:
            seen = [one for one in found if selects({"matchLabels": one["spec"]["selector"]}, pod_labels(workload))]
            if len(seen) != 1 or not ports & {port["name"] for one in seen for port in one["spec"]["ports"]}:
                yield f"{name_of(workload)} is scraped by {[name_of(one) for one in seen]}"
        for one in found:
            if not one["metadata"]["labels"].get(monitor["spec"]["jobLabel"], "").startswith("winnow-"):
                yield f"{name_of(one)} has a job that no alert knows"
    if not manifests.of("ServiceMonitor") and manifests.variant != "local":
        yield "nothing is scraped"


def _ports(workload: Document) -> list[int]:
    return [one["containerPort"] for one in container(workload).get("ports", [])]


RULES = (
    nothing_is_open_but_what_is_allowed,
    pods_speak_to_those_they_need_and_to_nobody_else,
    postgresql_is_reached_by_index_alone,
    what_decodes_strangers_files_has_no_way_out,
    prometheus_sees_every_node_and_api,
)
