"""Where a job's upload is. It never moves: a good verdict makes it the media's original where it lies."""

from typing import Protocol

from winnow_chassis.objects.store import ObjectStore
from winnow_contracts.object_keys import promoted
from winnow_media.transfers import Check, stoppable


class Uploaded(Protocol):
    """A command about an upload."""

    @property
    def tenant_id(self) -> str:
        """Whose it is."""

    @property
    def media_id(self) -> str:
        """Which media it is to become."""

    @property
    def original_key(self) -> str:
        """Where it was stored."""


def present_key(objects: ObjectStore, command: Uploaded, check: Check) -> str:
    """The upload's key, or, where an earlier version moved it, that of its copy. ``check`` ends the wait."""
    moved = promoted(command.tenant_id, command.media_id)

    def look(check: Check) -> str:
        gone = not objects.exists(command.original_key) and objects.exists(moved)
        return moved if gone else command.original_key

    return stoppable(look, check)
