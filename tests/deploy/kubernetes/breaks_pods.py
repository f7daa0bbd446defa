"""Faults that the rules of rules_pods refuse."""

from .breaking import Break, in_document, in_pods

BREAKS = (
    Break(
        rule="every_pod_is_restricted",
        what="runs as root",
        change=in_pods("media", "securityContext/runAsNonRoot", None),
    ),
    Break(
        rule="every_pod_is_restricted",
        what="gains privileges",
        change=in_pods("ai", "containers/0/securityContext/allowPrivilegeEscalation", None),
    ),
    Break(
        rule="every_pod_is_restricted",
        what="keeps capabilities",
        change=in_pods(
            "index-migrate", "containers/0/securityContext/capabilities", {"drop": ["ALL"], "add": ["SYS_ADMIN"]}
        ),
    ),
    Break(
        rule="every_pod_is_restricted",
        what="any system call",
        change=in_pods("gateway", "securityContext/seccompProfile", {"type": "Unconfined"}),
    ),
    Break(
        rule="every_pod_is_restricted",
        what="a folder of the machine",
        change=in_pods("media", "volumes/0", {"name": "tmp", "hostPath": {"path": "/tmp"}}),
    ),
    Break(
        rule="every_pod_is_restricted",
        what="the machine's network",
        change=in_pods("broker", "hostNetwork", True),
        variant="local",
    ),
    Break(
        rule="every_pod_is_restricted",
        what="not enforced",
        change=in_document("Namespace", "winnow", "metadata/labels", {}),
    ),
    Break(
        rule="our_pods_change_nothing_and_know_nothing",
        what="writable root",
        change=in_pods("ai-api", "containers/0/securityContext/readOnlyRootFilesystem", False),
    ),
    Break(
        rule="our_pods_change_nothing_and_know_nothing",
        what="a token",
        change=in_pods("index", "automountServiceAccountToken", True),
    ),
    Break(
        rule="our_pods_change_nothing_and_know_nothing",
        what="variables of Services",
        change=in_pods("media", "enableServiceLinks", None),
    ),
    Break(
        rule="every_node_and_api_is_probed",
        what="no liveness",
        change=in_pods("media-fetch", "containers/0/livenessProbe", None),
    ),
    Break(
        rule="every_node_and_api_is_probed",
        what="impatient",
        change=in_pods("ai-api", "containers/0/readinessProbe/periodSeconds", 1),
    ),
    Break(
        rule="every_node_and_api_is_probed",
        what="the way in instead",
        change=in_pods("gateway", "containers/0/livenessProbe/httpGet/port", "http"),
    ),
    Break(
        rule="every_container_is_bounded", what="no limits", change=in_pods("ai", "containers/0/resources/limits", None)
    ),
    Break(
        rule="every_container_is_bounded",
        what="too little",
        change=in_pods("index-api", "containers/0/resources/requests/memory", "1Gi"),
    ),
    Break(
        rule="every_container_is_bounded",
        what="a broker without",
        change=in_pods("broker", "containers/0/resources", None),
        variant="local",
    ),
    Break(
        rule="every_pod_may_drain_before_it_is_killed",
        what="a worker",
        change=in_pods("ai-speech", "terminationGracePeriodSeconds", 15),
    ),
    Break(
        rule="every_pod_may_drain_before_it_is_killed",
        what="an API by default",
        change=in_pods("ai-api", "terminationGracePeriodSeconds", None),
    ),
    Break(
        rule="pods_of_a_kind_are_spread",
        what="zones alone",
        change=in_pods("media", "topologySpreadConstraints/0", None),
    ),
    Break(
        rule="pods_of_a_kind_are_spread",
        what="counted together",
        change=in_pods("media", "topologySpreadConstraints/0/matchLabelKeys", None),
    ),
    Break(
        rule="every_image_has_a_version",
        what="latest",
        change=in_pods("gateway", "containers/0/image", "registry.example.org:5000/winnow-gateway:latest"),
    ),
    Break(
        rule="every_image_has_a_version",
        what="none",
        change=in_pods("gateway", "containers/0/image", "registry.example.org:5000/winnow-gateway"),
    ),
)
