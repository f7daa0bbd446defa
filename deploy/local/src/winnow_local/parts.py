"""The table of the stack's parts: what runs, with which environment, in which order, and how it proves ready."""

import dataclasses
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts.errors import Misconfigured
from winnow_local.chat_part import chat_part, text_model
from winnow_local.downloaded import MODEL_WEIGHTS, note_download
from winnow_local.part import Elsewhere, Part
from winnow_local.plan import LOCAL_TRANSCRIPTION_MODEL, Plan
from winnow_local.probes import answers_http
from winnow_local.scale import check_scale, node_names
from winnow_local.settings import OutsideAi
from winnow_models import head_card
from winnow_models.efficientnet_file import network_file
from winnow_models.embeddings import DIMENSIONS
from winnow_models.weights import fetch

SERVERS = ("rabbitmq", "s3", "postgres")
_LOCAL_PER_MINUTE = 6_000


@dataclass(frozen=True, kw_only=True)
class WorkerComponent:
    """A worker, which may run as several nodes.

    ``module`` has its main function; ``more_lanes`` are the lanes of its second and later nodes.
    """

    name: str
    module: str
    lanes: str
    service: str
    needs: tuple[str, ...]
    more_lanes: str = ""


WORKERS = (
    # Only one node consumes the events: the batches of each journal arrive in order.
    WorkerComponent(
        name="index",
        module="winnow_index.worker",
        lanes="default,events",
        more_lanes="default",
        service="index",
        needs=(*SERVERS, "index-api"),
    ),
    WorkerComponent(
        name="media-examine", module="winnow_media.worker", lanes="examine", service="media", needs=("rabbitmq", "s3")
    ),
    WorkerComponent(
        name="media",
        module="winnow_media.worker",
        lanes="default,bulk,fetch",
        service="media",
        needs=("rabbitmq", "s3"),
    ),
    WorkerComponent(
        name="ai", module="winnow_ai.worker", lanes="default,bulk", service="ai", needs=("rabbitmq", "s3", "models")
    ),
)
WORKER_NAMES = tuple(worker.name for worker in WORKERS)


def health_ports(scale: Mapping[str, int]) -> tuple[str, ...]:
    """Names of the health ports of the additional nodes. Raises Misconfigured for an impossible scale."""
    check_scale(scale, WORKER_NAMES)
    return tuple(_health_port(node) for worker, number in scale.items() for node in node_names(worker, number)[1:])


def table(plan: Plan, say: Callable[[str], None] = lambda line: None) -> tuple[Part | Elsewhere, ...]:
    """Every part in the order of its start. ``say`` gets a line on slow preparations, as fetching weights."""
    chat = chat_part(plan, say)
    services = _Services(plan, chat)
    return (
        *_servers(plan),
        _models(plan, say) if plan.settings.ai is None else Elsewhere(name="models", url=plan.ai_base_url),
        *((chat,) if chat is not None else ()),
        services.api("index-api", "winnow-index-api", "index_api", "index", needs=("postgres",)),
        services.api("ai-api", "winnow-ai-api", "ai_api", "ai", needs=("models",)),
        *(
            services.node(worker, name)
            for worker in WORKERS
            for name in node_names(worker.name, plan.scale.get(worker.name, 1))
        ),
        services.gateway(),
    )


def choose(
    parts: Iterable[Part | Elsewhere], *, only: Iterable[str] = (), without: Iterable[str] = ()
) -> tuple[Part | Elsewhere, ...]:
    """Returns the parts to run: all, or ``only`` the named ones with their companions; never those in ``without``.

    A worker's name stands for all its nodes. Raises Misconfigured for an unknown name.
    """
    all_parts = tuple(parts)
    names = {part.name for part in all_parts}
    only, without = set(only), set(without)
    unknown = sorted((only | without) - names)
    if unknown:
        raise Misconfigured(
            f"There is no part {unknown[0]!r}.", hint=f"The parts are {', '.join(part.name for part in all_parts)}."
        )
    wanted = (_with_nodes(all_parts, only) or names) - _with_nodes(all_parts, without)
    for part in all_parts:
        if isinstance(part, Part):
            # A companion runs exactly when its part does.
            wanted = wanted | set(part.companions) if part.name in wanted else wanted - set(part.companions)
    return tuple(part for part in all_parts if part.name in wanted)


def _with_nodes(parts: Iterable[Part | Elsewhere], names: set[str]) -> set[str]:
    return names | {part.name for part in parts if isinstance(part, Part) and part.worker in names}


