"""Faults that the rules of rules_network refuse."""

from .breaking import Break, both, in_document, with_egress, without
from .manifests import Document

ANYWHERE: Document = {"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"port": 443}]}

BREAKS = (
    Break(rule="nothing_is_open_but_what_is_allowed", what="no denial", change=without("NetworkPolicy", "deny")),
    Break(
        rule="nothing_is_open_but_what_is_allowed",
        what="ai's API for all",
        change=in_document("NetworkPolicy", "ai-api", "spec/ingress/0/from", None),
    ),
    Break(rule="nothing_is_open_but_what_is_allowed", what="no way in", change=without("NetworkPolicy", "to-gateway")),
    Break(
        rule="pods_speak_to_those_they_need_and_to_nobody_else",
        what="index unheard",
        change=without("NetworkPolicy", "nodes-ask"),
    ),
    Break(
        rule="pods_speak_to_those_they_need_and_to_nobody_else",
        what="media to ai's API",
        change=both(
            in_document("NetworkPolicy", "ai-api", "spec/ingress/0/from/0/podSelector", {}),
            in_document("NetworkPolicy", "gateway-asks", "spec/podSelector", {}),
        ),
    ),
    Break(
        rule="pods_speak_to_those_they_need_and_to_nobody_else",
        what="any to the store",
        change=both(
            in_document("NetworkPolicy", "accounts", "spec/podSelector", {}),
            in_document("NetworkPolicy", "store", "spec/ingress/0/from/0/podSelector", {}),
        ),
        variant="local",
    ),
    Break(
        rule="postgresql_is_reached_by_index_alone",
        what="by nodes",
        change=in_document(
            "NetworkPolicy", "to-database", "spec/podSelector", {"matchLabels": {"winnow/kind": "node"}}
        ),
    ),
    Break(
        rule="postgresql_is_reached_by_index_alone",
        what="by all inside",
        change=both(
            in_document("NetworkPolicy", "to-database", "spec/podSelector", {}),
            in_document("NetworkPolicy", "database", "spec/ingress/0/from/0/podSelector", {}),
        ),
        variant="local",
    ),
    Break(
        rule="what_decodes_strangers_files_has_no_way_out",
        what="by the store's policy",
        change=with_egress("to-store", ANYWHERE),
    ),
    Break(
        rule="what_decodes_strangers_files_has_no_way_out",
        what="links into the cluster",
        change=in_document("NetworkPolicy", "to-strangers", "spec/egress/0/to/0/ipBlock/except", ["10.0.0.0/8"]),
    ),
    Break(
        rule="prometheus_sees_every_node_and_api",
        what="one unseen",
        change=in_document("Service", "index", "metadata/labels/winnow~scraped", None),
    ),
    Break(
        rule="prometheus_sees_every_node_and_api",
        what="an unknown job",
        change=in_document("Service", "index", "metadata/labels/app.kubernetes.io~instance", "index"),
    ),
)
