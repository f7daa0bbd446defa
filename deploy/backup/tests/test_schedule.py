"""When ``winnow-backup regularly`` takes a backup, and what it does after one that failed."""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from winnow_backup import program
from winnow_backup.folder import FORMAT, BackupFolder, FileSum, Manifest
from winnow_backup.settings import BackupSettings, read_settings
from winnow_base.environment import Environment
from winnow_contracts.errors import Unavailable

HOUR = 3600.0


class Ended(Exception):
    """The test has seen enough."""


@pytest.fixture
def settings(tmp_path: Path) -> BackupSettings:
    needed = ("WINNOW_INDEX_DATABASE_URL", "WINNOW_S3_ENDPOINT", "WINNOW_S3_BUCKET")
    keys = ("WINNOW_S3_ACCESS_KEY", "WINNOW_S3_SECRET_KEY")
    given = dict.fromkeys((*needed, *keys), "x") | {"WINNOW_BACKUP_FOLDER": str(tmp_path), "WINNOW_BACKUP_HOURS": "6"}
    environment = Environment(given)
    found = read_settings(environment)
    environment.done()
    return found


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in seconds since 1970; who sleeps moves it on."""
    now = [1_800_000_000.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(program, "time", SimpleNamespace(time=lambda: now[0], sleep=sleep))
    return now


def saved(folder: Path, at: float) -> None:
    """A whole backup of then."""
    nothing = FileSum(size_bytes=0, sha256="")
    manifest = Manifest(
        format=FORMAT,
        version="0.1.0",
        taken_at=datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        scale={},
        database=nothing,
        journals=(),
        objects=nothing,
        object_count=0,
        object_bytes=0,
    )
    BackupFolder(folder).seal(manifest)


def regularly(settings: BackupSettings, take: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "take", lambda _: take())
    with contextlib.suppress(Ended):
        program.regularly(settings)


def test_the_first_is_taken_at_once_and_each_other_hours_after_the_last(
    settings: BackupSettings, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    began, taken = clock[0], []

    def take() -> None:
        taken.append((clock[0] - began) / HOUR)
        if len(taken) == 3:
            raise Ended
        saved(settings.folder, clock[0])

    regularly(settings, take, monkeypatch)
    assert taken == [0.0, 6.0, 12.0]


def test_after_a_new_start_the_next_one_is_due_as_if_nothing_had_been(
    settings: BackupSettings, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(settings.folder, clock[0] - 5 * HOUR)
    began, taken = clock[0], []

    def take() -> None:
        taken.append((clock[0] - began) / HOUR)
        raise Ended

    regularly(settings, take, monkeypatch)
    assert taken == [1.0]


def test_one_that_failed_is_told_of_and_tried_again(
    settings: BackupSettings, clock: list[float], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    taken: list[float] = []

    def take() -> None:
        taken.append(clock[0])
        if len(taken) == 2:
            raise Ended
        raise Unavailable("The store does not answer.", dependency="s3")

    regularly(settings, take, monkeypatch)
    assert taken[1] - taken[0] == program.AGAIN_SECONDS
    assert "The backup failed: The store does not answer." in capsys.readouterr().err


@pytest.mark.parametrize(("hours_ago", "recent"), [(11, True), (13, False)])
def test_a_backup_is_recent_until_one_was_left_out(
    settings: BackupSettings, clock: list[float], hours_ago: int, recent: bool
) -> None:
    saved(settings.folder, clock[0] - hours_ago * HOUR)
    with contextlib.nullcontext() if recent else pytest.raises(Unavailable):
        program.refuse_unless_recent(settings)
