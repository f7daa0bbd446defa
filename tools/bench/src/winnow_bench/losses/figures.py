"""The figures of ``winnow bench losses``, and how they are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow_bench.losses.blow import Blow


@dataclass(frozen=True, kw_only=True)
class Struck:
    """One system, and what each fault cost it, by name; a fault that was not struck is not among them."""

    name: str
    store: str
    settings: str
    faults: dict[str, Blow]


def table(found: Sequence[Struck], absent: Mapping[str, str]) -> str:
    """A line for each fault of each system, and systems that could not be run with the reason."""
    lines = [f"{'':<24} {'':<18} {'lost':>10} {'twice':>6} {'last':>8} {'worker starts':>14}"]
    for one in found:
        for fault, cost in one.faults.items():
            lines.append(
                f"{one.name:<24} {fault:<18} {cost.lost:>4} of {cost.jobs:<3} {cost.run_twice:>5}"
                f" {cost.last_seconds:>6.1f} s {cost.worker_starts:>14}"
            )
    lines.append("Jobs are chains of three tasks; twice counts tasks. Last: seconds to the last end.")
    return "\n".join([*lines, *(f"{name} was not measured: {reason}" for name, reason in absent.items())])