def _health_port(node: str) -> str:
    return f"health_{node.replace('-', '_')}"


def _servers(plan: Plan) -> tuple[Part | Elsewhere, ...]:
    parts: list[Part | Elsewhere] = []
    if plan.rabbitmq is None:
        parts.append(Elsewhere(name="rabbitmq", url=_without_password(plan.settings.amqp_url)))
    else:
        parts += [plan.rabbitmq.epmd_part(), plan.rabbitmq.part()]
    parts.append(Elsewhere(name="s3", url=plan.s3_endpoint) if plan.s3 is None else plan.s3.part())
    if plan.postgres is None:
        parts.append(Elsewhere(name="postgres", url=_without_password(plan.settings.database_url)))
    else:
        parts.append(plan.postgres.part())
    return tuple(parts)


def _models(plan: Plan, say: Callable[[str], None]) -> Part:
    def downloaded(size_bytes: int) -> None:
        note_download(plan.settings.home.downloads, MODEL_WEIGHTS, size_bytes)

    def prepare() -> None:
        fetch(LOCAL_TRANSCRIPTION_MODEL, plan.settings.models_folder, say, downloaded=downloaded)
        network_file(plan.settings.models_folder, say, downloaded=downloaded)

    return Part(
        name="models",
        command=(sys.executable, "-m", "winnow_models.server"),
        environment={
            "WINNOW_MODELS_PORT": str(plan.ports["models"]),
            "WINNOW_MODELS_FOLDER": str(plan.settings.models_folder),
            "WINNOW_MODELS_API_KEY_FILE": str(plan.secret_file("ai-key")),
        },
        url=plan.ai_base_url,
        probe=lambda: answers_http(f"{plan.url('models')}/healthz", "ai"),
        prepare=prepare,
        ready_seconds=plan.settings.ready_seconds,
    )


