"""``winnow bench autoscaling``: what the autoscalers of ``deploy/k8s`` would do with a burst. No cluster runs."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from winnow_bench.autoscaling import lane
from winnow_bench.autoscaling.lane import Moment, Work
from winnow_bench.autoscaling.rule import Rule
from winnow_bench.report.chart import Line, Lines
from winnow_bench.report.svg import draw
from winnow_cli.output import print_json, say

PLOTS = Path("docs") / "pictures"
SECONDS = 75 * 60
BURST = range(5 * 60, 15 * 60)
PER_SECOND = 3.0
WORKS = (
    # Two threads' worth of a processor bound by its limit: 2 of the 1 that is requested.
    Work(name="media", at_once=3, seconds=4.0, busy_percent=200),
    # Sixteen threads that wait for answers.
    Work(name="ai", at_once=16, seconds=30.0, busy_percent=15),
)


@dataclass(frozen=True, kw_only=True)
class Course:
    """How a lane went: the most that waited and the most nodes that were wanted.

    Minutes are from the burst's beginning: when the most nodes were first wanted, when nothing waited any more,
    and when there were two again.
    """

    name: str
    most_waiting: int
    most_nodes: int
    most_nodes_minute: float
    drained_minute: float
    back_minute: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench autoscaling``."""
    parser.add_argument("--root", type=Path, default=Path(), metavar="FOLDER", help="the project's root (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Draws both plots below the project's root, and prints what they show."""
    lanes = simulate()
    for path, text in plots(lanes).items():
        (arguments.root / path).parent.mkdir(parents=True, exist_ok=True)
        (arguments.root / path).write_text(text, encoding="utf-8")
    courses = [course(name, moments) for name, moments in lanes.items()]
    if arguments.json:
        print_json({"lanes": [asdict(one) for one in courses]})
    else:
        say(table(courses))
    return 0


def simulate() -> dict[str, list[Moment]]:
    """Each kind of work through the same burst, second by second."""
    return {
        work.name: list(lane.run(work, lambda at: PER_SECOND if at in BURST else 0.0, SECONDS, Rule()))
        for work in WORKS
    }


def course(name: str, moments: Sequence[Moment]) -> Course:
    """What a lane's moments come to."""
    most = max(one.nodes for one in moments)
    last_waiting = max(one.at for one in moments if one.waiting >= 1)
    last_more = max(one.at for one in moments if one.nodes > Rule().least)
    return Course(
        name=name,
        most_waiting=round(max(one.waiting for one in moments)),
        most_nodes=most,
        most_nodes_minute=_minute(next(one.at for one in moments if one.nodes == most)),
        drained_minute=_minute(last_waiting + 1),
        back_minute=_minute(last_more + 1),
    )


def table(courses: Sequence[Course]) -> str:
    """The courses as a table of text."""
    head = f"{'':<8} {'most waiting':>12} {'most nodes':>10} {'at minute':>9} {'drained':>8} {'two again':>9}"
    rows = [
        f"{one.name:<8} {one.most_waiting:>12} {one.most_nodes:>10} {one.most_nodes_minute:>9}"
        f" {one.drained_minute:>8} {one.back_minute:>9}"
        for one in courses
    ]
    return "\n".join([head, *rows])


def plots(lanes: dict[str, list[Moment]]) -> dict[Path, str]:
    """A plot for each lane, by its path below the project's root."""
    return {PLOTS / f"autoscaling-{name}.svg": draw(_plot(name, moments)) for name, moments in lanes.items()}


def _plot(name: str, moments: Sequence[Moment]) -> Lines:
    seen = [one for one in moments if one.at % 15 == 0]
    return Lines(
        title=f"{name}: a burst of {PER_SECOND * 60:.0f} messages a minute, from minute 5 to 15",
        x_axis="minutes",
        y_axis="nodes",
        lines=[
            Line(label="nodes", points=[(one.at / 60, float(one.nodes)) for one in seen]),
            Line(label="hundreds that wait", points=[(one.at / 60, one.waiting / lane.PER_NODE) for one in seen]),
        ],
    )


def _minute(at: int) -> float:
    return round((at - BURST.start) / 60, 1)
