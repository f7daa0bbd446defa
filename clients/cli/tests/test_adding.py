import argparse
import io
from pathlib import Path

import pytest
from rich.console import Console

from winnow_cli.adding.added import Added
from winnow_cli.adding.adding import add
from winnow_cli.adding.beside import add_captions_options, beside_options
from winnow_cli.adding.figures import done_share, eta_of_all, in_words, took_seconds
from winnow_cli.adding.table import print_table
from winnow_cli.adding.views import Bars, JobLines, Quiet
from winnow_cli.text_times import about
from winnow_client import RunningJob
from winnow_client.errors import NotFound, Unavailable

STAGES = ("check", "audio", "transcribe", "understand", "store")


def job(job_id, status="running", at="transcribe", eta=None, **running):
    stages = []
    for name in STAGES:
        before = STAGES.index(name) < STAGES.index(at)
        done = before or status == "done"
        stage = {"name": name, "status": "done" if done else "waiting", "progress": None}
        if name == at and not done:
            stage = {**stage, "status": "running", **running}
        stages.append(stage)
    error = {"code": "corrupt-media", "detail": "It is damaged.", "hint": ""} if status == "failed" else None
    finished = "2026-11-28T10:00:30.000Z" if status == "done" else None
    return {
        "id": job_id,
        "status": status,
        "stages": stages,
        "error": error,
        "eta": eta,
        "created_at": "2026-11-28T10:00:00.000Z",
        "finished_at": finished,
        "warnings": [],
    }


class Gateway:
    """Accepts every file except those named bad; each job goes through its given states, one per read."""

    def __init__(self, jobs):
        self.jobs = {job_id: list(states) for job_id, states in jobs.items()}
        self.asked = []
        self.away = 0

    @property
    def media(self):
        return self

    def upload(self, path, on_progress, captions, *, again, **options):
        self.options, self.captions = options, captions
        if path.name.startswith("bad"):
            raise NotFound(f"{path} cannot be read.")
        on_progress(50, 100)
        on_progress(100, 100)
        before = path.stem.startswith("stored") and not again
        return RunningJob(f"job_{path.stem}", f"med_{path.stem}", None, already_stored=before)

    def fetch(self, source_url, **options):
        self.fetched = source_url
        return RunningJob("job_link", "med_link", None)

    def get(self, path, query=None):
        self.asked.append(path)
        if self.away:
            self.away -= 1
            raise Unavailable("Winnow does not answer.")
        if path == "/v1/jobs":
            return {"items": [self._next(job_id) for job_id in self.jobs], "next_cursor": None}
        if path.startswith("/v1/jobs/"):
            return self._next(path.removeprefix("/v1/jobs/"))
        if path.endswith("/transcript"):
            return {"segments": [{"words": [1, 2, 3]}, {"words": [4]}]}
        return {"duration_ms": 60_000, "has_transcript": True}

    def _next(self, job_id):
        states = self.jobs[job_id]
        return states.pop(0) if len(states) > 1 else states[0]


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr("winnow_cli.adding.adding._BETWEEN_LOOKS_SECONDS", 0.1)


@pytest.fixture
def paths(tmp_path):
    return lambda *names: [str(tmp_path / name) for name in names]


def test_a_link_is_fetched_and_followed_like_a_file(paths):
    gateway = Gateway({"job_link": [job("job_link"), job("job_link", "done")]})
    [added] = add(gateway, ["https://files.example/talks/My%20talk.mp4?Signature=x"], Quiet(), detach=False)
    assert gateway.fetched == "https://files.example/talks/My%20talk.mp4?Signature=x"
    assert (added.name, added.status, added.words) == ("My talk.mp4", "done", 4)
    assert added.to_json()["link"] == gateway.fetched


def test_each_file_is_followed_to_its_own_end_and_a_bad_one_stops_nobody(paths):
    gateway = Gateway({"job_a": [job("job_a"), job("job_a", "done")], "job_b": [job("job_b", "failed")]})
    files = add(gateway, paths("bad.wav", "a.wav", "b.wav"), Quiet(), detach=False)
    assert [file.status for file in files] == ["unsent", "done", "failed"]
    assert [(file.error or {}).get("code") for file in files] == ["not-found", None, "corrupt-media"]
    assert (files[1].length_seconds, files[1].words) == (60.0, 4)


def test_a_gateway_that_is_away_for_a_while_is_waited_for(paths, capsys):
    gateway = Gateway({"job_a": [job("job_a", "done")]})
    gateway.away = 2
    (file,) = add(gateway, paths("a.wav"), Quiet(), detach=False)
    assert file.status == "done"
    assert capsys.readouterr().err.count("Waiting ...") == 1


def test_many_jobs_are_asked_for_as_a_list(paths):
    names = [f"f{n}" for n in range(8)]
    gateway = Gateway({f"job_{name}": [job(f"job_{name}"), job(f"job_{name}", "done")] for name in names})
    files = add(gateway, paths(*(f"{name}.wav" for name in names)), Quiet(), detach=False)
    assert {file.status for file in files} == {"done"}
    assert gateway.asked.count("/v1/jobs") >= 1


def test_the_options_of_a_job_go_with_each_file(paths):
    gateway = Gateway({"job_a": [job("job_a")]})
    add(gateway, paths("a.wav"), Quiet(), detach=True, options={"priority": "bulk"})
    assert gateway.options == {"priority": "bulk"}


