"""Finds a job's upload in the store. It never moves: after a good verdict the same object is the media's original."""

from typing import Protocol

from winnow_base.objects.store import ObjectStore
from winnow_contracts.object_keys import promoted
from winnow_media.transfers import Check, stoppable


class Uploaded(Protocol):
    """A command about an upload."""

    @property
    def tenant_id(self) -> str:
        """The tenant."""

    @property
    def media_id(self) -> str:
        """The media that the upload becomes."""

    @property
    def original_key(self) -> str:
        """The key under which it was stored."""


def present_key(objects: ObjectStore, command: Uploaded, check: Check) -> str:
    """The upload's key, or its copy's key if an earlier version moved it. ``check`` may end the wait."""
    moved = promoted(command.tenant_id, command.media_id)

    def look(check: Check) -> str:
        gone = not objects.exists(command.original_key) and objects.exists(moved)
        return moved if gone else command.original_key

    return stoppable(look, check)
