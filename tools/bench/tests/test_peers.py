"""The bench of other job systems: what bodies write, how it is summed up and shown, and a short run of Winnow alone."""

import dataclasses
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from winnow_bench.peers.bodies import Bodies
from winnow_bench.peers.drains import Drain
from winnow_bench.peers.field import Field
from winnow_bench.peers.figures import Compared, rate, table
from winnow_bench.peers.kills import Kill
from winnow_bench.peers.redis_server import RedisServer
from winnow_bench.peers.servers import Servers
from winnow_bench.peers.side import ADAPTERS, Side
from winnow_bench.peers.systems import SYSTEMS, WINNOW
from winnow_bench.report.charts import CHARTS
from winnow_bench.report.tables import TABLES
from winnow_contracts.errors import TimedOut, Unavailable

DRAINS = [Drain(tasks=100, seconds=seconds, cpu_ms={"worker": 1.0}) for seconds in (1.0, 2.0, 4.0)]


def compared(name: str, lost: int) -> Compared:
    one = rate(DRAINS, DRAINS)
    kill = Kill(jobs=10, lost=lost, run_twice=2, seconds=1.5)
    return Compared(
        name=name, store="PostgreSQL", settings="as it comes", rates={"single": one, "chain": one}, kill=kill
    )


def test_a_job_is_unfinished_until_its_last_task_ended(tmp_path: Path) -> None:
    bodies = Bodies(tmp_path / "marks")
    with (tmp_path / "marks").open("a") as file:
        file.write("1 1 began 10\n1 1 ended 11\n1 3 began 12\n2 3 began 12\n1 3 ended")
        file.flush()
        assert bodies.unfinished([1, 2]) == {1, 2}
        file.write(" 20\n")
    assert bodies.unfinished([1, 2]) == {2}
    assert bodies.wait([1], 5) == 20
    with pytest.raises(TimedOut, match="1 of 2 jobs did not end"):
        bodies.wait([1, 2], 0.02)
    bodies.close()


def test_a_task_that_began_again_is_counted_and_keeps_its_first_end(tmp_path: Path) -> None:
    (tmp_path / "marks").write_text("1 2 began 1\n1 2 began 5\n1 2 ended 6\n1 2 ended 9\n")
    bodies = Bodies(tmp_path / "marks")
    assert (bodies.began, bodies.ended_ns) == ({(1, 2): 2}, {(1, 2): 6})
    bodies.close()


def test_a_ratio_is_taken_within_each_round() -> None:
    twice_as_fast = [Drain(tasks=100, seconds=one.seconds / 2, cpu_ms=one.cpu_ms) for one in DRAINS]
    found = rate(twice_as_fast, DRAINS)
    assert (found.per_second, found.ratio, found.ratio_spread) == (100.0, 2.0, (2.0, 2.0))


def test_every_system_has_an_adapter_with_the_four_functions_and_pins_what_it_compares() -> None:
    for system in SYSTEMS:
        source = (ADAPTERS / f"{system.adapter}_peer.py").read_text(encoding="utf-8")
        for function in ("prepare()", "single(jobs)", "chain(jobs)", "work()"):
            assert f"\ndef {function}:" in source, (system.name, function)
        assert all("==" in requirement for requirement in system.requirements), system.name


def test_systems_that_share_an_adapter_have_names_and_folders_of_their_own() -> None:
    assert len({system.key for system in SYSTEMS}) == len({system.name for system in SYSTEMS}) == len(SYSTEMS)


def test_a_machine_without_redis_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="apt-get install redis-server"):
        RedisServer(tmp_path, "always").start()


@pytest.mark.real
@pytest.mark.skipif(not shutil.which("redis-server"), reason="no redis-server is installed")
def test_a_killed_redis_has_what_it_answered_for_and_one_without_its_disk_has_nothing(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, "always")
    server.start()
    try:
        assert ask(server, "SET job 1") == "+OK"
        server.kill()
        server.start()
        assert ask(server, "GET job") == "$1"
        server.kill()
        server.delete_data()
        server.start()
        assert ask(server, "GET job") == "$-1"
    finally:
        server.end()


def ask(server: RedisServer, command: str) -> str:
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(f"{command}\r\n".encode())
        return connection.recv(64).split(b"\r\n")[0].decode()


def test_what_an_adapter_says_last_is_the_reason(tmp_path: Path) -> None:
    complains = (sys.executable, "-c", "import sys; print('first'); sys.exit('the store is away')")
    with pytest.raises(Unavailable, match="'single' of Odd failed: the store is away"):
        Side(name="Odd", home=tmp_path, command=complains, variables={}).fill("single", range(1, 4))


def test_the_bodies_of_every_adapter_write_what_the_bench_reads(tmp_path: Path) -> None:
    script = "import bench_tasks, asyncio; bench_tasks.body(7, 3); asyncio.run(bench_tasks.body_async(8, 1))"
    side = Side(name="Bodies", home=tmp_path, command=(), variables={"PEER_AMQP_URL": "", "PEER_POSTGRES_URL": ""})
    subprocess.run((sys.executable, "-c", script), cwd=ADAPTERS, env=side.environment(work_ms=1), check=True)
    bodies = Bodies(tmp_path / "marks")
    assert bodies.began == {(7, 3): 1, (8, 1): 1}
    assert bodies.ended_ns.keys() == {(7, 3), (8, 1)}
    bodies.close()


def test_a_system_that_is_absent_is_named_with_the_reason() -> None:
    text = table([compared("Winnow", 0)], {"Absurd": "setting up: no schema"})
    assert text.endswith("Absurd was not measured: setting up: no schema")


def test_the_page_tells_of_losses_and_of_those_that_are_absent() -> None:
    figures = {
        "tasks": 100,
        "rounds": 3,
        "kill_jobs": 10,
        "systems": [dataclasses.asdict(compared("Winnow", 0)), dataclasses.asdict(compared("Huey", 4))],
        "absent": {"Absurd": "No schema."},
    }
    lines = list(TABLES["peers"](figures))
    assert "| Huey | PostgreSQL | 50 | 1 (1 to 1) | 50 | 1 (1 to 1) | 1 | 4 | 2 | 1.5 |" in lines
    assert lines[-1] == "* Absurd was not measured. No schema."
    assert "Huey lost jobs" in CHARTS["peers"](figures).title


@pytest.mark.real
@pytest.mark.timeout(400)
def test_winnow_loses_no_job_with_a_killed_worker_and_a_system_that_cannot_be_had_is_absent(tmp_path: Path) -> None:
    nowhere = dataclasses.replace(SYSTEMS[0], name="Nowhere", requirements=(f"{tmp_path}/nowhere",))
    servers = Servers(tmp_path / "stack")
    try:
        servers.start()
        field = Field(servers, tmp_path / "sides", lambda line: None)
        field.set_up([WINNOW, nowhere])
        field.drain("round 1 of 1", 60)
        field.kill(30, recovery_seconds=100)
    finally:
        servers.close()
    (winnow,) = field.found
    assert field.absent["Nowhere"].startswith("setting up: uv pip failed")
    for one in winnow.rates.values():
        assert one.per_second > 0
        assert one.ratio == 1
        assert one.cpu_ms["worker"] > 0
    assert (winnow.kill.jobs, winnow.kill.lost) == (30, 0)