class _Services:
    """Winnow's own programs. Workers and the gateway prove ready on a health port, internal APIs on their own."""

    def __init__(self, plan: Plan, chat: Part | None) -> None:
        self._plan = plan
        self._chat = chat

    def node(self, worker: WorkerComponent, name: str) -> Part:
        lanes = worker.lanes if name == worker.name else worker.more_lanes or worker.lanes
        # A small parent forks it again, so that a killed worker restarts without the cost of its imports.
        command = (sys.executable, "-m", "winnow_base.prefork", worker.module, "--lanes", lanes)
        port_name = _health_port(name)
        environment = {"WINNOW_HEALTH_PORT": str(self._plan.ports[port_name])}
        part = self._part(name, command, worker.service, self._plan.url(port_name), environment, worker.needs)
        return dataclasses.replace(part, worker=worker.name)

    def api(self, name: str, program: str, port_name: str, service: str, needs: tuple[str, ...]) -> Part:
        environment = {f"WINNOW_{port_name.upper()}_PORT": str(self._plan.ports[port_name])}
        command = (str(Path(sys.executable).parent / program),)
        return self._part(name, command, service, self._plan.url(port_name), environment, needs)

    def gateway(self) -> Part:
        part = self.api("gateway", "winnow-gateway", "gateway", "gateway", needs=("index-api", "ai-api", "s3"))
        port_name = _health_port("gateway")
        if port_name not in self._plan.ports:
            # The ports are those of a stack that an earlier version started, and it runs still.
            return part
        environment = {
            **part.environment,
            "WINNOW_HEALTH_PORT": str(self._plan.ports[port_name]),
            "WINNOW_GATEWAY_NODES": ",".join(f"127.0.0.1:{self._plan.ports[name]}" for name in self._node_ports()),
        }
        health = self._plan.url(port_name)
        return dataclasses.replace(
            part, environment=environment, probe=lambda: answers_http(f"{health}/readyz", part.name)
        )

    def _node_ports(self) -> tuple[str, ...]:
        """Names of the ports at which nodes tell what their journals hold."""
        nodes = [name for one in WORKERS for name in node_names(one.name, self._plan.scale.get(one.name, 1))]
        return tuple(_health_port(name) for name in (*nodes, "gateway"))

    def _part(
        self,
        name: str,
        command: tuple[str, ...],
        service: str,
        url: str,
        environment: dict[str, str],
        needs: tuple[str, ...],
    ) -> Part:
        data = self._plan.home.node(name)
        return Part(
            name=name,
            command=command,
            environment={**self._shared(name, data), **self._of_service(service), **environment},
            url=url,
            probe=lambda: answers_http(f"{url}/readyz", name),
            prepare=lambda: data.mkdir(parents=True, exist_ok=True),
            needs=needs,
            stop_seconds=30,
            ready_seconds=self._plan.settings.ready_seconds,
        )

    def _shared(self, node: str, data: Path) -> dict[str, str]:
        plan = self._plan
        return {
            "WINNOW_NODE": node,
            "WINNOW_DATA_DIR": str(data),
            "WINNOW_AMQP_URL_FILE": str(plan.secret_file("amqp-url")),
            "WINNOW_S3_ENDPOINT": plan.s3_endpoint,
            "WINNOW_S3_BUCKET": plan.settings.s3_bucket,
            "WINNOW_S3_REGION": plan.settings.s3_region,
            "WINNOW_S3_ACCESS_KEY_FILE": str(plan.secret_file("s3-access-key")),
            "WINNOW_S3_SECRET_KEY_FILE": str(plan.secret_file("s3-secret-key")),
            "WINNOW_SERVICE_TOKEN_FILE": str(plan.secret_file("service-token")),
            "WINNOW_INDEX_URL": plan.url("index_api"),
            "WINNOW_AI_URL": plan.url("ai_api"),
        }

    def _of_service(self, service: str) -> dict[str, str]:
        """Settings of one service alone, as the database, which belongs to index, and the AI endpoint's key, to ai."""
        plan = self._plan
        match service:
            case "index":
                return {
                    "WINNOW_INDEX_DATABASE_URL_FILE": str(plan.secret_file("database-url")),
                    "WINNOW_INDEX_ADMIN_KEY_FILE": str(plan.home.admin_key),
                }
            case "ai":
                ai = plan.settings.ai
                return {
                    "WINNOW_AI_BASE_URL": plan.ai_base_url,
                    "WINNOW_AI_API_KEY_FILE": str(plan.secret_file("ai-key")),
                    "WINNOW_AI_TRANSCRIPTION_MODEL": ai.transcription_model if ai else LOCAL_TRANSCRIPTION_MODEL,
                    "WINNOW_AI_NODES": str(plan.scale.get("ai", 1)),
                    "WINNOW_AI_WEBHOOK_ALLOW_PRIVATE": "true",  # receivers are on this machine, too
                    **(_outside_models(plan, ai) if ai else _local_models(plan)),
                    **(text_model(plan, self._chat) if self._chat is not None else {}),
                }
            case "media":
                # The files are of whoever runs the stack; children are confined as far as the machine's kernel can.
                return {"WINNOW_MEDIA_UNCONFINED": "true"}
            case _:
                return {}


def _outside_models(plan: Plan, ai: OutsideAi) -> dict[str, str]:
    text_key = {"WINNOW_AI_TEXT_API_KEY_FILE": str(plan.secret_file("text-key"))} if ai.text_api_key else {}
    return {
        **text_key,
        "WINNOW_AI_EMBEDDING_MODEL": ai.embedding_model,
        "WINNOW_AI_VISION_MODEL": ai.vision_model,
        "WINNOW_AI_TEXT_MODEL": ai.text_model,
        "WINNOW_AI_TEXT_BASE_URL": ai.text_base_url,
    }


def _local_models(plan: Plan) -> dict[str, str]:
    """Settings for our own models.

    They have the photo model, its confidence threshold, and no noticeable rate limit, as the endpoint is ours. Settings
    of another embedding model, which a former start may have left, are replaced.
    """
    model = plan.settings.embedding_model
    return {
        "WINNOW_AI_EMBEDDING_MODEL": model,
        "WINNOW_AI_EMBEDDING_DIMENSIONS": str(DIMENSIONS[model]),
        "WINNOW_AI_EMBEDDING_QUERY_PREFIX": "",
        "WINNOW_AI_EMBEDDING_PASSAGE_PREFIX": "",
        "WINNOW_AI_VISION_MODEL": head_card.MODEL_ID,
        "WINNOW_AI_VISION_THRESHOLDS": json.dumps({head_card.MODEL_ID: head_card.threshold()}),
        "WINNOW_AI_VISION_PER_MINUTE": str(_LOCAL_PER_MINUTE),
        "WINNOW_AI_TEXT_MODEL": "",
        "WINNOW_AI_TEXT_BASE_URL": "",
    }


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
