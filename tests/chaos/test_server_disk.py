"""A server's disk of its own: full to the last byte, and after a power cut with what was synced alone."""

import os

import pytest

from winnow_harness.chaos.disks import may_mount_here
from winnow_harness.chaos.server_disk import ServerDisk

pytestmark = pytest.mark.skipif(not may_mount_here(), reason="only root may mount a disk")


@pytest.fixture
def disk(tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "before").write_text("it was here before the disk")
    made = ServerDisk(tmp_path / "data", tmp_path / "image")
    made.mount()
    yield made
    made.unmount()


@pytest.fixture
def data(disk, tmp_path):
    return tmp_path / "data"


def test_a_power_cut_leaves_what_was_synced_and_nothing_else(disk, data):
    with (data / "log").open("wb", buffering=0) as log:
        log.write(b"synced")
        os.fsync(log.fileno())
        log.write(b", and not yet synced")
        disk.cut_power()
        with pytest.raises(OSError, match="error"):
            os.fsync(log.fileno())
    disk.remove()
    disk.restore_power()
    assert (data / "log").read_bytes() == b"synced"
    assert (data / "before").read_text() == "it was here before the disk"
    assert data.stat().st_mode & 0o777 == 0o700


def test_a_file_that_was_made_and_not_synced_is_gone_after_a_power_cut(disk, data):
    (data / "fresh").write_text("soon gone")
    disk.cut_power()
    disk.remove()
    disk.restore_power()
    assert not (data / "fresh").exists()


def test_a_full_disk_takes_no_byte_until_it_is_emptied(disk, data):
    disk.fill()
    with (data / "log").open("wb", buffering=0) as log, pytest.raises(OSError, match="No space"):
        log.write(b"more")
    disk.empty()
    (data / "log").write_bytes(b"more")


def test_a_disk_that_is_mounted_stays_as_it_is(disk, data):
    (data / "log").write_text("kept")
    disk.mount()
    assert (data / "log").read_text() == "kept"
