"""A broker that lost its data is noticed, and every accepted job still runs."""

from winnow_chassis.testing.nodes import envelope, wait_for


def test_after_a_wiped_broker_every_accepted_job_still_runs(rabbit, nodes, send):
    names = [f"job{number}" for number in range(5)]
    assert send(*map(envelope, names)).wait(10)
    rabbit.wipe()
    ran = []
    nodes.start(lambda task, command: ran.append(command.filename))
    wait_for(lambda: set(ran) == set(names), seconds=60)


def test_after_a_restart_nothing_is_sent_again_on_suspicion(rabbit, broker, send):
    assert send(envelope("once")).wait(10)
    rabbit.restart()
    wait_for(lambda: send(envelope("another")).wait(5), seconds=40)
    assert broker.depth() == 2
