"""Faults that the rules of rules_scaling refuse."""

from .breaking import Break, in_document, in_pods, with_setting, without

BREAKS = (
    Break(
        rule="every_worker_has_one_autoscaler_and_no_count_of_its_own",
        what="for nobody",
        change=in_document("HorizontalPodAutoscaler", "media", "spec/scaleTargetRef/name", "nobody"),
    ),
    Break(
        rule="every_worker_has_one_autoscaler_and_no_count_of_its_own",
        what="set back by each apply",
        change=in_document("StatefulSet", "media", "spec/replicas", 2),
    ),
    Break(
        rule="every_worker_has_one_autoscaler_and_no_count_of_its_own",
        what="none",
        change=without("ScaledObject", "index"),
        variant="keda",
    ),
    Break(
        rule="autoscalers_have_the_figures_of_the_plan",
        what="nervous",
        change=in_document("HorizontalPodAutoscaler", "ai", "spec/behavior/scaleDown/stabilizationWindowSeconds", 0),
    ),
    Break(
        rule="autoscalers_have_the_figures_of_the_plan",
        what="no processors",
        change=in_document("HorizontalPodAutoscaler", "ai", "spec/metrics/1", None),
    ),
    Break(
        rule="autoscalers_have_the_figures_of_the_plan",
        what="to zero",
        change=in_document("ScaledObject", "ai", "spec/minReplicaCount", 0),
        variant="keda",
    ),
    Break(
        rule="autoscalers_count_the_lanes_of_their_nodes",
        what="another's lane",
        change=in_document(
            "HorizontalPodAutoscaler", "ai-webhooks", "spec/metrics/0/external/metric/selector/matchLabels/queue", "ai"
        ),
    ),
    Break(
        rule="autoscalers_count_the_lanes_of_their_nodes",
        what="a metric that nobody has",
        change=in_document("HorizontalPodAutoscaler", "ai", "spec/metrics/0/external/metric/name", "queue_depth"),
    ),
    Break(
        rule="autoscalers_count_the_lanes_of_their_nodes",
        what="missing figures as none",
        change=in_document("ScaledObject", "ai", "spec/triggers/0/metadata/ignoreNullValues", "true"),
        variant="keda",
    ),
    Break(
        rule="autoscalers_count_the_lanes_of_their_nodes",
        what="the age of bulk work",
        change=in_document(
            "ScaledObject",
            "media",
            "spec/triggers/1/metadata/query",
            'max(winnow_queue_oldest_age_seconds{queue=~"media|media[.]bulk"})',
        ),
        variant="keda",
    ),
    Break(
        rule="what_is_shared_suffices_for_the_most_nodes",
        what="PostgreSQL's default",
        change=in_pods("database", "containers/0/args/1", "max_connections=100"),
        variant="local",
    ),
    Break(
        rule="what_is_shared_suffices_for_the_most_nodes",
        what="ten nodes with all of the limit",
        change=with_setting("ai", "WINNOW_AI_NODES", "1"),
    ),
)
