"""Every document is valid by the schemas of Kubernetes, KEDA and Prometheus's operator, without an unknown field."""

import copy
from collections.abc import Callable

import pytest

from .breaking import Change, in_document, in_pods
from .manifests import Manifests
from .schemas import schema_faults

OLDEST, NEWEST = "1.33", "1.37"
"""The versions that the manifests are for. A pod that sleeps before it ends needs 1.30, AlwaysAllow 1.31."""


@pytest.mark.parametrize("variant", ["production", "local", "keda"])
def test_it_is_valid(variant: str, rendered: Callable[[str], Manifests]) -> None:
    assert list(schema_faults(rendered(variant).documents, NEWEST)) == []


def test_the_oldest_version_knows_it_too(rendered: Callable[[str], Manifests]) -> None:
    documents = {(one["kind"], one["metadata"]["name"]): one for one in rendered("local").documents}
    documents |= {(one["kind"], one["metadata"]["name"]): one for one in rendered("production").documents}
    assert list(schema_faults(list(documents.values()), OLDEST)) == []


HPA, PDB, ALERTS = "HorizontalPodAutoscaler", "PodDisruptionBudget", "PrometheusRule"


@pytest.mark.parametrize(
    ("kind", "change", "fault"),
    [
        ("StatefulSet", in_pods("media", "containers/0/livenessprobe", {}), "livenessprobe"),
        ("StatefulSet", in_pods("media", "containers/0/command", "winnow-media"), "winnow-media"),
        ("StatefulSet", in_document("StatefulSet", "media", "spec/selector", None), "selector"),
        (HPA, in_document(HPA, "ai", "spec/behaviour", {}), "behaviour"),
        (PDB, in_document(PDB, "ai", "spec/maxUnavailable", [1]), "maxUnavailable"),
        ("NetworkPolicy", in_document("NetworkPolicy", "deny", "spec/podSelectors", {}), "podSelectors"),
        ("ScaledObject", in_document("ScaledObject", "ai", "spec/minReplicas", 2), "minReplicas"),
        ("ScaledObject", in_document("ScaledObject", "ai", "spec/triggers", None), "triggers"),
        ("ServiceMonitor", in_document("ServiceMonitor", "winnow", "spec/endpoints/0/every", "1s"), "every"),
        ("ServiceMonitor", in_document("ServiceMonitor", "winnow", "spec/selector", None), "selector"),
        (ALERTS, in_document(ALERTS, "winnow", "spec/groups/0/rules/0/labels", "page"), "labels"),
        (ALERTS, in_document(ALERTS, "winnow", "spec/groups/0/rules/0/severity", "page"), "severity"),
    ],
)
def test_a_fault_is_refused(kind: str, change: Change, fault: str, rendered: Callable[[str], Manifests]) -> None:
    sound = rendered("production" if kind == HPA else "keda")
    manifests = Manifests(variant=sound.variant, documents=copy.deepcopy(sound.of(kind)))
    change(manifests)
    found = list(schema_faults(manifests.documents, NEWEST))
    assert len(found) == 1
    assert fault in found[0]
