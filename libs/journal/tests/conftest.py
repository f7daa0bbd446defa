import pytest

from winnow_contracts.commands import Examine
from winnow_contracts.envelope import Envelope, now_ms
from winnow_journal.journal import SqliteJournal
from winnow_journal.testing.memory import MemoryJournal


class SqliteUnderTest:
    """Opens the same journal folder repeatedly, as one process after another would."""

    def __init__(self, folder):
        self.folder = folder
        self.journal = SqliteJournal(folder, "node-1")

    def reboot(self):
        self.journal.close()
        self.journal = SqliteJournal(self.folder, "node-1")
        return self.journal

    def close(self):
        self.journal.close()


class MemoryUnderTest:
    def __init__(self):
        self.journal = MemoryJournal("node-1")

    def reboot(self):
        self.journal.reboot()
        return self.journal

    def close(self):
        pass


@pytest.fixture(params=["sqlite", "memory"])
def house(request, tmp_path):
    """One journal of each kind: ``house.journal``. ``house.reboot()`` makes it what the next process finds."""
    under_test = SqliteUnderTest(tmp_path / "journal") if request.param == "sqlite" else MemoryUnderTest()
    yield under_test
    under_test.close()


@pytest.fixture
def journal(house):
    return house.journal


def examine(job_id="job_1", **fields):
    """An envelope for the examine task of a job."""
    command = Examine(
        tenant_id="t", job_id=job_id, media_id=f"med_{job_id}", original_key="k", filename="a.mp4", size_bytes=1
    )
    return Envelope(command=command, created_ms=now_ms(), **fields)


@pytest.fixture(name="examine")
def examine_fixture():
    return examine
