"""Compares two counts under the same faults in a table."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from winnow_bench.stock.run import StockResult


def table(stock: StockResult, ours: Mapping[str, Any] | None) -> str:
    """Returns a Markdown table; ``ours`` is a chaos run's JSON, None if there is none."""
    rows = [
        ("accepted", stock.sent, _of(ours, "accepted")),
        ("jobs_lost", stock.jobs_lost, _of(ours, "jobs_lost")),
        ("executions", stock.executions, _of(ours, "executions")),
        ("repeats in flight", stock.repeats_in_flight, _of(ours, "repeats_in_flight")),
        ("repeats beyond", stock.repeats_beyond, _of(ours, "repeats_beyond")),
        ("repeats, share of executions", _share(dataclasses.asdict(stock)), _share(ours)),
        ("faults", stock.faults, sum(ours["faults"].values()) if ours else "–"),
    ]
    lines = ["|  | stock Dramatiq | Winnow |", "| --- | --- | --- |"]
    return "\n".join([*lines, *(f"| {name} | {left} | {right} |" for name, left, right in rows)])


def _of(counts: Mapping[str, Any] | None, name: str) -> object:
    return counts[name] if counts else "–"


def _share(counts: Mapping[str, Any] | None) -> str:
    if not counts:
        return "–"
    repeats = counts["repeats_in_flight"] + counts["repeats_beyond"]
    return f"{100 * repeats / max(counts['executions'], 1):.1f} %"
