"""The actor that advises: the rule decides, a text model may rephrase it, and nobody waits for the model's failures."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from winnow_ai.photo.advise import GUIDANCE_UNAVAILABLE, advise_disposal
from winnow_ai.photo.guidance import Guide
from winnow_contracts.commands import AdviseDisposal, StorePhoto
from winnow_contracts.errors import Deferred, Unavailable
from winnow_contracts.json_codec import from_json, to_json
from winnow_contracts.photo import (
    BetterPhoto,
    Category,
    Finding,
    FoundItem,
    GuidedBy,
    ItemState,
    Nothing,
    PhotoAnswer,
    Rule,
    RuleLevel,
    RuleSource,
    RuleStep,
)
from winnow_contracts.rate_limits import ReservationStatus
from winnow_journal.task import Task
from winnow_journal.testing.memory import MemoryJournal

STEPS = {
    "en": {"empty": "Empty it.", "rinse": "Rinse it.", "sort": "Put it into plastics."},
    "ko": {"empty": "내용물을 비웁니다.", "rinse": "물로 헹굽니다.", "sort": "플라스틱류로 배출합니다."},
}


class OneBook:
    """Has one rule for everything, and records the look-ups."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Category, str]] = []
        self.version = "2026-01"

    def find(self, region: str, item: str, category: Category, language: str) -> Rule:
        self.asked.append((region, item, category, language))
        return Rule(
            id=f"kr.{item}",
            region="kr",
            level=RuleLevel.ITEM,
            fallback=False,
            version=self.version,
            language=language,
            title=item,
            bin="plastics",
            steps=tuple(RuleStep(id=name, text=text) for name, text in STEPS[language].items()),
            caution="Days differ.",
            source=RuleSource(title="t", publisher="p", url="u", date="2026", checked="2026"),
        )


@pytest.fixture
def rules() -> OneBook:
    return OneBook()


@pytest.fixture
def found(world: Any) -> Callable[..., None]:
    """Puts the finding where the command points."""

    def put(*items: str, **changes: Any) -> None:
        finding = Finding(
            items=tuple(
                FoundItem(category=Category.PLASTIC, item=item, state=ItemState.CLEAN, confidence=0.9) for item in items
            ),
            abstained=False,
            model="sight",
            prompt="classify-1",
            threshold=0.6,
        )
        world.objects.put_json("finding.json", to_json(replace(finding, **changes)))

    return put


@pytest.fixture
def run(world: Any, rules: OneBook) -> Callable[..., PhotoAnswer]:
    """Runs the actor with a task; the answer it wrote."""

    def go(task: Task, model: str = "words", asker: Any = None) -> PhotoAnswer:
        command = task.envelope.command
        assert isinstance(command, AdviseDisposal)
        guide = Guide(asker=asker or world.node(per_minute=200), model=model)
        advise_disposal(task, command, objects=world.objects, rules=rules, guide=guide)
        (sent,) = task.sent
        assert isinstance(sent, StorePhoto)
        assert sent.files == command.files
        return from_json(PhotoAnswer, world.objects.get_json(sent.answer_key))

    return go


def kindly(**changes: str) -> str:
    texts = {"empty": "Please empty it first.", "rinse": "Give it a rinse.", "sort": "Then off to plastics."} | changes
    return json.dumps({"steps": [{"rule_step": name, "text": text} for name, text in texts.items()]})


def test_a_text_model_says_the_rules_steps_in_its_words(
    run: Callable[..., PhotoAnswer],
    found: Any,
    advise: AdviseDisposal,
    task_of: Any,
    world: Any,
    server: Any,
    rules: Any,
) -> None:
    found("pet_bottle")
    server.words.append(kindly())
    answer = run(task_of(advise))
    (advice,) = answer.advice
    assert (advice.item, advice.guided_by, advice.model) == (0, GuidedBy.MODEL, "words")
    assert [(step.rule_step, step.text) for step in advice.steps] == [
        ("empty", "Please empty it first."),
        ("rinse", "Give it a rinse."),
        ("sort", "Then off to plastics."),
    ]
    assert rules.asked == [("kr", "pet_bottle", Category.PLASTIC, "en")]
    assert (answer.region, answer.language, answer.warnings) == ("kr", "en", ())
    (sent,) = server.chats
    assert (sent["model"], sent["temperature"], sent["max_tokens"]) == ("words", 0.7, 300)
    given = json.loads(sent["messages"][1]["content"])
    assert given["thing"] == {"category": "plastic", "item": "pet_bottle", "state": "clean"}
    assert [step["id"] for step in given["rule"]["steps"]] == ["empty", "rinse", "sort"]
    (wish,) = [body for path, body in world.index.asked if path == ""]
    assert (wish["api"], wish["per_minute"]) == ("text", 200)


