"""Compares how Winnow's speed stands to stock Dramatiq's with how it stood when the figures were kept."""

import json
import subprocess
import tempfile
from pathlib import Path

KEPT = Path("benchmarks") / "results" / "tasks.json"
SHORT = ("--jobs", "100", "--rounds", "3")
MOST_FALL = 1 / 3
"""The part of the kept ratio that may be missing: rounds of a busy machine differ by less."""


def measured_fall(root: Path) -> str:
    """Runs a short ``bench tasks`` and compares it with the kept one; returns what ``told_fall`` does.

    Raises subprocess.CalledProcessError if the bench fails, and FileNotFoundError if no figures are kept.
    """
    kept = _ratio(root / KEPT)
    with tempfile.TemporaryDirectory() as folder:
        seen = Path(folder) / "tasks.json"
        subprocess.run((root / "winnow", "bench", "tasks", *SHORT, "--json", seen), cwd=root, check=True)
        return told_fall(kept=kept, now=_ratio(seen))


def told_fall(*, kept: float, now: float) -> str:
    """Says both ratios and what to do if ``now`` is less than ``kept`` by more than a third; else returns ''."""
    if now >= kept * (1 - MOST_FALL):
        return ""
    return (
        f"Jobs a second were {kept:.3f} of stock Dramatiq's when {KEPT} was kept, and are {now:.3f} now: more than a"
        " third less. Run ./winnow bench tasks on a quiet machine; if it stays, find the change that made a job cost"
        " more (its table shows the processor time of each part), or keep the new figures with --keep and say why."
    )


def _ratio(path: Path) -> float:
    return float(json.loads(path.read_text(encoding="utf-8"))["figures"]["ratio"])
