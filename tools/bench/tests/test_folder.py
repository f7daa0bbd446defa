from pathlib import Path

import pytest

from winnow_bench.folder.report import Report, table
from winnow_cli.adding.added import Added


def added(name, words=10, error=None):
    file = Added(path=Path(name), job_id=f"job {name}", job={"status": "done", "stages": []}, words=words)
    file.error = error
    return file


def bare(name, seconds):
    return {"file": name, "seconds": seconds, "length_seconds": 100.0, "words": 10}


def report(estimates=(), **more):
    files = more.pop("files", [added("a.wav"), added("b.wav")])
    return Report(
        files,
        [bare(file.name, 10.0) for file in files],
        {file.job_id: 12.0 * n for n, file in enumerate(files, 1)},
        list(estimates),
        spent_retries=0,
        kills=0,
        **more,
    )


def test_the_ratio_is_of_the_last_end_to_all_that_the_bare_tools_took():
    made = report()
    assert (made.seconds, made.bare_seconds, made.first) == (24.0, 20.0, (12.0, 10.0))
    assert made.to_json()["ratio"] == 1.2
    assert "ratio 1.2" in table(made)


def test_an_estimate_is_near_where_the_middle_one_is_within_thirty_percent_of_what_was_left():
    estimates = [(0.0, "job a.wav", 10.0), (2.0, "job a.wav", 30.0), (4.0, "job a.wav", 8.0), (0.0, "job b.wav", 60.0)]
    made = report(estimates)
    assert made.eta_errors["job a.wav"] == pytest.approx(1 / 6)
    assert made.near_share == 0.5


def test_the_last_seconds_are_no_estimate():
    assert report([(11.0, "job a.wav", 9.0)]).eta_errors == {}


def test_what_kills_add_is_told_at_the_speed_of_the_bare_tools_now_and_beside_a_piece_of_work():
    calm = {"ratio": 1.1, "bare_seconds": 5.0}
    made = report(calm=calm)
    assert made.added_seconds == pytest.approx(24.0 - 1.1 * 20.0)
    assert made.piece_seconds == 10.0
    assert "the kills added 2.0 s, the largest piece of work takes 10.0 s" in table(made)
    assert "the kills" not in table(report())


def test_words_in_noise_and_jobs_that_failed_are_faults():
    files = [added("11-noise.wav", words=3), added("a.wav", error={"detail": "It is damaged."})]
    assert report(files=files).faults == ["a.wav: It is damaged.", "11-noise.wav: 3 words in a sound without speech"]
