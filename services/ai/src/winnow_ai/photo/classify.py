"""The actor that classifies a photo."""

from winnow_ai.photo.vision import Vision
from winnow_ai.step_object import step_object
from winnow_base.objects.store import ObjectStore
from winnow_contracts import object_keys
from winnow_contracts.commands import AdviseDisposal, ClassifyPhoto
from winnow_contracts.json_codec import to_json
from winnow_journal.task import Task


def classify_photo(task: Task, command: ClassifyPhoto, *, objects: ObjectStore, vision: Vision) -> None:
    """Classify a photo with the vision model, write the finding as one object, and send ``AdviseDisposal``."""
    finding = vision.find(task, objects.get_bytes(command.files.image_key))
    task.tell_result(categories=[item.category.value for item in finding.items], sure=not finding.abstained)

    def write() -> str:
        key = object_keys.derived(command.tenant_id, command.media_id, task.attempt_id, "finding.json")
        objects.put_json(key, to_json(finding))
        return key

    task.send(
        AdviseDisposal(
            **command.whose,
            files=command.files,
            finding_key=step_object(task, objects, "finding", write, to_json(finding)),
            language=command.language,
            region=command.region,
        )
    )
