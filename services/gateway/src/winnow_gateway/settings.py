"""The gateway's settings."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from winnow_base.cores import usable_cores
from winnow_base.environment import Environment
from winnow_base.http.paced_socket import ClientLimits
from winnow_base.link_settings import read_link_rules
from winnow_chassis.outbox.submission import MOST_UNCONFIRMED
from winnow_chassis.settings import ChassisSettings, read_chassis_settings
from winnow_contracts.links import LinkRules

_NODES = "WINNOW_GATEWAY_NODES"
_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
"""A host with or without a port, and nothing that a content security policy would read as more."""


@dataclass(frozen=True, kw_only=True)
class OidcSettings:
    """A provider of OpenID Connect."""

    issuer: str
    """The address of a provider of OpenID Connect; empty: none. It needs the public origin of the gateway."""
    client_id: str
    """What the provider calls this Winnow."""
    client_secret: str = field(repr=False)
    """What Winnow shows the provider."""
    newcomers: frozenset[str] = frozenset()
    """Addresses and domains, with commas between, whose people get an account when they first come."""
    tenant_id: str = "default"
    """The tenant of those accounts."""


@dataclass(frozen=True, kw_only=True)
class GatewaySettings:
    """Where the gateway listens, what it accepts, and how much at once."""

    chassis: ChassisSettings
    ai_url: str
    """The origin of ai's internal API."""
    host: str = "127.0.0.1"
    """The address at which people and programs reach it."""
    port: int = 8080
    """The port for it."""
    processes: int = 2
    """Processes that serve; they share one journal."""
    threads: int = 32
    """Per process. An upload holds one while its bytes go to the store, and a large one while they come; some are kept
    for short requests.
    """
    max_upload_bytes: int = 5 << 30
    """The largest file that is taken."""
    max_form_bytes: int = 32 << 20
    """The largest file that is taken from a form, which the page sends as a whole."""
    links: LinkRules = field(default_factory=LinkRules)
    """Whether links are taken instead of files."""
    limits: ClientLimits = field(default_factory=ClientLimits)
    """How long a client is waited for."""
    long_requests_per_key: int = 16
    """Uploads of one key that may hold a thread at a time in one process."""
    open_uploads_per_key: int = 100
    """Uploads of one key in one process whose bodies come without a thread, as those of up to 32 MiB do."""
    open_uploads: int = 1_000
    """As many of all keys together."""
    open_answers_per_key: int = 100
    """Plays, downloads, followed jobs and waits for a photo's answer of one key in one process. They hold no thread."""
    open_answers: int = 1_000
    """As many of all keys together."""
    requests_per_minute: int = 30_000
    """Requests that one key may make in a minute of one gateway node, all its processes together; 0: no matter how
    many.
    """
    session_hours: int = 24 * 7
    """How long an account's session lasts, however much it is used."""
    session_idle_hours: int = 24 * 2
    """How long an account's session may be unused."""
    proxies: int = 0
    """How many proxies stand in front, each of which tells in X-Forwarded-For who asked it."""
    most_unconfirmed: int = MOST_UNCONFIRMED
    """How many commands may wait for the broker before uploads are answered with 429."""
    tenant_open_jobs: int = 100
    """A tenant's jobs above so many open ones are bulk work, whatever was asked for; 0: no matter how many."""
    public_url: str = ""
    """The origin at which people reach this gateway, as https://winnow.example.org."""
    oidc: OidcSettings | None = None
    """Who vouches for people beside their passwords; needs ``public_url``."""
    public_store_url: str = ""
    """The origin at which browsers and other clients reach the object store, as https://store.example.org; empty: they
    do not, and all bytes go through the gateway.
    """
    region: str = "kr"
    """The region whose disposal rules apply to photos if the sender names none."""
    nodes: tuple[str, ...] = ()
    """The health ports whose nodes are asked for their journals, as ``host:port``; a host has one or many addresses."""
    secure_cookies: bool = False
    """True if people reach the gateway by https only, whatever a proxy in front speaks to it."""


