"""The endpoint that other packages' tests stand on gives answers that are taken, and fails as it is told to."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.llm.endpoint_settings import EndpointSettings
from winnow_ai.photo.advise import advise_disposal
from winnow_ai.photo.classify import classify_photo
from winnow_ai.photo.guidance import Guide
from winnow_ai.rules.book import RuleBook
from winnow_contracts.commands import AdviseDisposal, ClassifyPhoto
from winnow_contracts.errors import RateLimited, WinnowError
from winnow_contracts.json_codec import from_json
from winnow_contracts.photo import Finding, GuidedBy, PhotoAnswer
from winnow_harness.fixtures.endpoint import FakeEndpoint
from winnow_journal.task import Task


@pytest.fixture
def small() -> Iterator[FakeEndpoint]:
    endpoint = FakeEndpoint()
    endpoint.start()
    yield endpoint
    endpoint.stop()


@pytest.fixture
def node(world: Any, small: FakeEndpoint, endpoint_settings: EndpointSettings) -> Iterator[Any]:
    door = Endpoint(replace(endpoint_settings, base_url=small.url))
    door.load()
    yield world.node(chat=door)
    door.close()


@pytest.fixture
def look(world: Any, node: Any, classify: ClassifyPhoto, task_of: Callable[..., Task]) -> Callable[..., Finding]:
    def go(photo: bytes) -> Finding:
        world.objects.put_bytes("image.jpg", photo, "image/jpeg")
        task = task_of(classify)
        classify_photo(task, classify, objects=world.objects, vision=world.vision(node))
        (sent,) = task.sent
        assert isinstance(sent, AdviseDisposal)
        return from_json(Finding, world.objects.get_json(sent.finding_key))

    return go


def test_every_photo_has_its_finding_and_each_call_is_counted(
    look: Callable[..., Finding], small: FakeEndpoint
) -> None:
    findings = [look(bytes([number])) for number in range(20)]
    assert len({finding.items[0].item for finding in findings}) > 5
    assert not any(finding.abstained for finding in findings)
    assert len(small.vision_calls) == len(set(small.photos)) == 20
    assert small.vision_calls == sorted(small.vision_calls)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_its_guidance_keeps_to_every_rule_of_the_book(
    look: Callable[..., Finding],
    world: Any,
    node: Any,
    small: FakeEndpoint,
    advise: AdviseDisposal,
    task_of: Callable[..., Task],
    language: str,
) -> None:
    book, command = RuleBook(), replace(advise, language=language, finding_key="")
    for number in range(20):
        look(bytes([number]))
        key = next(key for key in world.objects.keys("ok/") if key.endswith("finding.json"))
        command = replace(command, job_id=f"job_{number}", finding_key=key)
        task = task_of(command)
        advise_disposal(task, command, objects=world.objects, rules=book, guide=Guide(asker=node, model="text"))
        (sent,) = task.sent
        answer = from_json(PhotoAnswer, world.objects.get_json(sent.answer_key))  # type: ignore[attr-defined]
        assert [advice.guided_by for advice in answer.advice] == [GuidedBy.MODEL]
        assert answer.warnings == ()
    assert small.text_calls


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("nonsense", "upstream-invalid"),
        ("unknown_category", "upstream-invalid"),
        ("429", "rate-limited"),
        ("hang", "upstream-timeout"),
        ("half", "upstream-invalid"),
    ],
)
def test_it_fails_as_it_is_told_and_each_way_has_its_code(
    look: Callable[..., Finding], world: Any, small: FakeEndpoint, how: str, code: str
) -> None:
    small.misbehave(how, retry_after_seconds=9)
    with pytest.raises(WinnowError) as caught:
        look(b"photo")
    assert caught.value.code == code
    assert not isinstance(caught.value, RateLimited) or caught.value.retry_after_seconds == 9
    assert world.left() == []
    small.behave()
    world.clock.ms += 9_000
    assert look(b"photo").items


def test_one_bad_call_is_repaired(look: Callable[..., Finding], small: FakeEndpoint) -> None:
    small.misbehave("unknown_category", calls=1)
    assert look(b"photo").items
    assert len(small.vision_calls) == 2
