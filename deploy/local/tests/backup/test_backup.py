"""A backup of real servers and its restore: what is refused, what is damaged, what was interrupted."""

import contextlib
import dataclasses
import errno
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from winnow_backup.database import Dumps
from winnow_backup.folder import BackupFolder
from winnow_backup.objects import read_list
from winnow_backup.progress import BackupProgress
from winnow_backup.restoring import verify_backup
from winnow_base.objects.s3 import S3ObjectStore
from winnow_base.objects.store import ObjectStore
from winnow_cli import main as cli
from winnow_contracts import object_keys
from winnow_contracts.errors import BadInput, Conflict, Misconfigured, NotFound
from winnow_harness.fixtures.stack import StackFixture
from winnow_journal.inspect.view import open_view
from winnow_journal.journal import SqliteJournal
from winnow_local.context import object_store
from winnow_local.ports import DEFAULT_PORTS, choose_ports

SERVERS = ("rabbitmq", "s3", "postgres")
real = [pytest.mark.real, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackFixture]:
    """The servers of a stack, with a table, two objects and a journal."""
    stack = StackFixture(tmp_path_factory.mktemp("source"))
    stack.start(only=SERVERS)
    try:
        with query(stack) as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute("CREATE TABLE deleted_media (job_id text, sweep_ms bigint)")
            cursor.execute("INSERT INTO deleted_media VALUES ('job_1', NULL)")
            cursor.execute("CREATE TABLE passage (body text, meaning vector(2))")
            cursor.execute("INSERT INTO passage VALUES ('하나', '[1,2]')")
        store = store_of(stack)
        store.put_bytes("in/t/small", b"abc", "audio/wav")
        store.put_bytes("in/t/large", b"x" * (9 << 20), "video/mp4")
        SqliteJournal(stack.home.node("media") / "journal", "media").close()
        yield stack
    finally:
        stack.close()


@pytest.fixture
def target(tmp_path: Path) -> StackFixture:
    """A stack that was never started."""
    home = tmp_path / "target"
    home.mkdir()
    (home / "ports.json").write_text(json.dumps(choose_ports(dict.fromkeys(DEFAULT_PORTS, 0))), encoding="utf-8")
    return StackFixture(home)


