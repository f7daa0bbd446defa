"""A store that knows accounts, and the accounts of deploy/store/policies there."""

import dataclasses
import hashlib
import re
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import urllib3
from minio import signer
from minio.credentials.credentials import Credentials

from winnow_base.objects.s3 import S3ObjectStore
from winnow_contracts.errors import Misconfigured
from winnow_harness.fixtures.processes import RunningPart
from winnow_harness.fixtures.servers import StoreFixture, s3_server

POLICIES = Path(__file__).parents[2] / "deploy" / "store" / "policies"


@contextmanager
def store_with_accounts(home: Path) -> Iterator[StoreFixture]:
    """A store of its own, which has only its root account at first."""
    server, found = s3_server(home, bucket="winnow")
    flags = tuple(flag for flag in server.part.command if flag != "-s3.iam=false")
    part = dataclasses.replace(server.part, command=(*flags, "-s3.iam=true", "-s3.iam.readOnly=false"))
    server = RunningPart(part, home / "accounts.log")
    server.start()
    try:
        yield found
    finally:
        server.stop()


def make_account(store: StoreFixture, holder: str) -> S3ObjectStore:
    """Make the account that has the policy of this name; the store as it sees it."""
    ask(store, Action="CreateUser", UserName=holder)
    made = ask(store, Action="CreateAccessKey", UserName=holder)
    policy = (POLICIES / f"{holder}.json").read_text(encoding="utf-8")
    kept = ask(store, Action="CreatePolicy", PolicyName=f"winnow-{holder}", PolicyDocument=policy)
    ask(store, Action="AttachUserPolicy", UserName=holder, PolicyArn=field(kept, "Arn"))
    seen = objects(store, field(made, "AccessKeyId"), field(made, "SecretAccessKey"))
    until_known(seen)
    return seen


def ask(store: StoreFixture, **about: str) -> str:
    """Ask the store's own IAM API, as its root."""
    body = urllib.parse.urlencode({"Version": "2010-05-08", **about})
    sha256, now = hashlib.sha256(body.encode()).hexdigest(), datetime.now(UTC)
    url = f"http://{store.endpoint}/"
    headers: dict[str, Any] = {
        "Host": store.endpoint,
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Amz-Date": now.strftime("%Y%m%dT%H%M%SZ"),
        "X-Amz-Content-Sha256": sha256,
    }
    signed: dict[str, Any] = signer._sign_v4(
        service_name="iam",
        method="POST",
        url=urllib.parse.urlsplit(url),
        region=store.region,
        headers=headers,
        credentials=Credentials(store.access_key, store.secret_key),
        content_sha256=sha256,
        date=now,
    )
    with urllib3.PoolManager() as http:
        answer = http.request("POST", url, body=body, headers=signed)
    assert answer.status == 200, answer.data
    return answer.data.decode()


def field(text: str, name: str) -> str:
    found = re.search(f"<{name}>(.*?)<", text)
    assert found
    return found[1]


def objects(store: StoreFixture, access_key: str, secret_key: str) -> S3ObjectStore:
    return S3ObjectStore(
        endpoint=store.endpoint,
        access_key=access_key,
        secret_key=secret_key,
        bucket="winnow",
        region=store.region,
        secure=False,
    )


def until_known(objects: S3ObjectStore) -> None:
    """An account and its policy reach the store's front within a second or two: then it may probe, or list."""
    deadline = time.monotonic() + 30
    while not any(map(_allowed, (objects.probe, lambda: list(objects.keys("in/"))))):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def _allowed(deed: Callable[[], object]) -> bool:
    try:
        deed()
    except Misconfigured:
        return False
    return True
