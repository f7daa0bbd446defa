"""Who is woken: the alerts of compose, over jobs that are scraped."""

import re
from collections.abc import Iterator

import yaml

from .manifests import ROOT, Document, Manifests, name_of, selects


def prometheus_has_the_alerts_of_compose(manifests: Manifests) -> Iterator[str]:
    """Each of them, and no other. ``local`` has no Prometheus."""
    rules = manifests.of("PrometheusRule")
    if len(rules) != (manifests.variant != "local"):
        yield f"there are {len(rules)} documents of alerts"
    wanted = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text(encoding="utf-8"))
    for one in rules:
        if one["spec"] != wanted:
            yield f"{name_of(one)} has other alerts than compose. Run: .venv/bin/python deploy/prometheus/make_rule.py"


def alerts_are_about_jobs_that_are_scraped(manifests: Manifests) -> Iterator[str]:
    """Whatever jobs an alert asks for, every node and API is one of them."""
    jobs = set(_jobs(manifests))
    for alert in _alerts(manifests):
        for asked in re.findall(r'job=~"([^"]*)"', alert["expr"]):
            missed = sorted(job for job in jobs if not re.fullmatch(asked, job))
            if missed or not jobs:
                yield f"{alert['alert']} does not see {missed or 'any job'}"


def _jobs(manifests: Manifests) -> Iterator[str]:
    for monitor in manifests.of("ServiceMonitor"):
        for service in manifests.of("Service"):
            labels = service["metadata"].get("labels", {})
            if selects(monitor["spec"]["selector"], labels):
                yield labels.get(monitor["spec"]["jobLabel"], name_of(service))


def _alerts(manifests: Manifests) -> Iterator[Document]:
    for rule in manifests.of("PrometheusRule"):
        for group in rule["spec"]["groups"]:
            yield from group["rules"]


RULES = (prometheus_has_the_alerts_of_compose, alerts_are_about_jobs_that_are_scraped)
