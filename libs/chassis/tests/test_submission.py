"""A job accepted by the gateway is in two places before the caller knows."""

import time

import pytest

from winnow_base.objects.memory import MemoryObjectStore
from winnow_chassis.outbox import submission_journal
from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_chassis.outbox.submission import AcceptedJob
from winnow_chassis.outbox.submission_journal import JournalSubmissions
from winnow_chassis.outbox.submission_memory import MemorySubmissions
from winnow_contracts import object_keys, queues
from winnow_contracts.envelope import to_text
from winnow_contracts.errors import RateLimited, Unavailable
from winnow_contracts.events import JobAccepted
from winnow_contracts.json_codec import to_json
from winnow_harness.fixtures.nodes import BrokerView, envelope, settings, wait_for
from winnow_journal.values import JournalUnusable

ACCEPTED = JobAccepted(
    kind="recording", title="T", filename="", content_type="", size_bytes=1, original_key="k", created_ms=5
)


class House:
    def __init__(self, amqp_url, folder, objects=None, name="gateway"):
        self.objects = objects or MemoryObjectStore()
        self.node = OutboxRuntime(settings(amqp_url, folder, name), exclusive=False)
        self.node.start()
        self.intake = JournalSubmissions(self.node, self.objects)

    def copies(self):
        return list(self.objects.keys(object_keys.ACCEPTANCES))


@pytest.fixture
def house(amqp_url, tmp_path):
    BrokerView(amqp_url).clean()
    made = House(amqp_url, tmp_path)
    wait_for(lambda: made.node.publisher.connected)
    yield made
    made.node.stop()


@pytest.fixture
def lonely(tmp_path):
    """A gateway whose broker is away."""
    made = House("amqp://guest:guest@127.0.0.1:1/%2F", tmp_path / "lonely")
    yield made
    made.node.stop()


@pytest.mark.parametrize("kind", ["journal", "memory"])
def test_an_accepted_job_can_be_read_at_once_and_twice_is_once(kind, request):
    intake = MemorySubmissions() if kind == "memory" else request.getfixturevalue("house").intake
    for _ in range(2):
        intake.accept(envelope("a").command, ACCEPTED)
    intake.accept(envelope("b").command, ACCEPTED)
    assert intake.find("job_a").accepted == ACCEPTED
    assert intake.find("job_none") is None
    assert sorted(job.command.job_id for job in intake.recent("t", 10)) == ["job_a", "job_b"]
    assert intake.recent("other", 10) == []


def test_with_the_broker_there_the_job_is_confirmed_and_no_copy_is_left(house, amqp_url):
    house.intake.accept(envelope("a").command, ACCEPTED)
    wait_for(lambda: BrokerView(amqp_url).depth() == 1)
    wait_for(lambda: house.node.journal.unconfirmed(10) == [])
    house.intake.sweep()
    assert house.copies() == []


def test_with_the_broker_away_the_acceptance_is_copied_to_the_store_at_once(lonely):
    began = time.monotonic()
    lonely.intake.accept(envelope("a").command, ACCEPTED)
    assert time.monotonic() - began < 10
    assert lonely.copies() == [object_keys.acceptance(envelope("a").task_id)]
    assert lonely.intake.find("job_a") is not None


def batch(*jobs):
    return [AcceptedJob(command=envelope(job).command, accepted=ACCEPTED) for job in jobs]


@pytest.mark.parametrize("kind", ["journal", "memory"])
def test_jobs_that_are_accepted_together_can_be_read_each(kind, request):
    intake = MemorySubmissions() if kind == "memory" else request.getfixturevalue("house").intake
    for _ in range(2):
        intake.accept_all(batch("a", "b", "c"))
    assert sorted(job.command.job_id for job in intake.recent("t", 10)) == ["job_a", "job_b", "job_c"]


