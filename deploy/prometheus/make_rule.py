"""Writes the alerts of ``alerts.yaml`` as the document by which the Prometheus operator gets them.

Run it from the root of the repository after a change of an alert: ``.venv/bin/python deploy/prometheus/make_rule.py``.
"""

import textwrap
from pathlib import Path

ALERTS = Path(__file__).parent / "alerts.yaml"
RULE = Path(__file__).parents[1] / "k8s" / "components" / "monitoring" / "alerts.yaml"
_HEAD = """\
# Made by deploy/prometheus/make_rule.py of deploy/prometheus/alerts.yaml: change that, and make it again.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: winnow}
spec:
"""


def prometheus_rule() -> str:
    """The document: it holds what ``alerts.yaml`` says, line by line."""
    return _HEAD + textwrap.indent(ALERTS.read_text(encoding="utf-8"), "  ")


if __name__ == "__main__":
    RULE.write_text(prometheus_rule(), encoding="utf-8")
