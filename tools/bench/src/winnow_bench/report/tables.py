"""The table of a bench whose figures are read side by side. Without one, each figure has a line of its own."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from winnow_bench.report.svg import number

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
    yield from ("", f"| {' | '.join(_PEERS)} |", "|---" * len(_PEERS) + "|")
    for system in figures["systems"]:
        single, chain, kill = system["rates"]["single"], system["rates"]["chain"], system["kill"]
        cells = (
            *(system["name"], system["store"], *_rate(single), *_rate(chain)),
            *(number(sum(chain["cpu_ms"].values())), kill["lost"], kill["run_twice"], number(kill["seconds"])),
        )
        yield f"| {' | '.join(str(cell) for cell in cells)} |"
    yield ""
    for system in figures["systems"]:
        yield f"* {system['name']}: {system['settings']}."
    for name, reason in figures["absent"].items():
        yield f"* {name} was not measured. {reason}"


def _rate(rate: Figures) -> tuple[str, str]:
    low, high = rate["ratio_spread"]
    return number(rate["per_second"]), f"{number(rate['ratio'])} ({number(low)} to {number(high)})"


TABLES: dict[str, Callable[[Figures], Iterator[str]]] = {"peers": peers}
"""By the name of the bench."""