def test_jobs_that_are_accepted_together_reach_the_broker_once_each(house, amqp_url):
    house.intake.accept_all(batch(*map(str, range(300))))
    wait_for(lambda: BrokerView(amqp_url).depth() == 300)
    assert house.copies() == []


def test_of_jobs_accepted_together_none_is_kept_if_one_can_not_be_written(lonely, monkeypatch):
    take_in = lonely.node.journal._tasks.take_in

    def fails_at_the_third(execute, one, accepted):
        if one.command.job_id == "job_c":
            raise JournalUnusable("database or disk is full")
        return take_in(execute, one, accepted)

    monkeypatch.setattr(lonely.node.journal._tasks, "take_in", fails_at_the_third)
    with pytest.raises(Unavailable, match="journal"):
        lonely.intake.accept_all(batch("a", "b", "c"))
    assert lonely.intake.recent("t", 10) == []


def test_with_the_broker_away_jobs_accepted_together_are_one_copy_which_a_gateway_takes_in_whole(
    lonely, house, amqp_url
):
    lonely.intake.accept_all(batch("a", "b", "c"))
    (key,) = lonely.copies()
    house.objects.put_json(key, lonely.objects.get_json(key))
    assert house.intake.sweep() == 1
    assert house.copies() == []
    wait_for(lambda: BrokerView(amqp_url).depth() == 3)
    assert [house.intake.find(f"job_{name}").accepted for name in "abc"] == [ACCEPTED] * 3


def test_with_the_broker_away_no_confirm_is_waited_for(lonely):
    assert lonely.intake._patience_seconds(1) == 0


def test_after_a_confirm_that_did_not_come_the_next_is_waited_for_less_until_one_does(house, amqp_url, monkeypatch):
    patient = house.intake._patience_seconds(1)
    with monkeypatch.context() as silent:
        silent.setattr(
            house.node.relay, "offer", lambda rows, then: house.node.relay.barriers.raise_barrier(rows, then)
        )
        house.intake.accept(envelope("a").command, ACCEPTED)
    assert len(house.copies()) == 1
    assert house.intake._patience_seconds(1) < patient / 5
    house.intake.accept(envelope("b").command, ACCEPTED)
    assert house.intake._patience_seconds(1) == patient


def test_with_broker_and_store_away_nobody_is_told_accepted(lonely, monkeypatch):
    def refuse(key, value):
        raise Unavailable("The store does not answer.", dependency="s3")

    monkeypatch.setattr(lonely.objects, "put_json", refuse)
    with pytest.raises(Unavailable, match="second copy"):
        lonely.intake.accept(envelope("a").command, ACCEPTED)


def test_a_copy_that_can_not_be_read_keeps_no_other_from_being_swept(house, amqp_url):
    house.objects.put_json(object_keys.acceptance("a"), {"envelope": "{}", "accepted": {}})
    envelope_text = to_text(envelope("b"))
    house.objects.put_json(
        object_keys.acceptance("b"), {"node": "gateway", "envelope": envelope_text, "accepted": to_json(ACCEPTED)}
    )
    assert house.intake.sweep() == 1
    assert house.copies() == [object_keys.acceptance("a")]
    wait_for(lambda: BrokerView(amqp_url).depth() == 1)


def test_a_gateway_that_lost_its_disk_takes_its_acceptances_from_the_store(lonely, house, amqp_url):
    lonely.intake.accept(envelope("a").command, ACCEPTED)
    house.objects.put_json(
        object_keys.acceptance(envelope("a").task_id),
        lonely.objects.get_json(object_keys.acceptance(envelope("a").task_id)),
    )
    assert house.intake.sweep() == 1
    assert house.copies() == []
    wait_for(lambda: BrokerView(amqp_url).depth() == 1)
    assert house.intake.find("job_a").accepted == ACCEPTED


