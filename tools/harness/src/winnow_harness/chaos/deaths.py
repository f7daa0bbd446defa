"""Reads the log of processes that killed themselves, at a failpoint or because a drill asked for it."""

from pathlib import Path

from winnow_contracts.failpoints import LOG
from winnow_harness.chaos.striker import Struck


def read_deaths(faults_folder: Path) -> list[Struck]:
    """Returns each death as a fault that struck its node, named for its reason."""
    file = faults_folder / LOG
    if not file.exists():
        return []
    deaths = []
    for line in file.read_text(encoding="utf-8").splitlines():
        why, node, _, at_ms = line.split()
        deaths.append(Struck(fault=why, target=node, began_ms=int(at_ms), ended_ms=int(at_ms)))
    return deaths
