"""Winnow's side: the whole stack, asked for drills by clients in a process of their own."""

import json
import multiprocessing
import queue
import threading
import time
import uuid
from collections.abc import Sequence
from http.client import HTTPConnection
from urllib.parse import urlsplit

from winnow_contracts.errors import TimedOut, Unavailable
from winnow_harness.fixtures.drills import DrillStack

_CLIENTS = 8
_LOOK_SECONDS = 0.2
_EMPTY = json.dumps({"steps": 0, "work_ms": 0, "misbehave": ""}).encode()


def send_drills(url: str, key: str, jobs: int) -> tuple[list[str], list[float]]:
    """Requests empty drills over kept connections; returns their job ids and the seconds that each answer took.

    Raises Unavailable for an answer other than 202.
    """
    wanted: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(jobs):
        wanted.put(number)
    ids: list[str] = []
    seconds: list[float] = []
    failures: list[str] = []
    clients = [
        threading.Thread(target=_client, args=(url, key, wanted, ids, seconds, failures)) for _ in range(_CLIENTS)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if failures:
        raise Unavailable(f"The gateway refused a drill: {failures[0]}", dependency="gateway")
    return ids, seconds


def send_from_another_process(url: str, key: str, jobs: int) -> tuple[list[str], list[float]]:
    """The same from a process of its own, so that the clients' work hinders nobody here."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(send_drills, (url, key, jobs))


def wait_for_ends(stack: DrillStack, job_ids: Sequence[str], *, limit_seconds: float = 600) -> None:
    """Waits until index knows every job as done. Raises TimedOut."""
    until = time.monotonic() + limit_seconds
    left = list(job_ids)
    while left:
        if time.monotonic() > until:
            raise TimedOut(f"{len(left)} of {len(job_ids)} drills did not end within {limit_seconds:.0f} s.")
        known = stack.jobs(left[:500])
        done = {job_id for job_id, job in known.items() if job["status"] == "done"}
        left = [job_id for job_id in left if job_id not in done]
        if left:
            time.sleep(_LOOK_SECONDS)


def _client(
    url: str,
    key: str,
    wanted: "queue.SimpleQueue[int]",
    ids: list[str],
    seconds: list[float],
    failures: list[str],
) -> None:
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=60)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    while not failures:
        try:
            wanted.get_nowait()
        except queue.Empty:
            break
        began = time.perf_counter()
        connection.request("POST", "/v1/ops/drills", _EMPTY, {**headers, "Idempotency-Key": uuid.uuid4().hex})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 202:
            failures.append(f"{answer.status} {body[:200]!r}")
            break
        seconds.append(time.perf_counter() - began)
        ids.append(json.loads(body)["job_id"])
    connection.close()
