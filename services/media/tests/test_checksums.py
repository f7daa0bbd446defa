"""A file whose sender named its hash is compared when it is read whole; other bytes end the job."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts.commands import ClassifyPhoto, Examine, PrepareRecording
from winnow_contracts.errors import Permanent
from winnow_journal.testing.memory import memory_task
from winnow_media import actors
from winnow_media.photo_actor import prepare_photo

from .conftest import H264, PICTURES, UPLOAD, Make, examine_command

OTHER = hashlib.sha256(b"other").hexdigest()


@pytest.fixture
def silent(make: Make) -> bytes:
    """Pictures alone: what cannot be made of them is left out, but for other bytes."""
    return make("a.mp4", *PICTURES, *H264)


@pytest.fixture
def prepared(objects: MemoryObjectStore, ffmpeg: Any, scratch: Any, limits: Any) -> Callable[[bytes, str], Any]:
    """Upload with a hash, examine and prepare: the task that prepared."""

    def run(content: bytes, sha256: str) -> Any:
        given = {"objects": objects, "ffmpeg": ffmpeg, "scratch": scratch, "limits": limits}
        objects.put_bytes(UPLOAD, content, "video/mp4")
        command: Examine = replace(examine_command(len(content)), sha256=sha256)
        examining = memory_task(command)
        actors.examine(examining, command, **given)
        (sent,) = examining.sent
        assert isinstance(sent, PrepareRecording)
        preparing = memory_task(sent)
        actors.prepare_recording(preparing, sent, **given)
        return preparing

    return run


def test_a_recording_that_is_as_promised_goes_on(prepared: Any, silent: bytes) -> None:
    assert len(prepared(silent, hashlib.sha256(silent).hexdigest()).sent) == 1
    assert len(prepared(silent, "").sent) == 1


def test_a_recording_of_other_bytes_ends_its_job(prepared: Any, silent: bytes, mp4: bytes) -> None:
    for content in (silent, mp4):
        with pytest.raises(Permanent, match=OTHER) as caught:
            prepared(content, OTHER)
        assert caught.value.code == "checksum-mismatch"


def test_a_photo_is_compared_too(
    objects: MemoryObjectStore, photos: Any, scratch: Any, photo_task: Any, encoded: Any
) -> None:
    from PIL import Image

    content = encoded(Image.new("RGB", (40, 30)), "JPEG")
    for sha256, code in ((hashlib.sha256(content).hexdigest(), ""), (OTHER, "checksum-mismatch")):
        _, command = photo_task(content)
        command = replace(command, sha256=sha256)
        task = memory_task(command)
        if not code:
            prepare_photo(task, command, objects=objects, photos=photos, scratch=scratch)
            assert isinstance(task.sent[0], ClassifyPhoto)
            continue
        with pytest.raises(Permanent) as caught:
            prepare_photo(task, command, objects=objects, photos=photos, scratch=scratch)
        assert caught.value.code == code
