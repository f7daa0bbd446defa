"""Media's tasks are done with the account of the nodes that have their lane: the policies leave out nothing."""

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from winnow_base.objects.s3 import S3ObjectStore
from winnow_contracts.commands import Examine, FetchOriginal, PreparePhoto
from winnow_contracts.index_api.tenants import StorageView
from winnow_contracts.json_codec import to_json
from winnow_contracts.links import Link, LinkRules
from winnow_harness.fixtures.file_server import FileServer, Served
from winnow_harness.fixtures.servers import StoreFixture
from winnow_journal.testing.memory import memory_task
from winnow_media import actors
from winnow_media.ffmpeg import Ffmpeg
from winnow_media.links.fetch import fetch_original
from winnow_media.links.room import Room
from winnow_media.links.source import LinkSource
from winnow_media.photo_actor import prepare_photo
from winnow_media.photo_program import PhotoProgram
from winnow_media.sandbox import Sandbox
from winnow_media.scratch import Scratch
from winnow_media.settings import Limits

from .accounts import objects

Account = Callable[[str], S3ObjectStore]
LIMITS = Limits(
    longest_seconds=3600,
    memory_bytes=1_536 << 20,
    examine_cpu_seconds=100,
    examine_wall_seconds=200,
    prepare_cpu_seconds=600,
    photo_cpu_seconds=200,
    output_bytes=1 << 30,
    threads=2,
)
LINK = "in/t/t1/med_1/link"
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def root_account(store: StoreFixture) -> S3ObjectStore:
    return objects(store, store.access_key, store.secret_key)


@pytest.fixture
def film(tmp_path: Path) -> bytes:
    """Six minutes of noise, which hardly becomes smaller: its sound goes to the store in parts."""
    sound = ("-f", "lavfi", "-i", "anoisesrc=d=360:r=48000")
    pictures = ("-f", "lavfi", "-i", "testsrc=d=360:s=320x240:r=2", "-c:v", "libx264", "-pix_fmt", "yuv420p")
    file = tmp_path / "film.mkv"
    line = ("ffmpeg", "-nostdin", "-v", "error", *sound, *pictures, "-c:a", "pcm_s16le", f"file:{file}")
    subprocess.run(line, check=True, timeout=100)
    return file.read_bytes()


def test_a_link_becomes_a_prepared_recording(
    film: bytes, account: Account, root_account: S3ObjectStore, tmp_path: Path
) -> None:
    given: dict[str, Any] = {
        "ffmpeg": Ffmpeg.find(LIMITS),
        "scratch": Scratch(tmp_path / "scratch"),
        "limits": LIMITS,
    }
    examine = fetched(film, account("media-fetch"))

    examining = memory_task(examine)
    actors.examine(examining, examine, objects=account("media-examine"), **given)
    (prepare,) = examining.sent
    preparing = memory_task(prepare)
    actors.prepare_recording(preparing, prepare, objects=account("media"), **given)

    (sent,) = preparing.sent
    assert sent.files.warnings == ()
    made = (sent.files.audio_key, sent.files.poster_key, sent.files.thumbnail_key, sent.files.rendition_key)
    assert all(made)
    assert all(root_account.exists(key) for key in made)
    assert root_account.stat(sent.files.audio_key).size_bytes > 8 << 20, "it was sent in parts"


def fetched(content: bytes, store: S3ObjectStore) -> Examine:
    """The command that goes on with what a link led to."""
    server = FileServer()
    try:
        server.files["/film"] = Served(content=content)
        store.put_json(LINK, to_json(Link(url=server.url("/film"))))
        command = FetchOriginal(
            tenant_id="t1",
            job_id="job_1",
            media_id="med_1",
            link_key=LINK,
            kind="recording",
            filename="film.mkv",
            limit_bytes=1 << 30,
            language="ko",
            region="kr",
        )
        task = memory_task(command)
        source = LinkSource(LinkRules(enabled=True, hosts=frozenset({f"127.0.0.1:{server.port}"})))
        room = Room(lambda tenant_id: StorageView(stored_bytes=0, quota_bytes=None))
        fetch_original(task, command, objects=store, source=source, room=room)
    finally:
        server.close()
    (sent,) = task.sent
    assert isinstance(sent, Examine)
    return sent


def test_a_photo_is_prepared(account: Account, root_account: S3ObjectStore, tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("RGB", (120, 80), (30, 200, 40)).save(file, "JPEG")
    key = "in/t/t1/med_2/upload"
    root_account.put_bytes(key, file.getvalue(), "image/jpeg")
    command = PreparePhoto(
        tenant_id="t1",
        job_id="job_2",
        media_id="med_2",
        original_key=key,
        filename="can.jpg",
        size_bytes=len(file.getvalue()),
        language="ko",
        region="kr",
    )
    task = memory_task(command)
    photos = PhotoProgram(Sandbox.detect(), LIMITS)
    prepare_photo(task, command, objects=account("media-examine"), photos=photos, scratch=Scratch(tmp_path / "scratch"))
    (sent,) = task.sent
    assert root_account.exists(sent.files.image_key)
    assert root_account.exists(sent.files.thumbnail_key)