def read_settings(environment: Environment) -> GatewaySettings:
    """Returns the settings of this process. Raises Misconfigured naming everything missing or bad."""
    public_url = _origin(environment, "WINNOW_GATEWAY_PUBLIC_URL")
    settings = GatewaySettings(
        chassis=read_chassis_settings(environment, "gateway"),
        ai_url=environment.text("WINNOW_AI_URL"),
        host=environment.text("WINNOW_GATEWAY_HOST", "127.0.0.1"),
        port=environment.integer("WINNOW_GATEWAY_PORT", 8080),
        processes=environment.integer("WINNOW_GATEWAY_PROCESSES", _processes(), at_least=1),
        threads=environment.integer("WINNOW_GATEWAY_THREADS", 32, at_least=2),
        max_upload_bytes=environment.integer("WINNOW_GATEWAY_MAX_UPLOAD_BYTES", 5 << 30, at_least=1),
        max_form_bytes=environment.integer("WINNOW_GATEWAY_MAX_FORM_BYTES", 32 << 20, at_least=1),
        links=read_link_rules(environment),
        limits=ClientLimits(
            head_seconds=environment.integer("WINNOW_GATEWAY_HEAD_SECONDS", 10, at_least=1),
            receive_stall_seconds=environment.integer("WINNOW_GATEWAY_STALL_SECONDS", 60, at_least=1),
            send_stall_seconds=environment.integer("WINNOW_GATEWAY_SEND_STALL_SECONDS", 30, at_least=1),
            least_bytes_per_second=environment.integer("WINNOW_GATEWAY_LEAST_BYTES_PER_SECOND", 1024, at_least=0),
        ),
        long_requests_per_key=environment.integer("WINNOW_GATEWAY_LONG_REQUESTS_PER_KEY", 16, at_least=1),
        open_uploads_per_key=environment.integer("WINNOW_GATEWAY_OPEN_UPLOADS_PER_KEY", 100, at_least=1),
        open_uploads=environment.integer("WINNOW_GATEWAY_OPEN_UPLOADS", 1_000, at_least=1),
        open_answers_per_key=environment.integer("WINNOW_GATEWAY_OPEN_ANSWERS_PER_KEY", 100, at_least=1),
        open_answers=environment.integer("WINNOW_GATEWAY_OPEN_ANSWERS", 1_000, at_least=1),
        requests_per_minute=environment.integer("WINNOW_GATEWAY_REQUESTS_PER_MINUTE", 30_000, at_least=0),
        session_hours=environment.integer("WINNOW_GATEWAY_SESSION_HOURS", 24 * 7, at_least=1),
        session_idle_hours=environment.integer("WINNOW_GATEWAY_SESSION_IDLE_HOURS", 24 * 2, at_least=1),
        proxies=environment.integer("WINNOW_GATEWAY_PROXIES", 0, at_least=0),
        most_unconfirmed=environment.integer("WINNOW_GATEWAY_MOST_UNCONFIRMED", MOST_UNCONFIRMED, at_least=1),
        tenant_open_jobs=environment.integer("WINNOW_GATEWAY_TENANT_OPEN_JOBS", 100, at_least=0),
        public_url=public_url,
        oidc=_oidc(environment),
        public_store_url=_origin(environment, "WINNOW_GATEWAY_PUBLIC_STORE_URL"),
        region=environment.text("WINNOW_GATEWAY_REGION", "kr"),
        nodes=_nodes(environment),
        secure_cookies=environment.flag("WINNOW_GATEWAY_SECURE_COOKIES", False) or public_url.startswith("https://"),
    )
    if settings.oidc is not None and not settings.public_url:
        environment.fault(
            "WINNOW_GATEWAY_OIDC_ISSUER needs WINNOW_GATEWAY_PUBLIC_URL, where the provider leads back to"
        )
    environment.done()
    return settings


def _processes() -> int:
    """One a core; two at least, so that one that ends does not leave nobody; eight share a journal well enough."""
    return max(2, min(usable_cores(), 8))


def _oidc(environment: Environment) -> OidcSettings | None:
    issuer = environment.text("WINNOW_GATEWAY_OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return None
    newcomers = environment.text("WINNOW_GATEWAY_OIDC_NEWCOMERS", "").casefold().split(",")
    return OidcSettings(
        issuer=issuer,
        client_id=environment.text("WINNOW_GATEWAY_OIDC_CLIENT_ID"),
        client_secret=environment.secret("WINNOW_GATEWAY_OIDC_CLIENT_SECRET"),
        newcomers=frozenset(text.strip() for text in newcomers if text.strip()),
        tenant_id=environment.text("WINNOW_GATEWAY_OIDC_TENANT", "default"),
    )


def _nodes(environment: Environment) -> tuple[str, ...]:
    found = tuple(text.strip() for text in environment.text(_NODES, "").split(",") if text.strip())
    for address in found:
        if not _is_address(address):
            environment.fault(f"{_NODES} must be a list like media:9100,ai:9100; {address!r} is not HOST:PORT")
    return found


def _origin(environment: Environment, name: str) -> str:
    text = environment.text(name, "").rstrip("/")
    scheme, _, address = text.partition("://")
    if text and not (scheme in ("http", "https") and _HOST.fullmatch(address)):
        environment.fault(f"{name} must be an origin like https://store.example.org, without a path, not {text!r}")
    return text


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(f"//{text}")
        return bool(parts.hostname and parts.port) and parts.netloc == text
    except ValueError:  # the port is no number, or the brackets of the host are broken
        return False
