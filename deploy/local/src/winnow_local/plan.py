"""Decides once everything a start needs: ports, secrets and addresses, and writes their files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from winnow_contracts import api_keys
from winnow_local.home import Home
from winnow_local.secret_files import kept_secret, write_secret
from winnow_local.servers.postgres import Postgres
from winnow_local.servers.rabbitmq import RabbitMq
from winnow_local.servers.s3 import S3_PORTS, S3Store
from winnow_local.settings import LocalSettings
from winnow_local.store_probe import takes_writes

LOCAL_TRANSCRIPTION_MODEL = "whisper-base"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The servers of one stack (None: runs elsewhere), its ports, and the files that hold its secrets."""

    settings: LocalSettings
    ports: dict[str, int]
    rabbitmq: RabbitMq | None
    s3: S3Store | None
    postgres: Postgres | None
    s3_endpoint: str
    ai_base_url: str
    scale: Mapping[str, int] = field(default_factory=dict)
    """Nodes by worker; one for each that is not named."""

    @property
    def home(self) -> Home:
        """The stack's home."""
        return self.settings.home

    def secret_file(self, name: str) -> Path:
        """The file of a secret: amqp-url, database-url, s3-access-key, s3-secret-key, service-token, ai-key, text-key,
        chat-key.
        """
        return self.home.secrets / name

    def url(self, port_name: str) -> str:
        """The loopback HTTP address of a port."""
        return f"http://127.0.0.1:{self.ports[port_name]}"


def make_plan(settings: LocalSettings, ports: dict[str, int], scale: Mapping[str, int] | None = None) -> Plan:
    """The plan for these ports and nodes by worker. Writes the secrets' files; existing secrets never change."""
    home = settings.home
    home.root.mkdir(parents=True, exist_ok=True)
    kept_secret(home.admin_key, lambda: api_keys.generate().text())
    kept_secret(home.secrets / "service-token")
    kept_secret(home.secrets / "chat-key")
    rabbitmq = None if settings.amqp_url else _rabbitmq(home, ports)
    write_secret(home.secrets / "amqp-url", rabbitmq.url if rabbitmq else settings.amqp_url)
    postgres = None if settings.database_url else _postgres(home, ports)
    write_secret(home.secrets / "database-url", postgres.url if postgres else settings.database_url)
    if settings.s3 is not None:
        write_secret(home.secrets / "s3-access-key", settings.s3.access_key)
        write_secret(home.secrets / "s3-secret-key", settings.s3.secret_key)
    if settings.ai is not None:
        write_secret(home.secrets / "ai-key", settings.ai.api_key)
        if settings.ai.text_api_key:
            write_secret(home.secrets / "text-key", settings.ai.text_api_key)
    else:
        write_secret(home.secrets / "ai-key", kept_secret(home.secrets / "models-key"))
    store = _store(settings, ports) if settings.s3 is None else None
    return Plan(
        settings=settings,
        ports=ports,
        rabbitmq=rabbitmq,
        postgres=postgres,
        s3=store,
        s3_endpoint=settings.s3.endpoint if settings.s3 else f"127.0.0.1:{ports['s3']}",
        ai_base_url=settings.ai.base_url if settings.ai else f"http://127.0.0.1:{ports['models']}/v1",
        scale=scale or {},
    )


def _rabbitmq(home: Home, ports: dict[str, int]) -> RabbitMq:
    return RabbitMq(
        data=home.data("rabbitmq"),
        port=ports["amqp"],
        nodes_port=ports["amqp_nodes"],
        epmd_port=ports["epmd"],
        password=kept_secret(home.secrets / "rabbitmq-password"),
    )


def _postgres(home: Home, ports: dict[str, int]) -> Postgres:
    password = kept_secret(home.secrets / "postgres-password")
    return Postgres(data=home.data("postgres"), port=ports["postgres"], password=password)


def _store(settings: LocalSettings, ports: dict[str, int]) -> S3Store:
    home = settings.home
    # Separate names from the files the services read: those may hold an outside store's keys from an earlier start.
    access_key = kept_secret(home.secrets / "seaweed-access-key")
    secret_key = kept_secret(home.secrets / "seaweed-secret-key")
    write_secret(home.secrets / "s3-access-key", access_key)
    write_secret(home.secrets / "s3-secret-key", secret_key)
    endpoint = f"127.0.0.1:{ports['s3']}"

    def probe() -> None:
        takes_writes(
            endpoint, settings.s3_bucket, access_key=access_key, secret_key=secret_key, region=settings.s3_region
        )

    return S3Store(
        data=home.data("s3"),
        sockets=home.sockets,
        ports={name: ports[name] for name in S3_PORTS},
        access_key=access_key,
        secret_key=secret_key,
        bucket=settings.s3_bucket,
        probe=probe,
    )
