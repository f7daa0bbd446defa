"""Envelopes: one message on the broker, as a command and its identity.

The identity travels as AMQP headers, the command as JSON.
"""

import dataclasses
import functools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from winnow_contracts import identity
from winnow_contracts.commands import COMMANDS, Command
from winnow_contracts.job_options import Track
from winnow_contracts.json_codec import from_json, to_json
from winnow_contracts.queues import Priority, lane_of


class Undecodable(Exception):
    """The body or the headers of a message are not a Winnow message of any version."""


class UnknownActor(Exception):
    """The message is valid, but this version has no such command. A newer version may have sent it."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """A command with the identity of its task.

    ``run`` counts the job's runs, ``retry`` the tries of this task within the run. ``created_ms`` and ``not_before_ms``
    are Unix milliseconds. ``attempt_id`` is the attempt that wrote the message, empty from the gateway; ``traceparent``
    is the job's (W3C Trace Context). ``possible_duplicate``: the message was published again, because the broker lost
    its data, a confirm was lost, or the task that sends it may have run before; so this task may have run before, too.
    ``again_ms`` is the moment at which this copy was published again (Unix milliseconds), 0 if it was not.
    ``deferred`` counts the retries that only waited for a reserved moment; ``turn_ms`` is the moment reserved for this
    copy (Unix milliseconds), 0 if none is. ``alone``: no other task may run beside this one, from its beginning to its
    end. ``priority`` is the job's, and decides on the lane; ``track`` is the job's, and decides on what is recorded.

    Example::

        envelope = Envelope(command=command, created_ms=now_ms(), traceparent=new_traceparent())
        envelope.task_id  # the same for every copy of this task
        envelope.headers(), envelope.payload()  # what travels; open_envelope() puts them together again
    """

    command: Command
    run: int = 1
    retry: int = 0
    created_ms: int = 0
    not_before_ms: int = 0
    attempt_id: str = ""
    traceparent: str = ""
    possible_duplicate: bool = False
    again_ms: int = 0
    deferred: int = 0
    turn_ms: int = 0
    alone: bool = False
    priority: Priority = Priority.NORMAL
    track: Track = Track.FULL

    @functools.cached_property
    def task_id(self) -> str:
        """UUIDv5 of job, run, actor and part."""
        return identity.task_id(self.command.job_id, self.run, self.command.ACTOR, self.command.part)

    @property
    def actor(self) -> str:
        """The name of the actor that handles the command."""
        return self.command.ACTOR

    @property
    def queue(self) -> str:
        """The lane the command travels on."""
        return lane_of(self.command.QUEUE, self.priority)

    @property
    def spent(self) -> int:
        """The number of retries that count against the task's budget."""
        return self.retry - self.deferred

    def retried(
        self,
        *,
        retry: int,
        not_before_ms: int = 0,
        attempt_id: str = "",
        possible_duplicate: bool = False,
        turn_ms: int = 0,
        deferred: bool = False,
        alone: bool = False,
    ) -> "Envelope":
        """The task's next retry copy. It counts as one that only waited if ``deferred`` or ``turn_ms`` is set.

        One that follows a copy which ran ``alone`` does so too.
        """
        return dataclasses.replace(
            self,
            retry=retry,
            not_before_ms=not_before_ms,
            attempt_id=attempt_id,
            possible_duplicate=possible_duplicate,
            again_ms=0,
            deferred=self.deferred + (deferred or turn_ms > 0),
            turn_ms=turn_ms,
            alone=self.alone or alone,
        )

    def headers(self) -> dict[str, Any]:
        """The AMQP headers."""
        return {
            "tenant_id": self.command.tenant_id,
            "job_id": self.command.job_id,
            "task_id": self.task_id,
            "actor": self.actor,
            "run": self.run,
            "retry": self.retry,
            "created_ms": self.created_ms,
            "not_before_ms": self.not_before_ms,
            "attempt_id": self.attempt_id,
            "traceparent": self.traceparent,
            "again": int(self.possible_duplicate),
            "deferred": self.deferred,
            "turn_ms": self.turn_ms,
            **({"again_ms": self.again_ms} if self.again_ms else {}),
            **({"alone": 1} if self.alone else {}),
            **({"priority": self.priority.value} if self.priority is not Priority.NORMAL else {}),
            **({"track": self.track.value} if self.track is not Track.FULL else {}),
        }

    def payload(self) -> dict[str, Any]:
        """The command's fields as plain JSON."""
        payload: dict[str, Any] = to_json(self.command)
        return payload


def open_envelope(
    headers: dict[str, Any], payload: dict[str, Any], read: Callable[[type[Command], Any], Command] = from_json
) -> Envelope:
    """The envelope that ``headers`` and ``payload`` came from. ``read`` converts JSON as ``from_json`` does.

    Raises Undecodable or UnknownActor.
    """
    try:
        actor = headers["actor"]
        if actor not in COMMANDS:
            raise UnknownActor(f"no command is known for actor {actor!r}")
        return Envelope(
            command=read(COMMANDS[actor], payload),
            run=int(headers["run"]),
            retry=int(headers["retry"]),
            created_ms=int(headers["created_ms"]),
            not_before_ms=int(headers.get("not_before_ms", 0)),
            attempt_id=str(headers.get("attempt_id", "")),
            traceparent=str(headers.get("traceparent", "")),
            possible_duplicate=bool(headers.get("again", 0)),
            again_ms=int(headers.get("again_ms", 0)),
            deferred=int(headers.get("deferred", 0)),
            turn_ms=int(headers.get("turn_ms", 0)),
            alone=bool(headers.get("alone", 0)),
            priority=Priority(headers.get("priority", Priority.NORMAL)),
            track=Track(headers.get("track", Track.FULL)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Undecodable(f"not a Winnow message: {error!r}") from error


def to_text(envelope: Envelope) -> str:
    """The whole envelope as one JSON text. Journals write the same with ``winnow_journal.codec``, which is faster."""
    return json.dumps({"headers": envelope.headers(), "payload": envelope.payload()}, ensure_ascii=False)


def from_text(text: str) -> Envelope:
    """The envelope that ``to_text`` wrote."""
    value = json.loads(text)
    return open_envelope(value["headers"], value["payload"])


def now_ms() -> int:
    """Unix time in milliseconds."""
    return time.time_ns() // 1_000_000
