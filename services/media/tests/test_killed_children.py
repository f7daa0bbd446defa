"""A child that somebody outside kills is no verdict against the file, unless it ran alone."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from winnow_contracts.commands import Examine
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.errors import BadInput, TryAlone
from winnow_contracts.photo_formats import JPEG
from winnow_journal.task import Task
from winnow_journal.testing.memory import MemoryJournal
from winnow_media import actors, child_end
from winnow_media.oom_kills import count_oom_kills
from winnow_media.photo_program import PhotoProgram
from winnow_media.sandbox import ChildLimits, Sandbox
from winnow_media.settings import Limits

LIMITS = ChildLimits(memory_bytes=1 << 30, cpu_seconds=30, wall_seconds=100, output_bytes=1 << 30)


def killed(sandbox: Sandbox) -> TryAlone:
    """What is raised where a stranger kills the child."""
    with sandbox.start(["/bin/sleep", "60"], LIMITS, lambda: None, folder=Path(__file__).parent) as child:
        killer = threading.Timer(0.3, os.kill, (child.process_id, signal.SIGKILL))
        killer.start()
        with pytest.raises(TryAlone) as caught:
            child.read()
        killer.join()
    return caught.value


def test_a_child_that_is_killed_from_outside_is_tried_again_alone() -> None:
    error = killed(Sandbox.detect())
    assert error.retryable
    assert "killed from outside" in error.detail
    assert isinstance(error.verdict, BadInput)
    assert (error.code, error.verdict.code) == ("resource-limit", "resource-limit")


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([3, 4], "where the node's memory ran out"),
        ([3, 3], "not because the node's memory ran out"),
        ([None], "outside."),
    ],
)
def test_where_the_kernel_counts_its_kills_the_error_says_which_it_was(
    monkeypatch: pytest.MonkeyPatch, counts: list[int | None], told: str
) -> None:
    left = iter(counts)
    monkeypatch.setattr(child_end, "count_oom_kills", lambda: next(left))
    judge = child_end.ChildJudge(name="ffmpeg", cpu_seconds=30, oom_kills=child_end.count_oom_kills())
    with pytest.raises(TryAlone, match=told):
        judge.judge(-signal.SIGKILL, "", used_seconds=1)


@pytest.mark.parametrize("alone", [False, True])
def test_an_optional_part_is_left_out_only_where_it_was_killed_alone(alone: bool) -> None:
    command = Examine(tenant_id="t", job_id="j", media_id="m", original_key="k", filename="f", size_bytes=1)
    envelope = Envelope(command=command, created_ms=now_ms(), alone=alone)
    task = Task(envelope, "attempt-1", MemoryJournal(), node="test")
    warnings: list[str] = []

    def render() -> Any:
        return task.step("rendition", lambda: child_end.ChildJudge(name="ffmpeg", cpu_seconds=9).judge(-9, "", 1.0))

    if alone:
        assert actors._optional(render, "absent", "no-rendition", warnings) == "absent"
        assert warnings == ["no-rendition"]
    else:
        with pytest.raises(TryAlone):
            actors._optional(render, "absent", "no-rendition", warnings)


def test_a_child_that_used_its_computing_up_is_not_tried_again() -> None:
    judge = child_end.ChildJudge(name="ffmpeg", cpu_seconds=30)
    with pytest.raises(BadInput):
        judge.judge(-signal.SIGKILL, "", used_seconds=29.9)


def test_kills_are_counted_by_the_control_group_of_this_process(tmp_path: Path) -> None:
    own, groups = tmp_path / "own", tmp_path / "groups"
    assert count_oom_kills(groups, own) is None
    own.write_text("4:memory:/old\n0::/pod/box\n")
    assert count_oom_kills(groups, own) is None
    (groups / "pod" / "box").mkdir(parents=True)
    (groups / "pod" / "box" / "memory.events").write_text("low 0\nmax 9\noom 3\noom_kill 2\n")
    assert count_oom_kills(groups, own) == 2
    own.write_text("0::/\n")  # as in a container
    (groups / "memory.events").write_text("oom_kill 7\n")
    assert count_oom_kills(groups, own) == 7


def test_a_photo_program_that_is_killed_blames_the_photo_in_its_own_words_only_alone(
    tmp_path: Path, limits: Limits
) -> None:
    class Killing(Sandbox):
        def start(self, *arguments: Any, **named: Any) -> Any:
            child = super().start(["/bin/sleep", "60"], LIMITS, lambda: None, folder=source.parent)
            os.kill(child.process_id, signal.SIGKILL)
            return child

    began = time.monotonic()
    source, image, thumbnail = (tmp_path / name for name in ("source", "image", "thumbnail"))
    with pytest.raises(TryAlone) as caught:
        PhotoProgram(Killing(()), limits).derive(source, JPEG, image, thumbnail, lambda: None)
    assert "the photo" in caught.value.verdict.detail
    assert time.monotonic() - began < 30
