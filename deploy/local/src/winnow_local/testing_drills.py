"""A stack for tests of crashes: its services may be killed at fault points, drills run through it, a ledger tells."""

import dataclasses
import http.client
import json
import os
import shutil
import signal
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pika

from winnow_contracts import faults, queues
from winnow_journal.verify import verify
from winnow_local.part import Part, folder
from winnow_local.secret_files import write_secret
from winnow_local.testing_endpoint import SmallEndpoint
from winnow_local.testing_stack import StackFixture

T = TypeVar("T")

ENDED = frozenset(("done", "failed", "cancelled"))
HEARTBEAT_SECONDS = 5
"""A node that is frozen for longer than two of these has lost its connections."""

_LOOK_SECONDS = 0.05
_CALL_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Death:
    """One line of the log of fault points: which point was reached, where, by which process, Unix milliseconds."""

    point: str
    node: str
    pid: int
    at_ms: int


class DrillStack(StackFixture):
    """The whole stack with a small AI endpoint, fault points, a drill ledger, short heartbeats and quick upkeep.

    ``variables`` are more settings of the services; ``scale`` as in StackFixture.
    """

    def __init__(
        self, home: Path, variables: Mapping[str, str] | None = None, *, scale: Mapping[str, int] | None = None
    ) -> None:
        self.endpoint = SmallEndpoint()
        self._faults = folder(home / "faults")
        self._ledger = home / "drills.jsonl"
        self._variables = {
            "WINNOW_FAULTS_DIR": str(self._faults),
            "WINNOW_DRILL_LEDGER": str(self._ledger),
            "WINNOW_UPKEEP_SECONDS": "1",
            **(variables or {}),
        }
        endpoint = {
            "WINNOW_AI_BASE_URL": self.endpoint.url,
            "WINNOW_AI_API_KEY": "a key that nobody checks",
            "WINNOW_AI_TRANSCRIPTION_MODEL": "speech",
            "WINNOW_AI_EMBEDDING_MODEL": "vectors",
            "WINNOW_AI_VISION_MODEL": "eyes",
            "WINNOW_AI_TEXT_MODEL": "pen",
        }
        super().__init__(home, endpoint, scale=scale, dress=self._dress)

    def start(self, *, only: Iterable[str] = (), without: Iterable[str] = ()) -> None:
        """Start the endpoint and the parts and wait until all are ready."""
        self.endpoint.start()
        super().start(only=only, without=without)

    def close(self) -> None:
        """End everything."""
        super().close()
        self.endpoint.stop()

    # What is asked of it.

    def call(
        self, method: str, path: str, body: Any = None, *, key: str = "", internal: bool = False
    ) -> tuple[int, Any]:
        """Status and JSON answer of the gateway's API, or of index's ``internal`` one; 0 where nobody answers.

        ``key`` is an Idempotency-Key.
        """
        token = (self.home.secrets / "service-token").read_text().strip() if internal else self.key
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body).encode()
        base = self._index_url() if internal else self.gateway_url
        request = urllib.request.Request(base + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=_CALL_SECONDS) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _json(error.read())
        except (OSError, http.client.HTTPException):
            return 0, None

    def drill(self, *, steps: int = 2, work_ms: int = 0, misbehave: str = "") -> str:
        """Ask for a drill until it is accepted, with one Idempotency-Key; its job id."""
        body, key = {"steps": steps, "work_ms": work_ms, "misbehave": misbehave}, uuid.uuid4().hex

        def ask() -> str:
            status, answer = self.call("POST", "/v1/ops/drills", body, key=key)
            assert status in (0, 202, 409, 500, 502, 503), (status, answer)
            return str(answer["job_id"]) if status == 202 else ""

        return until(ask, "the drill was not accepted")

    def cancel(self, job_id: str) -> None:
        """Cancel a job."""
        status, answer = self.call("POST", f"/v1/jobs/{job_id}/cancel")
        assert status == 200, (status, answer)

    @contextmanager
    def paused(self, lane: str) -> Iterator[str]:
        """A lane that is paused within the block, and that nobody consumes any more; since when, as RFC 3339."""
        status, answer = self.call("PUT", f"/v1/ops/queues/{lane}/pause")
        assert status == 200, (status, answer)
        try:
            until(lambda: self.consumers(lane) == 0, f"somebody consumes {lane}, or the broker does not tell,")
            yield answer["paused_since"]
        finally:
            status, answer = self.call("DELETE", f"/v1/ops/queues/{lane}/pause")
            assert status == 200, (status, answer)

    def consumers(self, lane: str) -> int | None:
        """How many nodes consume a lane; None where that can not be told now."""
        status, answer = self.call("GET", "/v1/ops/queues")
        lanes: dict[str, int | None] = (
            {item["lane"]: item["consumers"] for item in answer["items"]} if status == 200 else {}
        )
        return lanes.get(lane)

    def jobs(self, job_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """``status``, ``run``, ``stored_times`` and ``finished_ms`` of the jobs that index knows."""
        wanted = list(job_ids)
        found: dict[str, dict[str, Any]] = {}
        for start in range(0, len(wanted), 500):
            part = {"job_ids": wanted[start : start + 500]}
            status, answer = self.call("POST", "/internal/v1/jobs/statuses", part, internal=True)
            assert status in (0, 200, 503), (status, answer)
            found.update(answer["jobs"] if status == 200 else {})
        return found

    def ended(self, job_ids: Iterable[str], seconds: float = 200) -> dict[str, dict[str, Any]]:
        """The jobs once all of them have ended. AssertionError with those that have not."""
        wanted = list(job_ids)
        last: dict[str, dict[str, Any]] = {}

        def all_ended() -> bool:
            last.update(self.jobs(wanted))
            return all(last.get(job_id, {}).get("status") in ENDED for job_id in wanted)

        try:
            until(all_ended, "", seconds)
        except AssertionError:
            left = {job_id: last.get(job_id) for job_id in wanted if last.get(job_id, {}).get("status") not in ENDED}
            raise AssertionError(f"{len(left)} of {len(wanted)} jobs did not end within {seconds} s: {left}") from None
        return last

    def trace(self, job_id: str) -> dict[str, Any]:
        """The job's history, asked for until there is an answer."""

        def ask() -> dict[str, Any]:
            status, answer = self.call("GET", f"/v1/ops/jobs/{job_id}/trace")
            assert status in (0, 200, 503), (status, answer)
            return answer if status == 200 else {}

        return until(ask, f"the history of {job_id} can not be read")

    # What happens in it.

    def executions(self, job_id: str) -> list[dict[str, Any]]:
        """The drill ledger's lines of a job, in the order they were written."""
        lines = self._ledger.read_text(encoding="utf-8").splitlines() if self._ledger.exists() else []
        return [line for line in map(json.loads, lines) if line["job_id"] == job_id]

    def arm(self, point: str, nodes: str = "") -> None:
        """The next process of a node that matches ``nodes`` (fnmatch; empty: any) dies at the point."""
        # Renamed to its place: an empty file, as it is before it is written, would mean any node.
        beside = self._faults / f"{point}.new"
        beside.write_text(nodes, encoding="utf-8")
        beside.replace(self._faults / point)

    def armed(self, point: str) -> bool:
        """Whether nobody died there yet."""
        return (self._faults / point).exists()

    def disarm(self) -> None:
        """No process dies any more."""
        for point in faults.POINTS:
            (self._faults / point).unlink(missing_ok=True)

    def deaths(self) -> list[Death]:
        """Everyone who died on purpose, in order."""
        log = self._faults / faults.LOG
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        words = [line.split() for line in lines]
        return [Death(point=point, node=node, pid=int(pid), at_ms=int(at_ms)) for point, node, pid, at_ms in words]

    def depths(self) -> dict[str, int]:
        """Messages that wait, by lane and inbox; those with a consumer are not counted."""
        connection = pika.BlockingConnection(pika.URLParameters((self.home.secrets / "amqp-url").read_text().strip()))
        try:
            channel = connection.channel()
            names = (*queues.LANES, queues.INDEX_EVENTS, queues.UNREADABLE)
            return {name: channel.queue_declare(name, passive=True).method.message_count for name in names}
        finally:
            connection.close()

    def drained(self, seconds: float = 200) -> None:
        """Return once no message waits. AssertionError with those that do."""
        left: dict[str, int] = {}

        def empty() -> bool:
            left.update(self.depths())
            return not any(left.values())

        try:
            until(empty, "", seconds)
        except AssertionError:
            raise AssertionError(f"messages are left after {seconds:.0f} s: {left}") from None

    def journal_faults(self) -> list[str]:
        """What is wrong in any journal here, as sentences."""
        return [
            f"{journal.parents[1].name}: {sentence}"
            for journal in self.home.node("*").parent.glob("*/journal/journal.db")
            for sentence in verify(journal.parent)
        ]

    # What is done to it.

    def signal(self, name: str, number: signal.Signals) -> int:
        """Send a signal to a part's process and its children; the process id."""
        pid = self.pid(name)
        assert pid, f"{name} does not run"
        # The runner gives each part a group of its own.
        os.killpg(pid, number)
        return pid

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """A part that does nothing and answers nobody within the block, and knows nothing of it."""
        pid = self.signal(name, signal.SIGSTOP)
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGCONT)

    def restart(self) -> None:
        """Stop every part and start all again."""
        super().close()
        super().start()

    def wipe_rabbitmq(self) -> None:
        """Stop RabbitMQ, throw away everything it held, and start it again."""
        self.stop_part("rabbitmq")
        shutil.rmtree(self.home.data("rabbitmq") / "mnesia")
        self.start_part("rabbitmq")

    def wipe_journal(self, name: str) -> None:
        """A node dies and loses its disk; the runner starts it again with an empty one."""
        # Frozen first: nothing may be written between the end of the files and its own.
        pid = self.signal(name, signal.SIGSTOP)
        shutil.rmtree(self.home.node(name) / "journal")
        os.killpg(pid, signal.SIGKILL)
        until(lambda: self.pid(name) not in (0, pid), f"{name} was not started again")

    def _dress(self, part: Part) -> Part:
        if part.is_server:
            return part
        url = self.home.secrets / "amqp-url-with-heartbeat"
        write_secret(url, f"{(self.home.secrets / 'amqp-url').read_text().strip()}?heartbeat={HEARTBEAT_SECONDS}")
        more = {**self._variables, "WINNOW_AMQP_URL_FILE": str(url)}
        return dataclasses.replace(part, environment={**part.environment, **more})

    def _index_url(self) -> str:
        return f"http://127.0.0.1:{json.loads(self.home.ports.read_text())['index_api']}"


def until(look: Callable[[], T], otherwise: str, seconds: float = 100) -> T:
    """What ``look`` returns once that is true. AssertionError with ``otherwise`` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"{otherwise} within {seconds:.0f} s"
        time.sleep(_LOOK_SECONDS)
    return found


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
