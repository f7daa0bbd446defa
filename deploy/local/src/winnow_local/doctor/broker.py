"""Checks that the broker's queues are consumed and hold nothing unexpected."""

import subprocess
from collections.abc import Iterator, Mapping

from winnow_cli.locate.machine import QueueState
from winnow_cli.text_times import counted
from winnow_contracts import queues
from winnow_contracts.errors import Unavailable
from winnow_local.broker_view import queue_states
from winnow_local.doctor.finding import RESTART, DoctorFinding
from winnow_local.servers.rabbitmq import RabbitMq

_FULL = 80_000
"""A lane counts as full at this many of its 100,000 messages; at 100,000 the broker rejects senders, who keep theirs.
"""
_CTL_SECONDS = 30
_MORE_NODES = f"{RESTART} --scale WORKER=N"


def look(
    amqp_url: str, sentinels: Mapping[str, str], paused: Mapping[str, str], rabbitmq: RabbitMq | None = None
) -> Iterator[DoctorFinding]:
    """Findings about the queues.

    ``sentinels``: queue by node of the journals that made one; ``paused``: since when. ``rabbitmq``: the broker, if it
    is our own.
    """
    wanted = (*queues.LANES, queues.INDEX_EVENTS, queues.UNREADABLE, *sentinels.values())
    try:
        found = queue_states(amqp_url, wanted)
    except Unavailable as error:
        yield DoctorFinding(kind="broker_away", what="rabbitmq", detail=error.detail, mend="./winnow status")
        return
    for lane in queues.LANES:
        yield from _lane(lane, found[lane], paused.get(lane))
    yield from _lane(queues.INDEX_EVENTS, found[queues.INDEX_EVENTS], None)
    yield from _unreadable(found[queues.UNREADABLE], rabbitmq)
    for node, name in sentinels.items():
        yield from _sentinel(node, found[name])


def alarms(rabbitmq: RabbitMq | None) -> Iterator[DoctorFinding]:
    """Memory and disk alarms of our own broker. While one stands, the broker accepts nothing."""
    if rabbitmq is None:
        return
    try:
        done = subprocess.run(
            rabbitmq.ctl_command("-q", "eval", "rabbit_alarm:get_alarms()."),
            env=rabbitmq.ctl_environment(),
            capture_output=True,
            text=True,
            timeout=_CTL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return
    if done.returncode == 0 and done.stdout.strip() != "[]":
        yield DoctorFinding(
            kind="broker_alarm",
            what="rabbitmq",
            detail=f"It takes no messages, because of an alarm: {done.stdout.strip()}",
            mend="free memory or disk; it goes on by itself",
        )


def _lane(name: str, state: QueueState | None, paused_since: str | None) -> Iterator[DoctorFinding]:
    if paused_since:
        detail = f"The lane is paused since {paused_since}; {counted(state.ready if state else 0, 'message')} waiting."
        yield DoctorFinding(kind="lane_paused", what=name, detail=detail, mend=f"./winnow resume {name}")
    elif state is None:
        yield DoctorFinding(kind="queue_missing", what=name, detail="There is no such queue.", mend=RESTART)
    elif not state.consumers:
        detail = f"No node takes from this queue; {counted(state.ready, 'message')} waiting."
        yield DoctorFinding(kind="no_consumers", what=name, detail=detail, mend="./winnow status")
    if state and state.ready >= _FULL:
        detail = f"{counted(state.ready, 'message')} waiting; at 100,000 senders are turned away."
        yield DoctorFinding(kind="queue_full", what=name, detail=detail, mend=_MORE_NODES)


def _unreadable(state: QueueState | None, rabbitmq: RabbitMq | None) -> Iterator[DoctorFinding]:
    if state and state.ready:
        purge = ("purge_queue", queues.UNREADABLE)
        yield DoctorFinding(
            kind="unreadable",
            what=queues.UNREADABLE,
            detail=f"{counted(state.ready, 'message')} set aside that no version of Winnow can read.",
            mend=rabbitmq.ctl_line(*purge) if rabbitmq else f"where the broker runs: rabbitmqctl {' '.join(purge)}",
        )


def _sentinel(node: str, state: QueueState | None) -> Iterator[DoctorFinding]:
    if state is None or not state.ready:
        yield DoctorFinding(
            kind="sentinel_missing",
            what=node,
            detail="Its sentinel is gone: the broker lost its data, and the node has not noticed.",
            mend=RESTART,
        )
