"""Winnow's adapter: the commands of the others' adapters, for a worker of the chassis whose actors do nothing.

The chain is three commands of the lanes of media and ai, which index does not take itself: what it does is its history.
"""

import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from winnow_base.environment import Environment
from winnow_bench.pair.processes import IndexAddress, worker_variables
from winnow_bench.pair.sending import Sending
from winnow_bench.peers.bodies import LAST_STEP
from winnow_chassis.broker.messages import outbound
from winnow_chassis.settings import read_chassis_settings
from winnow_chassis.worker.lane import Lane
from winnow_chassis.worker.routes import Policy, Route
from winnow_chassis.worker.worker import run_worker
from winnow_contracts import queues
from winnow_contracts.commands import Command, DrillAi, DrillMedia, EmbedTranscript, RecordingFiles
from winnow_contracts.envelope import Envelope, now_ms
from winnow_journal.task import Task

AMQP_URL, INDEX_URL, SERVICE_TOKEN = "PEER_AMQP_URL", "PEER_INDEX_URL", "PEER_SERVICE_TOKEN"
_LANES = (queues.MEDIA, queues.AI)
_FILES = RecordingFiles(original_key="none", duration_ms=0, has_video=False)
_POLICY = Policy(retries=3, backoff_seconds=1, limit_seconds=60)


def command(job: int, step: int) -> Command:
    """The command of one step of a job that no gateway has seen."""
    job_id = f"job_{job:032x}"
    return _command("bench", job_id, job_id, step)


def number_of(job_id: str) -> int:
    """The number under which the bodies of a job write."""
    return int(job_id.removeprefix("job_").replace("-", ""), 16)


def _command(tenant_id: str, job_id: str, media_id: str, step: int) -> Command:
    match step:
        case 1:
            return DrillMedia(tenant_id=tenant_id, job_id=job_id, media_id=media_id)
        case 2:
            return DrillAi(tenant_id=tenant_id, job_id=job_id, media_id=media_id)
        case _:
            return EmbedTranscript(
                tenant_id=tenant_id, job_id=job_id, media_id=media_id, files=_FILES, transcript_key="none"
            )


def main(words: Sequence[str]) -> None:
    """Does what the command line says: ``prepare``, ``single FIRST COUNT``, ``chain FIRST COUNT`` or ``work``."""
    match words:
        case ["prepare"]:
            _send(())  # which declares the lanes
        case ["single", first, count]:
            _send(command(job, LAST_STEP) for job in range(int(first), int(first) + int(count)))
        case ["chain", first, count]:
            _send(command(job, 1) for job in range(int(first), int(first) + int(count)))
        case ["work"]:
            _work()
        case _:
            raise SystemExit(f"No command of an adapter: {words}")


def _send(commands: Iterable[Command]) -> None:
    with Sending(os.environ[AMQP_URL]) as sending:
        sending.send(outbound(Envelope(command=one, created_ms=now_ms())) for one in commands)


def _work() -> None:
    index = IndexAddress(url=os.environ[INDEX_URL], service_token=os.environ[SERVICE_TOKEN])
    variables = worker_variables(os.environ[AMQP_URL], Path(os.environ["PEER_FOLDER"]) / "node", index)
    environment = Environment({**os.environ, **variables})
    settings = read_chassis_settings(environment, "media")
    environment.done()
    each = max(1, int(os.environ["PEER_THREADS"]) // len(_LANES))
    run_worker(settings, [Lane(name=name, threads=each) for name in _LANES], _routes(), ())


def _routes() -> list[Route]:
    marks = os.open(os.environ["PEER_MARKS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    work_seconds = int(os.environ["PEER_WORK_MS"]) / 1000

    def step(number: int, task: Task, received: Command) -> None:
        job = number_of(received.job_id)
        os.write(marks, f"{job} {number} began {time.monotonic_ns()}\n".encode())
        if work_seconds:
            time.sleep(work_seconds)
        os.write(marks, f"{job} {number} ended {time.monotonic_ns()}\n".encode())
        if number < LAST_STEP:
            task.send(_command(received.tenant_id, received.job_id, received.media_id, number + 1))

    def route(number: int, kind: type[Command]) -> Route:
        return Route(command=kind, actor=lambda task, received: step(number, task, received), policy=_POLICY)

    return [route(number, kind) for number, kind in enumerate((DrillMedia, DrillAi, EmbedTranscript), 1)]


if __name__ == "__main__":
    main(sys.argv[1:])
