"""Writes an object in a step, for the next task."""

from collections.abc import Callable
from typing import Any

from winnow_base.objects.store import ObjectStore
from winnow_journal.task import Task


def step_object(task: Task, objects: ObjectStore, name: str, write: Callable[[], str], inputs: Any) -> str:
    """The key of the object that step ``name`` wrote. If that object was swept since, it is written again."""
    key = task.step(name, write, inputs=inputs)
    return key if objects.exists(key) else write()
