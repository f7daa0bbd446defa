"""Each service's account of the object store may do what its code does, and nothing else: on a real store."""

import dataclasses
import hashlib
import io
import json
import re
import time
import urllib.parse
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import urllib3
from minio import signer
from minio.credentials.credentials import Credentials

from winnow_base.objects.s3 import S3ObjectStore
from winnow_contracts import object_keys
from winnow_contracts.errors import Misconfigured, NotFound, Unavailable
from winnow_harness.fixtures.processes import RunningPart
from winnow_harness.fixtures.servers import StoreFixture, s3_server

POLICIES = Path(__file__).parents[2] / "deploy" / "store" / "policies"
PACKAGES = {
    "media": ("services/media",),
    "ai": ("services/ai",),
    "index": ("services/index", "services/retention", "services/statistics", "services/webhooks", "services/accounts"),
    "gateway": tuple(
        f"services/{name}" for name in ("gateway", "web", "ops", "photos", "uploads", "exports", "signin")
    ),
}
KEYS = {
    "upload": object_keys.upload("t", "m", "u"),
    "captions": object_keys.captions("t", "m", "h"),
    "derived": object_keys.derived("t", "m", "a", "n"),
    "promoted": object_keys.promoted("t", "m"),
    "paid_answer": object_keys.paid_answer("t", "h"),
    "answer_mark": object_keys.answer_mark("t", "m", "h"),
    "acceptance": object_keys.acceptance("k"),
    "claim": object_keys.claim("t", "j"),
    "action": object_keys.action("t", "a"),
    "declared_upload": object_keys.declared_upload("t", "u"),
}
"""A key of every kind, by the name of the function that makes it. Every service probes, too."""
PREFIXES = {
    "uploads": "upload",
    "answer_marks": "answer_mark",
    "ANSWER_MARKS": "answer_mark",
    "PAID_ANSWERS": "paid_answer",
    "ACTIONS": "action",
    "ACCEPTANCES": "acceptance",
    "DECLARED_UPLOADS": "declared_upload",
}
"""The kind of key that a prefix is of."""
MAY = {
    "media": {
        "upload": "read write parts",
        "captions": "read write parts",
        "promoted": "read write remove parts",
        "derived": "read write remove parts",
    },
    "ai": {
        "captions": "read",
        "promoted": "read write",
        "derived": "read write",
        "paid_answer": "read write",
        "answer_mark": "read write",
    },
    "index": {
        "upload": "remove list abort",
        "captions": "remove list abort",
        "promoted": "read remove list",
        "derived": "read remove list",
        "paid_answer": "remove list",
        "answer_mark": "remove list",
        "acceptance": "remove list",
        "claim": "read remove list",
        "action": "remove list",
        "declared_upload": "read remove list",
    },
    "gateway": {
        "upload": "read write remove parts",
        "captions": "read write remove parts",
        "promoted": "read",
        "derived": "read",
        "acceptance": "read write remove list",
        "claim": "read write",
        "action": "read write remove",
        "declared_upload": "read write remove",
    },
}
"""By service and kind of key. A kind of the same prefix as another has its rights."""
pytestmark = pytest.mark.timeout(300)
Account = Callable[[str], S3ObjectStore]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreFixture]:
    """A store of its own that knows accounts."""
    home = tmp_path_factory.mktemp("s3")
    server, found = s3_server(home, bucket="winnow")
    flags = tuple(flag for flag in server.part.command if flag != "-s3.iam=false")
    part = dataclasses.replace(server.part, command=(*flags, "-s3.iam=true", "-s3.iam.readOnly=false"))
    server = RunningPart(part, home / "accounts.log")
    server.start()
    yield found
    server.stop()


