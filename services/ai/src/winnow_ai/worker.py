"""Starts an ai node: ``winnow-ai --lanes default,bulk``, or for some of its lanes ``winnow-ai --lanes speech``."""

from collections.abc import Sequence
from functools import partial

from winnow_ai import actors
from winnow_ai.admission.desk import Desk
from winnow_ai.admission.own_line import OwnLine
from winnow_ai.clock import SystemClock
from winnow_ai.embedding.embed import PassageEmbedder
from winnow_ai.embedding.korean import KiwiSplitter
from winnow_ai.index_calls import Index
from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.llm.lines import Lines, lines_at
from winnow_ai.llm.spending import observe_spending
from winnow_ai.photo.routes import photo_routes
from winnow_ai.settings import AiSettings, read_ai_settings
from winnow_ai.transcription.transcribe import Transcriber
from winnow_ai.webhooks.deliver import DELIVERY, deliver_webhook
from winnow_ai.webhooks.sender import WebhookSender
from winnow_base import metrics
from winnow_base.environment import Environment
from winnow_base.http.internal_clients import IndexClient
from winnow_base.objects.store import ObjectStore
from winnow_chassis.composition import file_cache, object_store, run_worker_program
from winnow_chassis.settings import ChassisSettings, read_chassis_settings
from winnow_chassis.worker.drill import EffectLedger, drill
from winnow_chassis.worker.routes import Dependency, Policy, Route
from winnow_chassis.worker.worker import run_worker
from winnow_contracts import queues
from winnow_contracts.commands import DeliverWebhook, DrillAi, EmbedTranscript, StoreDrill, TranscribeAudio

LANES = {
    "speech": (queues.AI_SPEECH,),
    "vision": (queues.AI_VISION,),
    "text": (queues.AI,),
    "bulk": (queues.AI_BULK,),
    "webhooks": (queues.AI_WEBHOOKS,),
    "default": (queues.AI_SPEECH, queues.AI_VISION, queues.AI, queues.AI_WEBHOOKS),
}

SPEECH = Policy(retries=5, backoff_seconds=30, limit_seconds=7_200)
"""Each chunk has its own short limit. The task's limit is for recordings of many chunks; finished ones are kept."""

TEXT = Policy(retries=3, backoff_seconds=20, limit_seconds=1_800)
"""One call is short; a long recording has many batches."""

DRILL = Policy(retries=3, backoff_seconds=1, limit_seconds=600)

_TURN_SECONDS = 10.0
_PLACE_SECONDS = 3.0
"""Index is asked also while a call runs. With this limit, a cancelled job is noticed soon even if index hangs."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Work until SIGTERM or SIGINT. Exits with a message if the configuration is wrong."""
    run_worker_program("winnow-ai", "Understands recordings and photos.", list(LANES), _run, arguments)


def _run(environment: Environment, lanes: list[str]) -> None:
    chassis = read_chassis_settings(environment, "ai")
    settings = read_ai_settings(environment)
    objects = object_store(chassis, cache=file_cache(chassis, metrics.CACHE_HITS.labels("files").inc))
    endpoint = Endpoint(settings.endpoint, observe_call)
    # A shorter timeout than elsewhere: instead of waiting for index, a task can use the node's own share.
    index = IndexClient(chassis.index_url, chassis.service_token, timeout_seconds=_TURN_SECONDS)
    door = IndexClient(chassis.index_url, chassis.service_token, timeout_seconds=_PLACE_SECONDS)
    clock = SystemClock()
    desk = Desk(door, OwnLine(settings.photos.nodes, clock), clock)
    lines = lines_at(endpoint, settings.endpoint, desk, clock)
    asked = {queue for lane in lanes for queue in LANES[lane]}
    needs = [Dependency(name="s3", probe=objects.probe), Dependency(name="ai", probe=endpoint.probe)]
    run_worker(
        chassis,
        [lane for lane in settings.lanes if lane.name in asked],
        routes(chassis, settings, objects, endpoint, index, lines),
        needs if asked != {queues.AI_WEBHOOKS} else [],  # webhooks alone need neither
    )


def routes(
    chassis: ChassisSettings,
    settings: AiSettings,
    objects: ObjectStore,
    endpoint: Endpoint,
    index: Index,
    lines: Lines,
) -> tuple[Route, ...]:
    """The route of each command, with its collaborators. Raises Misconfigured if the rules cannot be used."""
    return (
        *_of_recordings(chassis, settings, objects, endpoint, lines),
        *photo_routes(settings, objects, endpoint, index, lines),
        Route(
            command=DrillAi,
            actor=partial(drill, then=StoreDrill, ledger=EffectLedger(chassis.drill_ledger, chassis.node)),
            policy=DRILL,
        ),
        Route(
            command=DeliverWebhook,
            actor=partial(
                deliver_webhook,
                index=index,
                sender=WebhookSender(allow_private=settings.webhook_allow_private),
                node=chassis.node,
            ),
            policy=DELIVERY,
        ),
    )


def _of_recordings(
    chassis: ChassisSettings, settings: AiSettings, objects: ObjectStore, endpoint: Endpoint, lines: Lines
) -> tuple[Route, ...]:
    transcriber = Transcriber(
        objects=objects,
        speech=endpoint,
        admission=lines.speech,
        model=settings.endpoint.transcription_model,
        limits=settings.pieces,
        folder=chassis.data_dir / "audio",
        prices=settings.prices,
        spent=observe_spending,
    )
    embedder = PassageEmbedder(
        objects=objects,
        embedder=endpoint,
        admission=lines.embedding,
        model=settings.endpoint.embedding_model,
        generation=settings.endpoint.generation,
        dimensions=settings.endpoint.embedding_dimensions,
        prefix=settings.endpoint.embedding_passage_prefix,
        batch=settings.embedding_batch,
        prices=settings.prices,
        spent=observe_spending,
    )
    return (
        Route(
            command=TranscribeAudio,
            actor=partial(actors.transcribe_audio, objects=objects, transcriber=transcriber),
            policy=SPEECH,
        ),
        Route(
            command=EmbedTranscript,
            actor=partial(actors.embed_transcript, objects=objects, embedder=embedder, korean=KiwiSplitter()),
            policy=TEXT,
        ),
    )


def observe_call(model: str, outcome: str) -> None:
    """Count one call of the endpoint."""
    metrics.AI_CALLS.labels(model, outcome).inc()


if __name__ == "__main__":
    main()
