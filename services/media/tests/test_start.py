"""How a media node starts: lanes, settings, self-test, scratch."""

import fcntl
import os
import time
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from winnow_base.cores import usable_cores
from winnow_base.environment import Environment
from winnow_contracts.errors import Misconfigured, Snoozed, Unavailable
from winnow_media import worker
from winnow_media.command_lines import Input
from winnow_media.ffmpeg import Check, Ffmpeg
from winnow_media.probing import Probed
from winnow_media.scratch import Scratch
from winnow_media.self_test import SelfTestedFfmpeg, refuse_unsafe_ffmpeg
from winnow_media.settings import Limits, read_settings

NEEDED = {
    "WINNOW_DATA_DIR": "/data",
    "WINNOW_AMQP_URL": "amqp://",
    "WINNOW_S3_ENDPOINT": "127.0.0.1:9000",
    "WINNOW_S3_BUCKET": "media",
    "WINNOW_S3_ACCESS_KEY": "a",
    "WINNOW_S3_SECRET_KEY": "b",
    "WINNOW_SERVICE_TOKEN": "c",
    "WINNOW_INDEX_URL": "http://127.0.0.1:1",
}


def test_lanes_name_their_queues() -> None:
    assert worker.LANES == {
        "examine": "media.examine",
        "default": "media",
        "bulk": "media.bulk",
        "fetch": "media.fetch",
    }


@pytest.mark.parametrize("arguments", [[], ["--lanes", ""], ["--lanes", "default,fast"]])
def test_a_node_never_starts_without_known_lanes(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        worker.main(arguments)
    assert caught.value.code == 2
    assert "--lanes" in capsys.readouterr().err


def test_settings_have_working_defaults() -> None:
    settings = read_settings(Environment(NEEDED))
    assert settings.prepare_limit_seconds == 3600
    assert settings.photo_limit_seconds == 300
    assert settings.limits.longest_seconds == 6 * 3600


def test_recordings_are_prepared_by_one_thread_more_than_there_are_cores_and_bulk_by_as_many() -> None:
    cores = usable_cores()
    threads = {lane.name: lane.threads for lane in read_settings(Environment(NEEDED)).lanes}
    assert threads == {"media.examine": 4, "media": cores + 1, "media.bulk": cores, "media.fetch": 8}


def test_all_bad_settings_are_named_at_once() -> None:
    bad = {"WINNOW_MEDIA_THREADS": "0", "WINNOW_MEDIA_LONGEST_SECONDS": "long"}
    with pytest.raises(Misconfigured) as caught:
        read_settings(Environment(bad))
    for name in (*bad, "WINNOW_S3_BUCKET"):
        assert name in caught.value.detail


def test_the_installed_ffmpeg_passes_the_self_test(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    refuse_unsafe_ffmpeg(ffmpeg, tmp_path)
    assert ffmpeg.version()[0].isdigit()


def test_an_ffmpeg_that_opens_disguises_is_refused(limits: Limits, tmp_path: Path) -> None:
    class Careless(Ffmpeg):
        def probe(self, source: Input, check: Check) -> Probed:
            return super().probe(Input(path=tmp_path / "segment.wav", demuxer="wav"), check)

    careless = Careless(Ffmpeg.find(limits)._programs, Ffmpeg.find(limits)._sandbox, limits)
    with pytest.raises(Misconfigured, match="disguised playlist"):
        refuse_unsafe_ffmpeg(careless, tmp_path)


def test_nobody_gets_an_ffmpeg_that_has_not_passed(ffmpeg: Ffmpeg, scratch: Scratch, tmp_path: Path) -> None:
    tested = SelfTestedFfmpeg(ffmpeg, scratch)
    tested.probe()
    tested.start()
    assert tested.get() is ffmpeg
    tested.probe()


def test_a_node_with_an_unsafe_ffmpeg_gives_it_to_nobody_and_says_so(
    ffmpeg: Ffmpeg, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(tried: Ffmpeg, folder: Path) -> None:
        raise Misconfigured("it opens other files")

    monkeypatch.setattr("winnow_media.self_test.refuse_unsafe_ffmpeg", fail)
    tested = SelfTestedFfmpeg(ffmpeg, scratch)
    tested.start()
    for ask in (tested.get, tested.probe, tested.get):
        with pytest.raises(Misconfigured, match="opens other files"):
            ask()


def test_a_self_test_that_met_a_full_disk_is_tried_again(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    class FullOnce(Scratch):
        full = True

        @contextmanager
        def folder(self) -> Iterator[Path]:
            if self.full:
                self.full = False
                raise Unavailable("No space left", dependency="scratch")
            with super().folder() as folder:
                yield folder

    tested = SelfTestedFfmpeg(ffmpeg, FullOnce(tmp_path / "scratch"))
    tested.start()
    with pytest.raises(Unavailable):
        tested.get()
    with pytest.raises(Unavailable):
        tested.probe()
    assert tested.get() is ffmpeg


def test_a_scratch_folder_is_gone_after_use(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path / "scratch")
    with scratch.folder() as folder:
        (folder / "original").write_bytes(b"x")
    assert list((tmp_path / "scratch").iterdir()) == []


def test_sweeping_removes_what_a_dead_process_left_and_nothing_in_use(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    left = tmp_path / "left"
    left.mkdir()
    (left / ".lock").touch()
    unlocked = tmp_path / "unlocked"
    unlocked.mkdir()
    old = time.time() - 3600
    os.utime(unlocked, (old, old))
    with scratch.folder() as used:
        assert scratch.sweep() == 2
        assert used.exists()
    assert not left.exists()
    assert not unlocked.exists()


def test_a_lock_held_elsewhere_protects_a_folder(tmp_path: Path) -> None:
    held = tmp_path / "held"
    held.mkdir()
    with (held / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert Scratch(tmp_path).sweep() == 0


def test_a_task_waits_without_cost_while_others_have_reserved_the_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = namedtuple("usage", "total used free")(1000, 0, 1000)
    monkeypatch.setattr("shutil.disk_usage", lambda path: free)
    scratch = Scratch(tmp_path, spare_bytes=1 << 30)  # a small disk keeps a tenth
    with scratch.folder(500):
        with pytest.raises(Snoozed, match="no room for 401 bytes now"), scratch.folder(401):
            pass
        with scratch.folder(400), scratch.folder():
            pass
    with scratch.folder(900):
        pass
    with pytest.raises(Snoozed), scratch.folder(901):
        pass


def test_room_is_made_before_a_task_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free_bytes = [1000]
    monkeypatch.setattr("shutil.disk_usage", lambda path: namedtuple("usage", "total used free")(0, 0, free_bytes[0]))
    asked = []

    def make_room(need_bytes: int) -> None:
        asked.append(need_bytes)
        free_bytes[0] += 100

    scratch = Scratch(tmp_path, make_room=make_room)
    with scratch.folder(1000):
        assert asked == []
        with scratch.folder(100):
            pass
        with pytest.raises(Snoozed), scratch.folder(300):
            pass
    assert asked == [100, 200]


def test_a_full_disk_is_a_passing_fault(tmp_path: Path) -> None:
    def fill() -> None:
        with Scratch(tmp_path).folder(), Path("/dev/full").open("wb", buffering=0) as file:
            file.write(b"x")

    with pytest.raises(Unavailable, match="No space left"):
        fill()