def test_without_a_text_model_the_rule_speaks_itself_and_nothing_is_amiss(
    run: Callable[..., PhotoAnswer], found: Any, advise: AdviseDisposal, task_of: Any, server: Any
) -> None:
    found("pet_bottle")
    answer = run(task_of(advise), model="")
    (advice,) = answer.advice
    assert (advice.guided_by, advice.model, answer.warnings) == (GuidedBy.RULE, "", ())
    assert {step.rule_step: step.text for step in advice.steps} == STEPS["en"]
    assert server.chats == []


def test_korean_is_guided_in_korean(
    run: Callable[..., PhotoAnswer], found: Any, advise: AdviseDisposal, task_of: Any, server: Any
) -> None:
    found("pet_bottle")
    server.words.append(
        kindly(empty="먼저 비워 주세요.", rinse="물로 헹궈 주세요.", sort="플라스틱류로 배출해 주세요.")
    )
    answer = run(task_of(replace(advise, language="ko")))
    assert answer.advice[0].steps[0].text == "먼저 비워 주세요."
    assert "Korean" in server.chats[0]["messages"][0]["content"]


def test_a_photo_is_advised_on_again_by_the_finding_of_its_answer(
    run: Callable[..., PhotoAnswer], found: Any, advise: AdviseDisposal, task_of: Any, world: Any
) -> None:
    found("pet_bottle")
    before = run(task_of(advise), model="")
    world.objects.put_json("answer.json", to_json(before))
    again = run(task_of(replace(advise, finding_key="answer.json", language="ko")), model="")
    assert again.finding == before.finding
    assert {step.rule_step: step.text for step in again.advice[0].steps} == STEPS["ko"]


@pytest.mark.parametrize(
    "changes",
    [
        {"abstained": True},
        {"items": (), "nothing": Nothing.PERSON},
        {"items": (), "nothing": Nothing.UNCLEAR, "abstained": True, "better_photo": BetterPhoto.CLOSER},
    ],
)
def test_what_is_not_sure_or_not_there_gets_no_advice(
    run: Callable[..., PhotoAnswer], found: Any, advise: AdviseDisposal, task_of: Any, server: Any, changes: Any
) -> None:
    found("pet_bottle", **changes)
    answer = run(task_of(advise))
    assert (answer.advice, answer.warnings, answer.region) == ((), (), "kr")
    assert answer.finding.abstained == changes.get("abstained", False)
    assert server.chats == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("Rinse it.", "not JSON"),
        (json.dumps({"steps": []}), "one entry for each of empty, rinse, sort"),
        (json.dumps({"steps": [{"rule_step": "burn", "text": "Burn it."}]}), "one entry for each"),
        (json.dumps({"steps": json.loads(kindly())["steps"][::-1]}), "in this order"),
        (json.dumps({"steps": json.loads(kindly())["steps"] * 2}), "3 are the most"),
        (kindly(rinse=" "), 'the text of rinse is " "'),
        (kindly(rinse="x" * 500), "longer than"),
        (kindly(rinse="See https://example.com"), "has a link"),
        (kindly(rinse="물로 헹굽니다."), "is not in English"),
        (json.dumps({"steps": [{"rule_step": name, "text": 5} for name in STEPS["en"]]}), "must be a sentence"),
    ],
)
def test_words_that_leave_the_rule_are_repaired_once_or_not_served(
    run: Callable[..., PhotoAnswer],
    found: Any,
    advise: AdviseDisposal,
    task_of: Any,
    world: Any,
    server: Any,
    words: str,
    complaint: str,
) -> None:
    found("pet_bottle")
    server.words += [words, words]
    answer = run(task_of(advise))
    assert answer.advice[0].guided_by is GuidedBy.RULE
    assert answer.warnings == (GUIDANCE_UNAVAILABLE,)
    assert complaint in server.chats[1]["messages"][3]["content"]
    assert [key for key in world.left() if key.startswith("paid/")] == []

    server.words += [words, kindly()]
    again = run(task_of(replace(advise, job_id="job_2")))
    assert (again.advice[0].guided_by, again.warnings) == (GuidedBy.MODEL, ())


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 429, "headers": {"Retry-After": "17"}},
        {"status": 503},
        {"status": 401},
        {"wait_seconds": 30},
        {"body": b""},
        {"body": b'{"choices": [', "announce_bytes": 900},
        {"body": {"choices": [{"finish_reason": "length", "message": {"content": "{"}}]}},
        {"body": {"choices": [{"finish_reason": "content_filter", "message": {"content": ""}}]}},
    ],
)
def test_whatever_fails_at_the_text_model_the_person_gets_the_rule_now(
    run: Callable[..., PhotoAnswer],
    found: Any,
    advise: AdviseDisposal,
    task_of: Any,
    world: Any,
    server: Any,
    answer: dict[str, Any],
) -> None:
    found("pet_bottle")
    server.misbehave(**({"body": {}} | answer))
    served = run(task_of(advise))
    assert served.advice[0].guided_by is GuidedBy.RULE
    assert served.warnings == (GUIDANCE_UNAVAILABLE,)
    assert world.index.count("/hold") == (answer.get("status") == 429)


