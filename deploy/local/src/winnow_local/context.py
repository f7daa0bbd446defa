"""What the stack's own commands need: the stack of this home, its gateway's client, its secrets."""

from pathlib import Path

from winnow_base.objects.s3 import S3ObjectStore
from winnow_base.objects.store import ObjectStore
from winnow_cli.profile import profile_here
from winnow_client import Client
from winnow_contracts.errors import Unavailable
from winnow_local.settings import read_settings
from winnow_local.stack import Stack


def here() -> Stack:
    """The stack of this home."""
    return Stack(read_settings())


def gateway(stack: Stack) -> Client:
    """A client of its gateway. Raises Unavailable before the first start."""
    return profile_here(stack.home.root).client()


def amqp_url(stack: Stack) -> str:
    """The URL of its broker. Raises Unavailable before the first start."""
    return _secret(stack.home.secrets / "amqp-url")


def database_url(stack: Stack) -> str:
    """The URL of its database, with the password. Raises Unavailable before the first start."""
    return _secret(stack.home.secrets / "database-url")


def object_store(stack: Stack) -> ObjectStore:
    """Its object store. Raises Unavailable before the first start."""
    access_key, secret_key = (_secret(stack.home.secrets / name) for name in ("s3-access-key", "s3-secret-key"))
    settings = stack.settings
    return S3ObjectStore(
        endpoint=stack.plan().s3_endpoint,
        bucket=settings.s3_bucket,
        access_key=access_key,
        secret_key=secret_key,
        region=settings.s3_region,
        secure=settings.s3 is not None and settings.s3.is_secure,
    )


def service_token(stack: Stack) -> str:
    """The token its services authenticate with. Raises Unavailable before the first start."""
    return _secret(stack.home.secrets / "service-token")


def _secret(file: Path) -> str:
    if not file.exists():
        raise Unavailable("Winnow was never started here.", dependency="gateway", hint="./winnow up starts it.")
    return file.read_text(encoding="utf-8").strip()
