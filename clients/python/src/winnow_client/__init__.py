"""A client of Winnow's REST API: ``Client``, and ``AsyncClient`` for asyncio."""

from winnow_client.async_client import AsyncClient
from winnow_client.async_resources import AsyncRunningJob
from winnow_client.captions_file import captions_beside
from winnow_client.client import Client
from winnow_client.errors import (
    BadInput,
    Conflict,
    Forbidden,
    Gone,
    JobFailed,
    Misconfigured,
    NotFound,
    RateLimited,
    ServerError,
    TimedOut,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
    WinnowError,
)
from winnow_client.found import Found, FoundMoment
from winnow_client.resources import RunningJob
from winnow_client.retries import NO_RETRIES, Retries

__all__ = [
    "NO_RETRIES",
    "AsyncClient",
    "AsyncRunningJob",
    "BadInput",
    "Client",
    "Conflict",
    "Forbidden",
    "Found",
    "FoundMoment",
    "Gone",
    "JobFailed",
    "Misconfigured",
    "NotFound",
    "RateLimited",
    "Retries",
    "RunningJob",
    "ServerError",
    "TimedOut",
    "Unauthenticated",
    "Unavailable",
    "UnexpectedAnswer",
    "WinnowError",
    "captions_beside",
]
