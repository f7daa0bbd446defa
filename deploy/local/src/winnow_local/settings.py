"""Settings of the one-machine stack: the place of its home, and the parts that run elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from winnow_base.environment import Environment
from winnow_local.home import Home
from winnow_models.embeddings import DIMENSIONS, default_model
from winnow_models.settings import models_folder


@dataclass(frozen=True, kw_only=True)
class OutsideStore:
    """An S3 store that runs elsewhere."""

    endpoint: str
    access_key: str
    secret_key: str
    is_secure: bool
    """Whether it is reached by TLS."""


@dataclass(frozen=True, kw_only=True)
class OutsideAi:
    """An OpenAI-compatible endpoint that runs elsewhere, and its models."""

    base_url: str
    api_key: str
    transcription_model: str
    embedding_model: str
    vision_model: str = ""
    """If empty, photos cannot be classified."""
    text_model: str = ""
    """If empty, guidance uses the rule's own words."""
    text_base_url: str = ""
    """The text model's address, if it differs from the others'."""
    text_api_key: str = ""


@dataclass(frozen=True, kw_only=True)
class LocalSettings:
    """What a person may set before ``./winnow``; empty or None: the part is ours and runs here."""

    home: Home
    """The folder of everything that the stack keeps."""
    models_folder: Path
    amqp_url: str
    database_url: str
    s3: OutsideStore | None
    s3_bucket: str
    s3_region: str
    ai: OutsideAi | None
    embedding_model: str
    """The local embedding model that makes the vectors, where no other endpoint is named."""
    chat_file: Path | None
    """A chat model's GGUF file to serve here, besides the other models."""
    ready_seconds: float
    """How long a part may take until it is ready."""


def read_settings(variables: Mapping[str, str] | None = None) -> LocalSettings:
    """Reads settings from ``variables`` or the process environment; Misconfigured lists everything missing or bad."""
    environment = Environment(variables)
    settings = LocalSettings(
        home=Home(root=environment.path("WINNOW_HOME", ".winnow").absolute()),
        models_folder=models_folder(variables),
        amqp_url=environment.secret("WINNOW_AMQP_URL", ""),
        database_url=environment.secret("WINNOW_INDEX_DATABASE_URL", ""),
        s3=_outside_store(environment),
        s3_bucket=environment.text("WINNOW_S3_BUCKET", "winnow"),
        s3_region=environment.text("WINNOW_S3_REGION", "us-east-1"),
        ai=_outside_ai(environment),
        embedding_model=_embedding_model(environment),
        chat_file=_chat_file(environment),
        ready_seconds=environment.number("WINNOW_LOCAL_READY_SECONDS", 120),
    )
    environment.done()
    return settings


def _embedding_model(environment: Environment) -> str:
    model = environment.text("WINNOW_LOCAL_EMBEDDING_MODEL", "") or default_model()
    if model not in DIMENSIONS:
        environment.fault(f"WINNOW_LOCAL_EMBEDDING_MODEL must be one of {', '.join(DIMENSIONS)}, not {model!r}")
    return model


def _chat_file(environment: Environment) -> Path | None:
    path = environment.text("WINNOW_LOCAL_CHAT_GGUF", "")
    return Path(path).expanduser().absolute() if path else None


def _outside_store(environment: Environment) -> OutsideStore | None:
    endpoint = environment.text("WINNOW_S3_ENDPOINT", "")
    if not endpoint:
        return None
    return OutsideStore(
        endpoint=endpoint,
        access_key=environment.secret("WINNOW_S3_ACCESS_KEY"),
        secret_key=environment.secret("WINNOW_S3_SECRET_KEY"),
        is_secure=environment.flag("WINNOW_S3_SECURE", False),
    )


def _outside_ai(environment: Environment) -> OutsideAi | None:
    base_url = environment.text("WINNOW_AI_BASE_URL", "")
    if not base_url:
        return None
    return OutsideAi(
        base_url=base_url,
        api_key=environment.secret("WINNOW_AI_API_KEY"),
        transcription_model=environment.text("WINNOW_AI_TRANSCRIPTION_MODEL"),
        embedding_model=environment.text("WINNOW_AI_EMBEDDING_MODEL"),
        vision_model=environment.text("WINNOW_AI_VISION_MODEL", ""),
        text_model=environment.text("WINNOW_AI_TEXT_MODEL", ""),
        text_base_url=environment.text("WINNOW_AI_TEXT_BASE_URL", ""),
        text_api_key=environment.secret("WINNOW_AI_TEXT_API_KEY", ""),
    )
