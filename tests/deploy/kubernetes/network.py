"""Who may speak to whom by the NetworkPolicies, as Kubernetes reads them: both sides have to allow it."""

import ipaddress
from collections.abc import Iterator

from .manifests import Document, Manifests, pod_labels, selects


def may_speak(manifests: Manifests, source: Document, target: Document, port: int) -> bool:
    """Whether a pod of one workload may open a connection to a pod of another."""
    out = _allowed(manifests, "Egress", "to", source, port, target)
    return out and _allowed(manifests, "Ingress", "from", target, port, source)


def ways_out(manifests: Manifests, source: Document) -> Iterator[tuple[ipaddress.IPv4Network, frozenset[int]]]:
    """The networks beyond the cluster that a workload's pods may reach, with their ports; no ports are all."""
    for rule in _rules(manifests, "Egress", source):
        ports = frozenset(one["port"] for one in rule.get("ports", []))
        for peer in rule.get("to", [{"ipBlock": {"cidr": "0.0.0.0/0"}}]):
            if "ipBlock" in peer:
                yield ipaddress.IPv4Network(peer["ipBlock"]["cidr"]), ports


def may_be_asked_by_all(manifests: Manifests, target: Document, port: int) -> bool:
    """Whether anybody at all may open a connection to a workload's pods."""
    return any("from" not in rule and _has(rule, port) for rule in _rules(manifests, "Ingress", target))


def _allowed(manifests: Manifests, kind: str, side: str, own: Document, port: int, other: Document) -> bool:
    if not any(_about(policy, kind, own) for policy in manifests.of("NetworkPolicy")):
        return True
    return any(_has(rule, port) and _names(rule, side, other) for rule in _rules(manifests, kind, own))


def _rules(manifests: Manifests, kind: str, own: Document) -> Iterator[Document]:
    for policy in manifests.of("NetworkPolicy"):
        if _about(policy, kind, own):
            yield from policy["spec"].get(kind.lower(), [])


def _about(policy: Document, kind: str, own: Document) -> bool:
    return kind in policy["spec"]["policyTypes"] and selects(policy["spec"]["podSelector"], pod_labels(own))


def _has(rule: Document, port: int) -> bool:
    return "ports" not in rule or any(one["port"] == port for one in rule["ports"])


def _names(rule: Document, side: str, other: Document) -> bool:
    """Whether the rule is about pods of this namespace like ``other``."""
    if side not in rule:
        return True
    peers = [peer for peer in rule[side] if "namespaceSelector" not in peer and "podSelector" in peer]
    return any(selects(peer["podSelector"], pod_labels(other)) for peer in peers)