@pytest.fixture(scope="module")
def account(store: StoreFixture) -> Account:
    """The store as a service's account sees it."""
    known: dict[str, S3ObjectStore] = {}

    def make(service: str) -> S3ObjectStore:
        if service not in known:
            ask(store, Action="CreateUser", UserName=service)
            made = ask(store, Action="CreateAccessKey", UserName=service)
            policy = (POLICIES / f"{service}.json").read_text(encoding="utf-8")
            kept = ask(store, Action="CreatePolicy", PolicyName=f"winnow-{service}", PolicyDocument=policy)
            ask(store, Action="AttachUserPolicy", UserName=service, PolicyArn=field(kept, "Arn"))
            known[service] = objects(store, field(made, "AccessKeyId"), field(made, "SecretAccessKey"))
            until_known(known[service])
        return known[service]

    return make


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
    """An account and its policy reach the store's front within a second or two."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return objects.probe()
        except Misconfigured:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def deeds(objects: S3ObjectStore, root: S3ObjectStore, key: str) -> dict[str, Callable[[], object]]:
    """What can be done with a key, by name. What is there before is put there by ``root``."""

    def parts() -> None:
        parts_id = objects.parts.begin(key, "video/mp4")
        objects.parts.put(key, parts_id, 1, io.BytesIO(b"part"), 4)
        objects.parts.complete(key, parts_id, objects.parts.stored(key, parts_id).values())
        objects.parts.abort(key, objects.parts.begin(key, "video/mp4"))

    def abort() -> None:
        parts_id = root.parts.begin(key, "video/mp4")
        objects.parts.abort(key, parts_id)

    def read() -> None:
        assert objects.get_bytes(key) == b"x"
        objects.stat(key)

    return {
        "read": read,
        "write": lambda: (objects.put_bytes(key, b"x", "text/plain"), objects.put_new(key, b"x", "text/plain")),
        "remove": lambda: objects.remove(key),
        "list": lambda: list(objects.keys(key[: key.index("/") + 1])),
        "parts": parts,
        "abort": abort,
    }


@pytest.mark.parametrize("kind", KEYS)
def test_an_account_may_do_what_its_service_does_and_nothing_else(
    kind: str, service: str, account: Account, store: StoreFixture
) -> None:
    mine, root = account(service), objects(store, store.access_key, store.secret_key)
    may = set(MAY[service].get(kind, "").split())
    # Who may write an object may write it in parts; this store lets them list and abort parts as well.
    may |= {"parts", "abort"} if "write" in may else set()
    refused = {}
    for name, deed in deeds(mine, root, KEYS[kind]).items():
        root.put_bytes(KEYS[kind], b"x", "text/plain")
        try:
            deed()
        except (Misconfigured, Unavailable) as error:
            refused[name] = error.detail
    assert set(deeds(mine, root, "")) - set(refused) == may
    assert all("AccessDenied" in detail for detail in refused.values())


def test_what_is_missing_is_missing_and_not_refused(service: str, account: Account) -> None:
    for kind, rights in MAY[service].items():
        if "read" in rights:
            with pytest.raises(NotFound):
                account(service).stat(f"{KEYS[kind]}-nowhere")


def test_the_kinds_of_keys_that_a_services_code_names_are_those_of_its_account(service: str, root: Path) -> None:
    used = set()
    for package in PACKAGES[service]:
        for path in (root / package / "src").rglob("*.py"):
            used |= set(re.findall(r"object_keys\.(\w+)", path.read_text(encoding="utf-8")))
    kinds = {PREFIXES.get(name, name) for name in used - {"PROBES"}}
    assert kinds
    assert kinds <= set(MAY[service])


def test_every_way_to_make_a_key_is_tried() -> None:
    makers = {name for name, value in vars(object_keys).items() if callable(value)}
    assert makers == {*KEYS, *(name for name in PREFIXES if name.islower()), "probe"}


def test_who_sends_in_parts_may_list_and_abort_them_and_nobody_else(service: str) -> None:
    policy = json.loads((POLICIES / f"{service}.json").read_text(encoding="utf-8"))
    for kind, key in KEYS.items():
        actions = {
            action
            for one in policy["Statement"]
            if any(fnmatchcase(f"arn:aws:s3:::winnow/{key}", resource) for resource in one["Resource"])
            for action in one["Action"]
        }
        rights = MAY[service].get(kind, "").split()
        assert ("s3:AbortMultipartUpload" in actions) == bool({"parts", "abort"} & set(rights)), kind
        assert ("s3:ListMultipartUploadParts" in actions) >= ("parts" in rights), kind
        assert ("s3:PutObject" in actions) == ("write" in rights), kind


def test_policies_are_of_one_bucket_and_name_no_action_twice(service: str) -> None:
    policy = json.loads((POLICIES / f"{service}.json").read_text(encoding="utf-8"))
    rights = [
        (action, resource, json.dumps(one.get("Condition")))
        for one in policy["Statement"]
        for action in one["Action"]
        for resource in one["Resource"]
    ]
    assert len(rights) == len(set(rights))
    assert all(
        re.fullmatch(r"arn:aws:s3:::winnow(/[a-z-]+/(t/\*/captions-)?\*)?", resource) for _, resource, _ in rights
    )
    assert not any("*" in action for action, _, _ in rights)
    assert {path.stem for path in POLICIES.glob("*.json")} == set(MAY)
