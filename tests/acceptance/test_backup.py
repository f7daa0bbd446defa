"""A backup of a working stack, restored into another: the same is found and told, and open jobs end, each once."""

import contextlib
import json
import os
import subprocess
import sys
import threading

import psycopg2
import pytest

from winnow_harness.fixtures.drills import DrillStack, until
from winnow_harness.fixtures.photos import drawn
from winnow_local.ports import DEFAULT_PORTS, choose_ports

from .conftest import Api


@pytest.fixture
def restored(nodes, tmp_path):
    """Another stack, of which nothing is there yet but its ports."""
    home = tmp_path / "restored"
    home.mkdir()
    (home / "ports.json").write_text(json.dumps(choose_ports(dict.fromkeys(DEFAULT_PORTS, 0))), encoding="utf-8")
    stack = DrillStack(home, {"WINNOW_GATEWAY_TENANT_OPEN_JOBS": "0"})
    try:
        yield stack
    finally:
        stack.close()


def test_a_backup_of_a_working_stack_is_a_whole_winnow_elsewhere(nodes, nodes_api, restored, clip, tmp_path):
    heard = nodes_api.accept(clip.read_bytes(), "Heron.wav")
    assert nodes_api.wait(heard["job_id"])["status"] == "done"
    nodes_api.settled_trace(heard["job_id"])
    winnow(nodes, "edit", heard["media_id"], "--title", "Night Heron", "--tag", "birds", "--json")
    photo = nodes_api.answered(drawn(11), "can.jpg").json()
    deleted = nodes_api.accept(clip.read_bytes() + b"\0\0", "Gone.wav")
    assert nodes_api.wait(deleted["job_id"])["status"] == "done"
    assert nodes_api._ask("DELETE", f"/v1/media/{deleted['media_id']}", {}).status == 204
    failed = nodes.drill(misbehave="permanent")
    assert nodes.ended([failed])[failed]["status"] == "failed"
    ended = [heard["job_id"], failed]
    nodes.drained()

    query = nodes_api.readable(f"/v1/media/{heard['media_id']}/transcript")["segments"][0]["text"]
    found = until(lambda: whole_search(nodes_api, query), "no search was whole")
    with nodes.paused("ai.speech"):
        waiting = nodes_api.accept(clip.read_bytes() + b"\0\0\0\0", "Waits.wav")
        working = [nodes.drill(steps=3, work_ms=300) for _ in range(30)]
        more, stop = [], threading.Event()
        pauses = iter(lambda: stop.wait(0.05), True)
        load = threading.Thread(target=lambda: [more.append(nodes.drill()) for _ in pauses])
        load.start()
        try:
            backup = winnow(nodes, "backup", str(tmp_path / "backup"), "--json")
        finally:
            stop.set()
            load.join()
        again = winnow(nodes, "backup", str(tmp_path / "backup"), "--json")
    assert {one["node"] for one in again["journals"]} == {folder.parent.name for folder in nodes.journals}
    assert again["object_count"] > 0  # fewer may be left than before: index removes what it has taken over
    assert backup["object_count"] > 0
    assert secrets_in(nodes, tmp_path / "backup") == []

    winnow(restored, "restore", str(tmp_path / "backup"), "--json")
    assert winnow(restored, "restore", str(tmp_path / "backup"), "--json", code=1)["error"]["code"] == "internal"
    restored.start()
    api = Api(restored.gateway_url, restored.key)
    assert until(lambda: whole_search(api, query), "no search was whole") == found
    assert history(restored, ended) == history(nodes, ended)
    media = api.readable(f"/v1/media/{heard['media_id']}")
    assert (media["title"], media["tags"]) == ("Night Heron", ["birds"])
    assert api.readable(f"/v1/photos/{photo['id']}")["classification"] == photo["classification"]
    for address in (f"/v1/media/{heard['media_id']}/stream", f"/v1/photos/{photo['id']}/image"):
        assert api.get(address).data == nodes_api.get(address).data
    assert api.get(f"/v1/media/{deleted['media_id']}").status == 410

    status, answer = restored.call("DELETE", "/v1/ops/queues/ai.speech/pause")
    assert status == 200, answer
    jobs = restored.ended([waiting["job_id"], *working, *known(restored, more)])
    assert {(one["status"], one["stored_times"]) for one in jobs.values()} == {("done", 1)}
    restored.drained()
    assert restored.journal_faults() == []
    for one in (heard, waiting):
        assert api.get(f"/v1/media/{one['media_id']}/stream").status == 200


def winnow(stack, *words, code=0):
    """Runs a command for a stack; returns what it printed as JSON."""
    command = (sys.executable, "-c", "from winnow_cli.main import main; main()", *words)
    done = subprocess.run(command, env={**os.environ, **stack.command_variables}, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def whole_search(api, query):
    answer = api.get("/v1/search", q=query)
    assert answer.status == 200, answer.data
    return None if answer.json()["degraded"] else answer.json()["items"]


def known(stack, job_ids):
    """Those of the jobs that the backup caught."""
    return list(stack.jobs(job_ids))


def history(stack, job_ids):
    """Every row of every table that is about these jobs or their tasks, as text.

    That a job's leftovers are still to be swept is left out: the stack that goes on may have done so meanwhile.
    """
    url = (stack.home.secrets / "database-url").read_text(encoding="utf-8").strip()
    rows = {}
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        for column, ids in (("job_id", job_ids), ("task_id", tasks_of(cursor, job_ids))):
            cursor.execute("SELECT table_name FROM information_schema.columns WHERE column_name = %s", (column,))
            for (table,) in cursor.fetchall():
                cursor.execute(
                    f"SELECT (to_jsonb(t) - 'unswept_ms')::text FROM {table} t WHERE {column} = ANY(%s) ORDER BY 1",
                    (ids,),
                )
                rows[table, column] = [text for (text,) in cursor.fetchall()]
    for table in (("task_event", "job_id"), ("task_log", "job_id"), ("task_execution_history", "task_id")):
        assert len(rows[table]) > len(job_ids)
    return rows


def tasks_of(cursor, job_ids):
    cursor.execute("SELECT task_id FROM task_log WHERE job_id = ANY(%s)", (job_ids,))
    return [task_id for (task_id,) in cursor.fetchall()]


def secrets_in(stack, folder):
    """The secrets of the stack's own that are in a file of the backup."""
    secrets = [file.read_bytes().strip() for file in (*stack.home.secrets.iterdir(), stack.home.admin_key)]
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return [secret for secret in secrets if any(secret in content for content in files)]
