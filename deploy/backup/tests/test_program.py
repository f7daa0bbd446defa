"""``winnow-backup`` beside real servers and the volumes of two services, and the way back into empty ones."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from winnow_backup.database import Dumps
from winnow_backup.program import main
from winnow_base.objects.s3 import S3ObjectStore
from winnow_contracts.errors import Unavailable
from winnow_harness.fixtures.stack import StackFixture
from winnow_journal.inspect.view import open_view
from winnow_journal.journal import SqliteJournal

SERVERS = ("rabbitmq", "s3", "postgres")
NODES = ("media-examine-1", "media-1", "media-2", "gateway-1")
pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


class Place:
    """The servers of a Winnow, and its services' volumes as ``winnow-backup`` sees them."""

    def __init__(self, folder: Path) -> None:
        self._stack, self.nodes = StackFixture(folder / "home"), folder / "nodes"
        for service in ("media-examine", "media", "gateway"):
            (self.nodes / service).mkdir(parents=True)

    def start(self) -> None:
        """Start the servers."""
        self._stack.start(only=SERVERS)

    def close(self) -> None:
        """End them."""
        self._stack.close()

    def variables(self, backup: Path) -> dict[str, str]:
        """The settings of a ``winnow-backup`` into, or of, this folder."""
        secrets = self._stack.home.secrets
        return {
            "WINNOW_BACKUP_FOLDER": str(backup),
            "WINNOW_BACKUP_NODES": str(self.nodes),
            "WINNOW_INDEX_DATABASE_URL_FILE": str(secrets / "database-url"),
            "WINNOW_AMQP_URL_FILE": str(secrets / "amqp-url"),
            "WINNOW_S3_ENDPOINT": self._stack._stack.plan().s3_endpoint,
            "WINNOW_S3_BUCKET": self._stack._stack.settings.s3_bucket,
            "WINNOW_S3_ACCESS_KEY_FILE": str(secrets / "s3-access-key"),
            "WINNOW_S3_SECRET_KEY_FILE": str(secrets / "s3-secret-key"),
        }

    @property
    def store(self) -> S3ObjectStore:
        """Its object store."""
        given = self.variables(Path())
        return S3ObjectStore(
            endpoint=given["WINNOW_S3_ENDPOINT"],
            bucket=given["WINNOW_S3_BUCKET"],
            access_key=Path(given["WINNOW_S3_ACCESS_KEY_FILE"]).read_text(encoding="utf-8").strip(),
            secret_key=Path(given["WINNOW_S3_SECRET_KEY_FILE"]).read_text(encoding="utf-8").strip(),
            region="us-east-1",
            secure=False,
        )

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """The rows that its database answers with, if any."""
        url = Path(self.variables(Path())["WINNOW_INDEX_DATABASE_URL_FILE"]).read_text(encoding="utf-8").strip()
        with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def journal_ids(self) -> dict[str, str]:
        """The id of each journal by its node."""
        found = {}
        for folder in self.nodes.glob("*/*"):
            if folder.is_dir():
                with open_view(folder) as view:
                    found[folder.name] = view.flag("journal_id")
        return found


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One with a table, an object, and journals of four nodes of three services."""
    place = Place(tmp_path_factory.mktemp("source"))
    place.start()
    try:
        place.ask("CREATE TABLE passage (body text); INSERT INTO passage VALUES ('하나')")
        place.store.put_bytes("in/t/small", b"abc", "audio/wav")
        for node in NODES:
            folder = place.nodes / node.rpartition("-")[0] / node
            SqliteJournal(folder / "journal", node).close()
        yield place
    finally:
        place.close()


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Place]:
    """An empty one, of which the servers run."""
    place = Place(tmp_path / "target")
    place.start()
    try:
        yield place
    finally:
        place.close()


@pytest.fixture
def winnow_backup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Place, str], str]:
    """Runs the program at a place, with a backup of the test's own; returns the sentence with which it failed."""

    def run(place: Place, deed: str) -> str:
        with monkeypatch.context() as patch:
            for name, value in place.variables(tmp_path / "backup").items():
                patch.setenv(name, value)
            try:
                main([deed])
            except SystemExit as ended:
                return str(ended.code)
        return ""

    return run


def test_what_was_saved_is_there_again_elsewhere(
    source: Place, target: Place, winnow_backup: Callable[[Place, str], str]
) -> None:
    assert winnow_backup(source, "now") == ""
    assert winnow_backup(source, "check") == ""
    assert winnow_backup(source, "recent") == ""

    assert winnow_backup(target, "restore") == ""

    assert target.journal_ids() == source.journal_ids()
    assert set(target.journal_ids()) == set(NODES)
    assert target.ask("SELECT body FROM passage") == [("하나",)]
    assert target.store.get_bytes("in/t/small") == b"abc"
    assert target.store.stat("in/t/small").content_type == "audio/wav"
    assert not list(target.nodes.glob("*/restoring"))


def test_a_restore_into_one_that_holds_something_is_refused(
    source: Place, winnow_backup: Callable[[Place, str], str]
) -> None:
    winnow_backup(source, "now")
    said = winnow_backup(source, "restore")
    assert "4 journals, 1 tables in its database, 1 objects in its store" in said


def test_a_restore_that_was_interrupted_goes_on(
    source: Place, target: Place, winnow_backup: Callable[[Place, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Dumps) -> None:
        raise Unavailable("The database ended.", dependency="postgres")

    winnow_backup(source, "now")
    with monkeypatch.context() as patch:
        patch.setattr(Dumps, "settle", interrupted)
        assert "The database ended." in winnow_backup(target, "restore")
    assert list(target.nodes.glob("*/restoring"))
    assert winnow_backup(target, "restore") == ""
    assert target.journal_ids() == source.journal_ids()
    assert not list(target.nodes.glob("*/restoring"))


def test_a_volume_that_is_missing_is_seen_before_anything_is_written(
    source: Place, target: Place, winnow_backup: Callable[[Place, str], str]
) -> None:
    winnow_backup(source, "now")
    (target.nodes / "gateway").rmdir()
    assert "There is no volume for the journal of gateway-1" in winnow_backup(target, "restore")
    assert list(target.store.keys("in/")) == []
    (target.nodes / "gateway").mkdir()
    assert winnow_backup(target, "restore") == ""


def test_volumes_that_are_not_mounted_are_no_backup(
    source: Place, winnow_backup: Callable[[Place, str], str], tmp_path: Path
) -> None:
    elsewhere = Place(tmp_path / "elsewhere")
    elsewhere._stack = source._stack
    assert "There is no journal below" in winnow_backup(elsewhere, "now")
    assert "too old, or there is none" in winnow_backup(elsewhere, "recent")
