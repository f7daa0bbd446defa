"""A tenant with many open jobs leaves the usual lanes to the others."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from winnow_contracts.errors import Unavailable
from winnow_contracts.queues import Priority
from winnow_gateway.app import create_app
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.tenant_share import TenantShare

from .sounds import wav


class Counts:
    """What index would count, how often it was asked, and whether it is away."""

    def __init__(self) -> None:
        self.open: dict[str, int] = {}
        self.asked = 0
        self.away = False

    def count(self, tenant_id: str, most: int) -> int:
        self.asked += 1
        if self.away:
            raise Unavailable("Index does not answer.", dependency="index")
        return min(self.open.get(tenant_id, 0), most)


@pytest.fixture
def counts() -> Counts:
    return Counts()


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def share(counts: Counts, now: list[float]) -> TenantShare:
    return TenantShare(counts.count, 3, lambda: now[0])


def test_jobs_above_the_share_are_told_apart_and_index_is_asked_only_then(share: TenantShare, counts: Counts) -> None:
    assert [share.take("a") for _ in range(3)] == [False] * 3
    assert counts.asked == 0
    counts.open["a"] = 3
    assert [share.take("a") for _ in range(3)] == [True] * 3
    assert counts.asked == 1
    assert share.priority("a", Priority.NORMAL) is Priority.BULK


def test_what_ended_gives_its_part_of_the_share_back(share: TenantShare, counts: Counts, now: list[float]) -> None:
    counts.open["a"] = 3
    assert [share.take("a") for _ in range(4)] == [False, False, False, True]
    counts.open["a"] = 1
    now[0] += 10
    assert [share.take("a") for _ in range(3)] == [False, False, True]


def test_what_index_has_not_heard_of_yet_is_counted_too(share: TenantShare, counts: Counts, now: list[float]) -> None:
    assert [share.take("a") for _ in range(3)] == [False] * 3
    now[0] += 1
    assert share.take("a")
    now[0] += 10
    assert not share.take("a")


def test_tenants_have_shares_of_their_own(share: TenantShare, counts: Counts) -> None:
    counts.open["a"] = 9
    assert [share.take("a") for _ in range(4)][-1]
    assert not share.take("b")
    assert share.priority("b", Priority.NORMAL) is Priority.NORMAL
    assert share.priority("b", Priority.BULK) is Priority.BULK


def test_while_index_is_away_the_own_count_stands_and_index_is_left_alone(
    share: TenantShare, counts: Counts, now: list[float]
) -> None:
    counts.away = True
    assert [share.take("a") for _ in range(5)] == [False, False, False, True, True]
    now[0] += 2
    assert share.take("a")
    assert counts.asked == 1
    counts.away = False
    now[0] += 10
    assert not share.take("a")


def test_without_a_share_nothing_is_counted(counts: Counts) -> None:
    share = TenantShare(counts.count, 0)
    assert not any(share.take("a") for _ in range(9))
    assert counts.asked == 0


@pytest.fixture
def app(settings: GatewaySettings, parts: Dependencies, share: TenantShare, counts: Counts) -> Flask:
    counts.open["drill"] = 9
    return create_app(settings, replace(parts, share=share))


def test_the_jobs_of_a_batch_above_the_share_are_bulk_work(operator: Any, jobs: dict[str, Any]) -> None:
    operator.post("/v1/jobs:batch", json={"jobs": [{"kind": "drill"}] * 5})
    priorities = [job.accepted.priority for job in jobs.values()]
    assert priorities == [Priority.NORMAL] * 3 + [Priority.BULK] * 2
    assert {job.accepted.options.priority for job in jobs.values()} == {Priority.NORMAL}


def test_a_request_that_is_repeated_is_the_same_though_the_share_is_used_up(
    operator: Any, jobs: dict[str, Any]
) -> None:
    keyed = {"Idempotency-Key": "k"}
    answers = [operator.post("/v1/ops/drills", json={"steps": 1}, headers=keyed) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {202}
    assert len(jobs) == 1


def test_an_upload_above_the_share_says_that_it_is_bulk_work(client: Any, counts: Counts) -> None:
    counts.open["default"] = 9
    told = []
    for _ in range(4):
        taken = client.post("/v1/media?filename=a.wav", data=wav()).get_json()
        told.append(client.get(f"/v1/jobs/{taken['job_id']}").get_json()["priority"])
    assert told == ["normal"] * 3 + ["bulk"]
