"""A child is limited, watched and never left behind."""

import dataclasses
import gc
import os
import platform
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from winnow_contracts.errors import BadInput, Misconfigured, TimedOut
from winnow_journal.task import Interrupted
from winnow_media import confinement
from winnow_media import sandbox as sandbox_module
from winnow_media.child_end import ChildFailed
from winnow_media.sandbox import ChildLimits, Sandbox, find_program

HERE = Path(__file__).parent
LIMITS = ChildLimits(memory_bytes=1 << 30, cpu_seconds=30, wall_seconds=100, output_bytes=1 << 30)
PYTHON = (sys.executable, "-I", "-S", "-c")
PYTHONS = (sys.prefix, sys.base_prefix)
ENDLESS = ("-nostdin", "-v", "error", "-re", "-f", "lavfi", "-i", "sine=f=440", "-f", "null", "pipe:1")
BUSY = ("-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=f=440", "-f", "s16le", "pipe:1")


def limits(**changes: float) -> ChildLimits:
    values = {"memory_bytes": 1 << 30, "cpu_seconds": 30, "wall_seconds": 100.0, "output_bytes": 1 << 40} | changes
    return ChildLimits(**values)  # type: ignore[arg-type]


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox.detect()


@pytest.fixture
def ffmpeg_path() -> str:
    return find_program("ffmpeg", "ffmpeg")


