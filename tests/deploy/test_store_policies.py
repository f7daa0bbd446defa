"""Each account of the object store may do what the code of its nodes does, and nothing else: on a real store."""

import io
import json
import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from winnow_base.objects.s3 import S3ObjectStore
from winnow_contracts import object_keys
from winnow_contracts.errors import Misconfigured, NotFound, Unavailable
from winnow_harness.fixtures.servers import StoreFixture

from .accounts import POLICIES, objects

PACKAGES = {
    "media": ("services/media",),
    "ai": ("services/ai",),
    "index": ("services/index", "services/retention", "services/statistics", "services/webhooks", "services/accounts"),
    "gateway": tuple(
        f"services/{name}" for name in ("gateway", "web", "ops", "photos", "uploads", "exports", "signin")
    ),
}


def keys_about(name: str) -> dict[str, str]:
    """A key of every kind, by the name of the function that makes it. Every service probes, too."""
    return {
        "upload": object_keys.upload("t", name, "u"),
        "captions": object_keys.captions("t", name, "h"),
        "derived": object_keys.derived("t", name, "a", "n"),
        "promoted": object_keys.promoted("t", name),
        "paid_answer": object_keys.paid_answer("t", name),
        "answer_mark": object_keys.answer_mark("t", name, "h"),
        "acceptance": object_keys.acceptance(name),
        "claim": object_keys.claim("t", name),
        "action": object_keys.action("t", name),
        "declared_upload": object_keys.declared_upload("t", name),
    }


KEYS = keys_about("m")
PREFIXES = {
    "uploads": "upload",
    "answer_marks": "answer_mark",
    "ANSWER_MARKS": "answer_mark",
    "PAID_ANSWERS": "paid_answer",
    "CLAIMS": "claim",
    "ACTIONS": "action",
    "ACCEPTANCES": "acceptance",
    "DECLARED_UPLOADS": "declared_upload",
}
"""The kind of key that a prefix is of."""
MAY = {
    "media": {
        "upload": "read",
        "captions": "read",
        "promoted": "read write remove abort",
        "derived": "write remove abort",
    },
    "media-examine": {
        "upload": "read",
        "captions": "read",
        "promoted": "read write",
        "derived": "write",
    },
    "media-fetch": {
        "upload": "read write parts",
        "captions": "read write parts",
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
    "backup": {
        "upload": "read list",
        "captions": "read list",
        "promoted": "read list",
        "derived": "read list",
        "paid_answer": "read list",
        "answer_mark": "read list",
        "acceptance": "read list",
        "claim": "read list",
        "action": "read list",
        "declared_upload": "list",
    },
}
"""By account and kind of key. A kind of the same prefix as another has its rights."""
pytestmark = pytest.mark.timeout(300)
Account = Callable[[str], S3ObjectStore]


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
@pytest.mark.parametrize("holder", MAY)
def test_an_account_may_do_what_its_nodes_do_and_nothing_else(
    kind: str, holder: str, account: Account, store: StoreFixture
) -> None:
    mine, root = account(holder), objects(store, store.access_key, store.secret_key)
    may = set(MAY[holder].get(kind, "").split())
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


@pytest.mark.parametrize("holder", MAY)
def test_what_is_missing_is_missing_and_not_refused(holder: str, account: Account) -> None:
    for kind, key in keys_about("nothing").items():
        if "read" in MAY[holder].get(kind, ""):
            with pytest.raises(NotFound):
                account(holder).stat(key)


def test_the_kinds_of_keys_that_a_services_code_names_are_those_of_its_accounts(service: str, root: Path) -> None:
    used = set()
    for package in PACKAGES[service]:
        for path in (root / package / "src").rglob("*.py"):
            used |= set(re.findall(r"object_keys\.(\w+)", path.read_text(encoding="utf-8")))
    kinds = {PREFIXES.get(name, name) for name in used - {"PROBES"}}
    assert kinds
    assert kinds <= {kind for holder in MAY if holder.partition("-")[0] == service for kind in MAY[holder]}


def test_every_way_to_make_a_key_is_tried() -> None:
    makers = {name for name, value in vars(object_keys).items() if callable(value)}
    assert makers == {*KEYS, *(name for name in PREFIXES if name.islower()), "probe"}


@pytest.mark.parametrize("holder", MAY)
def test_who_sends_in_parts_may_list_and_abort_them_and_nobody_else(holder: str) -> None:
    policy = json.loads((POLICIES / f"{holder}.json").read_text(encoding="utf-8"))
    for kind, key in KEYS.items():
        actions = {
            action
            for one in policy["Statement"]
            if any(fnmatchcase(f"arn:aws:s3:::winnow/{key}", resource) for resource in one["Resource"])
            for action in one["Action"]
        }
        rights = MAY[holder].get(kind, "").split()
        assert ("s3:AbortMultipartUpload" in actions) == bool({"parts", "abort"} & set(rights)), kind
        assert ("s3:ListMultipartUploadParts" in actions) >= ("parts" in rights), kind
        assert ("s3:PutObject" in actions) == ("write" in rights), kind


@pytest.mark.parametrize("holder", MAY)
def test_policies_are_of_one_bucket_and_name_no_action_twice(holder: str) -> None:
    policy = json.loads((POLICIES / f"{holder}.json").read_text(encoding="utf-8"))
    rights = [
        (action, resource, json.dumps(one.get("Condition")))
        for one in policy["Statement"]
        for action in one["Action"]
        for resource in one["Resource"]
    ]
    assert len(rights) == len(set(rights))
    assert all(
        re.fullmatch(r"arn:aws:s3:::winnow(/[a-z-]+/((t/\*/captions-)?\*|t/\*/original))?", resource)
        for _, resource, _ in rights
    )
    assert not any("*" in action for action, _, _ in rights)
    assert {path.stem for path in POLICIES.glob("*.json")} == set(MAY)