def test_a_copy_of_another_node_is_left_to_it_for_the_lease_and_taken_as_a_possible_duplicate(
    lonely, amqp_url, tmp_path, monkeypatch
):
    BrokerView(amqp_url).clean()
    lonely.intake.accept(envelope("a").command, ACCEPTED)
    other = House(amqp_url, tmp_path, lonely.objects, name="other")
    try:
        wait_for(lambda: other.node.publisher.connected)
        for _ in range(3):
            assert other.intake.sweep() == 0
        assert other.intake.find("job_a") is None
        now = time.monotonic()
        monkeypatch.setattr(submission_journal.time, "monotonic", lambda: now + 601)
        assert other.intake.sweep() == 1
        monkeypatch.undo()
        wait_for(lambda: BrokerView(amqp_url).depth() == 1)
        with BrokerView(amqp_url).channel() as channel:
            assert channel.basic_get(queues.MEDIA_EXAMINE, auto_ack=True)[1].headers["again"]
    finally:
        other.node.stop()


def test_a_node_takes_its_own_copies_at_once_and_of_three_gateways_no_other_accepts_the_job(amqp_url, tmp_path):
    BrokerView(amqp_url).clean()
    objects = MemoryObjectStore()
    houses = [House(amqp_url, tmp_path, objects, name=f"gateway-{number}") for number in range(3)]
    try:
        for house in houses:
            wait_for(lambda house=house: house.node.publisher.connected)
        houses[0].intake._copy_to_store([(envelope("a"), ACCEPTED)])  # as where the broker's confirm took too long
        swept = [house.intake.sweep() for house in reversed(houses)]
        assert swept == [0, 0, 1]
        wait_for(lambda: BrokerView(amqp_url).depth() == 1)
        assert [house.intake.find("job_a") is not None for house in houses] == [True, False, False]
    finally:
        for house in houses:
            house.node.stop()


def test_a_job_that_another_gateway_may_have_accepted_is_sent_as_a_possible_duplicate(house, amqp_url):
    house.intake.accept(envelope("a").command, ACCEPTED, possible_duplicate=True)
    wait_for(lambda: BrokerView(amqp_url).depth() == 1)
    with BrokerView(amqp_url).channel() as channel:
        assert channel.basic_get(queues.MEDIA_EXAMINE, auto_ack=True)[1].headers["again"]


def test_an_unusable_journal_is_told_as_unavailable_not_as_a_crash(lonely, monkeypatch):
    def full(*arguments):
        raise JournalUnusable("database or disk is full")

    for name in ("accept_all", "accepted", "recently_accepted"):
        monkeypatch.setattr(lonely.node.journal, name, full)
    for ask in (
        lambda: lonely.intake.accept(envelope("a").command, ACCEPTED),
        lambda: lonely.intake.find("job_a"),
        lambda: lonely.intake.recent("t", 5),
    ):
        with pytest.raises(Unavailable, match="journal"):
            ask()


def test_while_its_lane_is_closed_a_job_is_refused_with_the_time_after_which_to_ask_again(lonely):
    lane = envelope("a").queue
    lonely.intake.refuse_if_full(lane)
    lonely.node.relay.lanes.refused(lane)
    with pytest.raises(RateLimited, match=lane) as refusal:
        lonely.intake.refuse_if_full(lane)
    assert refusal.value.retry_after_seconds == 1
    assert "again in 1 s" in refusal.value.hint
    lonely.intake.refuse_if_full(queues.AI)


def test_while_too_many_commands_wait_for_the_broker_no_job_of_any_lane_is_taken(lonely):
    intake = JournalSubmissions(lonely.node, lonely.objects, most_unconfirmed=2)
    intake.accept(envelope("a").command, ACCEPTED)
    intake.refuse_if_full(queues.AI)
    intake.accept(envelope("b").command, ACCEPTED)
    with pytest.raises(RateLimited, match="2 commands"):
        intake.refuse_if_full(queues.AI)
    lonely.node.journal.confirm(lonely.node.journal.unconfirmed(1))
    intake.refuse_if_full(queues.AI)
