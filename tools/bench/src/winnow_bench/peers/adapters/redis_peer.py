"""Redis Streams: a consumer group whose worker claims what a dead one left; no library of jobs is between.

The next task's entry and the end of this one's are one transaction, so that a chain neither stops nor forks there.
"""

import os
import signal
import socket
import threading
import time

import redis
from bench_tasks import LAST_STEP, LEASE_SECONDS, THREADS, body

STREAM, GROUP = "peer", "workers"
CONSUMER = f"{socket.gethostname()}-{os.getpid()}"
CLAIM_SECONDS = 5
"""How often a worker looks for what others left."""
RETRY_SECONDS = 0.2


def connect():
    """A client with a pool of connections."""
    return redis.Redis.from_url(os.environ["PEER_REDIS_URL"], decode_responses=True)


def prepare():
    """Empties the stream, and makes the group."""
    client = connect()
    client.delete(STREAM)
    make_group(client)


def single(jobs):
    """Adds the tasks, many in a round trip."""
    _add(jobs, LAST_STEP)


def chain(jobs):
    """Adds the first tasks."""
    _add(jobs, 1)


def one_by_one(jobs):
    """Adds single tasks, each in a round trip of its own."""
    client = connect()
    for job in jobs:
        client.xadd(STREAM, {"job": job, "number": LAST_STEP})
        yield


def work():
    """Runs a worker until SIGTERM."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    client = connect()
    for loop in (*([take] * THREADS), claim):
        threading.Thread(target=forever, args=(loop, client), daemon=True).start()
    signal.sigwait({signal.SIGTERM})


def forever(loop, client):
    """Goes on through a server that is away, and makes the group anew in one that has lost it."""
    while True:
        try:
            loop(client)
        except redis.ResponseError as error:
            if not str(error).startswith("NOGROUP"):
                raise
            make_group(client)
        except redis.RedisError:
            time.sleep(RETRY_SECONDS)


def take(client):
    """Waits for a new entry, and does it."""
    for _, entries in client.xreadgroup(GROUP, CONSUMER, {STREAM: ">"}, count=1, block=1000) or ():
        for entry, fields in entries:
            do(client, entry, fields)


def claim(client):
    """Does what was taken and not ended for so long."""
    _, entries, _ = client.xautoclaim(STREAM, GROUP, CONSUMER, LEASE_SECONDS * 1000, count=THREADS)
    for entry, fields in entries:
        do(client, entry, fields)
    if not entries:
        time.sleep(CLAIM_SECONDS)


def do(client, entry, fields):
    """One task, and in one transaction its end and the next one."""
    job, number = int(fields["job"]), int(fields["number"])
    body(job, number)
    with client.pipeline(transaction=True) as ends:
        if number < LAST_STEP:
            ends.xadd(STREAM, {"job": job, "number": number + 1})
        ends.xack(STREAM, GROUP, entry)
        ends.xdel(STREAM, entry)
        ends.execute()


def make_group(client):
    """Makes the group, which reads from the stream's beginning, unless it is there."""
    try:
        client.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
    except redis.ResponseError as error:
        if not str(error).startswith("BUSYGROUP"):
            raise


def _add(jobs, number):
    client = connect()
    with client.pipeline(transaction=False) as added:
        for job in jobs:
            added.xadd(STREAM, {"job": job, "number": number})
        added.execute()
