import io
import threading

import pytest

from winnow_base.objects.declared_uploads import DeclaredUploads
from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts import identity, object_keys
from winnow_contracts.envelope import now_ms
from winnow_contracts.uploads import DeclaredUpload
from winnow_retention.unfinished_uploads import UnfinishedUploads

HOUR_MS = 3_600_000


@pytest.fixture
def objects():
    return MemoryObjectStore()


@pytest.fixture
def sweep(objects):
    return lambda: UnfinishedUploads(objects).sweep(threading.Event())


def declared(objects, *, hours_over, parts=True):
    """An upload that may be completed since so many hours no more, with one part in the store."""
    job_id = identity.new_job_id()
    key = object_keys.upload("t", identity.keyed_media_id(job_id), identity.new_upload_id())
    parts_id = objects.parts.begin(key, "video/mp4") if parts else ""
    if parts:
        objects.parts.put(key, parts_id, 1, io.BytesIO(b"part"), 4)
    else:
        objects.put_bytes(key, b"whole", "image/png")
    upload = DeclaredUpload(
        upload_id=identity.keyed_upload_id(job_id),
        tenant_id="t",
        kind="av",
        filename="a.mp4",
        size_bytes=9,
        content_type="video/mp4",
        part_bytes=5,
        original_key=key,
        parts_id=parts_id,
        created_ms=now_ms(),
        expires_ms=now_ms() - round(hours_over * HOUR_MS),
    )
    return DeclaredUploads(objects).declare(upload)


def test_what_nobody_completed_goes_an_hour_after_its_day(objects, sweep):
    declared(objects, hours_over=1.1)
    declared(objects, hours_over=1.1, parts=False)
    late, young = declared(objects, hours_over=0.9), declared(objects, hours_over=-1)
    assert sweep() == {"uploads": 2, "parts": 0}
    assert {begun.parts_id for begun in objects.parts.unfinished()} == {late.parts_id, young.parts_id}
    names = {object_keys.declared_upload("t", upload.upload_id) for upload in (late, young)}
    assert set(objects.keys("")) == names
    assert sweep() == {"uploads": 0, "parts": 0}


def test_what_was_completed_keeps_its_bytes(objects, sweep):
    upload = declared(objects, hours_over=2, parts=False)
    objects.put_json(object_keys.claim("t", upload.job_id), {})
    assert sweep() == {"uploads": 1, "parts": 0}
    assert set(objects.keys("")) == {upload.original_key, object_keys.claim("t", upload.job_id)}


def test_what_a_newer_version_declared_stays_and_holds_nothing_up(objects, sweep):
    odd = object_keys.declared_upload("t", "0")
    objects.put_json(odd, {"something": "else"})
    declared(objects, hours_over=2)
    assert sweep() == {"uploads": 1, "parts": 0}
    assert list(objects.keys("")) == [odd]


def test_parts_of_killed_processes_go_after_two_days(objects, sweep):
    old, young = (objects.parts.begin(name, "video/mp4") for name in ("old", "young"))
    objects.parts._begun[old].begun_ms -= 49 * HOUR_MS
    objects.parts._begun[young].begun_ms -= 47 * HOUR_MS
    assert sweep() == {"uploads": 0, "parts": 1}
    assert [begun.key for begun in objects.parts.unfinished()] == ["young"]
