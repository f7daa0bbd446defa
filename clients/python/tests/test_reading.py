"""Answers as dataclasses."""

import pytest

from winnow_client import UnexpectedAnswer
from winnow_client.generated.models import Job, Moment, Stage
from winnow_client.reading import read

from .conftest import job


def test_what_a_later_version_adds_is_ignored() -> None:
    found = read(Job, {**job("done"), "colour": "blue"})
    assert found == read(Job, job("done"))


def test_objects_within_are_dataclasses_too_and_lists_are_tuples() -> None:
    stage = {"name": "check", "status": "done", "ms": 3, "progress": None, "reason": None}
    stage |= {"heard_seconds": None, "of_seconds": None}
    found = read(Job, job("done", stages=[stage], eta={"seconds": 3, "at": "", "ahead": 0}))
    assert found.stages == (read(Stage, stage),)
    assert found.eta is not None
    assert found.eta.seconds == 3
    assert found.degraded is None


def test_pythons_own_words_get_an_underscore() -> None:
    moment = {"start_ms": 0, "end_ms": 1, "text": "a", "highlights": [{"from": 0, "to": 1}], "why": {}}
    found = read(Moment, {**moment, "thumbnail_url": None, "play_url": "/m"})
    assert (found.highlights[0].from_, found.highlights[0].to) == (0, 1)


def test_what_lacks_a_field_is_of_another_version() -> None:
    whole = job("done")
    with pytest.raises(UnexpectedAnswer, match="'status'") as raised:
        read(Job, {name: value for name, value in whole.items() if name != "status"})
    assert "older" in raised.value.hint
    for odd in (None, [], {**whole, "stages": {}}, {**whole, "stages": [1]}):
        with pytest.raises(UnexpectedAnswer):
            read(Job, odd)
