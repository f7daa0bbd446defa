"""Sends a file of a watched folder under a key that follows from its content, so that nothing is sent twice."""

import hashlib
import json
from typing import Any

from winnow_cli.photos.collection import read_photo_file
from winnow_cli.watching.folder import Found
from winnow_cli.watching.memory import Sent
from winnow_client import Client
from winnow_client.errors import WinnowError
from winnow_client.files import opened, readable, unreadable
from winnow_client.generated.queries import UploadMediaQuery

_BLOCK_BYTES = 1 << 20


def content_hash(file: Found) -> str:
    """The SHA-256 of a file's bytes, as hex. Raises NotFound if it cannot be read."""
    digest = hashlib.sha256()
    with opened(file.path) as (stream, _):
        try:
            while block := stream.read(_BLOCK_BYTES):
                digest.update(block)
        except OSError as error:
            raise unreadable(file.path, error) from error
    return digest.hexdigest()


def deliver(client: Client, file: Found, sha256: str, options: UploadMediaQuery) -> Sent:
    """Sends a recording with its captions, or a photo. Raises WinnowError.

    What a gateway got before, under another name or with other options, is ``idempotency-mismatch``.
    """
    key = f"watch-{sha256}"
    return _photo(client, file, key, options) if file.is_photo else _recording(client, file, key, options)


def was_sent_before(error: WinnowError) -> bool:
    """Whether an error says that the gateway has this content already."""
    return error.code in ("idempotency-mismatch", "gone")


def _recording(client: Client, file: Found, key: str, options: UploadMediaQuery) -> Sent:
    if file.unsure:
        raise file.unsure
    job = client.media.upload(file.path, key=key, captions=file.captions, **options)
    return Sent(media_id=job.media_id, job_id=job.id)


def _photo(client: Client, file: Found, key: str, options: UploadMediaQuery) -> Sent:
    query: dict[str, Any] = {"filename": readable(file.path.name), **options}
    if "metadata" in options:
        query["metadata"] = json.dumps(options["metadata"])
    headers = {"Content-Type": "application/octet-stream", "Idempotency-Key": f'"{key}"'}
    content = read_photo_file(file.path)
    answer = client.send("POST", "/v1/photos", content=content, query=query, headers=headers)
    return Sent(media_id=answer["media_id"], job_id=answer["job_id"])
