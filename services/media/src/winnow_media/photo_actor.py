"""The media service's actor for photos."""

from winnow_base.objects.store import ObjectStore
from winnow_contracts.commands import ClassifyPhoto, PhotoFiles, PreparePhoto
from winnow_journal.task import Task
from winnow_media.photo import PhotoPreparation
from winnow_media.photo_program import PhotoProgram
from winnow_media.scratch import Scratch
from winnow_media.uploads import present_key


def prepare_photo(
    task: Task, command: PreparePhoto, *, objects: ObjectStore, photos: PhotoProgram, scratch: Scratch
) -> None:
    """Make a photo's image and thumbnail, and send ``ClassifyPhoto`` to ai."""
    original_key = present_key(objects, command, task.check)
    preparation = PhotoPreparation(task, command, original_key, objects, photos, scratch)
    made = task.step("derive", preparation.derive, inputs=command.original_key)
    task.tell_result(width=made["width"], height=made["height"], warnings=made["warnings"])
    files = PhotoFiles(
        original_key=original_key,
        image_key=made["image_key"],
        thumbnail_key=made["thumbnail_key"],
        image_sha256=made["image_sha256"],
        width=made["width"],
        height=made["height"],
        warnings=tuple(made["warnings"]),
    )
    task.send(
        ClassifyPhoto(
            **command.whose,
            files=files,
            language=command.language,
            region=command.region,
        )
    )
