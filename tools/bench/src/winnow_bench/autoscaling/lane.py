"""A lane and its nodes, second by second: messages come, wait, are held for as long as they take, and end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from winnow_bench.autoscaling.rule import SYNC_SECONDS, Autoscaler, Rule, nodes_for_share, nodes_for_total

PER_NODE = 100
CPU_PERCENT = 70
"""The targets of ``deploy/k8s/components/hpa``: messages for each node, percent of the requested processor."""
COUNTED_SECONDS = 60
"""Index counts what waits each minute."""
START_SECONDS = 45
"""From the autoscaler's wish to a node that takes: a pod is placed, its volume and image come, it turns ready."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a node does: ``at_once`` messages, each for ``seconds``; ``busy_percent`` of its processor then."""

    name: str
    at_once: int
    seconds: float
    busy_percent: float


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A second: messages that wait and that are held, and the nodes that are wanted."""

    at: int
    waiting: float
    held: float
    nodes: int


def run(work: Work, arrivals: Callable[[int], float], seconds: int, rule: Rule) -> Iterator[Moment]:
    """The lane for so many seconds, from two idle nodes on. ``arrivals`` gives the messages that come in a second."""
    scaler = Autoscaler(rule, rule.least)
    ready = [0] * rule.least
    """When each node begins to take, by its number: the last is the first to go."""
    waiting = held = counted = 0.0
    for at in range(seconds):
        taking = sum(1 for begins in ready if begins <= at)
        waiting += arrivals(at)
        held -= held / work.seconds
        taken = max(0.0, min(waiting, taking * work.at_once - held))
        waiting, held = waiting - taken, held + taken
        if at % COUNTED_SECONDS == 0:
            counted = waiting
        if at % SYNC_SECONDS == 0:
            share = work.busy_percent * min(1.0, held / (taking * work.at_once))
            asked = max(
                nodes_for_total(counted, PER_NODE, scaler.nodes), nodes_for_share(share, CPU_PERCENT, scaler.nodes)
            )
            nodes = scaler.look(at, asked)
            ready = ready[:nodes] + [at + START_SECONDS] * (nodes - len(ready))
        yield Moment(at=at, waiting=waiting, held=held, nodes=scaler.nodes)
