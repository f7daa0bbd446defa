"""Messages vanish from the broker although every sentinel stands; the doctor finds the jobs, and resend mends them."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager

import pika
import pytest

from winnow_local.testing_drills import until

pytestmark = pytest.mark.timeout(240)

SILENT_SECONDS = 2
RESEND_SECONDS = 30
"""What may have been published before waits some seconds in the broker."""


@pytest.mark.parametrize("lane", ["media", "ai", "index"])
def test_a_job_whose_message_was_purged_is_found_stuck_and_ends_once_it_is_sent_again(nodes, lane):
    with paused(nodes, lane):
        job = nodes.drill(steps=1)
        until(lambda: nodes.depths()[lane] == 1, f"the job does not wait in {lane}")
        purge(nodes, lane)
        found = until(lambda: stuck(nodes, job), "the doctor does not find the job")
        assert "No queue holds a message of it." in found["detail"]
        assert found["mend"] == f"./winnow resend {job}"
        code, out = winnow(nodes, *found["mend"].split()[1:])
        assert code == 0, out
        until(lambda: nodes.depths()[lane] == 1, "nothing was sent again", RESEND_SECONDS)
    ended = nodes.ended([job])[job]
    assert (ended["status"], ended["stored_times"]) == ("done", 1)
    nodes.drained()
    code, out = winnow(nodes, "resend", job)
    assert (code, out) == (1, f"{job}: The job is done; nothing of it is to be sent.\n")
    assert nodes.journal_faults() == []


def stuck(nodes, job):
    """The doctor's finding of the job, if it finds it stuck."""
    _, out = winnow(nodes, "doctor", "--stuck", str(SILENT_SECONDS), "--json")
    return next((one for one in json.loads(out) if (one["kind"], one["what"]) == ("stuck_job", job)), None)


def winnow(nodes, *words):
    """Exit code and words of a command, as an operator gives it."""
    command = (sys.executable, "-c", "from winnow_local.cli import main; main()", *words)
    environment = {**os.environ, "WINNOW_HOME": str(nodes.home.root)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def purge(nodes, lane):
    url = (nodes.home.secrets / "amqp-url").read_text().strip()
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        connection.channel().queue_purge(lane)


@contextmanager
def paused(nodes, lane):
    """The lane is paused within the block, and every node has heard of it."""
    status, answer = nodes.call("PUT", f"/v1/ops/queues/{lane}/pause")
    assert status == 200, answer
    try:
        until(lambda: not consumers(nodes, lane), f"somebody consumes {lane}", 10)
        yield
    finally:
        status, answer = nodes.call("DELETE", f"/v1/ops/queues/{lane}/pause")
        assert status == 200, answer


def consumers(nodes, lane):
    status, answer = nodes.call("GET", "/v1/ops/queues")
    assert status == 200, answer
    return next(item["consumers"] for item in answer["items"] if item["lane"] == lane)
