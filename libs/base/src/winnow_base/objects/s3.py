"""Keeps objects in S3, through the ``minio`` client."""

import io
import json
import logging
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO
from uuid import uuid4

import urllib3
from minio import Minio
from minio.datatypes import Part
from minio.error import MinioException, S3Error

from winnow_base import tracing
from winnow_base.objects.file_cache import FileCache
from winnow_base.objects.link_reading import LinkReading, Wanted
from winnow_base.objects.s3_parts import S3Parts
from winnow_base.objects.store import CHUNK_BYTES, LEAST_PART_BYTES, ObjectInfo, Written
from winnow_contracts import object_keys
from winnow_contracts.errors import Misconfigured, NotFound, Unavailable

log = logging.getLogger(__name__)

_OWN_LINK_SECONDS = 60
"""How long a link of our own use is good for: it is followed at once."""
_WRONG_KEYS = frozenset(("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed"))


class S3ObjectStore:
    """One bucket of an S3 store, with path-style URLs. Safe for threads.

    ``endpoint`` is ``host:port``. Raises Misconfigured for wrong keys or a missing bucket, Unavailable(dependency="s3")
    if the store does not answer, NotFound for a missing key.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        access_key: str,
        secret_key: str,
        bucket: str,
        region: str,
        secure: bool,
        connections: int = 32,
        timeout_seconds: float = 30,
        cache: FileCache | None = None,
    ) -> None:
        self._bucket = bucket
        self._cache = cache
        retries = urllib3.Retry(total=2, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504))
        timeout = urllib3.Timeout(connect=3, read=timeout_seconds)
        self._reading = LinkReading(secure=secure, silence_seconds=timeout_seconds)
        http = urllib3.PoolManager(maxsize=connections, block=False, timeout=timeout, retries=retries)
        self._client = Minio(
            endpoint,
            access_key=access_key,
            secret_key=secret_key,
            secure=secure,
            region=region,  # without it, the client first requests the region for every signature
            http_client=http,
        )
        self.parts = S3Parts(self._client, http, bucket, self._translated)

    def ensure_bucket(self) -> None:
        """Create the bucket if it is not there."""
        with self._translated(self._bucket):
            if not self._client.bucket_exists(self._bucket):
                self._client.make_bucket(self._bucket)

    def put_bytes(self, key: str, data: bytes, content_type: str) -> ObjectInfo:
        """Write a small object whole."""
        with self._translated(key):
            self._client.put_object(self._bucket, key, io.BytesIO(data), len(data), content_type)
        return ObjectInfo(key=key, size_bytes=len(data), content_type=content_type)

    def put_new(self, key: str, data: bytes, content_type: str) -> bool:
        """Write a small object unless the key has one; returns whether it was written.

        The client's own ``put_object`` sends no conditions.
        """
        headers: dict[str, Any] = {"Content-Type": content_type, "If-None-Match": "*"}
        with self._translated(key):
            try:
                self._client._execute("PUT", self._bucket, key, body=data, headers=headers)
            except S3Error as error:
                if error.code == "PreconditionFailed":
                    return False
                raise
        return True

    def put_stream(self, key: str, stream: BinaryIO, content_type: str, *, part_bytes: int = 8 << 20) -> ObjectInfo:
        """Write a stream of unknown length in parts, one in memory at a time. Nothing is stored if reading raises.

        The client's own ``put_object`` holds several parts in memory, so this method sends the parts one by one.
        """
        if part_bytes < LEAST_PART_BYTES:
            raise ValueError(f"a part has at least {LEAST_PART_BYTES} bytes, not {part_bytes}")
        part = bytearray()
        _fill(part, stream, part_bytes)
        if len(part) < part_bytes:
            return self.put_bytes(key, bytes(part), content_type)
        with self._translated(key):
            headers: dict[str, Any] = {"Content-Type": content_type}
            upload_id = self._client._create_multipart_upload(self._bucket, key, headers)
        try:
            size_bytes = self._send_parts(key, upload_id, part, stream, part_bytes)
        except BaseException:
            self._abort(key, upload_id)
            raise
        return ObjectInfo(key=key, size_bytes=size_bytes, content_type=content_type)

    def put_json(self, key: str, value: Any) -> ObjectInfo:
        """Write a JSON value."""
        return self.put_bytes(key, json.dumps(value, ensure_ascii=False).encode(), "application/json")

    def get_bytes(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """The object's bytes, or a range of them."""
        return b"".join(self.chunks(key, start, length))

    def get_json(self, key: str) -> Any:
        """The JSON value."""
        return json.loads(self.get_bytes(key))

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes in chunks, read as the caller takes them: from the store, or the cache of files if it has them.

        A range is always read from the store.
        """
        if self._cache is None or start or length is not None:
            return self._fetched(key, start, length)
        return self._cache.chunks(key, lambda: self._fetched(key, start, length))

    def _fetched(self, key: str, start: int, length: int | None) -> Iterator[bytes]:
        if length == 0:  # S3 has no empty range, and the client takes 0 for "all"
            self.stat(key)
            return
        with self._translated(key):
            try:
                response = self._client.get_object(self._bucket, key, start, length or 0)
            except S3Error as error:
                if error.code == "InvalidRange":  # the range begins at or after the object's end
                    return
                raise
            try:
                while chunk := response.read(CHUNK_BYTES):
                    yield chunk
            except BaseException:
                response.close()  # a connection with unread bytes must not go back to the pool
                raise
            finally:
                response.release_conn()

    def pieces(self, key: str, start: int, length: int) -> AsyncGenerator[bytes | memoryview, None]:
        """A part of the bytes, for an event loop. For one loop of a process."""
        link = self.presigned_get(key, _OWN_LINK_SECONDS, {})
        return self._reading.pieces(Wanted(link=link, key=key, start=start, length=length))

    def stat(self, key: str) -> ObjectInfo:
        """The object's size in bytes and its content type."""
        with self._translated(key):
            found = self._client.stat_object(self._bucket, key)
        return ObjectInfo(key=key, size_bytes=found.size or 0, content_type=found.content_type or "")

    def exists(self, key: str) -> bool:
        """Whether the key has an object."""
        try:
            self.stat(key)
        except NotFound:
            return False
        return True

    def remove(self, key: str) -> None:
        """Remove an object. A missing one is no error."""
        with self._translated(key):
            self._client.remove_object(self._bucket, key)

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys under a prefix, in the order of their UTF-8 bytes."""
        with self._translated(prefix):
            for found in self._client.list_objects(self._bucket, prefix=prefix, recursive=True):
                yield found.object_name or ""

    def written(self, prefix: str, *, after: str = "") -> Iterator[Written]:
        """The objects behind ``after`` under a prefix."""
        with self._translated(prefix):
            listed = self._client.list_objects(self._bucket, prefix=prefix, recursive=True, start_after=after or None)
            for found in listed:
                if found.object_name and found.last_modified:
                    written_ms = round(found.last_modified.timestamp() * 1000)
                    yield Written(found.object_name, written_ms, found.size or 0)

    def presigned_get(self, key: str, seconds: int, headers: Mapping[str, str], *, same_for_seconds: int = 0) -> str:
        """A URL that gives the object for ``seconds``. The store sends it with these headers."""
        now = datetime.now(UTC)
        return self._client.presigned_get_object(
            self._bucket,
            key,
            expires=timedelta(seconds=seconds),
            response_headers={f"response-{name.lower()}": value for name, value in headers.items()},
            request_date=now - timedelta(seconds=now.timestamp() % same_for_seconds) if same_for_seconds else now,
        )

    def probe(self) -> None:
        """Write and remove a small object: a store may answer reads well before it takes writes."""
        key = object_keys.probe(uuid4().hex)
        self.put_bytes(key, b"1", "text/plain")
        self.remove(key)

    def _send_parts(self, key: str, upload_id: str, part: bytearray, stream: BinaryIO, part_bytes: int) -> int:
        sent: list[Part] = []
        size_bytes = 0
        while part:
            size_bytes += len(part)
            number = len(sent) + 1
            with self._translated(key):
                # the client hashes and sends a bytearray just as well; bytes(part) would hold the part twice
                etag = self._client._upload_part(self._bucket, key, part, None, upload_id, number)  # type: ignore[arg-type]
            sent.append(Part(number, etag))
            _fill(part, stream, part_bytes)
        with self._translated(key):
            self._client._complete_multipart_upload(self._bucket, key, upload_id, sent)
        return size_bytes

    def _abort(self, key: str, upload_id: str) -> None:
        """Remove the parts that were sent.

        A failure here is only logged, because the caller's own error matters more.
        """
        try:
            with self._translated(key):
                self._client._abort_multipart_upload(self._bucket, key, upload_id)
        except (NotFound, Unavailable, Misconfigured) as error:
            log.warning("The parts of an unfinished object stay in the store: %s", error.detail)

    @contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        """Turn errors of the client and of urllib3 into Winnow's. The call is a span of what runs now."""
        try:
            with tracing.call("object store", {"winnow.object_key": key}):
                yield
        except S3Error as error:
            code = error.code or "an error without a code"
            if code == "NoSuchKey":
                raise NotFound(f"there is no object {key}") from error
            if code == "NoSuchUpload":
                raise NotFound(f"there are no such parts of {key}") from error
            if code == "NoSuchBucket":
                raise Misconfigured(
                    f"the object store has no bucket {self._bucket}", hint="Create it, or set WINNOW_S3_BUCKET."
                ) from error
            if code in _WRONG_KEYS:
                raise Misconfigured(
                    f"the object store refuses our keys ({code})",
                    hint="Check WINNOW_S3_ACCESS_KEY, WINNOW_S3_SECRET_KEY, the bucket's policy and the clock.",
                ) from error
            raise Unavailable(f"the object store answered {code} for {key}", dependency="s3") from error
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            reason = type(error).__name__
            raise Unavailable(f"the object store does not answer ({reason}) for {key}", dependency="s3") from error


def _fill(part: bytearray, stream: BinaryIO, part_bytes: int) -> None:
    """Read the next part of a stream into ``part``, in place. It is shorter only at the stream's end.

    The buffer is reused, so that the sent part and the next one are never in memory together.
    """
    part.clear()
    while len(part) < part_bytes:
        chunk = stream.read(min(CHUNK_BYTES, part_bytes - len(part)))
        if not chunk:
            return
        part += chunk