def test_captions_beside_a_file_go_along_unless_they_are_not_wanted(paths, tmp_path, capsys):
    gateway = Gateway({"job_a": [job("job_a")]})
    (tmp_path / "a.ko.srt").touch()
    (file,) = add(gateway, paths("a.wav"), JobLines(), detach=True)
    assert gateway.captions == tmp_path / "a.ko.srt"
    assert file.to_json()["captions"] == str(tmp_path / "a.ko.srt")
    assert "accepted with a.ko.srt" in capsys.readouterr().out
    add(gateway, paths("a.wav"), Quiet(), detach=True, beside=options_of("--no-captions"))
    assert gateway.captions is None
    (tmp_path / "a.en.srt").touch()
    (unsure,) = add(gateway, paths("a.wav"), Quiet(), detach=True)
    assert "en, ko" in unsure.error["detail"]
    add(gateway, paths("a.wav"), Quiet(), detach=True, beside=options_of("--captions", "en"))
    assert gateway.captions == tmp_path / "a.en.srt"


def options_of(*words):
    parser = argparse.ArgumentParser()
    add_captions_options(parser)
    return beside_options(parser.parse_args(words))


def test_a_file_that_is_stored_already_is_told_and_sent_again_if_asked(paths, capsys):
    gateway = Gateway({"job_stored": [job("job_stored", "done")]})
    (file,) = add(gateway, paths("stored.wav"), JobLines(), detach=False)
    assert (file.already_stored, file.to_json()["already_stored"], file.status) == (True, True, "done")
    assert "stored already as med_stored, and not sent; --again sends it" in capsys.readouterr().out
    (file,) = add(gateway, paths("stored.wav"), JobLines(), detach=True, again=True)
    assert "already_stored" not in file.to_json()
    assert "accepted as med_stored" in capsys.readouterr().out


def test_detached_nothing_is_followed(paths):
    gateway = Gateway({"job_a": [job("job_a")]})
    (file,) = add(gateway, paths("a.wav"), Quiet(), detach=True)
    assert (file.job_id, gateway.asked) == ("job_a", [])


def test_a_bar_moves_with_the_seconds_that_are_heard():
    shares = [done_share(job("j", progress=share)) for share in (0.0, 0.5, 1.0)]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[2] < 1
    assert done_share(job("j", "done")) == 1.0


def test_where_a_job_is_stands_in_words():
    assert in_words(job("j", heard_seconds=83.4, of_seconds=270.0)) == "transcribe 1:23 of 4:30"
    waiting = job("j", eta={"seconds": 100, "ahead": 3})
    waiting["stages"][2]["status"] = "waiting"
    assert in_words(waiting) == "waits to transcribe, 3 before it"


def test_the_time_for_all_is_that_of_the_last_and_unknown_while_one_is(paths):
    first, second = (Added(path=Path(path), job_id=Path(path).stem) for path in paths("a", "b"))
    first.seen(job("a", eta={"seconds": 10, "ahead": 0}))
    assert eta_of_all([first, second]) is None
    second.seen(job("b", eta={"seconds": 70, "ahead": 1}))
    assert eta_of_all([first, second]) == 70
    assert took_seconds(job("a", "done")) == 30


def test_bars_and_table_show_every_file_with_its_end(paths):
    gateway = Gateway({"job_a": [job("job_a", progress=0.5), job("job_a", "done")], "job_b": [job("job_b", "failed")]})
    out = io.StringIO()
    console = Console(file=out, width=120, force_terminal=True, color_system=None)
    with Bars(3, console) as bars:
        files = add(gateway, paths("a.wav", "b.wav", "bad [x].wav"), bars, detach=False)
    shown = out.getvalue()
    assert "3 in all" in shown
    assert "3 of 3 ended" in shown
    for words in ("a.wav", "b.wav", "bad [x].wav", "done", "It is damaged."):
        assert words in shown
    out.truncate(0)
    print_table(files, 40.0, console)
    table = out.getvalue()
    assert "1:00.0" in table
    assert "2.0 ×" in table
    assert "1.5 ×" in table  # one minute in all, in forty seconds
    assert "2 failed" in table


def test_a_long_problem_is_cut_and_takes_nobody_s_bar_away(paths):
    out = io.StringIO()
    console = Console(file=out, width=100, force_terminal=True, color_system=None)
    long, short = (Added(path=path) for path in paths("a long name of a file.wav", "b.wav"))
    with Bars(2, console) as bars:
        bars.sending(short, 50, 100)
        long.error = {"detail": "This cannot be used, for a reason that takes many words. " * 4}
        bars.accepted(long)
    *_, of_short, of_long = [line for line in out.getvalue().splitlines() if ".wav" in line]
    assert "━" in of_short
    assert "50%" in of_short
    assert of_long.startswith("a long name of a file.wav")
    assert "  0%" in of_long
    assert "This cannot" in of_long
    assert of_long.rstrip().endswith("…")


def test_an_estimate_claims_no_more_than_is_known():
    assert [about(seconds) for seconds in (8.0, 89.6, 90, 400)] == [
        "about 8 s",
        "about 90 s",
        "about 2 min",
        "about 7 min",
    ]


def test_lines_tell_what_was_accepted_and_done(paths, capsys):
    gateway = Gateway({"job_a": [job("job_a", "done")]})
    add(gateway, paths("a.wav", "bad.wav"), JobLines(), detach=False)
    told = capsys.readouterr()
    assert "a.wav: accepted as med_a, job job_a" in told.out
    assert "a.wav: done" in told.out
    assert "cannot be read" in told.err
