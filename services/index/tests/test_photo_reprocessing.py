"""A served photo is processed again from a stage on, and keeps its answer meanwhile and its corrections for good."""

from dataclasses import replace

import pytest

from winnow_contracts.commands import AdviseDisposal, ClassifyPhoto, ReplayTask, Reprocess
from winnow_contracts.errors import Superseded
from winnow_contracts.photo import Category
from winnow_contracts.queues import Priority
from winnow_index.actors import replay_task
from winnow_index.history.dead_tasks import Replays
from winnow_index.history.feedback import Correction, Feedback
from winnow_index.store.completion import Stored
from winnow_journal.testing.memory import memory_task

WHOSE = {"tenant_id": "t", "job_id": "job_p", "media_id": "med_p"}


def asked(stage, run=1, **wishes):
    return ReplayTask(**WHOSE, task_id="", expected_run=run, reprocess=stage, **wishes)


@pytest.fixture
def served(photo_store, photo_command, answer, found):
    """Stores a run of the photo ``p``, as an attempt made it."""

    def put(run, attempt="won", *items, **fields):
        warned = answer(*(items or [found()]), warnings=("guidance-unavailable",), **fields)
        return photo_store.store(photo_command("p", attempt=attempt), run, warned)

    return put


@pytest.mark.parametrize("stage", [Reprocess.CLASSIFY, Reprocess.GUIDANCE])
def test_the_next_run_begins_at_the_stage_and_the_answer_stays_served(
    database, served, library, photos, photo_command, stage
):
    served(1)
    stored = photo_command("p")
    first = {
        Reprocess.CLASSIFY: ClassifyPhoto(**WHOSE, files=stored.files, language="en", region="kr"),
        Reprocess.GUIDANCE: AdviseDisposal(
            **WHOSE, files=stored.files, finding_key=stored.answer_key, language="en", region="kr"
        ),
    }[stage]
    task = memory_task(asked(stage))
    replay_task(task, asked(stage), replays=Replays(database))
    assert [(one.command, one.run) for one in task.outgoing] == [(first, 2)]
    assert (library.job("t", "job_p")["status"], library.job("t", "job_p")["run"]) == ("queued", 2)
    assert photos.one("t", "med_p")["status"] == "ready"
    assert photos.one("t", "med_p")["answer"]["finding"]["items"][0]["item"] == "pet_bottle"


def test_a_run_by_another_region_or_language_says_so_to_ai_and_stands_behind_other_work_if_asked(database, served):
    served(1)
    begun = Replays(database).begin(asked(Reprocess.GUIDANCE, language="ko", region="gb-eng", bulk=True), by="r")
    assert (begun.command().language, begun.command().region, begun.priority) == ("ko", "gb-eng", Priority.BULK)


def test_the_new_answer_takes_the_place_of_the_old_and_corrections_stay(database, served, photos, library, found):
    served(1)
    feedback = Feedback(database)
    kept = feedback.add("t", "med_p", Correction(correct_category="paper"), by="wk_1")
    Replays(database).begin(asked(Reprocess.CLASSIFY), by="r")
    assert served(2, "second", found("paper", Category.PAPER)) is Stored.STORED
    photo = photos.one("t", "med_p")
    assert photo["answer"]["finding"]["items"][0]["item"] == "paper"
    assert photo["warnings"] == ["It was turned upright.", "guidance-unavailable"]
    assert [one["id"] for one in photo["feedback"]] == [kept.id]
    assert feedback.labels("t", limit=1, cursor=None).items[0].said.item == "pet_bottle"


def test_a_request_that_comes_twice_begins_one_run(database, served):
    served(1)
    begun = Replays(database).begin(asked(Reprocess.GUIDANCE), by="r")
    assert Replays(database).begin(asked(Reprocess.GUIDANCE), by="r") == begun
    for late in (asked(Reprocess.GUIDANCE), asked(Reprocess.GUIDANCE, run=2)):
        with pytest.raises(Superseded):
            Replays(database).begin(late, by="another")


def test_without_an_answer_or_of_the_other_kind_nothing_begins(database, served, store, command):
    for stage in Reprocess:
        with pytest.raises(Superseded):
            Replays(database).begin(asked(stage), by="r")
    served(1)
    with pytest.raises(Superseded):
        Replays(database).begin(asked(Reprocess.EMBED), by="r")
    store.store(command("a", embedded_key=None), 1, None)
    other = replace(asked(Reprocess.CLASSIFY), job_id="job_a", media_id="med_a")
    with pytest.raises(Superseded):
        Replays(database).begin(other, by="r")
