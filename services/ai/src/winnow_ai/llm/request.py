"""One request to a chat model: from the cache, else reserved and called; checked, repaired once, cached.

Every call is a recorded step, so a task that was killed does not repeat a recorded call. The number of spent retries is
part of a step's inputs, so a retry asks a model again whose answer could not be used. Only an answer that passes its
check goes into the cache, where other tasks find it.
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
from winnow_base.objects.store import ObjectStore
from winnow_contracts.errors import RateLimited, Temporary, WinnowError
from winnow_contracts.rate_limits import ReservationRequest
from winnow_contracts.usage import Spending
from winnow_journal.task import Task

T = TypeVar("T")

REPAIR = "repair-1"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class LlmRequests:
    """Makes requests to a chat model. ``per_minute`` is the limit of calls over all nodes."""

    chat: ChatModel
    admission: Admission
    objects: ObjectStore
    turns: RateLimiter
    clock: Clock
    prices: Prices
    per_minute: int
    claim_seconds: float
    """How long after its reserved moment a task keeps others from getting the same answer; longer than a call takes."""
    ttl_seconds: float
    """How long a cached answer may be used."""
    spent: Callable[[Spending], None] = lambda spending: None
    """Called for every answer, whether paid for or found in the cache."""

    def for_task(self, task: Task) -> "TaskRequests":
        """The requests of one attempt of ``task``."""
        return TaskRequests(self, task)


@dataclass(frozen=True, kw_only=True)
class CheckedAnswer(Generic[T]):
    """A checked answer. ``cached`` says that no call was made for it."""

    value: T
    cached: bool


class TaskRequests:
    """The requests of one attempt of a task, one after another. Not for several threads."""

    def __init__(self, tools: LlmRequests, task: Task) -> None:
        self._tools = tools
        self._task = task
        self._reservations = Reservations(task, tools.turns, tools.clock)
        self._paid = ResponseCache(tools.objects, task.envelope.command)

    def ask(self, step: str, question: ChatRequest, prompt: Prompt, read: Callable[[str], T]) -> CheckedAnswer[T]:
        """The model's answer, parsed by ``read``, which raises Unreadable with a message for the model.

        ``step`` names the recorded step. Raises Deferred until the reserved moment, Refused (``budget-spent``),
        Temporary (``upstream-invalid``) if the repaired answer cannot be used either, and the errors of
        ``ports.ChatModel``.
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
    """One question until its answer: its cache key, its reservation and its call."""

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
        """The unchecked answer as the step records it: ``{"text", "cached"}``."""
        found = self._find()
        if found is not None:
            self._reservations.drop()
        while found is None:
            turn_ms = self._reservations.turn(self._wish)
            # Look in the cache again in any case: the task that had the claim may have cached its answer since.
            found = self._find()
            if turn_ms is not None and found is None:
                return self._called(question, turn_ms)
            if turn_ms is not None:
                self.give_back()
        self._spend(question, Spending(use=question.use.value, model=question.model, cached=True))
        return {"text": found, "cached": True}

    def give_back(self) -> None:
        """End the claim, so that no other task waits for this answer."""
        self._tools.turns.give_back(self._wish)

    def _find(self) -> str | None:
        """The cached answer, if it still passes the check: the closed lists may have changed since it was cached."""
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
            # The answer is paid for, so keep it at least for this task, whose step is about to be recorded.
            _LOG.warning("Cannot write an answer to the response cache.", extra={"detail": error.detail})
            self.give_back()

    def _spend(self, question: ChatRequest, spending: Spending) -> None:
        self._task.spend(spending)
        self._tools.spent(spending)
