"""The plot of each bench: a function of the figures that it kept. A bench without one has its table alone."""

from collections.abc import Callable, Mapping
from typing import Any

from winnow_bench.measures import number
from winnow_bench.report.chart import Bar, Bars, Chart, Line, Lines

_MIB = 1 << 20
_MEGABYTE = 1_000_000
_LEAST_MS = 1.0
"""A part that takes less of a recording has no bar."""
Figures = Mapping[str, Any]


def tasks(figures: Figures) -> Bars:
    """Jobs a second of both sides."""
    return Bars(
        title=f"A job of three empty tasks: {number(figures['ratio'])} of stock Dramatiq's jobs a second",
        axis="jobs a second, from request to end (medians)",
        bars=[
            Bar(label="Winnow, whole stack", value=figures["per_second"], ours=True),
            Bar(label="stock Dramatiq, one worker", value=figures["stock_per_second"], ours=False),
        ],
    )


def sqlite(figures: Figures) -> Bars:
    """Time of a commit in each way."""
    ways = {way["name"]: way for way in figures["ways"]}
    durable = ways["journal, durable, 8 threads"]
    return Bars(
        title=f"Commits of the journal that go together: {number(durable['ratio'])} times SQLite's default",
        axis="milliseconds a commit (medians; shorter is better)",
        bars=[Bar(label=name, value=way["wall_ms"], ours=name.startswith("journal")) for name, way in ways.items()],
    )


def growth(figures: Figures) -> Lines:
    """Size of the files over the jobs."""
    ended, sizes, logs = 0, [], []
    for window in figures["windows"]:
        ended += window["jobs"]
        sizes.append((ended, window["database_bytes"] / _MIB))
        logs.append((ended, window["wal_bytes"] / _MIB))
    cap_mib = figures["cap_bytes"] / _MIB
    return Lines(
        title=f"{figures['jobs']:,} finished jobs through a journal of {number(cap_mib)} MiB:"
        f" {figures['stops'] or 'no'} stops, cost {number(figures['cpu_ratio'])} of the first",
        x_axis="finished jobs",
        y_axis="MiB",
        lines=[
            Line(label="database", points=sizes),
            Line(label="write-ahead log", points=logs),
            Line(label="cap", points=[(0, cap_mib), (ended, cap_mib)]),
        ],
    )


def memory(figures: Figures) -> Bars:
    """The most memory of each side while it drains."""
    return Bars(
        title=f"A worker that drains {figures['tasks']:,} tasks holds {number(figures['ratio'])} times stock Dramatiq's"
        " memory",
        axis="MB at most (PSS; medians)",
        bars=[
            Bar(label=side, value=one["peak_bytes"] / _MEGABYTE, ours=side == "Winnow")
            for side, one in figures["sides"].items()
        ],
    )


def idle(figures: Figures) -> Bars:
    """Processor of each side at rest."""
    sides = figures["sides"]
    return Bars(
        title=f"A worker at rest takes {number(sides['Winnow']['cpu_percent'])} % of a core,"
        f" stock Dramatiq's {number(sides['stock Dramatiq']['cpu_percent'])} %",
        axis="% of a core (medians)",
        bars=[Bar(label=side, value=one["cpu_percent"], ours=side == "Winnow") for side, one in sides.items()],
    )


def tracking(figures: Figures) -> Bars:
    """Jobs a second of each way to record."""
    ways = figures["ways"]
    return Bars(
        title=f"A worker that tells index of each task does {number(ways['full']['ratio'])} of what it does silent,"
        f" by outcomes alone {number(ways['outcome']['ratio'])}",
        axis="jobs of two empty tasks a second (medians)",
        bars=[Bar(label=way, value=one["per_second"], ours=way != "events not shipped") for way, one in ways.items()],
    )


def pipeline(figures: Figures) -> Bars:
    """Processor time of a recording on both sides, and Winnow's by part."""
    parts = {part: ms for part, ms in figures["cpu_ms"].items() if ms >= _LEAST_MS}
    return Bars(
        title=f"A short recording takes {number(figures['cpu_ratio'])} times the processor of a script",
        axis="ms of processor a recording, without speech models (medians)",
        bars=[
            Bar(label="script, with ffmpeg", value=sum(figures["script_cpu_ms"].values()), ours=False),
            Bar(label="Winnow, whole stack", value=sum(figures["cpu_ms"].values()), ours=True),
            *(Bar(label=f"of it {part}", value=ms, ours=True) for part, ms in parts.items()),
        ],
    )


def peers(figures: Figures) -> Bars:
    """Tasks of chains a second of each system."""
    systems = figures["systems"]
    lost = [system["name"] for system in systems if system["kill"]["lost"]]
    return Bars(
        title=f"Chains of three empty tasks; with a killed worker {' and '.join(lost) or 'nobody'} lost jobs",
        axis="tasks a second, one worker (medians)",
        bars=[
            Bar(
                label=f"{system['name']} ({system['store']})",
                value=system["rates"]["chain"]["per_second"],
                ours=system["name"] == "Winnow",
            )
            for system in systems
        ],
    )


def designs(figures: Figures) -> Bars:
    """How long an acceptance takes by each system."""
    systems = figures["systems"]
    return Bars(
        title="One client's acceptance of a job: Winnow's is an HTTP request, the others' calls in Python",
        axis="milliseconds until the store has it, p50 (medians; shorter is better)",
        bars=[
            Bar(
                label=f"{system['name']} ({system['store']})",
                value=system["acceptance"]["p50_ms"],
                ours=system["name"] == "Winnow",
            )
            for system in systems
        ],
    )


def losses(figures: Figures) -> Bars:
    """Jobs lost with each fault that lost any, beside Winnow's."""
    bars = [
        Bar(label=f"{system['name']}, {fault}", value=cost["lost"], ours=system["name"] == "Winnow")
        for system in figures["systems"]
        for fault, cost in system["faults"].items()
        if cost["lost"] or system["name"] == "Winnow"
    ]
    return Bars(
        title="Jobs lost with a killed worker, a killed store and a lost disk; rows of the others that are 0 left out",
        axis=f"jobs lost, of {figures['jobs']}",
        bars=bars,
    )


CHARTS: dict[str, Callable[[Figures], Chart]] = {
    "tasks": tasks,
    "sqlite": sqlite,
    "growth": growth,
    "memory": memory,
    "idle": idle,
    "tracking": tracking,
    "peers": peers,
    "pipeline": pipeline,
    "designs": designs,
    "losses": losses,
}
"""By the name of the bench."""