def test_a_spent_budget_leaves_the_rules_own_words(
    run: Callable[..., PhotoAnswer], found: Any, advise: AdviseDisposal, task_of: Any, world: Any, server: Any
) -> None:
    found("pet_bottle")
    world.index.answer(ReservationStatus.BUDGET_SPENT)
    assert run(task_of(advise)).warnings == (GUIDANCE_UNAVAILABLE,)
    assert server.chats == []


def test_a_turn_that_is_still_to_come_is_waited_for_away(
    run: Callable[..., PhotoAnswer],
    found: Any,
    advise: AdviseDisposal,
    task_of: Any,
    copy_of: Any,
    world: Any,
    server: Any,
) -> None:
    found("pet_bottle", "plastic_bag")
    journal = MemoryJournal()
    first = task_of(advise, journal=journal)
    server.misbehave({}, status=503)
    world.index.answer(ReservationStatus.GRANTED)
    world.index.answer(ReservationStatus.GRANTED, in_ms=5_000)
    with pytest.raises(Deferred) as caught:
        run(first)
    world.clock.ms = caught.value.turn_ms
    server.words.append(kindly())
    answer = run(copy_of(first, journal, turn_ms=caught.value.turn_ms))
    # What failed for the first item is not tried again in the turn of the second.
    assert [advice.guided_by for advice in answer.advice] == [GuidedBy.RULE, GuidedBy.MODEL]
    assert [advice.item for advice in answer.advice] == [0, 1]
    assert json.loads(server.chats[0]["messages"][1]["content"])["thing"]["item"] == "plastic_bag"
    assert (len(server.chats), world.index.count("")) == (1, 3)


def test_the_same_thing_under_the_same_rule_is_put_into_words_once(
    run: Callable[..., PhotoAnswer],
    found: Any,
    advise: AdviseDisposal,
    task_of: Any,
    world: Any,
    server: Any,
    rules: OneBook,
) -> None:
    found("pet_bottle")
    server.words += [kindly()] * 2
    first = run(task_of(advise))
    assert run(task_of(replace(advise, job_id="job_2"))).advice == first.advice
    assert len(server.chats) == 1
    assert world.told[-1].cached
    rules.version = "2026-02"
    run(task_of(replace(advise, job_id="job_3")))
    assert len(server.chats) == 2


def test_a_kill_repeats_no_recorded_words(
    run: Callable[..., PhotoAnswer], found: Any, advise: AdviseDisposal, task_of: Any, world: Any, server: Any
) -> None:
    class _Killed(BaseException):
        pass

    class DyingJournal(MemoryJournal):
        def record_step(self, envelope: Any, attempt_id: str, name: str, *rest: Any) -> None:
            super().record_step(envelope, attempt_id, name, *rest)
            if attempt_id == "attempt-1":
                raise _Killed

    found("pet_bottle")
    journal = DyingJournal()
    server.words.append(kindly())
    with pytest.raises(_Killed):
        run(task_of(advise, journal=journal))
    answer = run(task_of(advise, journal=journal, attempt_id="attempt-2"), asker=world.node(ttl_seconds=0))
    assert answer.advice[0].guided_by is GuidedBy.MODEL
    assert len(server.chats) == 1


def test_a_store_that_does_not_answer_is_not_taken_for_a_text_model_that_fails(
    run: Callable[..., PhotoAnswer],
    found: Any,
    advise: AdviseDisposal,
    task_of: Any,
    world: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found("pet_bottle")
    plain = world.objects.get_json

    def down(key: str) -> Any:
        if key.startswith("paid/"):
            raise Unavailable("no answer", dependency="s3")
        return plain(key)

    monkeypatch.setattr(world.objects, "get_json", down)
    with pytest.raises(Unavailable):
        run(task_of(advise))
