"""Carries out the journals of nodes that are gone and do not come back, in the volume that a service's nodes share."""

import logging
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

from winnow_base.background import BackgroundLoop
from winnow_base.node_folder import LOCK, has_open_work, lock_folder, node_folders
from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_chassis.settings import ChassisSettings
from winnow_contracts.errors import WinnowError
from winnow_journal.inspect.view import living_owners
from winnow_journal.values import JournalUnusable

_LOG = logging.getLogger(__name__)
_EVERY_SECONDS = 15.0
_GONE_SECONDS = 120.0
"""A node that is only restarted has its folder again sooner than this."""
_LOOK_SECONDS = 0.5
_KEPT = {"journal", LOCK}


class DepartedNodes:
    """From ``start`` to ``stop``, sends what the journals of departed nodes hold: commands to the broker, events to
    index, in the names of those nodes. Their running tasks are released as died, as by their own next start.

    ``settings.nodes_dir`` is the shared volume, and ``settings.node`` names one of its folders. A folder whose journal
    has had no owner for ``gone_seconds`` is locked meanwhile, so no node takes it; all beside the journal, copies of
    files above all, is removed once no work is open there.
    """

    def __init__(
        self, settings: ChassisSettings, *, gone_seconds: float = _GONE_SECONDS, every_seconds: float = _EVERY_SECONDS
    ) -> None:
        self._settings = settings
        self._gone_seconds = gone_seconds
        self._free_since: dict[Path, float] = {}
        self._loop = BackgroundLoop(
            "departed nodes",
            "carries out the journals of nodes that are gone",
            self._look,
            every_seconds=every_seconds,
        )

    def start(self) -> None:
        """Begin."""
        self._loop.start()

    def stop(self) -> None:
        """End. What is left stays in those journals."""
        self._loop.stop()

    def _look(self) -> None:
        own = self._settings.data_dir
        for folder in node_folders(own.parent, own.name.rpartition("-")[0]):
            if folder == own or living_owners(folder / "journal") or not (has_open_work(folder) or _surplus(folder)):
                self._free_since.pop(folder, None)
            elif time.monotonic() - self._free_since.setdefault(folder, time.monotonic()) >= self._gone_seconds:
                self._lock_and_carry_out(folder)

    def _lock_and_carry_out(self, folder: Path) -> None:
        if (lock := lock_folder(folder)) is None:
            return  # a node of that name starts
        try:
            if has_open_work(folder):
                self._carry_out(folder)
            if not has_open_work(folder):
                _clear(folder)
        except (WinnowError, JournalUnusable) as error:
            _LOG.warning("The journal of a departed node cannot be carried out.", extra=_about(folder, error))
        finally:
            os.close(lock)

    def _carry_out(self, folder: Path) -> None:
        _LOG.info("The journal of a departed node is carried out.", extra={"of": folder.name})
        node = OutboxRuntime(replace(self._settings, node=folder.name, data_dir=folder), measured=False)
        node.start()
        try:
            while not (node.publisher.connected and not has_open_work(folder)):
                if self._loop.stopping.wait(_LOOK_SECONDS):
                    return
        finally:
            node.stop()
        _LOG.info("Nothing is left of a departed node.", extra={"of": folder.name})


def _surplus(folder: Path) -> list[Path]:
    """What a node keeps beside its journal, and can do without: it is a cache, or of a task that has ended."""
    return [one for one in folder.iterdir() if one.name not in _KEPT]


def _clear(folder: Path) -> None:
    for one in _surplus(folder):
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one)
        else:
            one.unlink()


def _about(folder: Path, error: Exception) -> dict[str, str]:
    return {"of": folder.name, "reason": str(error)}
