"""Writes objects to S3 in parts. Beside ``s3``, which owns the client, only this module calls it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import BinaryIO

import urllib3
from minio import Minio
from minio.datatypes import Part

from winnow_base.objects.parts import StoredPart, UnfinishedObject
from winnow_contracts.errors import NotFound, Unavailable

_PUT_HOURS = 1
_STREAM_BYTES = 1 << 16
"""Small, so that a slow sender does not leave the store without a byte for as long as it waits."""


class S3Parts:
    """The parts of objects in one bucket. Safe for threads. ``translated`` turns the client's errors into ours."""

    def __init__(
        self,
        client: Minio,
        http: urllib3.PoolManager,
        bucket: str,
        translated: Callable[[str], AbstractContextManager[None]],
    ) -> None:
        self._client, self._http, self._bucket, self._translated = client, http, bucket, translated

    def begin(self, key: str, content_type: str) -> str:
        """Begin an object; returns its ``parts_id``."""
        with self._translated(key):
            return self._client._create_multipart_upload(self._bucket, key, {"Content-Type": content_type})

    def put(self, key: str, parts_id: str, number: int, stream: BinaryIO, size_bytes: int) -> str:
        """Write a part while it is read, little of it in memory.

        The client itself hashes a part before it sends it, so that it wants all of it; a presigned request does not.
        What was read cannot be read again, so nothing is tried twice.
        """
        about = {"partNumber": str(number), "uploadId": parts_id}
        with self._translated(key):
            url = self._client.get_presigned_url(
                "PUT", self._bucket, key, timedelta(hours=_PUT_HOURS), extra_query_params={**about}
            )
            headers = {"Content-Length": str(size_bytes)}
            answer = self._http.request("PUT", url, body=_chunks(stream), headers=headers, retries=False)
        if answer.status == 200:
            return answer.headers["ETag"].strip('"')
        found = re.search(rb"<Code>(\w+)</Code>", answer.data)
        code = found[1].decode() if found else f"status {answer.status}"
        if code == "NoSuchUpload":
            raise NotFound(f"there are no parts {parts_id} of {key}")
        raise Unavailable(f"the object store answered {code} for part {number} of {key}", dependency="s3")

    def stored(self, key: str, parts_id: str, marks: Mapping[int, str] | None = None) -> dict[int, StoredPart]:
        """The parts that the store has, by number."""
        found: dict[int, Part] = {}
        marker: str | None = None
        while True:
            with self._translated(key):
                page = self._client._list_parts(self._bucket, key, parts_id, part_number_marker=marker)
            for part in page.parts:
                known = found.get(part.part_number)
                if known is None or _rank(part, marks) > _rank(known, marks):
                    found[part.part_number] = part
            if not page.is_truncated:
                break
            marker = str(page.next_part_number_marker)
        return {
            number: StoredPart(number=number, size_bytes=part.size or 0, etag=part.etag)
            for number, part in sorted(found.items())
        }

    def complete(self, key: str, parts_id: str, parts: Iterable[StoredPart]) -> None:
        """Make the object of these parts."""
        chosen = [Part(part.number, part.etag) for part in sorted(parts, key=lambda part: part.number)]
        with self._translated(key):
            self._client._complete_multipart_upload(self._bucket, key, parts_id, chosen)

    def abort(self, key: str, parts_id: str) -> None:
        """Remove all parts."""
        try:
            with self._translated(key):
                self._client._abort_multipart_upload(self._bucket, key, parts_id)
        except NotFound:
            return

    def unfinished(self) -> Iterator[UnfinishedObject]:
        """What was begun and not ended. MinIO lists none here; it aborts what is a day old by itself."""
        key_marker: str | None = None
        id_marker: str | None = None
        while True:
            with self._translated(self._bucket):
                page = self._client._list_multipart_uploads(
                    self._bucket, key_marker=key_marker, upload_id_marker=id_marker
                )
            for begun in page.uploads:
                if begun.initiated_time:
                    begun_ms = round(begun.initiated_time.timestamp() * 1000)
                    yield UnfinishedObject(key=begun.object_name, parts_id=begun.upload_id or "", begun_ms=begun_ms)
            if not page.is_truncated:
                return
            key_marker, id_marker = page.next_key_marker, page.next_upload_id_marker


def _rank(part: Part, marks: Mapping[int, str] | None) -> tuple[bool, float]:
    is_meant = marks is not None and marks.get(part.part_number) == part.etag
    return is_meant, part.last_modified.timestamp() if part.last_modified else 0.0


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_STREAM_BYTES):
        yield chunk
