"""Gives each node of a service a folder of its own in a volume that they share, and the folder's name as its own.

``python -m winnow_base.node_folder COMMAND …`` takes a free folder below ``WINNOW_NODES_DIR`` and becomes ``COMMAND``,
with ``WINNOW_NODE`` and ``WINNOW_DATA_DIR`` set to that folder: of three nodes with ``WINNOW_NODE=ai`` one is ``ai-1``
and has the journal in ``ai-1/journal``. A node that starts after another was killed takes that one's folder, name and
journal, and goes on with what is open in it. ``flock`` keeps a folder to one node, so the volume must be a file system
of one machine.
"""

import fcntl
import os
import re
import sys
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import NoReturn

from winnow_base.environment import Environment
from winnow_contracts.errors import Misconfigured, NotFound
from winnow_journal.inspect.view import open_view
from winnow_journal.values import JournalUnusable

LOCK = "node.lock"
"""The file that a node's processes hold locked, in its folder."""
_MOMENT_SECONDS = 0.2
"""A neighbour may hold the lock of a free folder for a moment. Then no folder more is needed."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Take a folder and become the command. Exits with one sentence if it cannot."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if not words:
        sys.exit("usage: python -m winnow_base.node_folder COMMAND [ARGUMENT …]")
    try:
        environment = Environment()
        root, name = environment.path("WINNOW_NODES_DIR"), environment.text("WINNOW_NODE")
        environment.done()
        folder, lock = take_folder(root, name)
    except Misconfigured as error:
        sys.exit(f"No folder for this node: {error.detail}. {error.hint}")
    os.set_inheritable(lock, True)  # the lock is the command's from here on, and ends with its last process
    os.environ |= {"WINNOW_NODE": folder.name, "WINNOW_DATA_DIR": str(folder)}
    try:
        os.execvp(words[0], words)  # noqa: S606 - the command that the container was given
    except OSError as error:
        sys.exit(f"{words[0]} cannot be run: {error.strerror}.")


def take_folder(root: Path, name: str) -> tuple[Path, int]:
    """Lock a free folder of ``root`` for a node called ``name``; the folder, and the file that holds the lock.

    One with open work comes first, then the one with the lowest number; where none is free a new one is made. Raises
    Misconfigured if ``root`` cannot be used.
    """
    if (root / "journal").exists():
        raise Misconfigured(
            f"the journal of an earlier version lies in {root}",
            hint=f"Move all that is in {root} into a folder {name}-1 there, and start again.",
        )
    try:
        for _ in range(2):
            for folder in sorted(node_folders(root, name), key=lambda one: (not has_open_work(one), _number(one))):
                if (lock := lock_folder(folder)) is not None:
                    return folder, lock
            time.sleep(_MOMENT_SECONDS)
        for number in count(1):
            folder = root / f"{name}-{number}"
            folder.mkdir(mode=0o700, exist_ok=True)
            if (lock := lock_folder(folder)) is not None:
                return folder, lock
    except OSError as error:
        raise Misconfigured(
            f"{root} cannot be used: {error.strerror}", hint="Give the container a volume there that it may write to."
        ) from error
    raise AssertionError("there is always one number more")


def node_folders(root: Path, name: str) -> list[Path]:
    """The folders of ``root`` that nodes called ``name`` have or had, by number."""
    wanted = re.compile(re.escape(name) + r"-[1-9][0-9]*")
    return sorted((one for one in root.iterdir() if wanted.fullmatch(one.name)), key=_number)


def lock_folder(folder: Path) -> int | None:
    """Lock a node's folder for this process; the file that holds the lock, or None if a living node has it."""
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def has_open_work(folder: Path) -> bool:
    """Whether the journal in a node's folder holds what broker or index have not taken, or a task that ran.

    True for a journal that cannot be read: the node that opens it sees to that.
    """
    try:
        with open_view(folder / "journal") as view:
            found = view.summary()
    except NotFound:
        return False
    except JournalUnusable:
        return True
    return bool(found.unconfirmed or found.unapplied or found.tasks.get("running"))


def _number(folder: Path) -> int:
    return int(folder.name.rpartition("-")[2])


if __name__ == "__main__":
    main()
