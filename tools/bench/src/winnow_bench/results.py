"""Keeps what a bench found: figures with the conditions they were seen under, one JSON file a bench."""

import argparse
import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from winnow_base.cores import usable_cores

KEPT = Path("benchmarks") / "results"
"""Where ``--keep`` writes, below the project's root, from where ``./winnow`` runs; the files are in version control."""


def add_result_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of every bench that tells where its figures go."""
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures here")
    parser.add_argument("--keep", action="store_true", help=f"write them to {KEPT}, to be compared with later")


def write_result(arguments: argparse.Namespace, bench: str, figures: Mapping[str, Any]) -> None:
    """Writes ``figures`` where the arguments ask for it: ``--keep`` means below the folder that the command runs in.

    A file holds ``bench``, ``when`` (UTC), ``conditions`` and ``figures``. Raises OSError.
    """
    paths = [path for path in (arguments.json, KEPT / f"{bench}.json" if arguments.keep else None) if path]
    result = {
        "bench": bench,
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "conditions": read_conditions(),
        "figures": figures,
    }
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_conditions() -> dict[str, Any]:
    """What a reader needs to weigh a figure: the machine, its load now, and the versions that were measured."""
    return {
        "processors": usable_cores(),
        "processor": _processor_model(),
        "load": round(os.getloadavg()[0], 2),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "winnow": version("winnow-bench"),
    }


def _processor_model() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
