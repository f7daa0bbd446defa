"""Webhooks after the Standard Webhooks specification: what they are told of, and how what they get is signed."""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import urlsplit

WEBHOOK_TENANT = "webhooks"
"""The tenant of the jobs that deliver, so that they are in no account's lists and count against no account's share."""

RETRY_SECONDS = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""How long after the one before each try is made. After the last a delivery has failed."""

SECRET_PREFIX = "whsec_"  # noqa: S105 - not a secret, but how each begins
_SECRET_BYTES = 32
_LONGEST_URL = 2_000
_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


class WebhookEvent(StrEnum):
    """What a webhook may be told of: each is the end of a run of a job."""

    MEDIA_READY = "media.ready"
    """A recording can be searched and played."""
    PHOTO_CLASSIFIED = "photo.classified"
    """A photo has its answer."""
    MEDIA_FAILED = "media.failed"
    """The job of a recording or photo failed for good."""


TEST_EVENT = "webhook.test"
"""The type of what a person sends to try a webhook. Every webhook gets it."""


def url_fault(url: str) -> str:
    """Why this cannot be the address of a webhook, in a sentence; empty if it can.

    It says nothing of where its name leads: that is looked at before each try.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "The address cannot be read."
    if len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return f"The address must be {_LONGEST_URL} printable ASCII characters at most, and have no space."
    if not host or parts.scheme not in ("https", "http") or (parts.scheme == "http" and host not in _THIS_MACHINE):
        return "The address must begin with https:// and a host."
    if "@" in parts.netloc or parts.fragment:
        return "The address must have no user name and no part after a #."
    return ""


def new_secret() -> str:
    """A new secret: ``whsec_`` and the base64 of 32 random bytes."""
    return SECRET_PREFIX + base64.b64encode(os.urandom(_SECRET_BYTES)).decode()


def signature(secrets: Sequence[str], message_id: str, timestamp: int, body: str) -> str:
    """The header ``webhook-signature``: one signature for each secret, separated by spaces.

    ``timestamp`` is Unix time in seconds. Raises ValueError for a secret that is none.
    """
    signed = f"{message_id}.{timestamp}.{body}".encode()
    return " ".join(
        f"v1,{base64.b64encode(hmac.digest(_key(one), signed, hashlib.sha256)).decode()}" for one in secrets
    )


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a webhook's secret is whsec_ and base64") from error
