"""The benches of designs: how acceptances are summed up and shown, and a short run of Winnow behind its gateway."""

import argparse
import dataclasses
from pathlib import Path

import pytest

from winnow_bench.designs.command import add_arguments, measure
from winnow_bench.designs.figures import Measured, acceptance, table
from winnow_bench.peers.drains import Drain
from winnow_bench.peers.figures import rate
from winnow_bench.peers.side import ADAPTERS
from winnow_bench.peers.systems import DESIGNS
from winnow_bench.report.charts import CHARTS
from winnow_bench.report.tables import TABLES

WAITS = [[float(n) for n in range(1, 101)], [2.0 * n for n in range(1, 101)], [3.0 * n for n in range(1, 101)]]
DRAINS = [Drain(tasks=100, seconds=seconds, cpu_ms={}) for seconds in (1.0, 2.0, 4.0)]


def measured(name: str) -> Measured:
    rates = dict.fromkeys(("single", "chain"), rate(DRAINS, DRAINS))
    return Measured(name=name, store="Redis", settings="as is", acceptance=acceptance(WAITS, WAITS), rates=rates)


def test_an_acceptance_is_the_median_of_its_rounds_and_its_ratio_is_taken_within_each() -> None:
    found = acceptance([[one / 2 for one in waits] for waits in WAITS], WAITS)
    assert (found.p50_ms, found.p50_spread_ms) == (51.0, (25.5, 76.5))
    assert (found.p99_ms, found.p99_spread_ms) == (100.0, (50.0, 150.0))
    assert (found.ratio, found.ratio_spread) == (0.5, (0.5, 0.5))


def test_every_design_can_enqueue_one_job_after_the_other() -> None:
    assert {system.store for system in DESIGNS} == {"RabbitMQ", "PostgreSQL", "Redis"}
    for system in DESIGNS:
        source = (ADAPTERS / f"{system.adapter}_peer.py").read_text(encoding="utf-8")
        assert "\ndef one_by_one(jobs):" in source, system.name


def test_the_tables_and_the_plot_tell_of_each_system() -> None:
    figures = {
        **{"accepted": 100, "tasks": 100, "rounds": 3, "absent": {"Other": "No server."}},
        "systems": [dataclasses.asdict(measured(name)) for name in ("Winnow", "Redis Streams")],
    }
    lines = list(TABLES["designs"](figures))
    cells = "102 (51 to 153) | 200 (100 to 300) | 1 (1 to 1) | 50 | 1 (1 to 1) | 50 | 1 (1 to 1)"
    assert f"| Redis Streams | Redis | {cells} |" in lines
    assert lines[-1] == "* Other was not measured. No server."
    assert [bar.ours for bar in CHARTS["designs"](figures).bars] == [True, False]
    assert table([measured("Winnow")], {"Other": "no server"}).endswith("Other was not measured: no server")


@pytest.mark.real
@pytest.mark.timeout(400)
def test_a_gateway_accepts_and_its_worker_drains(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    options = parser.parse_args(["--accepted", "20", "--tasks", "30", "--rounds", "1"])
    (winnow,), absent = measure(tmp_path, options, lambda line: None, systems=())
    assert absent == {}
    assert winnow.acceptance.p99_ms >= winnow.acceptance.p50_ms > 0
    assert winnow.acceptance.ratio == 1
    assert all(one.per_second > 0 for one in winnow.rates.values())
