"""The task of a delivery: index says what is due, a try is a step, and waiting costs no retry."""

import pytest

from winnow_ai.webhooks.deliver import deliver_webhook
from winnow_ai.webhooks.sender import WebhookSender
from winnow_contracts.commands import DeliverWebhook
from winnow_contracts.errors import Snoozed, Unavailable
from winnow_contracts.index_api.webhook_deliveries import NextTry, NoteTry, TakeDelivery
from winnow_harness.fixtures.webhooks import Say
from winnow_journal.testing.memory import MemoryJournal, memory_task

COMMAND = DeliverWebhook(tenant_id="webhooks", job_id="job_1", media_id="med_1", delivery_id="dlv_1")


class TwinIndex:
    """Index's side of one delivery of three tries; ``away`` lists the kinds of requests that it does not answer."""

    def __init__(self, due):
        self.due = due
        self.noted = []
        self.away = []

    def ask(self, request):
        if type(request) in self.away:
            self.away.remove(type(request))
            raise Unavailable("index is away", dependency="index")
        if isinstance(request, NoteTry):
            self.noted.append(request)
            ended = request.status == 204 or request.number == 3
            return NextTry() if ended else NextTry(number=request.number + 1, wait_seconds=5.0)
        assert isinstance(request, TakeDelivery)
        assert request.node == "ai-1"
        return self.due


@pytest.fixture
def index(receiver, due):
    return TwinIndex(due(receiver.url()))


def run(index, journal=None, run=1):
    task = memory_task(COMMAND, run=run, journal=journal)
    deliver_webhook(task, COMMAND, index=index, sender=WebhookSender(allow_private=True), node="ai-1")
    return task


def test_a_delivery_that_is_taken_ends_the_task_and_tells_its_status(index, receiver):
    assert run(index).result == {"number": 1, "status": 204, "error": ""}
    assert [(one.number, one.status, one.run) for one in index.noted] == [(1, 204, 1)]


def test_after_a_try_that_failed_the_task_comes_back_when_index_says(index, receiver):
    receiver.answers.append(Say(status=500, headers={"Retry-After": "7"}))
    with pytest.raises(Snoozed) as waits:
        run(index)
    assert waits.value.wait_seconds == 5
    assert [(one.status, one.error, one.retry_after_seconds) for one in index.noted] == [(500, "", 7)]


def test_what_is_not_due_is_not_posted_and_what_ended_ends_the_task(index, receiver):
    index.due = NextTry(number=2, wait_seconds=3)
    with pytest.raises(Snoozed) as waits:
        run(index)
    assert waits.value.wait_seconds == 3
    index.due = NextTry()
    run(index)
    assert (receiver.got, index.noted) == ([], [])


def test_a_post_that_index_could_not_be_told_of_is_not_made_again(index, receiver):
    journal = MemoryJournal()
    index.away.append(NoteTry)
    with pytest.raises(Snoozed):
        run(index, journal)
    run(index, journal)
    assert len(receiver.got) == 1
    assert [one.status for one in index.noted] == [204]


def test_in_the_next_run_it_is_posted_again(index, receiver):
    journal = MemoryJournal()
    run(index, journal)
    run(index, journal, run=2)
    assert receiver.ids() == ["dlv_1", "dlv_1"]


def test_while_index_is_away_the_task_waits_and_nothing_is_posted(index, receiver):
    index.away.append(TakeDelivery)
    with pytest.raises(Snoozed):
        run(index)
    assert receiver.got == []


def test_neither_the_secret_nor_the_address_is_in_a_step(index, receiver, secret):
    journal = MemoryJournal()
    task = run(index, journal)
    told = repr(vars(journal)) + repr(task.result)
    assert secret not in told
    assert receiver.url() not in told
