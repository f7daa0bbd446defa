"""A repeat is in flight only where a fault touched the run before it while its message was out."""

from winnow_harness.chaos.faults.table import FAULTS
from winnow_harness.chaos.repeats import find_repeats


def only(repeats):
    (found,) = repeats
    return found


def test_one_run_of_each_message_is_no_repeat(execution):
    runs = [execution(1, 2), execution(3, 4, retry=1), execution(1, 2, task="other")]
    assert find_repeats(runs, [], FAULTS) == []


def test_a_run_cut_short_by_a_kill_is_in_flight(execution, struck):
    found = only(find_repeats([execution(1, None), execution(5, 6)], [struck("kill", 2, target="media")], FAULTS))
    assert found.in_flight
    assert found.cause == "kill media"


def test_the_kill_of_another_node_explains_nothing(execution, struck):
    found = only(find_repeats([execution(1, 2), execution(5, 6)], [struck("kill", 1.5, target="ai")], FAULTS))
    assert not found.in_flight
    assert found.cause == "3.5 s after kill ai"


def test_a_repeat_of_a_copy_that_another_attempt_of_its_sender_wrote_says_so(execution, struck):
    runs = [execution(3, 4, node="ai", due=1), execution(5, 6, node="ai-2", due=2)]
    found = only(find_repeats(runs, [struck("kill", 1.5, target="media")], FAULTS))
    assert (found.in_flight, found.cause) == (False, "its sender ran twice, 3.5 s after kill media")


def test_a_cut_right_after_the_end_is_in_flight_and_one_long_after_is_not(execution, struck):
    runs = [execution(1, 2), execution(8, 9)]
    assert only(find_repeats(runs, [struck("cut", 2.5)], FAULTS)).in_flight
    assert not only(find_repeats(runs, [struck("cut", 4)], FAULTS)).in_flight


def test_an_outage_that_was_on_when_the_run_began_is_in_flight(execution, struck):
    runs = [execution(3, 4, node="index"), execution(8, 9, node="index")]
    assert only(find_repeats(runs, [struck("postgres_down", 1, 6)], FAULTS)).in_flight


def test_a_death_that_a_drill_asked_for_touches_its_node_alone(execution, struck):
    deaths = [struck("drill", 1.5, target="media")]
    assert only(find_repeats([execution(1, None), execution(2, 3)], deaths, FAULTS)).in_flight
    other = [execution(1, None, node="media-2"), execution(2, 3)]
    assert not only(find_repeats(other, deaths, FAULTS)).in_flight


def test_a_task_begun_in_the_moment_in_which_its_process_died_was_in_flight(execution, struck):
    kill = struck("kill_parent", 3.0, target="media")
    (begun,) = find_repeats([execution(3.2, None), execution(5, 6, node="media-2")], [kill], FAULTS)
    assert (begun.in_flight, begun.cause) == (True, "kill_parent media")
    (ended,) = find_repeats([execution(3.2, 3.4), execution(5, 6, node="media-2")], [kill], FAULTS)
    assert not ended.in_flight
