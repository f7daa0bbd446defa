"""Runs the checker, a program that shares no code with Winnow, on a run's history, and compares its counts."""

import dataclasses
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winnow_harness.chaos.ledger import Ledger

CHECKER = Path(__file__).parents[4] / "checker" / "check_history.py"
COMPARED = (
    "accepted",
    "jobs_lost",
    "effects_twice",
    "executions",
    "repeats_in_flight",
    "repeats_beyond",
    "recoveries_left_out",
    "chaos_recovery_time_s",
    "chaos_recovery_with_parent_time_s",
)
"""Figures that the ledger and the checker both have."""
LISTS = ("lost_jobs", "effects_twice_jobs", "effects_missing_jobs")
"""Lists that both have, in any order."""


HISTORY = (
    "executions",
    "attempts",
    "attempts_missing",
    "attempts_extra",
    "wrong_places",
    "wrong_causes",
    "wrong_outcomes",
    "wrong_times",
    "attempts_unrun",
    "attempts_unknowable",
    "causes_told",
    "times_apart_s",
)
"""Figures of PostgreSQL's history against the executions. Only the checker counts these: it knows no rule of ours."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the checker counted, and in what it differs from the ledger, a sentence each."""

    counts: Mapping[str, Any]
    differences: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether both counted the same."""
        return not self.differences

    @property
    def history(self) -> dict[str, Any]:
        """How PostgreSQL's history compares with what ran; empty if the checker counted nothing."""
        return {name: self.counts[name] for name in HISTORY if name in self.counts}

    @property
    def history_differences(self) -> tuple[str, ...]:
        """Where PostgreSQL's history is not complete or not exact, a sentence each."""
        return tuple(self.counts.get("history_differences", ()))

    @property
    def is_good(self) -> bool:
        """Whether both counted the same, and PostgreSQL's history is what ran."""
        return self.agrees and not self.history_differences

    def as_json(self) -> dict[str, Any]:
        """Whether both agree, the differences and the checker's counts."""
        return {"agrees": self.agrees, **dataclasses.asdict(self)}

    def __str__(self) -> str:
        if self.agrees:
            return "The checker, which read the history alone, agrees with every count."
        return f"**The checker, which read the history alone, disagrees**: {' '.join(self.differences)}"


def check(history_file: Path, ledger: Ledger) -> Verdict:
    """Runs the checker as a process of its own and compares. One that cannot read the history disagrees."""
    # Without site-packages (-S) and the environment's paths (-E) it could not import Winnow if it tried.
    done = subprocess.run(
        (sys.executable, "-S", "-E", str(CHECKER), str(history_file), "--json"), capture_output=True, text=True
    )
    try:
        counts = json.loads(done.stdout)
    except ValueError:
        return Verdict(counts={}, differences=(f"It ended with code {done.returncode}: {done.stderr.strip()}",))
    differences = compare(ledger, counts)
    if counts["ran_unexplained"]:
        differences += (f"It counts {counts['ran_unexplained']} jobs that ran though nobody had asked for them.",)
    return Verdict(counts=counts, differences=differences)


def compare(ledger: Ledger, counts: Mapping[str, Any]) -> tuple[str, ...]:
    """Returns a sentence for each figure in which the checker's counts differ from the ledger."""
    figures = dataclasses.asdict(ledger)
    ours = {name: figures[name] for name in COMPARED} | {name: sorted(figures[name]) for name in LISTS}
    return tuple(
        f"{name} is {value} in the ledger and {counts.get(name)} by the checker."
        for name, value in ours.items()
        if counts.get(name) != value
    )