def alive(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone_within(process_id: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not alive(process_id):
            return True
        time.sleep(0.02)
    return False


def test_output_and_messages_come_back(sandbox: Sandbox) -> None:
    done = sandbox.run(["/bin/sh", "-c", "echo out; echo said >&2"], LIMITS, lambda: None, folder=HERE)
    assert (done.output, done.messages) == (b"out\n", "said\n")


def test_a_child_sees_no_environment(sandbox: Sandbox) -> None:
    assert sandbox.run(["/usr/bin/env"], LIMITS, lambda: None, folder=HERE).output == b""


@pytest.mark.parametrize("yields", [False, True])
def test_long_work_leaves_the_processor_to_the_short(sandbox: Sandbox, yields: bool) -> None:
    """Niceness acts within a session alone, so the child is of the worker's."""
    bounds = dataclasses.replace(LIMITS, yields=yields)
    told = sandbox.run(["/bin/cat", "/proc/self/stat"], bounds, lambda: None, folder=Path("/proc")).output
    values = told.rsplit(b")", 1)[1].split()
    group, session, niceness = (int(values[at]) for at in (2, 3, 16))
    assert group != os.getpgrp()
    assert session == os.getsid(0)
    assert niceness == (10 if yields else 0)


def test_a_child_has_no_network(sandbox: Sandbox) -> None:
    assert sandbox._isolation, "run as root, or allow user namespaces (kernel.unprivileged_userns_clone)"
    names = sandbox.run(["/bin/cat", "/proc/net/dev"], LIMITS, lambda: None, folder=Path("/proc")).output
    assert [line.split(b":")[0].strip() for line in names.splitlines()[2:]] == [b"lo"]


@pytest.mark.parametrize(
    "other", ["/proc/{worker}/environ", "/etc/passwd", "{others}/secret", "/proc/{worker}/root/etc/passwd"]
)
def test_a_child_reads_no_file_but_those_of_its_task(sandbox: Sandbox, tmp_path: Path, other: str) -> None:
    """Not the worker's secrets, nor its journal, nor what another task works on."""
    mine, others = tmp_path / "mine", tmp_path / "others"
    for folder in (mine, others):
        folder.mkdir()
        (folder / "secret").write_text("a secret")
    assert sandbox.run(["/bin/cat", str(mine / "secret")], LIMITS, lambda: None, folder=mine).output == b"a secret"
    path = other.format(worker=os.getpid(), others=others)
    with pytest.raises(ChildFailed) as caught:
        sandbox.run(["/bin/cat", path], LIMITS, lambda: None, folder=mine)
    assert "Permission denied" in caught.value.messages


def test_a_child_writes_nothing_outside_the_folder_of_its_task(sandbox: Sandbox, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    sandbox.run(["/bin/sh", "-c", f"echo made > {mine}/file"], LIMITS, lambda: None, folder=mine)
    assert (mine / "file").read_text() == "made\n"
    with pytest.raises(ChildFailed):
        sandbox.run(["/bin/sh", "-c", f"echo made > {tmp_path}/file"], LIMITS, lambda: None, folder=mine)


@pytest.mark.parametrize(
    ("landlock", "filters", "isolation", "missing"),
    [
        (7, True, ("unshare",), ""),
        (1, True, (), ""),
        (0, True, (), "the files of others"),
        (7, False, ("unshare",), "the system calls of administrators"),
        (7, False, (), "the network and the system calls of administrators"),
        (0, False, (), "the files of others and the network and the system calls of administrators"),
    ],
)
def test_without_isolation_no_file_is_decoded_unless_a_setting_allows_it(
    monkeypatch: pytest.MonkeyPatch, landlock: int, filters: bool, isolation: tuple[str, ...], missing: str
) -> None:
    monkeypatch.setattr(confinement, "landlock_version", lambda: landlock)
    monkeypatch.setattr(confinement, "takes_filters", lambda: filters)
    monkeypatch.setattr(sandbox_module, "_without_network", lambda: isolation)
    assert Sandbox.detect(unconfined=True).missing == missing
    if not missing:
        assert Sandbox.detect().missing == ""
        return
    with pytest.raises(Misconfigured, match=f"cannot be kept from {missing} here") as caught:
        Sandbox.detect()
    assert "WINNOW_MEDIA_UNCONFINED" in caught.value.hint


def test_on_a_machine_whose_system_calls_are_not_known_nothing_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(Misconfigured, match="the system calls of administrators"):
        Sandbox.detect()


def test_a_child_that_fails_says_how(sandbox: Sandbox) -> None:
    with pytest.raises(ChildFailed) as caught:
        sandbox.run(["/bin/sh", "-c", "echo why >&2; exit 3"], LIMITS, lambda: None, folder=HERE)
    assert (caught.value.code, caught.value.messages) == (3, "why\n")


@pytest.mark.parametrize(
    "bound",
    [{"cpu_seconds": 1}, {"output_bytes": 1 << 20}],
    ids=["computing", "output"],
)
def test_a_child_over_a_limit_is_a_fault_of_the_file(bound: dict[str, int], sandbox: Sandbox, ffmpeg_path: str) -> None:
    with pytest.raises(BadInput) as caught:
        sandbox.run([ffmpeg_path, *BUSY], limits(**bound), lambda: None, folder=HERE)
    assert caught.value.code == "resource-limit"


def test_a_child_that_wants_too_much_memory_is_a_fault_of_the_file(sandbox: Sandbox, ffmpeg_path: str) -> None:
    # Room for ffmpeg and its threads, without which it may hang instead of ending, and not for two such pictures.
    huge = (
        "-nostdin",
        "-v",
        "error",
        "-xerror",
        "-f",
        "lavfi",
        "-i",
        "color=s=15000x15000:d=1",
        "-f",
        "rawvideo",
        "pipe:1",
    )
    with pytest.raises(BadInput) as caught:
        sandbox.run([ffmpeg_path, *huge], limits(memory_bytes=700 << 20), lambda: None, folder=HERE)
    assert caught.value.code == "resource-limit"


def test_a_file_over_the_limit_is_a_fault_of_the_input(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        sandbox.run(
            ["/bin/dd", "if=/dev/zero", f"of={tmp_path}/big", "bs=1M", "count=9", "status=none"],
            limits(output_bytes=1 << 20),
            lambda: None,
            folder=tmp_path,
        )
    assert caught.value.code == "resource-limit"


def test_a_child_over_its_time_may_be_tried_again(sandbox: Sandbox, ffmpeg_path: str) -> None:
    began = time.monotonic()
    with pytest.raises(TimedOut, match="ffmpeg took longer than"):
        sandbox.run([ffmpeg_path, *ENDLESS], limits(wall_seconds=0.3), lambda: None, folder=HERE)
    assert time.monotonic() - began < 20


def test_an_interrupted_task_kills_its_child_and_the_childs_children(sandbox: Sandbox) -> None:
    began = float("inf")

    def check() -> None:
        if time.monotonic() - began > 0.3:
            raise Interrupted("shutting down")

    with sandbox.start(["/bin/sh", "-c", "sleep 60 & echo $!; wait"], LIMITS, check, folder=HERE) as child:
        grandchild = int(child.read())
        began = time.monotonic()
        with pytest.raises(Interrupted):
            child.read()
    assert time.monotonic() - began < 2
    assert gone_within(child.process_id, 2)
    assert gone_within(grandchild, 2)


def test_leaving_the_block_early_kills_the_child(sandbox: Sandbox, ffmpeg_path: str) -> None:
    with sandbox.start([ffmpeg_path, *BUSY], LIMITS, lambda: None, folder=HERE) as child:
        assert child.read()
        assert alive(child.process_id)
    assert not alive(child.process_id)


def test_no_ffmpeg_outlives_a_worker_that_is_killed(ffmpeg_path: str) -> None:
    worker = textwrap.dedent(f"""
        from winnow_media.sandbox import ChildLimits, Sandbox
        limits = ChildLimits(memory_bytes=1 << 30, cpu_seconds=60, wall_seconds=60, output_bytes=1 << 40)
        with Sandbox.detect().start([{ffmpeg_path!r}, *{ENDLESS!r}], limits, lambda: None, folder="/tmp") as child:
            print(child.process_id, flush=True)
            while child.read():
                pass
    """)
    with subprocess.Popen([sys.executable, "-c", worker], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        ffmpeg_id = int(parent.stdout.readline())
        until = time.monotonic() + 30
        while time.monotonic() < until and b"ffmpeg" not in Path(f"/proc/{ffmpeg_id}/cmdline").read_bytes()[:20]:
            time.sleep(0.02)
        assert alive(ffmpeg_id)
        os.kill(parent.pid, signal.SIGKILL)
        assert gone_within(ffmpeg_id, 20)


def test_progress_comes_line_by_line(sandbox: Sandbox, ffmpeg_path: str) -> None:
    lines: list[str] = []
    made = ("-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=f=440:d=1", "-f", "null", "pipe:1")
    sandbox.run([ffmpeg_path, *made], LIMITS, lambda: None, folder=HERE, on_progress=lines.append)
    assert "progress=end" in lines
    assert "out_time_us=1000000" in lines


def test_no_descriptor_is_left_open(sandbox: Sandbox) -> None:
    gc.collect()  # what earlier tests left open
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        sandbox.run(["/bin/true"], LIMITS, lambda: None, folder=HERE)
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_missing_program_is_named_with_its_package() -> None:
    with pytest.raises(Misconfigured, match="no-such-program is not installed") as caught:
        find_program("no-such-program", "ffmpeg")
    assert "Debian package ffmpeg" in caught.value.hint
