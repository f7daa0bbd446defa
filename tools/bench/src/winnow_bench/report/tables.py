"""The table of a bench whose figures are read side by side. Without one, each figure has a line of its own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from winnow_bench.measures import number

Figures = Mapping[str, Any]


_PEERS = (
    *(
        "system",
        "keeps tasks in",
        "single tasks, per second",
        "of Winnow's",
        "tasks of chains, per second",
        "of Winnow's",
    ),
    *("processor ms a chain's task", "jobs lost", "tasks run twice", "last end after s"),
)


def peers(figures: Figures) -> Iterator[str]:
    """A row for each system, its settings, and why others are absent."""
    yield f"{figures['rounds']} rounds of {number(figures['tasks'])} tasks, {figures['kill_jobs']} chains at the kill."
    yield from ("", *_head(_PEERS))
    for system in figures["systems"]:
        single, chain, kill = system["rates"]["single"], system["rates"]["chain"], system["kill"]
        cells = (
            *(system["name"], system["store"], *_rate(single), *_rate(chain)),
            *(number(sum(chain["cpu_ms"].values())), kill["lost"], kill["run_twice"], number(kill["seconds"])),
        )
        yield f"| {' | '.join(str(cell) for cell in cells)} |"
    yield from ("", *_notes(figures))


_DESIGNS = (
    *("system", "keeps jobs in", "acceptance p50 ms", "p99 ms", "p50, of Winnow's"),
    *("single tasks, per second", "of Winnow's", "tasks of chains, per second", "of Winnow's"),
)


def designs(figures: Figures) -> Iterator[str]:
    """A row for each system, its settings, and why others are absent."""
    yield (
        f"{figures['rounds']} rounds of {figures['accepted']} acceptances and {figures['tasks']} tasks of each kind,"
        " medians, with the smallest and the largest of the rounds."
    )
    yield from ("", *_head(_DESIGNS))
    for system in figures["systems"]:
        took, rates = system["acceptance"], system["rates"]
        cells = (
            *(system["name"], system["store"], _spread(took, "p50_ms", "p50_spread_ms")),
            *(_spread(took, "p99_ms", "p99_spread_ms"), _spread(took, "ratio", "ratio_spread")),
            *(*_rate(rates["single"]), *_rate(rates["chain"])),
        )
        yield f"| {' | '.join(cells)} |"
    yield from ("", *_notes(figures))


_LOSSES = (
    *("system", "keeps jobs in", "fault", "jobs lost", "tasks run twice", "last end after s"),
    "worker started again",
)


def losses(figures: Figures) -> Iterator[str]:
    """A row for each fault of each system, and why others are absent."""
    yield f"{figures['jobs']} chains of three tasks; lost: silent for {number(figures['patience_seconds'])} s."
    yield from ("", *_head(_LOSSES))
    for system in figures["systems"]:
        for fault, cost in system["faults"].items():
            cells = (
                *(system["name"], system["store"], fault, cost["lost"], cost["run_twice"]),
                *(number(cost["last_seconds"]), cost["worker_starts"]),
            )
            yield f"| {' | '.join(str(cell) for cell in cells)} |"
    yield from ("", *_notes(figures))


def _head(names: Sequence[str]) -> tuple[str, str]:
    return f"| {' | '.join(names)} |", "|---" * len(names) + "|"


def _notes(figures: Figures) -> Iterator[str]:
    for system in figures["systems"]:
        yield f"* {system['name']}: {system['settings']}."
    for name, reason in figures["absent"].items():
        yield f"* {name} was not measured. {reason}"


def _spread(figures: Figures, value: str, ends: str) -> str:
    low, high = figures[ends]
    return f"{number(figures[value])} ({number(low)} to {number(high)})"


def _rate(rate: Figures) -> tuple[str, str]:
    return number(rate["per_second"]), _spread(rate, "ratio", "ratio_spread")


TABLES: dict[str, Callable[[Figures], Iterator[str]]] = {"designs": designs, "losses": losses, "peers": peers}
"""By the name of the bench."""
