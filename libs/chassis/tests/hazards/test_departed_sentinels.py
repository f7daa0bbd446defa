"""The sentinels of journals that are gone are removed, and no others."""

import pytest
from pika.exceptions import ChannelClosedByBroker

from winnow_chassis.broker.topology import parameters
from winnow_chassis.outbox.departed_sentinels import remove_sentinels
from winnow_chassis.outbox.sentinel import guard
from winnow_contracts import queues


class Journals:
    def __init__(self, *gone):
        self.gone, self.removed = gone, []

    def departed(self):
        return [journal_id for journal_id in self.gone if journal_id not in self.removed]

    def sentinels_removed(self, journal_id):
        self.removed.append(journal_id)


class Flags(dict):
    def flag(self, name):
        return self.get(name, "")

    def set_flag(self, name, value):
        self[name] = value


@pytest.fixture
def stands(broker):
    def look(journal_id, number=1):
        with broker.channel() as channel:
            try:
                return (
                    channel.queue_declare(queues.sentinel(journal_id, number), passive=True).method.message_count == 1
                )
            except ChannelClosedByBroker:
                return False

    return look


def make(broker, journal_id, number=""):
    """The journal's sentinel; returns how often it took the broker's data for lost."""
    lost, flags = [], Flags()
    with broker.channel() as channel:
        guard(flags, journal_id, channel, lambda: lost.append(1) or 0)
        if number:
            flags["sentinel"] = number
            guard(flags, journal_id, channel, lambda: lost.append(1) or 0)
    return flags


def test_of_a_departed_journal_every_sentinel_goes_and_others_stay(broker, stands):
    make(broker, "gone-1", "2")
    make(broker, "lives-1")
    assert [stands("gone-1", number) for number in (1, 2)] == [True, True]
    journals = Journals("gone-1", "never-had-one")
    assert remove_sentinels(journals, parameters(broker.amqp_url, "test")) == 2
    assert [stands("gone-1", number) for number in (1, 2)] == [False, False]
    assert stands("lives-1")
    assert journals.removed == ["gone-1", "never-had-one"]
    assert remove_sentinels(journals, parameters(broker.amqp_url, "test")) == 0


def test_a_journal_that_comes_back_publishes_again_what_it_keeps(broker, stands):
    flags = make(broker, "back-1")
    remove_sentinels(Journals("back-1"), parameters(broker.amqp_url, "test"))
    lost = []
    with broker.channel() as channel:
        guard(flags, "back-1", channel, lambda: lost.append(1) or 0)
    assert lost == [1]
    assert stands("back-1")
