"""Index's answers about recordings, jobs and dead tasks, as the JSON of the contract's dataclasses."""

from typing import Any

from winnow_contracts.index_api.dead_tasks import DeadTaskDetail, DeadTaskView
from winnow_contracts.index_api.jobs import JobView, Problem, StageView
from winnow_contracts.index_api.media import MediaKeys, MediaView, SegmentView, Speech, TranscriptView
from winnow_contracts.index_api.search import Facets, Hits, HitView, MatchReason, Mode, MomentView, Total
from winnow_contracts.index_api.trace import AttemptView, TaskView
from winnow_contracts.json_codec import to_json
from winnow_contracts.stages import PHOTO_STAGES

MEDIA_ID = "med_01234567-89ab-7def-8123-456789abcdef"
JOB_ID = "job_01234567-89ab-7def-8123-456789abcdef"
TASK_ID = "01234567-89ab-5def-8123-456789abcdef"
STAGES = ("check", "audio", "transcribe", "understand", "store")


EMPTY_PAGE: dict[str, Any] = {"items": [], "next_cursor": None}

_MEDIA = MediaView(
    id=MEDIA_ID,
    kind="recording",
    title="talk",
    filename="talk.mp4",
    content_type="video/mp4",
    size_bytes=1000,
    has_video=True,
    duration_ms=60_000,
    language="en",
    status="ready",
    job_id=JOB_ID,
    created_at="2026-11-21T04:00:00.000Z",
    speech=Speech(ratio=0.9),
    has_transcript=True,
    keys=MediaKeys(
        original="ok/t/default/x/original",
        poster="ok/t/default/x/a/poster.jpg",
        thumbnail="ok/t/default/x/a/thumbnail.jpg",
    ),
)
_DEAD: dict[str, Any] = {
    "task_id": TASK_ID,
    "job_id": JOB_ID,
    "tenant_id": "other",
    "media_id": MEDIA_ID,
    "actor": "ai.transcribe_audio",
    "queue": "ai",
    "run": 2,
    "retry": 5,
    "state": "dead",
    "ended_at": "2026-11-21T04:00:00.000Z",
    "problem": Problem(code="upstream-timeout", detail="It took too long.", retryable=True),
    "replayable": True,
}
TRANSCRIPT: dict[str, Any] = to_json(
    TranscriptView(
        media_id=MEDIA_ID,
        language="en",
        duration_ms=60_000,
        model="whisper-base",
        segments=(
            SegmentView(n=0, text="Hello & <b>welcome</b> --> all", start_ms=0, end_ms=1500),
            SegmentView(n=1, text=" \n\n ", start_ms=1500, end_ms=1600),
            SegmentView(n=2, text="two\n\n00:00 --> lines", start_ms=3_723_004, end_ms=3_723_004),
        ),
        speech=Speech(ratio=0.9),
    )
)


def media_view(**changes: Any) -> dict[str, Any]:
    return {**to_json(_MEDIA), **changes}


def job_view(status: str = "running", running: str = "transcribe", **changes: Any) -> dict[str, Any]:
    done = STAGES.index(running) if status != "done" else len(STAGES)
    stages = tuple(
        StageView(
            name=name,
            status="done" if n < done else "running" if n == done and status == "running" else "waiting",
            ms=100 if n < done else None,
        )
        for n, name in enumerate(STAGES)
    )
    return {**_job(status, stages), **changes}


def photo_job_view(status: str = "running", **changes: Any) -> dict[str, Any]:
    state = {"done": "done", "failed": "failed"}.get(status, "waiting")
    return {**_job(status, tuple(StageView(name=name, status=state) for name in PHOTO_STAGES.values())), **changes}


def _job(status: str, stages: tuple[StageView, ...]) -> dict[str, Any]:
    job = JobView(
        id=JOB_ID, media_id=MEDIA_ID, status=status, run=1, created_at="2026-11-21T04:00:00.000Z", stages=stages
    )
    value: dict[str, Any] = to_json(job)
    return value


def task_view(task_id: str = TASK_ID, **fields: Any) -> dict[str, Any]:
    task = TaskView(task_id=task_id, actor="ai.transcribe_audio", queue="ai", state="dead", run=1, retry=0, **fields)
    value: dict[str, Any] = to_json(task)
    return value


def trace_of(job: dict[str, Any], *tasks: dict[str, Any]) -> dict[str, Any]:
    return {"job": job, "tasks": list(tasks), "events": []}


def dead_view(**changes: Any) -> dict[str, Any]:
    return {**to_json(DeadTaskView(**_DEAD, attempts=6)), **changes}


def dead_detail(**changes: Any) -> dict[str, Any]:
    attempt = AttemptView(attempt_id="a", number=1, node="ai-1")
    detail = DeadTaskDetail(**_DEAD, attempts=(attempt,), command={"job_id": JOB_ID}, trace="Traceback …")
    return {**to_json(detail), **changes}


def moment_view(text: str, **changes: Any) -> dict[str, Any]:
    moment = MomentView(
        start_ms=83_210, end_ms=91_770, text=text, highlights=(), word_start_ms=83_620, weak=False, why=MatchReason()
    )
    return {**to_json(moment), **changes}


def hit_view(*moments: dict[str, Any], **changes: Any) -> dict[str, Any]:
    hit = HitView(
        media_id=MEDIA_ID, title="talk", kind="video", duration_ms=60_000, language="en", score=0.03, moments=()
    )
    return {**to_json(hit), "moments": list(moments), **changes}


def hits(*items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    found = Hits(
        query="q",
        mode=Mode.WORDS,
        took_ms=1,
        degraded=(),
        generation=None,
        total=Total(value=len(items), relation="eq"),
        items=(),
        facets=Facets(language={}, kind={}),
    )
    return {**to_json(found), "items": list(items), **changes}


def worker_view(node: str = "media-1", state: str = "online", **fields: Any) -> dict[str, Any]:
    """A node as index shows it."""
    counts = ("threads", "active", "processed", "failed", "memory_bytes", "events_unapplied", "oldest_event_ms")
    sizes = ("journal_pending", "oldest_pending_ms", "journal_bytes", "wal_bytes", "free_disk_bytes", "clock_offset_ms")
    return {
        "service": "media",
        "node": node,
        "state": state,
        "host": "h",
        "version": "1.0",
        "pid": 7,
        "lanes": ["media"],
        "started_at": "2026-01-01T00:00:00.000Z",
        "heartbeat_at": "2026-01-01T00:00:10.000Z",
        "offline_at": None,
        "success_rate_hour": 1.0,
        "success_rate_day": 1.0,
        **dict.fromkeys((*counts, *sizes), 1),
        **fields,
    }


def usage_view(**fields: Any) -> dict[str, Any]:
    """What a tenant stores and spends; without a quota."""
    usage = {
        "tenant_id": "default",
        "stored_bytes": 120,
        "quota_bytes": None,
        "quota_set_by": None,
        "quota_set_at": None,
        "recordings": 2,
        "photos": 1,
        "month": "2026-11",
        "requests": 1234,
        "spent_usd": 0.5,
        "budget_usd": 0.0,
    }
    limited = {"quota_set_by": "k", "quota_set_at": "2026-11-21T04:00:00.000Z"} if "quota_bytes" in fields else {}
    return {**usage, **limited, **fields}
