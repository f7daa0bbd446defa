"""The bench of losses: which fault strikes whom, how it is shown, and what each costs Winnow."""

import argparse
import dataclasses
from pathlib import Path

import pytest

from winnow_bench.losses.blow import Blow
from winnow_bench.losses.command import add_arguments, measure
from winnow_bench.losses.faults import DISK, FAULTS, STORE, WORKER
from winnow_bench.losses.figures import Struck, table
from winnow_bench.peers.systems import DESIGNS, WINNOW
from winnow_bench.report.charts import CHARTS
from winnow_bench.report.tables import TABLES

COST = Blow(jobs=80, lost=72, run_twice=3, last_seconds=31.5, worker_starts=1)
STRUCK = Struck(name="Redis Streams", store="Redis", settings="as is", faults={DISK: COST})


def test_a_lost_disk_strikes_all_but_those_whose_tables_go_with_it() -> None:
    struck = {system.store for system in (WINNOW, *DESIGNS) if FAULTS[DISK].hits(system)}
    assert struck == {WINNOW.store, "RabbitMQ", "Redis"}
    assert all(FAULTS[name].hits(system) for name in (WORKER, STORE) for system in DESIGNS)


def test_a_row_tells_of_each_fault() -> None:
    figures = {
        **{"jobs": 80, "patience_seconds": 40.0, "absent": {"Other": "No server."}},
        "systems": [dataclasses.asdict(STRUCK)],
    }
    lines = list(TABLES["losses"](figures))
    assert "| Redis Streams | Redis | store's disk lost | 72 | 3 | 31.5 | 1 |" in lines
    assert lines[-1] == "* Other was not measured. No server."
    assert [bar.value for bar in CHARTS["losses"](figures).bars] == [72]
    assert "72 of 80" in table([STRUCK], {})


@pytest.mark.real
@pytest.mark.timeout(500)
def test_winnow_loses_no_job_with_its_worker_its_broker_or_the_brokers_disk(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    (winnow,), absent = measure(tmp_path, parser.parse_args(["--jobs", "40"]), lambda line: None, systems=())
    assert absent == {}
    assert {name: (cost.jobs, cost.lost) for name, cost in winnow.faults.items()} == dict.fromkeys(FAULTS, (40, 0))
