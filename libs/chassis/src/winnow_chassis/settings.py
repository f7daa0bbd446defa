"""The settings that every service shares."""

from dataclasses import dataclass
from pathlib import Path

from winnow_base.environment import Environment


@dataclass(frozen=True, kw_only=True)
class ChassisSettings:
    """Who this node is, where its journal lives, and how it reaches broker, store and index."""

    service: str
    node: str
    """The name of this process, unlike every other: its journal and its work in history go by it."""
    data_dir: Path
    """The folder of the journal and of scratch files, on a disk that outlives the process."""
    amqp_url: str
    """RabbitMQ, as ``amqp://USER:PASSWORD@HOST:5672/VHOST``."""
    s3_endpoint: str
    """The object store's host and port, without ``https://``."""
    s3_bucket: str
    """The bucket, which has to be there."""
    s3_access_key: str
    """Who asks the store."""
    s3_secret_key: str
    """The password for it."""
    s3_region: str
    """The region that requests to the store are signed for."""
    s3_secure: bool
    """Whether the store is asked over https."""
    service_token: str
    """What services show each other, the same for all."""
    index_url: str
    """The origin of index's internal API."""
    health_host: str
    """The address at which this process tells of its health and metrics."""
    health_port: int
    """The port for it; 0: none."""
    log_level: str
    """From which level on log lines are written: ``DEBUG``, ``INFO``, ``WARNING`` or ``ERROR``."""
    upkeep_seconds: float = 300.0
    """How often a journal forgets what index has, and gives room back."""
    journal_limit_bytes: int = 8 * 1024**3
    """The size in bytes above which a node stops consuming. A full disk would stop more than that."""
    clock_limit_seconds: float = 120.0
    """How far a worker's clock may be from the database's before it stops consuming."""
    file_cache_bytes: int = 1 << 30
    """How much of its disk a node of media or ai may fill with objects that it fetched; 0 keeps none."""
    file_cache_seconds: float = 3600.0
    """How long such an object is kept after its last use."""
    nodes_dir: Path | None = None
    """The volume that the nodes of this service share, each with a folder in it, of which ``data_dir`` is one; or
    None.
    """
    drill_ledger: Path | None = None
    """The file in which drills record each execution. Only drills and chaos runs read it."""


def read_chassis_settings(environment: Environment, service: str) -> ChassisSettings:
    """The shared settings of ``service``. Faults are collected in ``environment``: call its ``done`` afterwards."""
    return ChassisSettings(
        service=service,
        node=environment.text("WINNOW_NODE", service),
        data_dir=environment.path("WINNOW_DATA_DIR"),
        amqp_url=environment.secret("WINNOW_AMQP_URL"),
        s3_endpoint=environment.text("WINNOW_S3_ENDPOINT"),
        s3_bucket=environment.text("WINNOW_S3_BUCKET"),
        s3_access_key=environment.secret("WINNOW_S3_ACCESS_KEY"),
        s3_secret_key=environment.secret("WINNOW_S3_SECRET_KEY"),
        s3_region=environment.text("WINNOW_S3_REGION", "us-east-1"),
        s3_secure=environment.flag("WINNOW_S3_SECURE", False),
        service_token=environment.secret("WINNOW_SERVICE_TOKEN"),
        index_url=environment.text("WINNOW_INDEX_URL"),
        health_host=environment.text("WINNOW_HEALTH_HOST", "127.0.0.1"),
        health_port=environment.integer("WINNOW_HEALTH_PORT", 0),
        log_level=environment.text("WINNOW_LOG_LEVEL", "INFO"),
        upkeep_seconds=environment.number("WINNOW_UPKEEP_SECONDS", 300),
        journal_limit_bytes=environment.integer("WINNOW_JOURNAL_LIMIT_BYTES", 8 * 1024**3),
        clock_limit_seconds=environment.number("WINNOW_CLOCK_LIMIT_SECONDS", 120),
        file_cache_bytes=environment.integer("WINNOW_FILE_CACHE_BYTES", 1 << 30),
        file_cache_seconds=environment.number("WINNOW_FILE_CACHE_SECONDS", 3600),
        nodes_dir=Path(nodes) if (nodes := environment.text("WINNOW_NODES_DIR", "")) else None,
        drill_ledger=Path(ledger) if (ledger := environment.text("WINNOW_DRILL_LEDGER", "")) else None,
    )
