"""Recovery counts from SIGKILL to the next process's first task, and omits kills that do not measure the node."""

from winnow_harness.chaos.faults.table import FAULTS
from winnow_harness.chaos.readiness import CONSUMED, read_readiness
from winnow_harness.chaos.recovery import NO_TASK, SLOWED, STRUCK_AGAIN, recoveries
from winnow_harness.chaos.spread import Spread, spread


def found(runs, struck):
    return [(one.seconds, one.left_out) for one in recoveries(runs, struck, FAULTS, {})]


def idle(runs, struck, ready_ms):
    (one,) = recoveries(runs, struck, FAULTS, ready_ms)
    return one.seconds, one.idle_seconds


def test_recovery_counts_to_the_first_task_of_the_next_process(execution, struck):
    runs = [execution(1, 2, pid=1), execution(6, 7, pid=2), execution(8, 9, pid=2)]
    assert found(runs, [struck("kill", 3, target="media")]) == [(3.0, "")]


def test_a_node_that_is_struck_again_before_it_works_gives_no_figure_for_the_first_time(execution, struck):
    runs = [execution(1, 2, pid=1), execution(6, 7, pid=2)]
    kills = [struck("kill", 3, target="media"), struck("kill", 5, target="media")]
    assert found(runs, kills) == [(None, STRUCK_AGAIN), (1.0, "")]


def test_a_node_to_which_no_task_comes_gives_no_figure(execution, struck):
    assert found([execution(1, 2, pid=1)], [struck("kill", 3, target="media")]) == [(None, NO_TASK)]


def test_a_recovery_while_the_broker_was_down_is_left_out_with_the_reason(execution, struck):
    runs = [execution(1, 2, pid=1), execution(9, 10, pid=2)]
    kill = struck("kill", 3, target="media")
    assert found(runs, [kill, struck("broker_restart", 4, 7)]) == [(6.0, "broker_restart was on")]
    assert found(runs, [struck("broker_restart", 1, 3.5), kill]) == [(6.0, "broker_restart was on")]
    assert found(runs, [struck("broker_restart", 1, 2.5), kill, struck("broker_restart", 9.5, 12)]) == [(6.0, "")]


def test_an_outage_of_what_the_node_does_not_need_is_no_excuse(execution, struck):
    runs = [execution(1, 2, pid=1), execution(9, 10, pid=2)]
    kill = struck("kill", 3, target="media")
    assert found(runs, [kill, struck("ai_down", 4, 7)]) == [(6.0, "")]


def test_after_a_wipe_there_is_nothing_to_do_until_journals_have_sent_everything_again(execution, struck):
    runs = [execution(1, 2, pid=1), execution(29, 30, pid=2)]
    wipe = struck("broker_wiped", 10, 20)
    assert found(runs, [wipe, struck("kill", 22, target="media")]) == [(7.0, "broker_wiped was on")]
    late = [execution(1, 2, pid=1), execution(49, 50, pid=2)]
    assert found(late, [wipe, struck("kill", 42, target="media")]) == [(7.0, "")]


def test_while_postgresql_is_away_any_node_may_have_to_wait_for_index(execution, struck):
    runs = [execution(1, 2, pid=1), execution(9, 10, pid=2)]
    kill = struck("kill", 3, target="media")
    assert found(runs, [kill, struck("postgres_down", 4, 7)]) == [(6.0, "postgres_down was on")]


def test_a_fault_of_processes_or_connections_is_no_outage(execution, struck):
    runs = [execution(1, 2, pid=1), execution(9, 10, pid=2)]
    faults = [struck("kill", 3, target="media"), struck("cut", 4), struck("freeze", 4, 8, target="ai")]
    assert found(runs, faults) == [(6.0, "")]


def test_a_node_killed_with_its_parent_is_told_from_the_others(execution, struck):
    runs = [execution(1, 2, pid=1), execution(6, 7, pid=2)]
    (one,) = recoveries(runs, [struck("kill_parent", 3, target="media")], FAULTS, {})
    assert one.with_parent
    assert one.seconds == 3.0


def test_a_process_that_consumed_before_its_first_task_was_asked_for_was_idle_until_then(execution, struck):
    runs = [execution(1, 2, pid=1), execution(9, 10, pid=2, due=8)]
    kill = [struck("kill", 3, target="media")]
    assert idle(runs, kill, {2: 5_000}) == (3.0, 3.0)


def test_a_task_that_waited_for_the_process_tells_of_no_idle_time(execution, struck):
    runs = [execution(1, 2, pid=1), execution(9, 10, pid=2, due=4)]
    assert idle(runs, [struck("kill", 3, target="media")], {2: 5_000}) == (6.0, 0.0)


def test_without_word_of_when_a_process_consumed_nothing_is_taken_for_idle(execution, struck):
    runs = [execution(1, 2, pid=1), execution(9, 10, pid=2, due=8)]
    assert idle(runs, [struck("kill", 3, target="media")], {1: 500}) == (6.0, 0.0)


def test_nothing_is_taken_for_idle_on_the_word_of_a_wrong_clock(execution, struck):
    kill = [struck("kill", 3, target="media")]
    ahead = [execution(1, 2, pid=1), execution(9, 10, pid=2, due=3600)]
    assert idle(ahead, kill, {2: 5_000}) == (6.0, 0.0)
    behind = [execution(1, 2, pid=1), execution(9, 10, pid=2, due=8)]
    assert idle(behind, kill, {2: 100}) == (6.0, 0.0)


def test_the_log_tells_when_a_process_consumed_all_its_lanes(tmp_path):
    line = '{{"at": "1970-01-01T00:00:{:06.3f}Z", "text": "{}", "lane": "{}", "pid": {}}}\n'
    log = tmp_path / "media.log"
    log.write_text(
        "Traceback of something\n"
        + line.format(1, "The node works.", "", 7)
        + line.format(2, CONSUMED, "a", 7)
        + line.format(3, CONSUMED, "b", 7)
        + line.format(9, CONSUMED, "a", 7)
        + line.format(4, CONSUMED, "a", 8)
    )
    assert read_readiness([log]) == {7: 3_000, 8: 4_000}


def test_the_node_whose_clock_can_be_stepped_is_left_out(execution, struck):
    runs = [execution(1, 2, pid=1), execution(6, 7, pid=2)]
    (one,) = recoveries(runs, [struck("kill", 3, target="media")], FAULTS, {}, slowed="media")
    assert (one.seconds, one.left_out) == (3.0, SLOWED)


def test_the_spread_is_of_values_that_were_seen():
    assert spread([]) is None
    assert spread([3.0, 1.0, 2.0, 4.0]) == Spread(p50=2.0, p99=4.0, max=4.0)
    assert spread([float(value) for value in range(1, 201)]) == Spread(p50=100.0, p99=198.0, max=200.0)
