"""Open commands that index keeps are published again after the broker lost its data, and no other time."""

import threading
import time
from contextlib import contextmanager

import pytest

from winnow_chassis.outbox.republisher import OpenCommand, Republisher
from winnow_harness.fixtures.nodes import LANE, envelope, wait_for


class Kept:
    """Keeps open commands in memory; all of them are due after a loss."""

    def __init__(self):
        self.commands, self.flags, self.due_now, self.losses = {}, {}, set(), 0
        self._lead = threading.Lock()

    def keep(self, *envelopes):
        for one in envelopes:
            self.commands[one.task_id] = OpenCommand(task_id=one.task_id, retry=0, queue=one.queue, envelope=one)

    @contextmanager
    def leading(self):
        taken = self._lead.acquire(blocking=False)
        try:
            yield taken
        finally:
            if taken:
                self._lead.release()

    def flag(self, name):
        return self.flags.get(name, "")

    def set_flag(self, name, value):
        self.flags[name] = value

    def reopen(self):
        self.losses += 1
        self.due_now = set(self.commands)
        return len(self.due_now)

    def due(self, limit, *, closed):
        return [one for one in self.commands.values() if one.task_id in self.due_now and one.queue not in closed]

    def sent(self, commands):
        self.due_now -= {one.task_id for one in commands}

    def departed(self):
        return []

    def sentinels_removed(self, journal_id):
        raise AssertionError(journal_id)

    def postpone(self, commands):
        self.due_now -= {one.task_id for one in commands}


@pytest.fixture
def republish(broker):
    parts = []

    def start(kept, name="index"):
        part = Republisher(broker.amqp_url, kept, kept, node=name)
        parts.append(part)
        part.start()
        return part

    yield start
    for part in parts:
        part.stop()


def test_after_a_wiped_broker_every_open_command_is_published_again_as_a_possible_duplicate(
    rabbit, broker, nodes, republish
):
    kept = Kept()
    republish(kept)
    wait_for(lambda: kept.flag("sentinel") == "1")
    kept.keep(*(envelope(f"job{number}") for number in range(3)))
    before = kept.losses
    time.sleep(6)  # longer than the part's own pause
    assert (broker.depth(), kept.losses) == (0, before), "nothing was lost, so nothing is sent"
    rabbit.wipe()
    wait_for(lambda: kept.losses == before + 1 and not kept.due_now, seconds=120)
    wait_for(lambda: broker.depth() == 3)
    heard = []
    nodes.start(lambda task, command: heard.append((command.filename, task.envelope.possible_duplicate)))
    wait_for(lambda: sorted(heard) == [(f"job{number}", True) for number in range(3)])


def test_what_was_kept_before_the_broker_was_first_watched_may_be_lost_and_is_published(broker, republish):
    kept = Kept()
    kept.keep(envelope("early"))
    republish(kept)
    wait_for(lambda: kept.losses == 1 and not kept.due_now)
    wait_for(lambda: broker.depth() == 1)


def test_one_of_several_publishes(broker, republish):
    kept = Kept()
    for name in ("index", "index-2"):
        republish(kept, name)
    wait_for(lambda: kept.flag("sentinel") == "1")
    kept.keep(envelope("once"))
    kept.reopen()
    wait_for(lambda: not kept.due_now)
    wait_for(lambda: broker.depth() == 1)


def test_an_idle_part_stops_at_once(broker, republish):
    kept = Kept()
    part = republish(kept)
    wait_for(lambda: kept.flag("sentinel") == "1")
    time.sleep(0.5)  # by now it waits
    began = time.monotonic()
    part.stop()
    assert time.monotonic() - began < 3


def test_a_command_that_cannot_be_read_is_left_for_later_and_the_others_are_sent(broker, republish):
    kept = Kept()
    republish(kept)
    wait_for(lambda: kept.flag("sentinel") == "1")
    kept.keep(envelope("sound"))
    kept.commands["odd"] = OpenCommand(task_id="odd", retry=0, queue=LANE, envelope=None)
    kept.reopen()
    wait_for(lambda: not kept.due_now)
    wait_for(lambda: broker.depth() == 1)
