"""The way out of quarantine: an upload that was found good becomes the media's original."""

from typing import Protocol

from winnow_chassis.objects import ObjectStore
from winnow_contracts.object_keys import original
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


def present_key(objects: ObjectStore, command: Uploaded) -> str:
    """The upload in quarantine, or, in a later run of a job, the original that an earlier run promoted."""
    promoted = original(command.tenant_id, command.media_id)
    if not objects.exists(command.original_key) and objects.exists(promoted):
        return promoted
    return command.original_key


def promote(objects: ObjectStore, command: Uploaded, check: Check) -> str:
    """Copy the upload out of quarantine, if nobody has; the original's key. ``check`` ends the wait."""
    source, target = command.original_key, original(command.tenant_id, command.media_id)
    if source != target and not objects.exists(target):
        # Not stopped between its parts: who gives it up leaves the store to finish it.
        stoppable(lambda check: objects.copy(source, target), check)
    return target
