"""What stands beside the manifests agrees with them: secrets.example, compose, the adapter's rule, KEDA's queries."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from winnow_bench.autoscaling.lane import CPU_PERCENT, PER_NODE
from winnow_bench.autoscaling.rule import Rule

from .manifests import FOLDER, ROOT, Manifests, container, name_of
from .rules_scaling import connections
from .rules_settings import secret_keys, secrets_example

Rendered = Callable[[str], Manifests]


def test_every_secret_of_the_example_is_used(rendered: Rendered) -> None:
    used = {"winnow-gateway-tls"}
    for variant in ("production", "local"):
        used |= {secret for workload in rendered(variant).workloads for secret, _ in secret_keys(workload)}
    assert {secret for secret, _ in secrets_example()} == used


def test_what_local_brings_has_the_versions_of_compose(rendered: Rendered, compose: dict[str, Any]) -> None:
    of_compose = {"broker": "broker", "database": "database", "store": "store", "accounts": "accounts"}
    found = {name_of(one): container(one)["image"] for one in rendered("local").workloads}
    for name, service in of_compose.items():
        wanted = re.sub(r"^\$\{\w+:-(.*)\}$", r"\1", compose["services"][service]["image"])
        assert found[name] == wanted


def test_the_broker_of_local_has_the_settings_of_compose(rendered: Rendered) -> None:
    [given] = [one["data"] for one in rendered("local").of("ConfigMap") if name_of(one).startswith("rabbitmq-")]
    assert given == {name: (ROOT / "deploy/rabbitmq" / name).read_text("utf-8") for name in given}
    assert "delivery-limit" in str(rendered("local").named("StatefulSet", "broker"))


def test_the_accounts_of_local_are_those_of_composes_nodes(rendered: Rendered) -> None:
    given = {name_of(one).rpartition("-")[0]: one["data"] for one in rendered("local").of("ConfigMap")}
    folder = ROOT / "deploy" / "store"
    assert given["store-accounts"] == {"make_accounts.sh": (folder / "make_accounts.sh").read_text("utf-8")}
    policies = {path.name: path.read_text("utf-8") for path in folder.glob("policies/*.json")}
    assert given["store-policies"] == {name: text for name, text in policies.items() if name != "backup.json"}


def test_the_adapter_tells_what_the_autoscalers_ask_for(rendered: Rendered) -> None:
    [rule] = yaml.safe_load((FOLDER / "components/hpa/prometheus-adapter.yaml").read_text("utf-8"))["rules"]["external"]
    for scaler in rendered("production").of("HorizontalPodAutoscaler"):
        assert rule["seriesQuery"] == scaler["spec"]["metrics"][0]["external"]["metric"]["name"]


def test_queries_of_autoscalers_can_be_read_and_name_only_declared_metrics(
    rendered: Rendered, promtool: str, tmp_path: Path
) -> None:
    [rule] = yaml.safe_load((FOLDER / "components/hpa/prometheus-adapter.yaml").read_text("utf-8"))["rules"]["external"]
    told = rule["metricsQuery"].replace("<<.Series>>", rule["seriesQuery"]).replace("<<.LabelMatchers>>", 'queue=~"ai"')
    triggers = [one for scaled in rendered("keda").of("ScaledObject") for one in scaled["spec"]["triggers"]]
    queries = [told, *(one["metadata"]["query"] for one in triggers if one["type"] == "prometheus")]
    assert len(queries) == 15
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    declared = set(re.findall(r"^\| `(winnow_\w+)`", page, re.MULTILINE))
    assert {name for query in queries for name in re.findall(r"winnow_\w+", query)} <= declared
    read = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "autoscalers", "rules": read}]}))
    done = subprocess.run([promtool, "check", "rules", "rules.yaml"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_settings_say_how_many_connections_index_may_open(rendered: Rendered) -> None:
    text = (FOLDER / "base/settings/index.env").read_text(encoding="utf-8")
    assert f"take {connections(rendered('production'))} of PostgreSQL's max_connections" in text


def test_the_model_of_the_autoscalers_has_their_figures(rendered: Rendered) -> None:
    for scaler in rendered("production").of("HorizontalPodAutoscaler"):
        spec, rule = scaler["spec"], Rule()
        up, down = spec["behavior"]["scaleUp"], spec["behavior"]["scaleDown"]
        assert (spec["minReplicas"], spec["maxReplicas"]) == (rule.least, rule.most)
        assert (up["stabilizationWindowSeconds"], down["stabilizationWindowSeconds"]) == (
            rule.up_window,
            rule.down_window,
        )
        assert up["policies"] == [{"type": "Percent", "value": rule.up_percent, "periodSeconds": rule.up_period}]
        assert down["policies"] == [{"type": "Pods", "value": rule.down_pods, "periodSeconds": rule.down_period}]
        external, processor = spec["metrics"]
        assert external["external"]["target"]["averageValue"] == str(PER_NODE)
        assert processor["resource"]["target"]["averageUtilization"] == CPU_PERCENT
