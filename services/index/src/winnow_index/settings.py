"""The index service's settings, read once from the environment."""

from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from winnow_base.environment import Environment
from winnow_chassis.worker.lane import Lane, read_lane
from winnow_contracts import queues
from winnow_index.schedules.webhook import is_fit
from winnow_index.search.floors import Floors, read_floors
from winnow_index.usage.budgets import UNLIMITED, Budgets, read_budgets

_BUDGETS = "WINNOW_INDEX_BUDGETS_USD_PER_DAY"


@dataclass(frozen=True, kw_only=True)
class IndexSettings:
    """Settings of the worker and the internal API. ``repr`` does not show secrets."""

    database_url: str = field(repr=False)
    """PostgreSQL, as ``postgresql://USER:PASSWORD@HOST:5432/NAME``."""
    connections: int
    """The most PostgreSQL connections of one process."""
    statement_seconds: int
    """PostgreSQL ends a statement that takes longer."""
    admin_key: str = field(repr=False)
    """A complete API key to add at the start, or empty."""
    lanes: tuple[Lane, ...]
    api_host: str
    """The address of the internal API."""
    api_port: int
    """The port of the internal API."""
    api_processes: int
    """Processes of the internal API."""
    api_threads: int
    """Threads of each of them."""
    api_connections: int
    """The most PostgreSQL connections of one process of the API, besides those of searches."""
    search_connections: int
    """How many searches one process runs at once; more wait."""
    floors: Floors
    """The least cosine of a passage that is found by meaning alone."""
    sweep_every_seconds: int
    """How often to look for objects that no result names."""
    sweep_grace_seconds: int
    """Such objects stay at least this long after their job's last event."""
    upload_days: int
    """Uploads of failed and cancelled jobs stay so long for another run."""
    retention_days: int
    """After its end a job's history stays so long; then one row of it stays, and what it brought."""
    answer_days: int
    """Cached AI answers stay so long."""
    answer_bytes: int
    """All of them together may take so much; 0: no matter how much. The oldest go first."""
    lease_seconds: int
    """A journal that was not heard of for so long has no node any more: what it alone has is not waited for."""
    stuck_seconds: int
    """After so long without an event of a job, its commands are published again. No task may take longer."""
    zone: ZoneInfo
    """The time zone of the schedules."""
    report_webhook: str = field(repr=False)
    """Where weekly reports are posted to as JSON, or empty. It may hold a secret."""
    budgets: Budgets
    """How much tenants may spend on AI calls per day. Beyond that, reservations are refused."""


def read_index_settings(environment: Environment) -> IndexSettings:
    """The settings; raises Misconfigured naming every missing or bad variable at once, or bad budgets."""
    usd_per_day = environment.number("WINNOW_INDEX_BUDGET_USD_PER_DAY", 0)
    of_tenants = environment.text(_BUDGETS, "{}")
    settings = IndexSettings(
        database_url=environment.secret("WINNOW_INDEX_DATABASE_URL"),
        connections=environment.integer("WINNOW_INDEX_CONNECTIONS", 14, at_least=1),
        statement_seconds=environment.integer("WINNOW_INDEX_STATEMENT_LIMIT_SECONDS", 60, at_least=1),
        admin_key=environment.secret("WINNOW_INDEX_ADMIN_KEY", ""),
        lanes=(
            read_lane(environment, queues.INDEX, threads=4),
            read_lane(environment, queues.INDEX_BULK, threads=2),
        ),
        api_host=environment.text("WINNOW_INDEX_API_HOST", "127.0.0.1"),
        api_port=environment.integer("WINNOW_INDEX_API_PORT", 8082, at_least=1),
        api_processes=environment.integer("WINNOW_INDEX_API_PROCESSES", 1, at_least=1),
        api_threads=environment.integer("WINNOW_INDEX_API_THREADS", 24, at_least=2),
        api_connections=environment.integer("WINNOW_INDEX_API_CONNECTIONS", 8, at_least=1),
        search_connections=environment.integer("WINNOW_INDEX_SEARCH_CONNECTIONS", 3, at_least=1),
        floors=read_floors(environment),
        sweep_every_seconds=environment.integer("WINNOW_INDEX_SWEEP_EVERY_SECONDS", 3600, at_least=1),
        sweep_grace_seconds=environment.integer("WINNOW_INDEX_SWEEP_GRACE_SECONDS", 86_400, at_least=0),
        upload_days=environment.integer("WINNOW_INDEX_UPLOAD_DAYS", 7, at_least=1),
        retention_days=environment.integer("WINNOW_INDEX_RETENTION_DAYS", 30, at_least=1),
        answer_days=environment.integer("WINNOW_INDEX_ANSWER_DAYS", 30, at_least=1),
        answer_bytes=environment.integer("WINNOW_INDEX_ANSWER_BYTES", 2 << 30, at_least=0),
        lease_seconds=environment.integer("WINNOW_INDEX_LEASE_SECONDS", 150, at_least=1),
        stuck_seconds=environment.integer("WINNOW_INDEX_STUCK_SECONDS", 7200, at_least=1),
        zone=_zone(environment),
        report_webhook=_webhook(environment),
        budgets=UNLIMITED,
    )
    environment.done()
    return replace(settings, budgets=read_budgets(usd_per_day, of_tenants, _BUDGETS))


def _webhook(environment: Environment) -> str:
    url = environment.secret("WINNOW_INDEX_REPORT_WEBHOOK", "")
    if url and not is_fit(url):
        environment.fault("WINNOW_INDEX_REPORT_WEBHOOK must be an https address, or an http one of this machine")
    return url


def _zone(environment: Environment) -> ZoneInfo:
    name = environment.text("WINNOW_INDEX_TIME_ZONE", "UTC")
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, ZoneInfoNotFoundError):
        environment.fault(f"WINNOW_INDEX_TIME_ZONE must be a time zone such as Europe/Berlin, not {name!r}")
        return ZoneInfo("UTC")
