"""The actor that advises how to dispose of the items found in a photo."""

from typing import Any, Protocol

from winnow_ai.photo.guidance import Guide
from winnow_ai.step_object import step_object
from winnow_base.objects.store import ObjectStore
from winnow_contracts import object_keys
from winnow_contracts.commands import AdviseDisposal, StorePhoto
from winnow_contracts.json_codec import from_json, to_json
from winnow_contracts.photo import Advice, Category, Finding, PhotoAnswer, Rule
from winnow_journal.task import Task

GUIDANCE_UNAVAILABLE = "guidance-unavailable"
"""Warning: the text model gave no steps that keep to the rule, so the steps are the rule's own words."""


class RuleLookup(Protocol):
    """Looks disposal rules up. An unknown region or language gets the book's default."""

    def find(self, region: str, item: str, category: Category, language: str) -> Rule:
        """The rule of an item, else of its category, else the general one."""


def advise_disposal(
    task: Task, command: AdviseDisposal, *, objects: ObjectStore, rules: RuleLookup, guide: Guide
) -> None:
    """Find each item's rule, get guidance for it, write the answer as one object, and send ``StorePhoto`` to index."""
    finding = _finding(objects.get_json(command.finding_key))
    answer = _answer(task, command, finding, rules, guide)
    task.tell_result(advice=len(answer.advice), region=answer.region, warnings=list(answer.warnings))

    def write() -> str:
        key = object_keys.derived(command.tenant_id, command.media_id, task.attempt_id, "answer.json")
        objects.put_json(key, to_json(answer))
        return key

    task.send(
        StorePhoto(
            **command.whose,
            files=command.files,
            answer_key=step_object(task, objects, "answer", write, to_json(answer)),
        )
    )


def _finding(found: dict[str, Any]) -> Finding:
    return from_json(Finding, found.get("finding", found))  # the former is of a photo that is advised on again


def _answer(task: Task, command: AdviseDisposal, finding: Finding, rules: RuleLookup, guide: Guide) -> PhotoAnswer:
    asking = guide.asker.for_task(task)
    advice: list[Advice] = []
    failed = False
    # Without a sure finding there is no advice: a wrong bin costs more than a second photo.
    for number, item in enumerate(() if finding.abstained else finding.items):
        rule = rules.find(command.region, item.item, item.category, command.language)
        guidance = guide.guide(task, number, item, rule, asking)
        failed = failed or guidance.failed
        advice.append(
            Advice(item=number, rule=rule, steps=guidance.steps, guided_by=guidance.guided_by, model=guidance.model)
        )
    return PhotoAnswer(
        finding=finding,
        advice=tuple(advice),
        language=command.language,
        region=advice[0].rule.region if advice else command.region,
        warnings=(GUIDANCE_UNAVAILABLE,) if failed else (),
    )
