"""Finds the journals on this machine: one in the data folder of each node, also of nodes that no longer run."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts.errors import NotFound
from winnow_journal.inspect.view import journal_folder
from winnow_local.home import Home


@dataclass(frozen=True, kw_only=True)
class JournalHere:
    """A node's name and the folder of its journal."""

    node: str
    folder: Path


def journals_of(home: Home) -> tuple[JournalHere, ...]:
    """Every journal of a home by its node's name."""
    return tuple(_found(home))


def adopted_journals(home: Home) -> tuple[JournalHere, ...]:
    """The adopted journals of dead nodes, each named for its node and time; no process uses them."""
    found = sorted(home.nodes.glob("*/journal.adopted-*/journal.db"))
    return tuple(
        JournalHere(node=file.parent.parent.name + file.parent.name.removeprefix("journal"), folder=file.parent)
        for file in found
    )


def find_journal(home: Home, named: str) -> JournalHere:
    """The journal of a node, or in a path. Raises NotFound with the nodes that have one."""
    for journal in journals_of(home):
        if journal.node == named:
            return journal
    if Path(named).exists():
        folder = journal_folder(Path(named))
        return JournalHere(node=folder.parent.name, folder=folder)
    known = ", ".join(journal.node for journal in journals_of(home))
    raise NotFound(
        f"{named!r} is neither a node with a journal nor a path.",
        hint=f"The nodes are {known}." if known else "./winnow up starts nodes.",
    )


def corrupt_files(home: Home) -> tuple[Path, ...]:
    """Journals that SQLite could not read and that were set aside at a start."""
    return tuple(sorted(home.nodes.glob("*/journal/journal.corrupt-*.db")))


def _found(home: Home) -> Iterator[JournalHere]:
    for file in sorted(home.nodes.glob("*/journal/journal.db")):
        yield JournalHere(node=file.parent.parent.name, folder=file.parent)
