"""The command: reads the kept figures, and says what a rate of one's own would take. It measures nothing."""

import argparse
from pathlib import Path

from winnow_bench.kept import read_kept
from winnow_bench.scale.demand import ceiling, of_hours, of_jobs
from winnow_bench.scale.page import demand_table
from winnow_bench.scale.unit_costs import unit_costs
from winnow_cli.output import print_json, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench scale``."""
    parser.add_argument(
        "--jobs-per-second", type=float, default=100.0, metavar="N", help="jobs of three empty tasks (%(default)s)"
    )
    parser.add_argument(
        "--hours-per-day", type=float, default=100.0, metavar="N", help="recordings of an hour (%(default)s)"
    )
    parser.add_argument("--root", type=Path, default=Path(), metavar="FOLDER", help="the project's root (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Prints what both rates ask for, and where one of each part is full. Raises NotFound without kept figures."""
    costs = unit_costs(read_kept(arguments.root))
    jobs, hours = arguments.jobs_per_second, arguments.hours_per_day
    if arguments.json:
        print_json({"jobs": of_jobs(jobs, costs), "hours": of_hours(hours, costs), "ceilings": ceiling(costs)})
        return 0
    tables = (demand_table(of_jobs, [jobs], "jobs/s", costs), demand_table(of_hours, [hours], "hours/day", costs))
    say("\n\n".join("\n".join(table) for table in tables))
    return 0
