"""Webhooks are told of every end, signed, whatever dies meanwhile; their secrets are nowhere else."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from winnow_harness.fixtures.drills import until
from winnow_harness.fixtures.photos import drawn
from winnow_harness.fixtures.webhooks import Say, WebhookReceiver

EVENTS = 20
MISSED = 8
THREADS = 3 * 16
"""What the three ai nodes of the stack have for webhooks."""


@pytest.fixture
def receiver():
    made = WebhookReceiver()
    yield made
    made.close()


@pytest.fixture
def hook(nodes, receiver):
    """A webhook that wants everything, with its secret."""

    def answered():
        wanted = {"url": receiver.url(), "types": ["media.ready", "photo.classified", "media.failed"]}
        status, answer = nodes.call("POST", "/v1/webhooks", wanted)
        return answer if status == 201 else None

    made = until(answered, "no webhook was made")
    yield made
    assert nodes.call("DELETE", f"/v1/webhooks/{made['webhook_id']}")[0] == 204


def test_every_kind_of_end_is_told_with_a_signature_that_the_reference_library_verifies(
    nodes, nodes_api, hook, receiver, clip, video
):
    photo = nodes_api.send_photo(drawn(1), "thing.jpg").json()
    recording = nodes_api.accept(clip.read_bytes(), "clip.wav")
    broken = nodes_api.accept(video.read_bytes()[:60_000], "cut-off.mp4")
    ended = {one["job_id"]: nodes_api.wait(one["job_id"])["status"] for one in (photo, recording, broken)}
    kinds = {"done": {photo["job_id"]: "photo.classified"}, "failed": {}}
    wanted = {
        (kinds[status].get(job_id, "media.failed" if status == "failed" else "media.ready"), job_id)
        for job_id, status in ended.items()
    }
    assert ("media.failed", broken["job_id"]) in wanted
    until(lambda: len(receiver.got) >= 3, "not everything was told")
    told = [Webhook(hook["secret"]).verify(one.body.decode(), dict(one.headers)) for one in receiver.got]
    assert {(one["type"], one["data"]["job_id"]) for one in told} == wanted
    assert {one["data"]["media_id"] for one in told} == {one["media_id"] for one in (photo, recording, broken)}
    assert len(set(receiver.ids())) == len(receiver.got) == 3


def test_what_a_receiver_missed_comes_again_though_ai_is_killed_and_the_broker_forgets(nodes, hook, receiver):
    receiver.first.extend(
        [Say(status=500), Say(status=302)] * (EVENTS // 4)
    )  # a second failure would take five minutes
    nodes.arm("task.step_ran", "ai*")
    sent = send_tests(nodes, hook, EVENTS)
    until(lambda: len(receiver.got) >= EVENTS // 2, "nothing was told")
    until(lambda: not nodes.armed("task.step_ran"), "no ai node died")
    nodes.wipe_rabbitmq()
    until(lambda: delivered(nodes, hook) >= sent, "not everything was delivered", 300)
    assert set(receiver.ids()) >= sent
    for one in receiver.got:
        Webhook(hook["secret"]).verify(one.body.decode(), dict(one.headers))
    nodes.drained()
    assert nodes.journal_faults() == []
    # Waiting for a receiver is no failure of a task: nobody is called to look at it.
    status, dead = nodes.call("GET", "/v1/ops/dead?actor=ai.deliver_webhook")
    assert (status, dead["items"]) == (200, [])


def test_a_receiver_that_is_back_gets_what_it_missed_within_seconds_though_the_next_try_lies_minutes_ahead(
    nodes, hook, receiver
):
    receiver.answers.extend([Say(status=503)] * 2 * MISSED)
    missed = send_tests(nodes, hook, MISSED)
    waits = until(lambda: waiting(nodes, hook, tries=2) or None, "not everything was tried twice")
    assert {one["delivery_id"] for one in waits} == missed
    in_three_minutes = (datetime.now(tz=UTC) + timedelta(minutes=3)).isoformat()
    assert all(one["next_at"] > in_three_minutes for one in waits)
    sent = send_tests(nodes, hook, 1)
    until(lambda: delivered(nodes, hook) == missed | sent, "what was missed did not come", 60)
    assert Counter(receiver.ids()) == Counter({**dict.fromkeys(missed, 3), **dict.fromkeys(sent, 1)})


def test_receivers_that_never_answer_hold_every_thread_of_their_lane_and_no_other_work(nodes, hook, receiver):
    receiver.answers.extend([Say(wait_seconds=600)] * 10_000)
    send_tests(nodes, hook, 2 * THREADS)
    until(lambda: len(receiver.got) >= THREADS, "the receiver is not asked by every thread")
    nodes.ended([nodes.drill(steps=1)])
    assert delivered(nodes, hook) == set()


def test_a_receiver_that_is_gone_switches_its_webhook_off_and_what_failed_is_sent_again(nodes, hook, receiver):
    receiver.answers.append(Say(status=410))
    (sent,) = send_tests(nodes, hook, 1)
    address = f"/v1/webhooks/{hook['webhook_id']}"
    until(lambda: nodes.call("GET", address)[1].get("disabled_because"), "it is still on")
    assert nodes.call("PATCH", address, {"enabled": True})[0] == 200
    replay = f"/v1/webhooks/deliveries/{sent}/replay"
    until(lambda: nodes.call("POST", replay)[0] == 202, "it cannot be sent again")
    until(lambda: sent in delivered(nodes, hook), "it was not sent again")
    assert receiver.ids() == [sent, sent]


def test_the_secret_is_in_no_journal_log_event_or_answer(nodes, hook, receiver):
    (sent,) = send_tests(nodes, hook, 1)
    until(lambda: sent in delivered(nodes, hook), "it was not delivered")
    status, rotated = nodes.call("POST", f"/v1/webhooks/{hook['webhook_id']}/rotate-secret")
    assert status == 200
    (second,) = send_tests(nodes, hook, 1)
    until(lambda: second in delivered(nodes, hook), "it was not delivered")
    last = receiver.got[-1]
    for secret in (hook["secret"], rotated["secret"]):
        Webhook(secret).verify(last.body.decode(), dict(last.headers))
    keys = [one["secret"].removeprefix("whsec_").encode() for one in (hook, rotated)]
    files = [*nodes.home.root.glob("nodes/**/*"), *nodes.home.logs.glob("*")]
    read = {one: one.read_bytes() for one in files if one.is_file()}
    assert len(read) > 10
    assert [one for one, content in read.items() if any(key in content for key in keys)] == []
    trace = nodes.trace(f"job_{sent.removeprefix('dlv_')}")
    assert trace["tasks"]
    answers = [trace, *(nodes.call("GET", path) for path in addresses(hook))]
    assert not any(key.decode() in str(answers) for key in keys)
    assert receiver.url() not in str(trace)


def addresses(hook):
    one = f"/v1/webhooks/{hook['webhook_id']}"
    return ("/v1/webhooks", one, f"{one}/deliveries", "/v1/ops/tasks?actor=ai.deliver_webhook")


def send_tests(nodes, hook, count):
    """Sends so many tests at once; returns their ids."""

    def ask(_):
        return nodes.call("POST", f"/v1/webhooks/{hook['webhook_id']}/test")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(count)))
    assert {status for status, _ in answers} == {202}
    return {answer["delivery_id"] for _, answer in answers}


def delivered(nodes, hook):
    """The ids of what was delivered."""
    return {one["delivery_id"] for one in deliveries(nodes, hook) if one["state"] == "delivered"}


def waiting(nodes, hook, tries):
    """The deliveries, if each of them has had so many tries and waits for the next one."""
    found = deliveries(nodes, hook)
    return found if all((one["state"], one["tries"]) == ("pending", tries) and one["next_at"] for one in found) else []


def deliveries(nodes, hook):
    """All deliveries of a webhook; none while the gateway does not answer."""
    status, page = nodes.call("GET", f"/v1/webhooks/{hook['webhook_id']}/deliveries?limit=100")
    return page["items"] if status == 200 else []
