"""Several nodes of one worker: their names, folders and ports, and the valid scales."""

from pathlib import Path

import pytest

from winnow_contracts.errors import Misconfigured
from winnow_local.part import Part
from winnow_local.parts import choose, health_ports, table
from winnow_local.plan import Plan, make_plan
from winnow_local.ports import DEFAULT_PORTS, choose_ports
from winnow_local.scale import keep_scale, parse_scale, remembered_scale
from winnow_local.settings import read_settings

SCALE = {"ai": 3, "index": 2}


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    ports = {**DEFAULT_PORTS, **choose_ports(dict.fromkeys(health_ports(SCALE), 0))}
    return make_plan(read_settings({"WINNOW_HOME": str(tmp_path / "home"), "HOME": "/tmp"}), ports, SCALE)


def nodes(plan: Plan, worker: str) -> dict[str, Part]:
    return {part.name: part for part in table(plan) if isinstance(part, Part) and part.worker == worker}


def test_the_first_node_keeps_its_name_and_the_others_are_counted(plan: Plan) -> None:
    assert list(nodes(plan, "ai")) == ["ai", "ai-2", "ai-3"]
    assert list(nodes(plan, "media")) == ["media"]


@pytest.mark.parametrize("variable", ["WINNOW_NODE", "WINNOW_DATA_DIR", "WINNOW_HEALTH_PORT"])
def test_each_node_has_a_name_a_journal_and_a_port_of_its_own(plan: Plan, variable: str) -> None:
    assert len({part.environment[variable] for part in nodes(plan, "ai").values()}) == 3


def test_one_node_of_index_alone_takes_the_events(plan: Plan) -> None:
    assert [part.command[-1] for part in nodes(plan, "index").values()] == ["default,events", "default"]


def test_a_workers_name_stands_for_all_its_nodes_in_a_choice(plan: Plan) -> None:
    assert [part.name for part in choose(table(plan), only=("ai",))] == ["ai", "ai-2", "ai-3"]
    assert [part.name for part in choose(table(plan), only=("ai-2",))] == ["ai-2"]
    left = {part.name for part in choose(table(plan), without=("ai", "index-2"))}
    assert left.isdisjoint({"ai", "ai-2", "ai-3", "index-2"})
    assert "index" in left


@pytest.mark.parametrize("word", ["ai", "ai=", "=3", "ai=two", "ai=-1"])
def test_a_word_that_is_no_scale_is_refused(word: str) -> None:
    with pytest.raises(Misconfigured, match="no scale") as refused:
        parse_scale([word])
    assert "ai=3" in refused.value.hint


@pytest.mark.parametrize(("name", "number"), [("gateway", 2), ("gpu", 2), ("ai", 0), ("ai", 1000)])
def test_a_scale_that_can_not_be_is_refused(name: str, number: int) -> None:
    with pytest.raises(Misconfigured):
        health_ports({name: number})


def test_a_scale_is_found_again(tmp_path: Path) -> None:
    file = tmp_path / "home" / "scale.json"
    assert remembered_scale(file) == {}
    keep_scale(file, parse_scale(["ai=3", "media=2"]))
    assert remembered_scale(file) == {"ai": 3, "media": 2}
