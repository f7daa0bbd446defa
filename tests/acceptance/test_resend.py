"""Messages vanish from the broker although every sentinel stands; the doctor finds the jobs, resend repairs them."""

import json
import os
import subprocess
import sys

import pika
import pytest

from winnow_harness.fixtures.drills import until

SILENT_SECONDS = 2


@pytest.mark.parametrize(("lane", "track"), [("media", "full"), ("ai", "outcome"), ("index", "full")])
def test_a_job_whose_message_was_purged_is_found_stuck_and_ends_once_it_is_sent_again(nodes, lane, track):
    with nodes.paused(lane):
        job = nodes.drill(steps=1, track=track)
        until(lambda: nodes.depths()[lane] == 1, f"the job does not wait in {lane}")
        purge(nodes, lane)
        found = until(lambda: stuck(nodes, job), "the doctor does not find the job")
        assert "No queue holds a message of it." in found["detail"]
        assert found["mend"] == f"./winnow resend {job}"
        code, out = winnow(nodes, *found["mend"].split()[1:])
        assert code == 0, out
        until(lambda: nodes.depths()[lane] == 1, "nothing was sent again")
    ended = nodes.ended([job])[job]
    assert (ended["status"], ended["stored_times"]) == ("done", 1)
    nodes.drained()
    code, out = winnow(nodes, "resend", job)
    assert (code, out) == (1, f"{job}: The job is done; nothing of it is to be sent.\n")
    assert nodes.journal_faults() == []


def stuck(nodes, job):
    """The doctor's finding of the job, if it reports the job as stuck."""
    _, out = winnow(nodes, "doctor", "--stuck", str(SILENT_SECONDS), "--json")
    return next((one for one in json.loads(out) if (one["kind"], one["what"]) == ("stuck_job", job)), None)


def winnow(nodes, *words):
    """Exit code and output of a command, as an operator runs it."""
    command = (sys.executable, "-c", "from winnow_cli.main import main; main()", *words)
    environment = {**os.environ, "WINNOW_HOME": str(nodes.home.root)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def purge(nodes, lane):
    url = (nodes.home.secrets / "amqp-url").read_text().strip()
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        connection.channel().queue_purge(lane)
