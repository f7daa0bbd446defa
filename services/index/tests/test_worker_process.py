"""An index node as a process, on a real broker, store and database."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest

from winnow_base.objects.s3 import S3ObjectStore
from winnow_chassis.broker.messages import outbound
from winnow_chassis.broker.topology import declare
from winnow_contracts import queues
from winnow_contracts.commands import DrillMedia, ReplayTask
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.heartbeats import SILENT_SECONDS
from winnow_harness.fixtures.nodes import BrokerView, wait_for
from winnow_index.history.event_store import EventStore
from winnow_index.history.task_history import TaskHistories
from winnow_index.history.worker_status import WorkerStatuses
from winnow_index.testing import MEDIA, STORE, AsJson, EventSender, dead, started

pytestmark = pytest.mark.real


@pytest.fixture
def objects(s3):
    made = S3ObjectStore(
        endpoint=s3.endpoint,
        access_key=s3.access_key,
        secret_key=s3.secret_key,
        bucket=s3.bucket,
        region=s3.region,
        secure=s3.secure,
    )
    made.ensure_bucket()
    return made


@pytest.fixture
def node(amqp_url, s3, objects, database_url, database, tmp_path):
    """Start a node with these lanes. It ends cleanly with the block, or as ``ends`` tells if the block ends it."""

    @contextlib.contextmanager
    def start(lanes, name="index-test", ends=0):
        given = {
            "PATH": os.environ["PATH"],
            "WINNOW_NODE": name,
            "WINNOW_DATA_DIR": str(tmp_path / name),
            "WINNOW_AMQP_URL": amqp_url,
            "WINNOW_S3_ENDPOINT": s3.endpoint,
            "WINNOW_S3_BUCKET": s3.bucket,
            "WINNOW_S3_ACCESS_KEY": s3.access_key,
            "WINNOW_S3_SECRET_KEY": s3.secret_key,
            "WINNOW_SERVICE_TOKEN": "token",
            "WINNOW_INDEX_URL": "http://127.0.0.1:1",
            "WINNOW_INDEX_DATABASE_URL": database_url,
        }
        line = [sys.executable, "-m", "winnow_index.worker", "--lanes", lanes]
        with subprocess.Popen(line, env=given, stderr=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.send_signal(signal.SIGTERM)
                _, said = process.communicate(timeout=40)
        assert process.returncode == ends, said

    return start


@pytest.fixture
def channel(amqp_url):
    with BrokerView(amqp_url).channel() as made:
        declare(made)
        made.confirm_delivery()
        for queue in (queues.INDEX, queues.MEDIA, queues.INDEX_EVENTS, queues.INDEX_HEARTBEATS):
            made.queue_purge(queue)
        yield made


def publish(channel, envelope):
    message = outbound(envelope)
    properties = message.properties("test")
    channel.basic_publish(message.exchange, message.routing_key, message.body, properties, mandatory=True)


def waiting(channel, queue):
    return channel.queue_declare(queue, passive=True).method


def status(database, job="job_d"):
    found = AsJson(TaskHistories(database)).statuses([job]).get(job, {})
    return found.get("status"), found.get("run")


def test_a_drill_is_completed_and_what_the_node_did_is_in_its_history(node, channel, database, library):
    with node("default,events"):
        publish(channel, Envelope(command=STORE.command, created_ms=now_ms()))
        wait_for(lambda: status(database) == ("done", 1), 60)
        wait_for(lambda: [task["state"] for task in library.trace(None, "job_d")["tasks"]] == ["completed"], 60)


def test_a_photo_is_stored_with_the_answer_that_is_in_the_store(
    node, channel, objects, photos, database, photo_command, answer, found
):
    command = photo_command("p")
    objects.put_json(command.answer_key, answer(found()))
    with node("default"):
        publish(channel, Envelope(command=command, created_ms=now_ms()))
        wait_for(lambda: status(database, "job_p") == ("done", 1), 60)
    assert photos.one("t", "med_p")["answer"]["finding"]["items"][0]["item"] == "pet_bottle"


def test_a_replay_sends_the_dead_command_in_the_next_run(node, channel, database):
    EventSender(EventStore(database)).ship(started(MEDIA, "a"), dead(MEDIA, "a"))
    replay = ReplayTask(tenant_id="drill", job_id="job_d", media_id="med_d", task_id=MEDIA.task_id, expected_run=1)
    with node("default"):
        publish(channel, Envelope(command=replay, run=2, created_ms=now_ms()))
        wait_for(lambda: status(database) == ("queued", 2), 60)
        wait_for(lambda: waiting(channel, queues.MEDIA).message_count == 1, 60)
    _, properties, _ = channel.basic_get(queues.MEDIA, auto_ack=True)
    headers = properties.headers
    assert (headers["actor"], headers["run"], headers["job_id"]) == (DrillMedia.ACTOR, 2, "job_d")


def test_a_node_for_events_alone_leaves_the_lane_to_others(node, channel, database):
    with node("events"):
        publish(channel, Envelope(command=STORE.command, created_ms=now_ms()))
        wait_for(lambda: waiting(channel, queues.INDEX_EVENTS).consumer_count == 1, 60)
        assert waiting(channel, queues.INDEX).consumer_count == 0
        assert status(database) == (None, None)
    channel.queue_purge(queues.INDEX)


def states(database):
    return {one.node: one.state.value for one in WorkerStatuses(database).all()}


@pytest.mark.timeout(180)
def test_a_killed_node_is_silent_within_half_a_minute_an_idle_one_online_and_an_ended_one_offline(
    node, channel, database
):
    with node("events", "idle"):
        with node("default", "ended"), node("default", "killed", ends=-signal.SIGKILL) as killed:
            everybody = dict.fromkeys(("idle", "ended", "killed"), "online")
            wait_for(lambda: states(database) == everybody, 60)
            killed.kill()
            killed_at = time.monotonic()
        wait_for(lambda: states(database)["ended"] == "offline", 10)
        wait_for(lambda: states(database)["killed"] == "silent", SILENT_SECONDS + 10)
        assert time.monotonic() - killed_at < SILENT_SECONDS + 1
        assert states(database) == {"idle": "online", "ended": "offline", "killed": "silent"}
    assert waiting(channel, queues.INDEX_HEARTBEATS).message_count <= 2
