"""A container's processors are those of its limit and not the machine's."""

import os
from pathlib import Path

import pytest

from winnow_base.cores import usable_cores


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of eight processors."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)))


class Groups:
    """Control groups in a folder, and the file that names the one of a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "cgroup"
        self.own = folder / "own"

    def limit(self, group: str, text: str) -> None:
        """Give a group its limit."""
        (self.folder / group).mkdir(parents=True, exist_ok=True)
        (self.folder / group / "cpu.max").write_text(f"{text}\n")

    def cores(self, own: str) -> int:
        """What a process counts whose groups the kernel tells so."""
        self.own.write_text(f"{own}\n")
        return usable_cores(self.folder, self.own)


@pytest.fixture
def groups(tmp_path: Path) -> Groups:
    return Groups(tmp_path)


@pytest.mark.parametrize(
    ("told", "cores"), [("max 100000", 8), ("150000 100000", 2), ("20000 100000", 1), ("3200000 100000", 8)]
)
def test_a_limit_counts_in_whole_processors_and_no_more_than_there_are(groups: Groups, told: str, cores: int) -> None:
    groups.limit("", told)
    assert groups.cores("0::/") == cores


def test_the_limit_of_a_group_around_its_own_holds_too(groups: Groups) -> None:
    groups.limit("pods", "300000 100000")
    groups.limit("pods/one", "max 100000")
    assert groups.cores("0::/pods/one/winnow") == 3
    groups.limit("pods/one/winnow", "100000 50000")
    assert groups.cores("0::/pods/one/winnow") == 2


def test_the_limits_of_other_groups_do_not_count(groups: Groups) -> None:
    groups.limit("pods/one", "100000 100000")
    assert groups.cores("0::/pods/other") == 8


def test_without_a_limit_all_that_the_process_may_run_on_count(groups: Groups) -> None:
    assert groups.cores("0::/") == 8
    assert groups.cores("4:cpu,cpuacct:/pods\n1:name=systemd:/pods") == 8


def test_the_groups_of_this_process_can_be_read() -> None:
    assert 1 <= usable_cores() <= 8
