"""Kubernetes' rule for the number of nodes, as its documentation of the horizontal autoscaler publishes it."""

import math
from dataclasses import dataclass

TOLERANCE = 0.1
SYNC_SECONDS = 15
"""Kubernetes' defaults: how far a ratio may be from one without a change, and how often the autoscaler looks."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The bounds and the behaviour of ``deploy/k8s/components/hpa/common.yaml``; windows and periods in seconds."""

    least: int = 2
    most: int = 10
    up_percent: int = 50
    up_period: int = 60
    up_window: int = 60
    down_pods: int = 1
    down_period: int = 60
    down_window: int = 300


def nodes_for_total(total: float, per_node: float, nodes: int) -> int:
    """How many nodes a metric of the whole lane asks for, such as messages that wait."""
    return nodes if _is_near_enough(total / (per_node * nodes)) else math.ceil(total / per_node)


def nodes_for_share(percent: float, target_percent: float, nodes: int) -> int:
    """How many nodes a metric of each node asks for, such as the processor's share of what was requested."""
    ratio = percent / target_percent
    return nodes if _is_near_enough(ratio) else math.ceil(ratio * nodes)


def _is_near_enough(ratio: float) -> bool:
    return 1 - TOLERANCE <= ratio <= 1 + TOLERANCE


class Autoscaler:
    """Chooses the number of nodes at each look. It remembers what was asked for, and what it changed."""

    def __init__(self, rule: Rule, nodes: int) -> None:
        self.nodes = nodes
        self._rule = rule
        self._asked: list[tuple[float, int]] = []
        self._changes: list[tuple[float, int]] = []

    def look(self, at: float, asked: int) -> int:
        """The number of nodes from ``at`` (seconds) on, where the metrics ask for ``asked``, the most of each."""
        rule = self._rule
        if not self._asked:
            self._asked.append((at, self.nodes))  # what it found stands in the windows, too
        self._asked.append((at, asked))
        wanted = self._calmed(at)
        if wanted > self.nodes:
            began = self.nodes - self._changed(at, rule.up_period)
            limit = math.ceil(began * (1 + rule.up_percent / 100))
            wanted = max(self.nodes, min(wanted, limit))
        elif wanted < self.nodes:
            began = self.nodes - self._changed(at, rule.down_period)
            wanted = min(self.nodes, max(wanted, began - rule.down_pods))
        wanted = min(max(wanted, rule.least), rule.most)
        if wanted != self.nodes:
            self._changes.append((at, wanted - self.nodes))
        self.nodes = wanted
        return wanted

    def _calmed(self, at: float) -> int:
        """Up to the least, down to the most that was asked for within the windows."""
        up = min(count for asked_at, count in self._asked if asked_at > at - self._rule.up_window)
        down = max(count for asked_at, count in self._asked if asked_at > at - self._rule.down_window)
        return min(max(self.nodes, up), down)

    def _changed(self, at: float, period: float) -> int:
        return sum(count for changed_at, count in self._changes if changed_at > at - period)
