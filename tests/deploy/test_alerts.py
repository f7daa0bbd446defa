"""deploy/prometheus/alerts.yaml fires on what it is for; it and deploy/grafana name only declared metrics."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "prometheus"
_METRIC = re.compile(r"winnow_\w+")
_SERIES_OF_HISTOGRAMS = re.compile(r"_(bucket|sum|count)$")


def rules() -> list[dict[str, str]]:
    read = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))
    return [rule for group in read["groups"] for rule in group["rules"]]


def test_every_alert_fires_on_what_it_is_for_and_not_before_its_time(promtool: str) -> None:
    line = [promtool, "test", "rules", "alerts_test.yaml"]
    done = subprocess.run(line, cwd=FOLDER, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_a_test_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    cases = yaml.safe_load((FOLDER / "alerts_test.yaml").read_text(encoding="utf-8"))["tests"]
    tried = [(one["alertname"], bool(one["exp_alerts"])) for case in cases for one in case["alert_rule_test"]]
    assert sorted(tried) == sorted((rule["alert"], fires) for rule in rules() for fires in (False, True))


def test_the_document_of_the_operator_is_made_of_the_same_alerts(tmp_path: Path) -> None:
    copy = tmp_path / "deploy" / "prometheus"
    shutil.copytree(FOLDER, copy)
    made = tmp_path / "deploy" / "k8s" / "components" / "monitoring" / "alerts.yaml"
    made.parent.mkdir(parents=True)
    subprocess.run((sys.executable, copy / "make_rule.py"), check=True, timeout=60)
    kept = ROOT / made.relative_to(tmp_path)
    assert made.read_text("utf-8") == kept.read_text("utf-8"), (
        "It is stale. Run: .venv/bin/python deploy/prometheus/make_rule.py"
    )


def test_the_configuration_of_compose_can_be_read(promtool: str) -> None:
    done = subprocess.run([promtool, "check", "config", "prometheus.yaml"], cwd=FOLDER, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 rule files" in done.stdout


def queries() -> list[str]:
    dashboard = json.loads((ROOT / "deploy" / "grafana" / "winnow.json").read_text(encoding="utf-8"))
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def metrics_of(expressions: list[str]) -> set[str]:
    return {_SERIES_OF_HISTOGRAMS.sub("", name) for text in expressions for name in _METRIC.findall(text)}


def declared() -> set[str]:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `(winnow_\w+)`", page, re.MULTILINE))


def test_alerts_name_only_metrics_that_are_declared() -> None:
    used = metrics_of([rule["expr"] for rule in rules()])
    assert len(used) > 5
    assert used <= declared()


def test_the_dashboard_shows_every_metric_that_is_declared_and_no_other() -> None:
    assert metrics_of(queries()) == declared()


def test_every_query_of_the_dashboard_can_be_read(promtool: str, tmp_path: Path) -> None:
    read = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries())]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": read}]}))
    done = subprocess.run([promtool, "check", "rules", "rules.yaml"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
