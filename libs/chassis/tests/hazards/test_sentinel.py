"""A broker that lost its data is noticed, and every accepted job still runs."""

from winnow_contracts import queues
from winnow_harness.fixtures.nodes import envelope, wait_for


def test_after_a_wiped_broker_every_accepted_job_still_runs(rabbit, nodes, send):
    names = [f"job{number}" for number in range(5)]
    assert send(*map(envelope, names)).wait(60)
    rabbit.wipe()
    ran = []
    nodes.start(lambda task, command: ran.append(command.filename))
    wait_for(lambda: set(ran) == set(names), seconds=240)


def test_a_sentinel_that_is_there_and_silent_is_given_up_for_another(rabbit, broker, nodes, send, proxy, through):
    """RabbitMQ can leave a quorum queue without a leader for good; here its only member is stopped."""
    ran = []
    node = nodes.start(lambda task, command: ran.append(command.filename), amqp_url=through)
    journal = node.outbox.journal
    member = queues.sentinel(journal.journal_id)
    rabbit.ctl("eval", f"ra:stop_server(quorum_queues, {{'%2F_{member}', node()}}).")
    proxy.cut()
    wait_for(lambda: journal.flag("sentinel") == "2")
    send(envelope("after"))
    wait_for(lambda: ran == ["after"])
    proxy.cut()
    wait_for(lambda: node.outbox.publisher.connected)
    assert journal.flag("sentinel") == "2"
    wait_for(lambda: broker.depth(queues.sentinel(journal.journal_id, 2)) == 1)


def test_a_journal_whose_first_sentinel_never_answered_makes_another(rabbit, nodes):
    """The broker was killed before the journal recorded that it had made a sentinel."""
    node = nodes.start(lambda task, command: None)
    journal_id = node.outbox.journal.journal_id
    wait_for(lambda: node.outbox.journal.flag("sentinel") == "1")
    node.outbox.journal.set_flag("sentinel", "")
    nodes.stop(node)
    rabbit.ctl("eval", f"ra:stop_server(quorum_queues, {{'%2F_{queues.sentinel(journal_id)}', node()}}).")
    again = nodes.start(lambda task, command: None)
    assert again.outbox.journal.journal_id == journal_id
    wait_for(lambda: again.outbox.journal.flag("sentinel") == "2")


def test_after_a_restart_nothing_is_sent_again_on_suspicion(rabbit, broker, send):
    assert send(envelope("once")).wait(60)
    rabbit.restart()
    assert send(envelope("another")).wait(120)
    wait_for(lambda: broker.depth() == 2)
