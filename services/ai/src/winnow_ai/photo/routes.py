"""Routes of the photo actors, with their collaborators and policies."""

from functools import partial

from winnow_ai.admission.place import Admission
from winnow_ai.clock import SystemClock
from winnow_ai.index_calls import Index
from winnow_ai.llm.lines import Lines
from winnow_ai.llm.local_limiter import LocalLimiter
from winnow_ai.llm.ports import ChatModel
from winnow_ai.llm.rate_limiter import RateLimiter
from winnow_ai.llm.request import LlmRequests
from winnow_ai.llm.spending import observe_spending
from winnow_ai.photo.advise import advise_disposal
from winnow_ai.photo.classify import classify_photo
from winnow_ai.photo.guidance import Guide
from winnow_ai.photo.vision import Vision
from winnow_ai.rules.book import RuleBook
from winnow_ai.settings import AiSettings
from winnow_base.objects.store import ObjectStore
from winnow_chassis.worker.routes import Policy, Route
from winnow_contracts.commands import AdviseDisposal, ClassifyPhoto

ADVICE = Policy(retries=3, backoff_seconds=20, limit_seconds=900)
"""Each of a few items takes at most two calls; if they fail, the rules' own words are used."""

_CLAIM_MARGIN_SECONDS = 10.0
"""Time after a call's time limit, to write its answer to the cache."""
_LONGEST_CLAIM_SECONDS = 3_600.0
"""The longest claim that index accepts."""


def photo_routes(
    settings: AiSettings, objects: ObjectStore, chat: ChatModel, index: Index, lines: Lines
) -> tuple[Route, ...]:
    """The route of each photo command. Raises Misconfigured if the rules cannot be used."""
    photos, clock = settings.photos, SystemClock()
    turns = RateLimiter(index, LocalLimiter(photos.nodes), clock)

    def asker(per_minute: int, timeout_seconds: float, admission: Admission) -> LlmRequests:
        return LlmRequests(
            chat=chat,
            admission=admission,
            objects=objects,
            turns=turns,
            clock=clock,
            prices=settings.prices,
            per_minute=per_minute,
            claim_seconds=min(timeout_seconds + _CLAIM_MARGIN_SECONDS, _LONGEST_CLAIM_SECONDS),
            ttl_seconds=photos.answer_ttl_seconds,
            spent=observe_spending,
        )

    vision = Vision(
        asker=asker(photos.vision_per_minute, settings.endpoint.vision_timeout_seconds, lines.vision),
        model=settings.endpoint.vision_model,
        thresholds=photos.thresholds,
    )
    guide = Guide(
        asker=asker(photos.text_per_minute, settings.endpoint.text_timeout_seconds, lines.text),
        model=settings.endpoint.text_model,
    )
    rules = RuleBook(photos.rules_dir)
    # At most two calls, each with its own short limit, and a person waits for the answer.
    patience = Policy(retries=photos.vision_retries, backoff_seconds=30, limit_seconds=300)
    return (
        Route(command=ClassifyPhoto, actor=partial(classify_photo, objects=objects, vision=vision), policy=patience),
        Route(
            command=AdviseDisposal,
            actor=partial(advise_disposal, objects=objects, rules=rules, guide=guide),
            policy=ADVICE,
        ),
    )
