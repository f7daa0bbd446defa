"""RabbitMQ or PostgreSQL is down for a while; uploads continue, and every job ends correctly afterwards."""

import time


def test_an_upload_while_rabbitmq_is_down_is_accepted_and_runs_when_it_is_back(api, stack, clip):
    stack.stop_part("rabbitmq")
    try:
        accepted = api.accept(clip.read_bytes(), "no-broker.wav")
        assert api.job(accepted["job_id"])["status"] == "queued"
    finally:
        stack.start_part("rabbitmq")
    assert api.wait(accepted["job_id"])["status"] == "done"


def test_a_job_ends_right_after_postgresql_was_away_for_a_minute(api, stack, clip):
    accepted = api.accept(clip.read_bytes(), "no-database.wav")
    stack.stop_part("postgres")
    try:
        also = api.accept(clip.read_bytes(), "accepted-meanwhile.wav")
        assert api.job(also["job_id"])["status"] in ("queued", "running")
        assert api.get("/v1/search", q="young").status == 503
        time.sleep(60)
    finally:
        stack.start_part("postgres")
    for job in (accepted, also):
        ended = api.wait(job["job_id"])
        assert ended["status"] == "done", ended
    retries = [task["retry"] for task in api.settled_trace(accepted["job_id"])["tasks"]]
    assert set(retries) == {0}, "the outage cost a retry"
