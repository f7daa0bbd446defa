"""The actor that classifies: one call a photo wherever it runs, one repair, and nothing left behind where it fails."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from winnow_ai.photo.classify import classify_photo
from winnow_ai.photo.vision import Vision
from winnow_contracts.commands import AdviseDisposal, ClassifyPhoto
from winnow_contracts.errors import (
    BadInput,
    Deferred,
    NotFound,
    RateLimited,
    Refused,
    Temporary,
    TimedOut,
    Unavailable,
)
from winnow_contracts.json_codec import from_json
from winnow_contracts.photo import Finding, ItemState
from winnow_contracts.rate_limits import ReservationStatus
from winnow_journal.task import Cancelled, Task
from winnow_journal.testing.memory import MemoryJournal

BOTTLE = ("plastic", "pet_bottle", "clean", 0.93)
CAN = ("metal", "aluminum_can", "dirty", 0.8)
WOOD = ("wood", "chair", "clean", 0.9)


class _Killed(BaseException):
    """Simulates a SIGKILL: the code under test must not catch it without raising it again."""


@pytest.fixture
def run(world: Any, classify: ClassifyPhoto) -> Callable[..., Finding]:
    """Runs the actor with a task; the finding it wrote."""

    def go(task: Task, vision: Vision | None = None) -> Finding:
        command = task.envelope.command
        assert isinstance(command, ClassifyPhoto)
        classify_photo(task, command, objects=world.objects, vision=vision or world.vision())
        (sent,) = task.sent
        assert isinstance(sent, AdviseDisposal)
        assert (sent.files, sent.language, sent.region) == (command.files, command.language, command.region)
        return from_json(Finding, world.objects.get_json(sent.finding_key))

    return go


@pytest.fixture
def task(task_of: Callable[..., Task], classify: ClassifyPhoto) -> Task:
    return task_of(classify)


def spent_of(journal: MemoryJournal) -> list[tuple[bool, int]]:
    told = [spending for event in journal.events for spending in event.detail.get("spent", [])]
    return [(spending["cached"], spending["tokens_in"]) for spending in told]


def test_several_items_become_a_finding(
    run: Callable[..., Finding], task: Task, server: Any, says: Callable[..., str]
) -> None:
    server.words.append(says(BOTTLE, CAN))
    finding = run(task)
    assert [(item.item, item.state, item.confidence) for item in finding.items] == [
        ("pet_bottle", ItemState.CLEAN, 0.93),
        ("aluminum_can", ItemState.DIRTY, 0.8),
    ]
    assert (finding.model, finding.prompt, finding.threshold) == ("sight", "classify-1", 0.6)
    assert (finding.abstained, finding.cached) == (False, False)
    assert task.result == {"categories": ["plastic", "metal"], "sure": True}
    (sent,) = server.chats
    assert sent["temperature"] == 0.2
    instructions = sent["messages"][0]["content"]
    assert "$" not in instructions
    assert all(word in instructions for word in ("pet_bottle", '"general"', '"mixed"', "never tells you what to do"))


def test_each_call_tells_its_tokens_and_price(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    says: Any,
) -> None:
    journal = MemoryJournal()
    server.words.append(says(BOTTLE))
    run(task_of(classify, journal=journal))
    (spending,) = world.told
    assert (spending.use, spending.model, spending.tokens_in, spending.tokens_out) == ("vision", "sight", 1000, 50)
    assert spending.cost_usd == pytest.approx((1000 * 2 + 50 * 8) / 1e6)
    assert spent_of(journal) == [(False, 1000)]


def test_each_model_has_its_threshold(
    run: Callable[..., Finding], task: Task, world: Any, server: Any, says: Any
) -> None:
    server.words.append(says(BOTTLE))
    finding = run(task, world.vision(threshold=0.95))
    assert (finding.abstained, finding.threshold) == (True, 0.95)


def test_the_same_photo_again_makes_no_call_and_takes_no_turn(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    says: Any,
) -> None:
    server.words.append(says(BOTTLE))
    first = run(task_of(classify))
    journal = MemoryJournal()
    again = task_of(replace(classify, job_id="job_2", media_id="med_2"), journal=journal)
    second = run(again, world.vision(world.node()))
    assert second == replace(first, cached=True)
    assert len(server.chats) == world.index.count("") == 1
    assert spent_of(journal) == [(True, 0)]
    assert world.told[-1].cached


def test_a_kept_answer_is_another_ones_where_tenant_model_or_photo_is_another(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    says: Any,
) -> None:
    world.objects.put_bytes("image2.jpg", b"another photo", "image/jpeg")
    for number, (command, model) in enumerate(
        [
            (classify, "sight"),
            (replace(classify, tenant_id="other", job_id="job_2"), "sight"),
            (replace(classify, job_id="job_3"), "better-sight"),
            (replace(classify, job_id="job_4", files=replace(classify.files, image_key="image2.jpg")), "sight"),
        ],
        start=1,
    ):
        server.words.append(says(BOTTLE))
        run(task_of(command), replace(world.vision(), model=model))
        assert len(server.chats) == number


def test_a_kept_answer_is_good_for_its_time_and_not_longer(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    says: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.words += [says(BOTTLE), says(CAN)]
    run(task_of(classify))
    began = world.clock.ms
    for seconds, calls in ((3_500, 1), (3_700, 2)):
        monkeypatch.setattr("winnow_ai.llm.response_cache.now_ms", lambda late=began + seconds * 1000: late)
        world.clock.ms = began + seconds * 1000
        run(task_of(replace(classify, job_id=f"job_{seconds}")))
        assert len(server.chats) == calls


def test_a_bad_answer_is_repaired_once_and_in_a_turn_of_its_own(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    says: Any,
) -> None:
    journal = MemoryJournal()
    server.words += [says(WOOD), says(CAN)]
    assert run(task_of(classify, journal=journal)).items[0].item == "aluminum_can"
    assert world.index.count("") == 2
    complaint = server.chats[1]["messages"]
    assert complaint[2] == {"role": "assistant", "content": says(WOOD)}
    assert 'items[0].category is "wood"' in complaint[3]["content"]
    assert [event.detail["step"] for event in journal.events] == ["look", "look repair", "finding"]
    assert spent_of(journal) == [(False, 1000), (False, 1000)]

    assert run(task_of(replace(classify, job_id="job_2"))).cached
    assert len(server.chats) == 2


@pytest.mark.parametrize("words", ["I see a bottle.", "{}", '{"items": [{"category": "wood"}]}', "[" * 9_000])
def test_nonsense_twice_is_upstream_invalid_and_leaves_nothing(
    run: Callable[..., Finding], task: Task, world: Any, server: Any, words: str
) -> None:
    server.words += [words] * 3
    with pytest.raises(Temporary) as caught:
        run(task)
    assert caught.value.code == "upstream-invalid"
    assert len(server.chats) == 2
    assert (world.left(), task.sent) == ([], [])
    assert world.index.count("/give-back") == 1


def test_a_spent_retry_asks_anew_and_a_kill_does_not(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    copy_of: Callable[..., Task],
    classify: ClassifyPhoto,
    server: Any,
    says: Any,
) -> None:
    journal = MemoryJournal()
    first = task_of(classify, journal=journal)
    server.words += ["?", "??"]
    for attempt in (first, task_of(classify, journal=journal, attempt_id="after-a-kill")):
        with pytest.raises(Temporary):
            run(attempt)
        assert len(server.chats) == 2

    server.words.append(says(BOTTLE))
    assert run(copy_of(first, journal)).items[0].item == "pet_bottle"
    assert len(server.chats) == 3


def test_a_kill_between_answer_and_repair_repeats_neither(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    says: Any,
) -> None:
    class DyingJournal(MemoryJournal):
        def record_step(self, envelope: Any, attempt_id: str, name: str, *rest: Any) -> None:
            super().record_step(envelope, attempt_id, name, *rest)
            if attempt_id == "attempt-1" or (attempt_id == "attempt-2" and name == "look repair"):
                raise _Killed

    journal = DyingJournal()
    server.words += ["nonsense", says(CAN)]
    for attempt in ("attempt-1", "attempt-2"):
        with pytest.raises(_Killed):
            run(task_of(classify, journal=journal, attempt_id=attempt))
    assert run(task_of(classify, journal=journal, attempt_id="attempt-3")).items[0].item == "aluminum_can"
    assert len(server.chats) == 2


def test_an_answer_that_was_paid_when_the_process_died_is_found_by_another_node(
    run: Callable[..., Finding], task_of: Callable[..., Task], classify: ClassifyPhoto, server: Any, says: Any
) -> None:
    class DyingJournal(MemoryJournal):
        def record_step(self, *rest: Any) -> None:
            raise _Killed

    server.words.append(says(BOTTLE))
    with pytest.raises(_Killed):
        run(task_of(classify, journal=DyingJournal()))
    assert run(task_of(classify)).cached
    assert len(server.chats) == 1


def test_a_store_that_takes_no_answer_costs_no_second_call(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    says: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(key: str, value: Any) -> None:
        raise Unavailable("the store is full", dependency="s3")

    journal = MemoryJournal()
    server.words.append(says(BOTTLE))
    with monkeypatch.context() as patch:
        patch.setattr(world.objects, "put_json", full)
        with pytest.raises(Unavailable):
            run(task_of(classify, journal=journal))
    assert run(task_of(classify, journal=journal, attempt_id="attempt-2")).items
    assert len(server.chats) == 1


def test_a_far_turn_defers_and_the_copy_calls_in_it(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    copy_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    says: Any,
) -> None:
    journal = MemoryJournal()
    first = task_of(classify, journal=journal)
    world.index.answer(ReservationStatus.GRANTED, in_ms=34_000)
    with pytest.raises(Deferred) as caught:
        run(first)
    assert server.chats == []
    world.clock.ms += 33_100
    server.words.append(says(BOTTLE))
    run(copy_of(first, journal, turn_ms=caught.value.turn_ms))
    assert world.clock.ms == caught.value.turn_ms
    assert (len(server.chats), world.index.count("")) == (1, 2)


def test_the_turn_of_a_repair_is_waited_for_away_too_and_no_call_is_repeated(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    copy_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    says: Any,
) -> None:
    journal = MemoryJournal()
    first = task_of(classify, journal=journal)
    world.index.answer(ReservationStatus.GRANTED)
    world.index.answer(ReservationStatus.GRANTED, in_ms=10_000)
    server.words += ["nonsense", says(CAN)]
    with pytest.raises(Deferred) as caught:
        run(first)
    world.clock.ms = caught.value.turn_ms
    assert run(copy_of(first, journal, turn_ms=caught.value.turn_ms)).items[0].item == "aluminum_can"
    assert (len(server.chats), world.index.count("")) == (2, 3)


def test_what_another_task_is_getting_is_taken_from_the_cache(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    says: Any,
) -> None:
    vision, others = world.vision(), world.vision(world.node())
    server.words.append(says(BOTTLE))
    world.index.answer(ReservationStatus.TAKEN, in_ms=1_200)
    plain_sleep = world.clock.sleep

    def meanwhile(seconds: float) -> None:
        world.clock.sleep = plain_sleep
        run(task_of(replace(classify, job_id="job_2")), others)
        plain_sleep(seconds)

    world.clock.sleep = meanwhile
    assert run(task_of(classify), vision).cached
    assert len(server.chats) == 1


def test_one_that_waits_for_another_comes_back_without_a_turn_and_asks_for_one(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    copy_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    says: Any,
) -> None:
    journal = MemoryJournal()
    first = task_of(classify, journal=journal)
    world.index.answer(ReservationStatus.TAKEN, in_ms=60_000)
    with pytest.raises(Deferred) as caught:
        run(first)
    assert not caught.value.reserved
    server.words.append(says(BOTTLE))
    assert not run(copy_of(first, journal, deferred=True)).cached
    assert world.index.count("") == 2


@pytest.mark.parametrize("index_away", [False, True])
def test_two_tasks_with_one_photo_at_the_same_moment_make_one_call(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    copy_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    says: Any,
    index_away: bool,
) -> None:
    class RealClock:
        def now_ms(self) -> int:
            return time.time_ns() // 1_000_000

        def sleep(self, seconds: float) -> None:
            time.sleep(seconds)

    clock = RealClock()
    world.clock = clock
    world.index._clock = clock
    world.index.away = index_away
    # One node where index is away: its own share knows only what its own process does.
    visions = [world.vision(world.node())] * 2 if index_away else [world.vision(world.node()) for _ in range(2)]
    server.words += [says(BOTTLE)] * 2
    server.before_answer = lambda: time.sleep(0.3)
    findings: list[Finding] = []

    def work(number: int) -> None:
        journal = MemoryJournal()
        task = task_of(replace(classify, job_id=f"job_{number}"), journal=journal)
        while True:
            try:
                findings.append(run(task, visions[number]))
                return
            except Deferred as later:  # where the other one's call takes long
                clock.sleep(max(0.0, (later.turn_ms - clock.now_ms()) / 1000))
                task = copy_of(task, journal, turn_ms=later.turn_ms if later.reserved else 0, deferred=True)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.chats) == 1
    assert sorted(finding.cached for finding in findings) == [False, True]


def test_a_spent_budget_refuses_before_the_call(
    run: Callable[..., Finding], task: Task, world: Any, server: Any
) -> None:
    world.index.answer(ReservationStatus.BUDGET_SPENT, spent_usd=1, limit_usd=1)
    with pytest.raises(Refused) as caught:
        run(task)
    assert caught.value.code == "budget-spent"
    assert (server.chats, world.left()) == ([], [])


def test_a_spent_budget_does_not_refuse_what_costs_nothing(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    says: Any,
) -> None:
    server.words.append(says(BOTTLE))
    run(task_of(classify))
    world.index.answer(ReservationStatus.BUDGET_SPENT)
    assert run(task_of(replace(classify, job_id="job_2"))).cached


@pytest.mark.parametrize(
    ("kind", "code", "answer"),
    [
        (RateLimited, "rate-limited", {"status": 429, "headers": {"Retry-After": "17"}}),
        (TimedOut, "upstream-timeout", {"wait_seconds": 30}),
        (Temporary, "upstream-invalid", {"body": b'{"choices": [{"mess', "announce_bytes": 5_000}),
        (Temporary, "upstream-invalid", {"body": b""}),
        (Temporary, "upstream-invalid", {"body": b"<html>portal</html>", "headers": {"Content-Type": "text/html"}}),
        (Unavailable, "model-unavailable", {"status": 401}),
        (Unavailable, "model-unavailable", {"status": 503}),
        (
            BadInput,
            "upstream-invalid",
            {"body": {"choices": [{"finish_reason": "stop", "message": {"refusal": "No people, please."}}]}},
        ),
    ],
)
def test_a_failed_call_is_its_code_gives_its_claim_back_and_leaves_nothing(
    run: Callable[..., Finding],
    task: Task,
    world: Any,
    server: Any,
    kind: type[Exception],
    code: str,
    answer: dict[str, Any],
) -> None:
    server.misbehave(**({"body": {}} | answer))
    with pytest.raises(kind) as caught:
        run(task)
    assert caught.value.code == code  # type: ignore[attr-defined]
    assert (world.left(), task.sent) == ([], [])
    assert world.index.count("/give-back") == 1
    (wish,) = [body for path, body in world.index.asked if path == ""]
    (back,) = [body for path, body in world.index.asked if path == "/give-back"]
    assert back == {name: wish[name] for name in ("tenant_id", "answer_key", "holder")}


def test_429_is_told_to_index_so_that_nobody_calls_before(
    run: Callable[..., Finding], task: Task, world: Any, server: Any
) -> None:
    server.misbehave({}, status=429, headers={"Retry-After": "17"})
    with pytest.raises(RateLimited):
        run(task)
    assert ("/hold", {"api": "vision", "until_ms": world.clock.ms + 17_000}) in world.index.asked


@pytest.mark.parametrize("in_ms", [0, 1_000], ids=["during its call", "before its turn"])
def test_a_call_that_is_given_up_gives_its_claim_back(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    in_ms: int,
) -> None:
    def stop() -> None:
        raise Cancelled

    plain = task_of(classify)
    task = Task(plain.envelope, "attempt-1", MemoryJournal(), node="test", stop_call=stop)
    world.index.answer(ReservationStatus.GRANTED, in_ms=in_ms)
    server.misbehave({}, wait_seconds=30)
    with pytest.raises(Cancelled):
        run(task)
    assert world.index.count("/give-back") == 1


def test_while_index_is_away_calls_keep_to_the_nodes_share(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    says: Any,
) -> None:
    world.index.away = True
    vision = world.vision(world.node(nodes=2))
    began, called = world.clock.ms, []
    for number in range(3):
        world.objects.put_bytes(f"{number}.jpg", str(number).encode(), "image/jpeg")
        server.words.append(says(BOTTLE))
        command = replace(classify, job_id=f"job_{number}", files=replace(classify.files, image_key=f"{number}.jpg"))
        run(task_of(command), vision)
        called.append(world.clock.ms - began)
    assert called == [0, 1_200, 2_400]


def test_without_a_vision_model_it_says_which_setting_is_missing(
    run: Callable[..., Finding], task: Task, world: Any, server: Any
) -> None:
    with pytest.raises(Unavailable) as caught:
        run(task, replace(world.vision(), model=""))
    assert "photos cannot be classified" in caught.value.detail
    assert "WINNOW_AI_VISION_MODEL" in caught.value.hint
    assert world.index.asked == []


def test_a_photo_that_is_gone_is_no_reason_to_try_again(run: Callable[..., Finding], task: Task, world: Any) -> None:
    world.objects.remove("image.jpg")
    with pytest.raises(NotFound):
        run(task)


def test_a_finding_that_was_swept_is_written_again(
    run: Callable[..., Finding],
    task_of: Callable[..., Task],
    classify: ClassifyPhoto,
    world: Any,
    server: Any,
    says: Any,
) -> None:
    journal = MemoryJournal()
    server.words.append(says(BOTTLE))
    first = task_of(classify, journal=journal)
    finding = run(first)
    (sent,) = first.sent
    world.objects.remove(sent.finding_key)  # type: ignore[attr-defined]
    assert run(task_of(classify, journal=journal, attempt_id="attempt-2")) == finding
    assert len(server.chats) == 1


def test_words_on_the_photo_are_data_in_every_request(
    run: Callable[..., Finding], task: Task, server: Any, says: Any
) -> None:
    server.words.append(says(BOTTLE))
    run(task)
    system, user = server.chats[0]["messages"]
    assert system["role"] == "system"
    assert [part["type"] for part in user["content"]] == ["text", "image_url"]
    assert json.dumps(user).count("data:image/jpeg;base64,") == 1
