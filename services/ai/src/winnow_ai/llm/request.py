"""One request to a chat model: from the cache, else reserved and called; checked, repaired once, cached.

Every call is a recorded step, so a task that is killed repeats none that is recorded. The retries that were spent are
part of a step's inputs: a model whose answer could not be used is asked anew then. Only an answer that passed its check
is kept where other tasks find it.
"""

import hashlib
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from winnow_ai.admission.place import Admission
from winnow_ai.clock import Clock
from winnow_ai.llm.chat import ChatRequest, TokenUsage
from winnow_ai.llm.ports import ChatModel
from winnow_ai.llm.prices import Prices
from winnow_ai.llm.rate_limiter import RateLimiter
from winnow_ai.llm.reservations import Reservations
from winnow_ai.llm.response_cache import ResponseCache
from winnow_ai.llm.speech_response import Unreadable
from winnow_ai.prompts import Prompt, load_prompt
from winnow_chassis.objects.store import ObjectStore
from winnow_contracts.errors import RateLimited, Temporary, WinnowError
from winnow_contracts.rate_limits import ReservationRequest
from winnow_contracts.usage import Spending
from winnow_journal.task import Task

T = TypeVar("T")

REPAIR = "repair-1"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class LlmRequests:
    """What asking a chat model needs, beside the question. ``per_minute`` is the limit over all nodes."""

    chat: ChatModel
    admission: Admission
    objects: ObjectStore
    turns: RateLimiter
    clock: Clock
    prices: Prices
    per_minute: int
    claim_seconds: float
    """How long after its turn a task keeps others from getting the same answer: longer than its call may take."""
    ttl_seconds: float
    """How long an answer is good for."""
    spent: Callable[[Spending], None] = lambda spending: None
    """Told of every answer, paid for or found."""

    def for_task(self, task: Task) -> "TaskRequests":
        """This attempt's way of asking."""
        return TaskRequests(self, task)


@dataclass(frozen=True, kw_only=True)
class CheckedAnswer(Generic[T]):
    """A checked answer. ``cached``: no call was made for it."""

    value: T
    cached: bool


class TaskRequests:
    """All that one attempt of a task asks, one question after another."""

    def __init__(self, tools: LlmRequests, task: Task) -> None:
        self._tools = tools
        self._task = task
        self._reservations = Reservations(task, tools.turns, tools.clock)
        self._paid = ResponseCache(tools.objects, task.envelope.command.tenant_id)

    def ask(self, step: str, question: ChatRequest, prompt: Prompt, read: Callable[[str], T]) -> CheckedAnswer[T]:
        """The answer as ``read`` understands it, which raises Unreadable with a sentence that the model can be told.

        Raises Deferred until its turn, Refused where the budget is spent, Temporary (``upstream-invalid``) where a
        repaired answer cannot be used either, and the errors of ``wanted.Chat``.
        """
        one = _Request(self._tools, self._task, self._reservations, self._paid, question, prompt, read)
        said = self._step(step, one, question)
        try:
            return CheckedAnswer(value=read(said["text"]), cached=said["cached"])
        except Unreadable as fault:
            repair = question.repairing(said["text"], load_prompt(REPAIR, fault=fault).text)
        said = self._step(f"{step} repair", one, repair)
        try:
            return CheckedAnswer(value=read(said["text"]), cached=said["cached"])
        except Unreadable as fault:
            one.give_back()
            raise Temporary(
                f"the answer of {question.model} cannot be used, nor can the one it gave when told so: {fault}",
                code="upstream-invalid",
                hint="If it happens again and again, choose another model.",
            ) from fault

    def _step(self, name: str, one: "_Request[T]", question: ChatRequest) -> dict[str, Any]:
        inputs = {"key": one.key, "spent": self._task.envelope.spent, "said": question.said, "fault": question.fault}
        said: dict[str, Any] = self._task.step(name, lambda: one.get(question), inputs=inputs)
        return said


class _Request(Generic[T]):
    """One question on its way to an answer."""

    def __init__(
        self,
        tools: LlmRequests,
        task: Task,
        reservations: Reservations,
        paid: ResponseCache,
        question: ChatRequest,
        prompt: Prompt,
        read: Callable[[str], T],
    ) -> None:
        self._tools = tools
        self._task = task
        self._reservations = reservations
        self._paid = paid
        self._read = read
        image = hashlib.sha256(question.image).hexdigest() if question.image is not None else ""
        self.key = paid.key(
            question.content.encode(),
            kind=question.use.value,
            model=question.model,
            prompt=prompt.name,
            wording=prompt.fingerprint,
            schema=question.schema,
            image=image,
        )
        self._wish = ReservationRequest(
            api=question.use.value,
            per_minute=tools.per_minute,
            tenant_id=task.envelope.command.tenant_id,
            holder=task.envelope.task_id,
            answer_key=self.key,
            claim_seconds=tools.claim_seconds,
        )

    def get(self, question: ChatRequest) -> dict[str, Any]:
        """What the model says, as a step records it; whether it can be used shows when it is read."""
        found = self._find()
        if found is not None:
            self._reservations.drop()
        while found is None:
            turn_ms = self._reservations.turn(self._wish)
            # Looked again in any case: whoever had the claim before may have kept its answer since.
            found = self._find()
            if turn_ms is not None and found is None:
                return self._called(question, turn_ms)
            if turn_ms is not None:
                self.give_back()
        self._spend(question, Spending(use=question.use.value, model=question.model, cached=True))
        return {"text": found, "cached": True}

    def give_back(self) -> None:
        """Nobody needs to wait for this answer."""
        self._tools.turns.give_back(self._wish)

    def _find(self) -> str | None:
        """The kept answer, where it is good today: what was sound under older lists may not be."""
        text: str | None = self._paid.find(self.key, self._tools.ttl_seconds)
        if text is not None:
            with suppress(Unreadable):
                self._read(text)
                return text
        return None

    def _called(self, question: ChatRequest, turn_ms: int) -> dict[str, Any]:
        def paid(usage: TokenUsage | None) -> None:
            counted = usage or TokenUsage()
            spending = Spending(
                use=question.use.value,
                model=question.model,
                tokens_in=counted.tokens_in,
                tokens_out=counted.tokens_out,
                cost_usd=self._tools.prices.cost_usd(question.model, usage),
            )
            self._spend(question, spending)

        try:
            with self._tools.admission.stand(self._task) as place:
                self._reservations.wait_until(turn_ms)
                place.enter()
                text = self._tools.chat.chat(question, place.check, paid)
        except BaseException as error:
            if isinstance(error, RateLimited) and error.retry_after_seconds:
                self._tools.turns.hold(question.use.value, error.retry_after_seconds)
            self.give_back()
            raise
        with suppress(Unreadable):
            self._read(text)
            self._keep(text)
        return {"text": text, "cached": False}

    def _keep(self, text: str) -> None:
        try:
            self._paid.keep(self.key, text)
        except WinnowError as error:
            # It was paid for: better known to this task alone, whose step is about to be recorded, than lost.
            _LOG.warning("An answer could not be kept for others.", extra={"detail": error.detail})
            self.give_back()

    def _spend(self, question: ChatRequest, spending: Spending) -> None:
        self._task.spend(spending)
        self._tools.spent(spending)
