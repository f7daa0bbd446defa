"""The steps of one photo: fetch it, check its header, make its pictures, store them."""

import hashlib
from pathlib import Path
from typing import Any

from winnow_base.objects.store import ObjectStore
from winnow_contracts.commands import PreparePhoto
from winnow_contracts.object_keys import derived
from winnow_contracts.photo_formats import refuse_many_bytes
from winnow_journal.task import Task
from winnow_media.checksums import compared
from winnow_media.photo_header import check_header
from winnow_media.photo_program import PhotoProgram
from winnow_media.scratch import Scratch
from winnow_media.transfers import Check, stoppable


class PhotoPreparation:
    """The steps of one ``PreparePhoto``. Each returns plain JSON for the journal."""

    def __init__(
        self,
        task: Task,
        command: PreparePhoto,
        original_key: str,
        objects: ObjectStore,
        photos: PhotoProgram,
        scratch: Scratch,
    ) -> None:
        self._task, self._command, self._original_key = task, command, original_key
        self._objects, self._photos, self._scratch = objects, photos, scratch

    def derive(self) -> dict[str, Any]:
        """Make the pictures. Returns keys of image and thumbnail, the image's hash and size (pixels), and warnings.

        Raises BadInput (``empty-file``, ``too-large``, ``image-too-large``, ``corrupt-image``, ``resource-limit``),
        Unsupported (``unsupported-type``), and TimedOut.
        """
        with self._scratch.folder() as folder:
            source, image, thumbnail = (folder / name for name in ("original", "image.jpg", "thumbnail.jpg"))
            self._fetch(source)
            form = check_header(source)
            made = self._photos.derive(source, form, image, thumbnail, self._task.check)
            content = image.read_bytes()
            return {
                "image_key": self._store(image.name, content),
                "thumbnail_key": self._store(thumbnail.name, thumbnail.read_bytes()),
                "image_sha256": hashlib.sha256(content).hexdigest(),
                "width": made.width,
                "height": made.height,
                "warnings": list(made.warnings),
            }

    def _fetch(self, path: Path) -> None:
        refuse_many_bytes(self._objects.stat(self._original_key).size_bytes)

        def fetch(check: Check) -> None:
            with path.open("wb") as file:
                for chunk in compared(self._objects.chunks(self._original_key), self._command.sha256):
                    check()
                    file.write(chunk)

        stoppable(fetch, self._task.check)

    def _store(self, name: str, content: bytes) -> str:
        key = derived(self._command.tenant_id, self._command.media_id, self._task.attempt_id, name)
        stoppable(lambda check: self._objects.put_bytes(key, content, "image/jpeg"), self._task.check)
        return key
