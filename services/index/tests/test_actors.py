import json

import pytest

from winnow_base.objects.memory import MemoryObjectStore
from winnow_chassis.worker.drill import EffectLedger
from winnow_contracts.errors import Conflict
from winnow_contracts.json_codec import to_json
from winnow_index.actors import store_drill, store_recording
from winnow_index.control.job_control import JobControl
from winnow_index.history.event_store import EventStore
from winnow_index.history.task_history import TaskHistories
from winnow_index.store import completion
from winnow_index.store.completion import Completions
from winnow_index.testing import STORE, AsJson, EventSender, enqueued
from winnow_journal.task import Cancelled
from winnow_journal.testing.memory import memory_task


@pytest.fixture
def objects(embedded):
    made = MemoryObjectStore()
    made.put_json("embedded/a", to_json(embedded("the first words")))
    made.put_json("embedded/late", to_json(embedded("other words")))
    return made


def test_a_result_is_stored_and_once_more_is_no_harm(objects, store, library, command):
    for stored in ("stored", "again"):
        task = memory_task(command("a"))
        store_recording(task, command("a"), objects=objects, store=store)
        assert task.result == {"stored": stored}
    assert library.transcript("t", "med_a")["segments"][0]["text"] == "the first words"


def test_a_late_result_of_another_attempt_is_told_as_superseded(objects, store, library, command):
    store_recording(memory_task(command("a")), command("a"), objects=objects, store=store)
    late = command("a", embedded_key="embedded/late")
    with pytest.raises(Conflict, match="too late"):
        store_recording(memory_task(late), late, objects=objects, store=store)
    assert library.transcript("t", "med_a")["segments"][0]["text"] == "the first words"


DRILL = STORE.command


def test_a_drill_is_completed_once_and_told_to_the_ledger(database, tmp_path):
    ledger = EffectLedger(tmp_path / "ledger", "index-1")
    for attempt_id in ("a", "b"):
        store_drill(memory_task(DRILL, attempt_id=attempt_id), DRILL, results=Completions(database), ledger=ledger)
    lines = [json.loads(line) for line in (tmp_path / "ledger").read_text().splitlines()]
    assert [(line["what"], line["attempt_id"]) for line in lines] == [
        (what, attempt_id) for attempt_id in ("a", "b") for what in ("start", "step", "step", "end")
    ]
    assert (
        AsJson(TaskHistories(database)).statuses(["job_d"])["job_d"].items()
        >= {"status": "done", "stored_times": 1}.items()
    )


def test_a_drill_that_was_cancelled_ends_as_cancelled(database):
    JobControl(database).cancel("drill", "job_d", "med_d")
    with pytest.raises(Cancelled):
        store_drill(memory_task(DRILL), DRILL, results=Completions(database), ledger=EffectLedger(None, "index-1"))


@pytest.mark.parametrize(("point", "status"), [("store.committing", "queued"), ("store.committed", "done")])
def test_a_process_that_dies_beside_the_commit_leaves_all_or_nothing(database, monkeypatch, point, status):
    class Died(BaseException):
        pass

    def reach(name):
        if name == point:
            raise Died

    EventSender(EventStore(database)).ship(enqueued(STORE))
    monkeypatch.setattr(completion, "failpoint", reach)
    with pytest.raises(Died):
        store_drill(memory_task(DRILL), DRILL, results=Completions(database), ledger=EffectLedger(None, "index-1"))
    assert AsJson(TaskHistories(database)).statuses(["job_d"])["job_d"]["status"] == status
