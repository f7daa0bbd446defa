"""Kubernetes' rule for the number of nodes against cases worked by hand, and the plots that are kept."""

from pathlib import Path

import pytest

from winnow_bench.autoscaling.command import BURST, course, plots, simulate
from winnow_bench.autoscaling.lane import Work, run
from winnow_bench.autoscaling.rule import Autoscaler, Rule, nodes_for_share, nodes_for_total

ROOT = Path(__file__).parents[3]


def changes(scaler, asked, seconds):
    """When the autoscaler, asked for ``asked(at)`` each 15 s, changes the number of nodes, and to what."""
    found = []
    for at in range(0, seconds, 15):
        before = scaler.nodes
        if scaler.look(at, asked(at)) != before:
            found.append((at, scaler.nodes))
    return found


@pytest.mark.parametrize(
    ("messages", "nodes", "wanted"),
    [
        (0, 2, 0),
        (200, 2, 2),
        (220, 2, 2),  # a tenth above is near enough
        (221, 2, 3),
        (180, 2, 2),
        (179, 2, 2),  # 1.79 nodes are two
        (99, 2, 1),
        (1000, 3, 10),
    ],
)
def test_a_lanes_messages_ask_for_a_node_each_hundred(messages, nodes, wanted):
    assert nodes_for_total(messages, 100, nodes) == wanted


@pytest.mark.parametrize(
    ("percent", "nodes", "wanted"),
    [(70, 4, 4), (77, 4, 4), (78, 4, 5), (63, 4, 4), (35, 4, 2), (200, 2, 6), (200, 4, 12), (0, 4, 0)],
)
def test_busy_processors_ask_for_as_many_nodes_as_bring_them_to_their_target(percent, nodes, wanted):
    assert nodes_for_share(percent, 70, nodes) == wanted


def test_up_it_waits_a_minute_and_then_grows_by_half_in_each():
    # 2 and a half of it is 3; 3 and 1.5, 4.5, so 5; 7.5, so 8; 12, bounded by 10.
    found = changes(Autoscaler(Rule(), 2), lambda at: 30, 600)
    assert found == [(60, 3), (120, 5), (180, 8), (240, 10)]


def test_down_it_waits_five_minutes_and_then_takes_one_in_each():
    found = changes(Autoscaler(Rule(), 10), lambda at: 0, 900)
    assert found == [(300 + 60 * step, 9 - step) for step in range(8)]


def test_a_peak_within_the_minute_changes_nothing():
    assert changes(Autoscaler(Rule(), 2), lambda at: 10 if at in (120, 135, 150) else 0, 600) == []


def test_a_dip_within_five_minutes_changes_nothing():
    assert changes(Autoscaler(Rule(), 6), lambda at: 0 if 300 <= at < 585 else 6, 1200) == []


def test_what_is_asked_for_below_the_most_is_what_it_stops_at():
    assert changes(Autoscaler(Rule(), 2), lambda at: 4, 900) == [(60, 3), (120, 4)]


def test_no_message_is_made_or_lost_by_the_model():
    work = Work(name="any", at_once=4, seconds=10, busy_percent=0)
    moments = list(run(work, lambda at: 1.0 if at < 300 else 0.0, 900, Rule()))
    ended = sum(one.held / work.seconds for one in moments)
    assert moments[-1].waiting + moments[-1].held + ended == pytest.approx(300, abs=moments[-1].held + 0.1)
    assert all(one.held <= 10 * work.at_once for one in moments)


def test_two_nodes_that_suffice_stay_two():
    work = Work(name="any", at_once=4, seconds=2, busy_percent=50)
    assert {one.nodes for one in run(work, lambda at: 1.0, 1800, Rule())} == {2}


def test_the_kept_plots_are_what_the_model_draws():
    for path, text in plots(simulate()).items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, "make them again: ./winnow bench autoscaling"


def test_the_page_tells_the_models_figures():
    page = " ".join((ROOT / "docs" / "deploy-kubernetes.md").read_text(encoding="utf-8").split())
    for name, moments in simulate().items():
        one = course(name, moments)
        row = (one.name, one.most_waiting, one.most_nodes, one.most_nodes_minute, one.drained_minute, one.back_minute)
        assert "| " + " | ".join(str(part) for part in row) + " |" in page
    assert BURST.stop - BURST.start == 600
