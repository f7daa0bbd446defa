"""Fixtures of photo tests: a clock that jumps, index's rate limiter in this process, a test endpoint."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.llm.lines import Lines
from winnow_ai.llm.local_limiter import LocalLimiter
from winnow_ai.llm.prices import Prices
from winnow_ai.llm.rate_limiter import RateLimiter
from winnow_ai.llm.request import LlmRequests
from winnow_ai.photo.vision import Vision
from winnow_ai.photo_settings import Thresholds
from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts.commands import AdviseDisposal, ClassifyPhoto, PhotoFiles
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Unavailable
from winnow_contracts.json_codec import to_json
from winnow_contracts.rate_limits import (
    ApiHeld,
    ClaimEnded,
    GiveTurnBack,
    HoldApi,
    Reservation,
    ReservationRequest,
    ReservationStatus,
)
from winnow_contracts.usage import Spending
from winnow_journal.task import Task
from winnow_journal.testing.memory import MemoryJournal, memory_task

JPEG = b"\xff\xd8 a photo \xff\xd9"


class JumpingClock:
    """A clock whose time passes only during ``sleep``."""

    def __init__(self) -> None:
        self.ms = now_ms()
        self.slept: list[float] = []

    def now_ms(self) -> int:
        return self.ms

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.ms += max(1, round(seconds * 1000))


class TurnsOfIndex:
    """Index's three addresses for turns: a grid of its own, or what the test queues. ``away``: it does not answer."""

    def __init__(self, clock: JumpingClock) -> None:
        self.away = False
        self.queued: list[Reservation] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._clock = clock
        self._grid = LocalLimiter(nodes=1)

    def ask(self, request: Any) -> Any:
        if self.away:
            raise Unavailable("The index API does not answer.", dependency="index")
        self.asked.append((request.ROUTE.path.removeprefix(ReservationRequest.ROUTE.path), to_json(request)))
        match request:
            case ReservationRequest():
                return self.queued.pop(0) if self.queued else self._grid.take(request, self._clock.now_ms())
            case GiveTurnBack(tenant_id=tenant_id, answer_key=answer_key, holder=holder):
                claim = {"tenant_id": tenant_id, "answer_key": answer_key, "holder": holder}
                self._grid.give_back(ReservationRequest(api="", per_minute=1, claim_seconds=0, **claim))
                return ClaimEnded(given_back=True)
            case HoldApi():
                self._grid.hold(request.api, request.until_ms)
                return ApiHeld(until_ms=request.until_ms)
        raise AssertionError(request)

    def answer(self, verdict: ReservationStatus, in_ms: int = 0, **more: Any) -> None:
        self.queued.append(Reservation(verdict=verdict, turn_ms=self._clock.now_ms() + in_ms, **more))

    def count(self, path: str) -> int:
        return sum(1 for asked, _ in self.asked if asked == path)


@dataclass
class World:
    """One tenant's store, endpoint, index and clock, and askers over them as a node has them."""

    objects: MemoryObjectStore
    endpoint: Endpoint
    clock: JumpingClock
    index: TurnsOfIndex
    lines: Lines
    told: list[Spending] = field(default_factory=list)

    def node(self, nodes: int = 1, **more: Any) -> LlmRequests:
        """The requests of a separate node, which shares only store, endpoint and index with others."""
        asker = LlmRequests(
            chat=self.endpoint,
            admission=self.lines.vision,
            objects=self.objects,
            turns=RateLimiter(self.index, LocalLimiter(nodes), self.clock),
            clock=self.clock,
            prices=Prices({"sight": (2.0, 8.0)}),
            per_minute=100,
            claim_seconds=70,
            ttl_seconds=3_600,
            spent=self.told.append,
        )
        return replace(asker, **more)

    def vision(self, asker: LlmRequests | None = None, threshold: float = 0.6) -> Vision:
        return Vision(asker=asker or self.node(), model="sight", thresholds=Thresholds(usual=threshold))

    def left(self) -> list[str]:
        """All object keys except the photos'."""
        return [key for key in self.objects.keys("") if not key.endswith(".jpg")]


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
def world(objects: MemoryObjectStore, endpoint: Endpoint, lines: Lines, clock: JumpingClock) -> World:
    objects.put_bytes("image.jpg", JPEG, "image/jpeg")
    return World(objects=objects, endpoint=endpoint, clock=clock, index=TurnsOfIndex(clock), lines=lines)


@pytest.fixture
def photo_files() -> PhotoFiles:
    return PhotoFiles(
        original_key="original",
        image_key="image.jpg",
        thumbnail_key="thumbnail.jpg",
        image_sha256="f" * 64,
        width=800,
        height=600,
    )


@pytest.fixture
def classify(photo_files: PhotoFiles) -> ClassifyPhoto:
    return ClassifyPhoto(
        tenant_id="default", job_id="job_1", media_id="med_1", files=photo_files, language="en", region="kr"
    )


@pytest.fixture
def advise(photo_files: PhotoFiles) -> AdviseDisposal:
    return AdviseDisposal(
        tenant_id="default",
        job_id="job_1",
        media_id="med_1",
        files=photo_files,
        finding_key="finding.json",
        language="en",
        region="kr",
    )


@pytest.fixture
def copy_of() -> Callable[..., Task]:
    """The next copy of a task, as it comes back after it was deferred, or after a retry was spent."""

    def make(task: Task, journal: MemoryJournal, *, turn_ms: int = 0, deferred: bool = False) -> Task:
        envelope = task.envelope.retried(retry=task.envelope.retry + 1, turn_ms=turn_ms, deferred=deferred)
        return Task(envelope, f"attempt-{envelope.retry + 1}", journal, node="test")

    return make


@pytest.fixture
def says() -> Callable[..., str]:
    """A vision model's answer with these items; an item is category, id, state, confidence."""

    def make(*items: tuple[str, str, str, float], nothing: str | None = None, better: str | None = None) -> str:
        entries = [
            {"category": category, "item": item, "state": state, "confidence": confidence, "alternatives": []}
            for category, item, state, confidence in items
        ]
        return json.dumps({"items": entries, "nothing": nothing, "better_photo": better})

    return make


@pytest.fixture
def task_of() -> Callable[..., Task]:
    return memory_task
