from typing import Any

import pytest

from winnow_cli import following
from winnow_cli.following import follow
from winnow_client import Client
from winnow_client.errors import TimedOut, Unavailable


class ScriptedClient(Client):
    """Returns the answers one by one, the last for ever; raises an error among them."""

    def __init__(self, *answers: Any) -> None:
        super().__init__("http://127.0.0.1:1", "key")
        self._answers = list(answers)

    def get(self, path: str, query: Any = None) -> Any:
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def job(status: str, **stages: tuple[str, int | None]) -> dict[str, Any]:
    shown = [{"name": name, "status": state, "ms": ms, "reason": None} for name, (state, ms) in stages.items()]
    return {"status": status, "stages": shown}


def test_each_stage_is_told_once_when_it_has_ended() -> None:
    lines: list[str] = []
    client = ScriptedClient(
        job("running", check=("running", None)),
        job("running", check=("done", 520), audio=("running", None)),
        job("done", check=("done", 525), audio=("done", 1200)),
    )
    assert follow(client, "job_1", lines.append)["status"] == "done"
    assert [line.split()[:2] for line in lines] == [["check", "done"], ["audio", "done"]]


def test_a_stage_is_told_with_its_time_though_its_end_is_known_before() -> None:
    lines: list[str] = []
    client = ScriptedClient(
        job("running", check=("done", 520), audio=("done", None), store=("running", None)),
        job("done", check=("done", 520), audio=("done", None), store=("done", 3)),
        job("done", check=("done", 520), audio=("done", 1200), store=("done", 3)),
    )
    follow(client, "job_1", lines.append)
    assert [line.split() for line in lines] == [
        ["check", "done", "520", "ms"],
        ["audio", "done", "1.2", "s"],
        ["store", "done", "3", "ms"],
    ]


def test_a_time_that_never_comes_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_HISTORY_SECONDS", 0.0)
    lines: list[str] = []
    follow(ScriptedClient(job("done", check=("done", None))), "job_1", lines.append)
    assert [line.split() for line in lines] == [["check", "done"]]


def test_a_part_that_is_away_for_a_while_is_waited_for() -> None:
    lines: list[str] = []
    away = Unavailable("The index does not answer.")
    assert follow(ScriptedClient(away, away, job("done")), "job_1", lines.append)["status"] == "done"
    assert lines == ["  The index does not answer. Waiting ..."]


def test_following_ends_at_its_limit() -> None:
    with pytest.raises(TimedOut, match="status is running"):
        follow(ScriptedClient(job("running")), "job_1", print, limit_seconds=0)
