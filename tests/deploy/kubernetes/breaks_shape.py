"""Faults that the rules of rules_shape refuse."""

from .breaking import Break, in_document, in_pods, put, with_setting, without
from .manifests import container

BREAKS = (
    Break(
        rule="every_selector_matches_pods",
        what="a Service of nobody",
        change=in_document("Service", "index-api", "spec/selector", {"app.kubernetes.io/name": "index-apis"}),
    ),
    Break(
        rule="every_selector_matches_pods",
        what="a workload of others",
        change=in_document(
            "StatefulSet", "ai", "spec/selector", {"matchLabels": {"app.kubernetes.io/component": "ai"}}
        ),
    ),
    Break(
        rule="every_service_leads_to_a_port",
        what="no such port",
        change=in_document("Service", "gateway", "spec/ports/0/targetPort", "web"),
    ),
    Break(
        rule="every_service_leads_to_a_port",
        what="not headless",
        change=in_document("Service", "media", "spec/clusterIP", None),
    ),
    Break(
        rule="every_service_leads_to_a_port",
        what="silent while not ready",
        change=in_document("Service", "index", "spec/publishNotReadyAddresses", None),
    ),
    Break(
        rule="every_node_keeps_its_journal",
        what="too small",
        change=in_document("StatefulSet", "ai", "spec/volumeClaimTemplates/0/spec/resources/requests/storage", "1Gi"),
    ),
    Break(
        rule="every_node_keeps_its_journal",
        what="elsewhere",
        change=lambda m: put(
            next(
                mount
                for mount in container(m.named("StatefulSet", "media"))["volumeMounts"]
                if mount["name"] == "journal"
            ),
            "mountPath",
            "/data",
        ),
    ),
    Break(
        rule="every_node_keeps_its_journal",
        what="deleted when scaled in",
        change=in_document("StatefulSet", "media", "spec/persistentVolumeClaimRetentionPolicy/whenScaled", "Delete"),
    ),
    Break(
        rule="every_node_keeps_its_journal",
        what="in order",
        change=in_document("StatefulSet", "media", "spec/podManagementPolicy", "OrderedReady"),
    ),
    Break(
        rule="a_claim_has_room_for_the_largest_upload",
        what="the default of 5 GiB",
        change=with_setting("gateway", "WINNOW_GATEWAY_MAX_UPLOAD_BYTES", str(5 << 30)),
    ),
    Break(
        rule="every_kind_has_a_budget_of_disruption", what="none", change=without("PodDisruptionBudget", "index-api")
    ),
    Break(
        rule="every_kind_has_a_budget_of_disruption",
        what="all at once",
        change=in_document("PodDisruptionBudget", "media", "spec/maxUnavailable", 2),
    ),
    Break(
        rule="every_kind_has_a_budget_of_disruption",
        what="in the way",
        change=in_document("PodDisruptionBudget", "media", "spec/unhealthyPodEvictionPolicy", None),
    ),
    Break(
        rule="what_the_migration_needs_comes_with_it",
        what="without a way",
        change=in_document("NetworkPolicy", "to-database", "metadata/labels", {}),
    ),
    Break(
        rule="what_the_migration_needs_comes_with_it",
        what="of another version",
        change=in_pods("index-migrate", "containers/0/image", "registry.example.org/winnow-index:0.0.9"),
    ),
)
