import pytest

from winnow_chassis.objects_memory import MemoryObjectStore
from winnow_contracts.errors import Conflict
from winnow_contracts.wire import to_json
from winnow_index.actors import store_recording
from winnow_journal.memory import memory_task


@pytest.fixture
def objects(embedded):
    made = MemoryObjectStore()
    made.put_json("embedded/a", to_json(embedded("the first words")))
    made.put_json("embedded/late", to_json(embedded("other words")))
    return made


def test_a_result_is_stored_and_once_more_is_no_harm(objects, store, library, command):
    for _ in range(2):
        store_recording(memory_task(command("a")), command("a"), objects=objects, store=store)
    assert library.transcript("t", "med_a")["segments"][0]["text"] == "the first words"


def test_a_late_result_of_another_attempt_is_told_as_superseded(objects, store, library, command):
    store_recording(memory_task(command("a")), command("a"), objects=objects, store=store)
    late = command("a", embedded_key="embedded/late")
    with pytest.raises(Conflict, match="too late"):
        store_recording(memory_task(late), late, objects=objects, store=store)
    assert library.transcript("t", "med_a")["segments"][0]["text"] == "the first words"
