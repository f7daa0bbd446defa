"""``winnow chaos`` keeps a report of every run, prints what its options ask for, and exits by the run's result."""

import json
from types import SimpleNamespace

import pytest

from winnow_cli import main as cli
from winnow_harness.chaos.history import History
from winnow_harness.chaos.ledger import make_ledger
from winnow_harness.chaos.points import Survival
from winnow_harness.chaos.report import Conditions
from winnow_harness.chaos.run import Result
from winnow_harness.chaos.statuses import JobState
from winnow_harness.chaos.submission import Submission
from winnow_harness.commands import chaos


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))
    # Signals stay those of the test process.
    monkeypatch.setattr(chaos, "end_on_signals", lambda: None)
    return tmp_path / "chaos"


@pytest.fixture
def winnow(monkeypatch, capsys, home, accepted):
    """Runs the command with a run that ends at once and whose only job ended as ``status``.

    ``forgets``: its history does not tell how the job ended. ``attempts``: what index tells, though nothing ran.
    """

    def call(*words, status="done", applied=1, forgets=False, attempts=()):
        def run(order, world, say, progress):
            (world / "stack").mkdir(parents=True)
            say("The plan:")
            states = {"a": JobState(status=status, run=1, applied={1: applied})}
            lists = dict.fromkeys(("executions", "repeats", "recoveries", "struck"), ())
            ledger = make_ledger(accepted=[accepted("a")], states=states, **lists, superseded=0, unknown=0)
            history = History(
                seed=order.seed,
                began="2026-01-01T00:00:00+00:00",
                submissions=[Submission(key="k", wish=None, invoked_ms=1, ended_ms=2, answer="accepted", job_id="a")],
                states={} if forgets else states,
                executions=(),
                attempts=attempts,
                struck=(),
                ready_ms={},
                nodes=("media",),
            )
            return Result(ledger=ledger, history=history, conditions=conditions(order), picture="picture")

        monkeypatch.setattr(chaos, "run_order", run)
        with pytest.raises(SystemExit) as ended:
            cli.main(("chaos", "--faults", "kill", "--seed", "7", *words))
        out, err = capsys.readouterr()
        return SimpleNamespace(code=ended.value.code, out=out, err=err)

    return call


def conditions(order):
    return Conditions(
        seed=order.seed,
        tasks=order.tasks,
        minutes=order.minutes,
        recordings=order.recordings,
        scale=order.scale,
        left_out={},
        processors=2,
        load_before=0.5,
        began="2026-01-01T00:00:00+00:00",
        seconds=61,
    )


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def test_a_good_run_leaves_its_report_and_says_where(winnow, home):
    done = winnow()
    assert done.code == 0
    assert names(home / "seed-7") == ["history.jsonl", "report.json", "report.md"]
    assert json.loads((home / "seed-7" / "report.json").read_text())["accepted"] == 1
    markdown = (home / "seed-7" / "report.md").read_text()
    assert "# Chaos run, seed 7" in markdown
    assert markdown in done.out
    assert "The checker, which read the history alone, agrees with every count." in markdown
    assert str(home / "seed-7" / "report.md") in done.out


def test_a_good_run_leaves_its_world_only_where_that_is_asked_for(winnow, home):
    assert winnow("--keep").code == 0
    assert names(home / "seed-7") == ["history.jsonl", "report.json", "report.md", "world"]
    winnow()
    assert names(home / "seed-7") == ["history.jsonl", "report.json", "report.md"]


@pytest.mark.parametrize(("status", "applied"), [("running", 0), ("done", 2), ("done", 0), ("failed", 0)])
def test_a_run_that_lost_doubled_or_ended_a_job_unasked_exits_with_1_and_leaves_all(winnow, home, status, applied):
    done = winnow(status=status, applied=applied)
    assert done.code == 1
    assert names(home / "seed-7") == ["history.jsonl", "report.json", "report.md", "world"]
    assert json.loads((home / "seed-7" / "report.json").read_text())["is_good"] is False
    assert f"left in {home / 'seed-7' / 'world'}" in done.out


def test_a_run_whose_checker_counts_otherwise_fails_says_where_and_leaves_all(winnow, home):
    done = winnow(forgets=True)
    assert done.code == 1
    checked = json.loads((home / "seed-7" / "report.json").read_text())["checker"]
    assert checked["agrees"] is False
    assert "jobs_lost is 0 in the ledger and 1 by the checker." in checked["differences"]
    assert "jobs_lost is 0 in the ledger and 1 by the checker." in (home / "seed-7" / "report.md").read_text()
    assert (home / "seed-7" / "world").exists()


def test_a_run_of_which_index_tells_an_attempt_that_never_ran_fails_and_says_so(winnow, home, execution, attempt):
    done = winnow(attempts=[attempt(execution(1, 2))])
    assert done.code == 1
    report = json.loads((home / "seed-7" / "report.json").read_text())
    assert (report["history"]["attempts_extra"], report["checker"]["agrees"]) == (1, True)
    assert "and did not run" in (home / "seed-7" / "report.md").read_text()


def test_the_report_is_written_to_the_places_that_are_named_too(winnow, home, tmp_path):
    history = tmp_path / "d" / "history.jsonl"
    winnow("--json", str(tmp_path / "a" / "b.json"), "--markdown", str(tmp_path / "c.md"), "--history", str(history))
    assert history.read_text() == (home / "seed-7" / "history.jsonl").read_text()
    assert (tmp_path / "a" / "b.json").read_text() == (home / "seed-7" / "report.json").read_text()
    assert (tmp_path / "c.md").read_text() == (home / "seed-7" / "report.md").read_text()


@pytest.mark.parametrize("words", [("--json",), ("--json", "-")])
def test_json_without_a_path_has_stdout_for_itself(winnow, words):
    done = winnow(*words)
    assert json.loads(done.out)["accepted"] == 1
    assert "# Chaos run, seed 7" in done.err
    assert "The plan:" in done.err


def test_a_place_that_can_not_be_written_is_told_and_the_report_is_kept_nevertheless(winnow, home, tmp_path):
    (tmp_path / "file").touch()
    done = winnow("--json", str(tmp_path / "file" / "report.json"))
    assert done.code == 1
    assert "cannot be written" in done.err
    assert (home / "seed-7" / "report.json").exists()


@pytest.mark.parametrize(("wrong", "code", "left"), [((), 0, []), (("It is lost.",), 1, ["world"])])
def test_pairs_are_reported_alike(monkeypatch, home, capsys, wrong, code, left):
    def run_pairs(world, progress, *, first, most):
        (world / "stack").mkdir(parents=True)
        return [Survival(points=("x", "y"), killed=("x",), wrong=wrong)]

    monkeypatch.setattr(chaos, "run_pairs", run_pairs)
    with pytest.raises(SystemExit) as ended:
        cli.main(("chaos", "--pairs", "--json"))
    assert ended.value.code == code
    assert json.loads(capsys.readouterr().out)[0]["points"] == ["x", "y"]
    assert names(home / "pairs") == ["report.json", "report.md", *left]


def test_pairs_have_no_history_to_write(home, capsys, tmp_path):
    with pytest.raises(SystemExit) as ended:
        cli.main(("chaos", "--pairs", "--history", str(tmp_path / "history.jsonl")))
    assert ended.value.code != 0
    assert "no history" in capsys.readouterr().err
    assert not (tmp_path / "history.jsonl").exists()
