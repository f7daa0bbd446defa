"""The gateway on a real S3 store, for uploads in parts: with a store that clients reach, and with a hidden one."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import urllib3
from flask.testing import FlaskClient

from winnow_base.objects.s3 import S3ObjectStore
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.settings import GatewaySettings

from ..sounds import wav

PART = 5 << 20
"""The smallest part that S3 takes."""
FILE = wav(2 * PART / 32_000 + 10)
"""Three parts, the last of them small."""
BUCKET = "uploads-in-parts"
"""A bucket of their own: other tests leave objects in the common one, and these count what is left."""


@pytest.fixture(params=["hidden store", "public store"])
def public(request: pytest.FixtureRequest) -> bool:
    return request.param == "public store"


@pytest.fixture
def settings(settings: GatewaySettings, s3: Any, public: bool) -> GatewaySettings:
    chassis = replace(
        settings.chassis,
        s3_endpoint=s3.endpoint,
        s3_bucket=BUCKET,
        s3_access_key=s3.access_key,
        s3_secret_key=s3.secret_key,
    )
    origin = f"http://{s3.endpoint}" if public else ""
    return replace(settings, chassis=chassis, max_upload_bytes=64 << 20, public_store_url=origin)


@pytest.fixture
def parts(parts: Dependencies, s3: Any) -> Iterator[Dependencies]:
    objects = S3ObjectStore(
        endpoint=s3.endpoint,
        access_key=s3.access_key,
        secret_key=s3.secret_key,
        bucket=BUCKET,
        region=s3.region,
        secure=s3.secure,
    )
    objects.ensure_bucket()
    yield replace(parts, objects=objects)
    for key in list(objects.keys("")):
        objects.remove(key)
    for begun in list(objects.parts.unfinished()):
        objects.parts.abort(begun.key, begun.parts_id)


class Sender:
    """A client that sends a file in parts, wherever its addresses lead."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._store = urllib3.PoolManager()

    def declare(self, data: bytes = FILE, key: str = "k", **changes: Any) -> Any:
        body = {"kind": "av", "filename": "My talk.wav", "size_bytes": len(data), "part_size": PART, **changes}
        wanted = {name: value for name, value in body.items() if value is not None}
        return self.client.post("/v1/uploads", json=wanted, headers={"Idempotency-Key": key} if key else {})

    def put(self, part: dict[str, Any], data: bytes = FILE) -> str:
        """Sends one part; returns its mark."""
        start = (part["n"] - 1) * PART
        return self.put_bytes(part["url"], data[start : start + PART])

    def put_bytes(self, url: str, data: bytes) -> str:
        if url.startswith("/"):
            answer = self.client.put(url, data=data)
            assert answer.status_code == 200, answer.text
            return str(answer.headers["ETag"])
        stored = self._store.request("PUT", url, body=data)
        assert stored.status == 200, stored.data
        return stored.headers["ETag"]

    def post_form(self, upload: dict[str, Any], data: bytes) -> int:
        form = {**upload["fields"], "file": ("a", data)}
        return self._store.request("POST", upload["url"], fields=form).status

    def whole(self, data: bytes = FILE, **changes: Any) -> Any:
        """Declares a file, sends all of it and completes it; returns the answer."""
        upload = self.declare(data, **changes).get_json()
        for part in upload["parts"]:
            self.put(part, data)
        if upload["method"] == "single":
            assert self.post_form(upload, data) == 204
        return self.client.post(upload["links"]["complete"], json={})


@pytest.fixture
def sender(client: FlaskClient) -> Sender:
    return Sender(client)
