"""docs/runbook.md says what to do about every alert and every finding, and about no other."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
_KIND = re.compile(r'kind="(\w+)"')


def rows(pattern):
    """The first cells of the page's tables that look so, each with the cells that say where to look and what to do."""
    found = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    return {match[1]: cells[1:] for cells in found if (match := re.match(pattern, cells[0]))}


def test_every_alert_has_a_row_that_says_what_to_look_at_and_do():
    groups = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    severities = {rule["alert"]: rule["labels"]["severity"] for group in groups for rule in group["rules"]}
    told = rows(r"\*\*(Winnow\w+)\*\* \(\w+\)")
    assert {name: cells for name, cells in told.items() if len(cells) == 2 and all(cells)}.keys() == severities.keys()
    assert dict(re.findall(r"\*\*(Winnow\w+)\*\* \((\w+)\)", PAGE)) == severities


def test_every_finding_has_a_row_that_says_what_it_means_and_what_to_do():
    sources = [*(ROOT / "deploy/local/src/winnow_local").glob("doctor/*.py")]
    sources += [ROOT / "deploy/local/src/winnow_local/commands/doctor.py"]
    sources += [ROOT / "services/index/src/winnow_index/history/diagnostics.py"]
    kinds = {kind for file in sources for kind in _KIND.findall(file.read_text(encoding="utf-8"))}
    told = rows(r"`(\w+)`$")
    assert {kind: cells for kind, cells in told.items() if len(cells) == 2 and all(cells)}.keys() >= kinds
    assert set(told) - kinds <= {"unknown_attempt", "superseded"}, "index names these by their attempt's outcome"