@pytest.fixture
def winnow(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Runs a command for a stack; returns its JSON."""
    monkeypatch.setattr("winnow_local.commands.restore.end_on_signals", lambda: None)
    monkeypatch.setattr("winnow_local.foreground._ignore_signals", lambda: None)

    def run(stack: StackFixture, *words: str, code: int = 0) -> dict[str, object]:
        monkeypatch.setenv("WINNOW_HOME", str(stack.home.root))
        with pytest.raises(SystemExit) as ended:
            cli.main([*words, "--json"])
        out, err = capsys.readouterr()
        assert ended.value.code == code, err
        found: dict[str, object] = json.loads(out)
        return found

    return run


@contextlib.contextmanager
def query(stack: StackFixture) -> Iterator[psycopg2.extensions.cursor]:
    url = (stack.home.secrets / "database-url").read_text(encoding="utf-8").strip()
    with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        yield cursor


def store_of(stack: StackFixture) -> ObjectStore:
    return object_store(stack._stack)


def detail(answer: dict[str, object]) -> str:
    error = answer["error"]
    assert isinstance(error, dict)
    return str(error["detail"])


class TestOnServers:
    pytestmark = real

    def test_what_was_saved_is_there_again_and_nothing_is_merged(self, source, target, winnow, tmp_path) -> None:
        folder = tmp_path / "backup"
        made = winnow(source, "backup", str(folder))
        assert (made["object_count"], made["object_bytes"]) == (2, 3 + (9 << 20))
        assert oct(folder.stat().st_mode & 0o777) == "0o700"
        winnow(target, "restore", str(folder), "--check")
        assert not target.home.data("postgres").exists()
        winnow(target, "restore", str(folder))
        with open_view(target.home.node("media")) as view, open_view(source.home.node("media")) as before:
            assert view.flag("journal_id") == before.flag("journal_id")
        answer = winnow(target, "restore", str(folder), code=1)
        assert "1 journals, 2 tables in its database, 2 objects in its store" in detail(answer)
        target.start(only=SERVERS)
        try:
            with query(target) as cursor:
                cursor.execute("SELECT body, meaning::text FROM passage")
                assert cursor.fetchall() == [("하나", "[1,2]")]
                cursor.execute("SELECT sweep_ms FROM deleted_media")
                assert cursor.fetchall() == [(0,)]
            store = store_of(target)
            assert store.get_bytes("in/t/large") == b"x" * (9 << 20)
            assert store.stat("in/t/small").content_type == "audio/wav"
            assert "does not run" in detail(winnow(target, "restore", str(folder), code=1))
        finally:
            target.close()

    def test_an_interrupted_restore_goes_on_and_no_service_starts_before(
        self, source, target, winnow, tmp_path, monkeypatch
    ) -> None:
        folder = tmp_path / "backup"
        winnow(source, "backup", str(folder))

        def interrupted(self: S3ObjectStore, key: str, *rest: object, **more: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(S3ObjectStore, "put_stream", interrupted)
            patch.setenv("WINNOW_HOME", str(target.home.root))
            with pytest.raises(SystemExit) as ended:
                cli.main(["restore", str(folder)])
        assert ended.value.code == 130
        with pytest.raises(Conflict, match="only in part"):
            target.start()
        journal, mark = target.home.node("media") / "journal" / "journal.db", target.home.restoring
        on_disk: list[tuple[bool, bool]] = []
        monkeypatch.setattr("os.sync", lambda: on_disk.append((journal.exists(), mark.exists())))
        winnow(target, "restore", str(folder))
        assert on_disk == [(True, True)]
        assert not mark.exists()

    def test_a_second_backup_that_fails_leaves_the_first_one(self, source, winnow, tmp_path, monkeypatch) -> None:
        folder = tmp_path / "backup"
        first = winnow(source, "backup", str(folder))

        def failed(self: Dumps, file: Path) -> None:
            file.write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device", str(file))

        with monkeypatch.context() as patch:
            patch.setattr(Dumps, "write", failed)
            assert "No space left on device" in detail(winnow(source, "backup", str(folder), code=1))
        assert verify_backup(BackupFolder(folder), BackupProgress()).taken_at == first["taken_at"]
        winnow(source, "backup", str(folder))
        assert len(list(folder.glob("database-*"))) == len(list(folder.glob("journals-*"))) == 1

    def test_an_answer_whose_effect_the_database_lacks_is_left_out(self, source, winnow, tmp_path, monkeypatch) -> None:
        folder, store, write = BackupFolder(tmp_path / "backup"), store_of(source), Dumps.write
        earlier, later = (f"{object_keys.ACTIONS}t/t/{name}.json" for name in ("earlier", "later"))
        store.put_bytes(earlier, b"{}", "application/json")

        def answered_after(self: Dumps, file: Path) -> None:
            write(self, file)
            store.put_bytes(later, b"{}", "application/json")
            store.put_bytes("in/t/later", b"{}", "application/json")

        try:
            with monkeypatch.context() as patch:
                patch.setattr(Dumps, "write", answered_after)
                made = winnow(source, "backup", str(folder.root))
        finally:
            for key in (earlier, later, "in/t/later"):
                store.remove(key)
        kept = {one.key for one in read_list(folder.object_list(str(made["taken_at"])))}
        assert kept == {"in/t/small", "in/t/large", "in/t/later", earlier}

    def test_damage_and_later_versions_are_seen_before_anything_is_written(
        self, source, target, winnow, tmp_path
    ) -> None:
        folder = BackupFolder(tmp_path / "backup")
        winnow(source, "backup", str(folder.root))
        manifest = folder.wanted()
        later = dataclasses.replace(manifest, version="99.0.0")
        folder.seal(later)
        assert "version 99.0.0" in detail(winnow(target, "restore", str(folder.root), code=1))
        folder.seal(manifest)
        (content, *_) = folder.contents.glob("*/*")
        content.write_bytes(content.read_bytes()[:-1] + b"!")
        answer = winnow(target, "restore", str(folder.root), code=1)
        assert f"{content} is missing or damaged" in detail(answer)
        assert not target.home.data("postgres").exists()
        winnow(source, "backup", str(folder.root))
        winnow(target, "restore", str(folder.root), "--check")
        assert not list(folder.contents.glob("*/*.damaged"))


def test_a_folder_with_something_else_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "objects").mkdir()
    with pytest.raises(Misconfigured, match="something else"), BackupFolder(tmp_path).made():
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["objects"]


def test_one_backup_at_a_time_writes_to_a_folder(tmp_path: Path) -> None:
    root = tmp_path / "backup"
    with BackupFolder(root).made(), pytest.raises(Conflict, match="Another backup"), BackupFolder(root).made():
        pass
    with BackupFolder(root).made():
        assert (root / "objects").is_dir()


def test_a_folder_without_a_whole_backup_says_so(tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path)
    with pytest.raises(NotFound, match="no whole backup"):
        folder.wanted()
    folder.manifest.write_text('{"format": 7}', encoding="utf-8")
    with pytest.raises(BadInput, match="format 7"):
        folder.wanted()
    folder.manifest.write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match="cannot be read"):
        folder.wanted()


def test_a_stack_that_does_not_run_is_not_saved(winnow, target, tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert "does not run" in detail(winnow(target, "backup", str(tmp_path / "backup"), code=1))
    assert not (tmp_path / "backup").exists()
