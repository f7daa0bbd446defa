"""Faults that the rules of rules_alerts refuse."""

from .breaking import Break, in_document, without

BREAKS = (
    Break(rule="prometheus_has_the_alerts_of_compose", what="no alerts", change=without("PrometheusRule", "winnow")),
    Break(
        rule="prometheus_has_the_alerts_of_compose",
        what="one forgotten",
        change=in_document("PrometheusRule", "winnow", "spec/groups/0/rules/0", None),
        variant="keda",
    ),
    Break(
        rule="prometheus_has_the_alerts_of_compose",
        what="a later one",
        change=in_document("PrometheusRule", "winnow", "spec/groups/0/rules/0/for", "1h"),
    ),
    Break(
        rule="alerts_are_about_jobs_that_are_scraped",
        what="of one service alone",
        change=in_document("PrometheusRule", "winnow", "spec/groups/0/rules/0/expr", 'up{job=~"winnow-media.*"} == 0'),
    ),
    Break(
        rule="alerts_are_about_jobs_that_are_scraped",
        what="a job of another name",
        change=in_document("Service", "ai", "metadata/labels/app.kubernetes.io~instance", "ai"),
    ),
    Break(
        rule="alerts_are_about_jobs_that_are_scraped",
        what="nothing scraped",
        change=without("ServiceMonitor", "winnow"),
    ),
)
