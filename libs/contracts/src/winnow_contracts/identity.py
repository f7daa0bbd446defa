"""Ids of jobs, media and tasks. An id that is derived from the same facts is the same id."""

import os
import time
import uuid

_TASKS = uuid.UUID("6f0c6f9e-52a4-5d0e-9a53-2f1a1f0f7b11")
_JOBS = uuid.UUID("9c5a1f0a-3f47-5a1f-8f6f-6a4d1f3f2c07")
_ACTIONS = uuid.UUID("2b8c1d64-0e0b-5b0e-9d55-8f6c0a5f3e91")


def uuid7() -> uuid.UUID:
    """A UUID version 7: 48 bits of Unix milliseconds, then 74 random bits (RFC 9562, section 5.7)."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def new_media_id() -> str:
    """A new media id, ``med_`` and a UUIDv7. Ids sort by time of creation."""
    return f"med_{uuid7()}"


def new_job_id() -> str:
    """A new job id, ``job_`` and a UUIDv7."""
    return f"job_{uuid7()}"


def job_created_ms(job_id: str) -> int | None:
    """Unix milliseconds of a job's creation, from its id; None for an id that was derived from an Idempotency-Key."""
    try:
        made = uuid.UUID(job_id.removeprefix("job_"))
    except ValueError:
        return None
    return made.int >> 80 if made.version == 7 else None


def keyed_job_id(tenant_id: str, route: str, idempotency_key: str) -> str:
    """The job id of an Idempotency-Key. The same key on the same route of the same tenant gives the same job."""
    return f"job_{uuid.uuid5(_JOBS, chr(31).join((tenant_id, route, idempotency_key)))}"


def keyed_action_id(tenant_id: str, route: str, idempotency_key: str) -> str:
    """The id of what a request with an Idempotency-Key does. The same key on the same route gives the same id."""
    return f"act_{uuid.uuid5(_ACTIONS, chr(31).join((tenant_id, route, idempotency_key)))}"


def batch_id(job_id: str) -> str:
    """The id of a batch, ``bat_`` and the UUID of an id that no job has."""
    return f"bat_{job_id.removeprefix('job_')}"


def keyed_upload_id(job_id: str) -> str:
    """The id of the upload that a keyed job begins with, ``upl_`` and the job's UUID."""
    return f"upl_{job_id.removeprefix('job_')}"


def job_of_upload(upload_id: str) -> str:
    """The id of the job that begins with this upload."""
    return f"job_{upload_id.removeprefix('upl_')}"


def keyed_media_id(job_id: str) -> str:
    """The media id that belongs to a keyed job, so that a repeated upload names the same media."""
    return f"med_{uuid.uuid5(_JOBS, job_id)}"


def new_upload_id() -> str:
    """A random id for one upload, so that no other upload is ever written under its key."""
    return uuid.uuid4().hex


def task_id(job_id: str, run: int, actor: str, part: str = "") -> str:
    """The id of one task: UUIDv5 of job, run, actor and part. A parent that runs again names the same child."""
    return str(uuid.uuid5(_TASKS, chr(31).join((job_id, str(run), actor, part))))


def new_traceparent() -> str:
    """A new traceparent (W3C Trace Context, version 00, sampled)."""
    return f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-01"


def new_attempt_id() -> str:
    """A random id for one execution of a task: 32 hexadecimal digits."""
    return os.urandom(16).hex()
