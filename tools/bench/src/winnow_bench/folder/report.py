"""Reports a folder run: Winnow beside the bare tools, and the quality of its estimates."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from winnow_bench.folder.sounds import SILENT
from winnow_cli.adding.added import Added

Estimate = tuple[float, str, float]
"""Time of the estimate, job, seconds left."""

_PIECE_SECONDS = 300.0
"""The longest audio chunk of ai by default: what one call transcribes, and transcribes again after a kill."""
_NEAR = 0.3
_TOO_LATE_SECONDS = 5.0
"""Estimates in the last seconds are ignored: rounding is a large share of them."""


class Report:
    """One run. ``bare`` has seconds and words by file, ``done_at`` the seconds from the start by job.

    ``calm`` has the figures of a run of the same files without kills, as ``to_json`` gives them.
    """

    def __init__(
        self,
        added: Sequence[Added],
        bare: Sequence[Mapping[str, Any]],
        done_at: Mapping[str, float],
        estimates: Sequence[Estimate],
        *,
        spent_retries: int,
        kills: int,
        calm: Mapping[str, Any] | None = None,
    ) -> None:
        self.added = added
        self.bare = {one["file"]: one for one in bare}
        self.done_at = done_at
        self.spent_retries = spent_retries
        self.kills = kills
        self.calm = calm
        self.estimates = estimates
        self.eta_errors = _errors(done_at, estimates)

    @property
    def seconds(self) -> float:
        """Seconds until the last recording was searchable."""
        return max(self.done_at.values())

    @property
    def bare_seconds(self) -> float:
        """Seconds of the bare tools for all files."""
        return sum(float(one["seconds"]) for one in self.bare.values())

    @property
    def first(self) -> tuple[float, float]:
        """When the first recording of speech was searchable, and the seconds of the bare tools for that recording."""
        speech = [file for file in self.added if file.name not in SILENT and file.job_id in self.done_at]
        first = min(speech, key=lambda file: self.done_at[file.job_id])
        return self.done_at[first.job_id], float(self.bare[first.name]["seconds"])

    @property
    def piece_seconds(self) -> float:
        """Seconds of the bare tools for the largest audio chunk."""
        return max(
            float(one["seconds"]) * min(1.0, _PIECE_SECONDS / float(one["length_seconds"]))
            for one in self.bare.values()
        )

    @property
    def added_seconds(self) -> float | None:
        """Seconds the kills added to ``calm``, scaled to the bare tools' speed in this run; None without ``calm``."""
        if self.calm is None:
            return None
        return self.seconds - float(self.calm["ratio"]) * self.bare_seconds

    @property
    def near_share(self) -> float:
        """Share of jobs whose estimates were within 30 % of the truth, by the median error of each job."""
        near = [error <= _NEAR for error in self.eta_errors.values()]
        return sum(near) / len(near) if near else 0.0

    @property
    def faults(self) -> list[str]:
        """What is wrong with the run, as sentences."""
        faults = [f"{file.name}: {(file.error or {}).get('detail')}" for file in self.added if file.error]
        return faults + [
            f"{file.name}: {file.words} words in a sound without speech"
            for file in self.added
            if file.name in SILENT and file.words
        ]

    def to_json(self) -> dict[str, Any]:
        """The figures."""
        first, bare_first = self.first
        return {
            "seconds": round(self.seconds, 1),
            "bare_seconds": round(self.bare_seconds, 1),
            "ratio": round(self.seconds / self.bare_seconds, 3),
            "audio_seconds": round(sum(float(one["length_seconds"]) for one in self.bare.values()), 1),
            "first_seconds": round(first, 1),
            "first_bare_seconds": round(bare_first, 1),
            "spent_retries": self.spent_retries,
            "kills": self.kills,
            "kills_added_seconds": None if self.added_seconds is None else round(self.added_seconds, 1),
            "piece_seconds": round(self.piece_seconds, 1),
            "eta_near_share": round(self.near_share, 3),
            "eta_errors": {job: round(error, 3) for job, error in self.eta_errors.items()},
            "estimates": [[round(at, 1), job, seconds] for at, job, seconds in self.estimates],
            "faults": self.faults,
            "files": [
                {
                    "file": file.name,
                    "job_id": file.job_id,
                    "done_at": round(self.done_at.get(file.job_id, 0.0), 1),
                    "words": file.words,
                    "bare_seconds": round(float(self.bare[file.name]["seconds"]), 1),
                    "bare_words": self.bare[file.name]["words"],
                }
                for file in self.added
            ],
        }


def table(report: Report) -> str:
    """The figures as Markdown."""
    figures = report.to_json()
    lines = [
        "| file | length | bare tools | searchable at | words | bare words |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in figures["files"]:
        length = report.bare[one["file"]]["length_seconds"]
        lines.append(
            f"| {one['file']} | {length:.0f} s | {one['bare_seconds']} s | {one['done_at']} s | {one['words']} "
            f"| {one['bare_words']} |"
        )
    lines += [
        "",
        f"{figures['audio_seconds']:.0f} s of sound: Winnow {figures['seconds']} s, bare tools "
        f"{figures['bare_seconds']} s, ratio {figures['ratio']}",
        f"first searchable after {figures['first_seconds']} s, bare {figures['first_bare_seconds']} s",
        f"retries spent {figures['spent_retries']}, worker killed {figures['kills']} times",
        *_added(figures),
        f"estimates within 30 % for {100 * figures['eta_near_share']:.0f} % of the jobs",
        *(f"FAULT: {fault}" for fault in figures["faults"]),
    ]
    return "\n".join(lines)


def _added(figures: Mapping[str, Any]) -> list[str]:
    added, piece = figures["kills_added_seconds"], figures["piece_seconds"]
    return [] if added is None else [f"the kills added {added} s, the largest piece of work takes {piece} s"]


def _errors(done_at: Mapping[str, float], estimates: Sequence[Estimate]) -> dict[str, float]:
    """By job, the median error of its estimates, as a share of the seconds really left."""
    errors: dict[str, list[float]] = {}
    for told_at, job_id, seconds in estimates:
        left = done_at.get(job_id, 0.0) - told_at
        if left >= _TOO_LATE_SECONDS:
            errors.setdefault(job_id, []).append(abs(seconds - left) / left)
    return {job_id: statistics.median(all_of_it) for job_id, all_of_it in errors.items()}
