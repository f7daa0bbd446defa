"""A deleted recording leaves that it was: nothing else is in PostgreSQL or the store, and in journals at most ids."""

import contextlib
import sqlite3
import subprocess
import uuid

import psycopg2
import pytest

from winnow_base.objects.s3 import S3ObjectStore
from winnow_contracts.errors import NotFound
from winnow_harness.fixtures.drills import until
from winnow_local.ports import remembered_ports

NAMED = {"deleted_media", "audit_log"}
"""The tables that may name a deleted media or job, by its id alone."""


@pytest.fixture
def tone(clip, tmp_path):
    """A recording that no other test has heard: its answers are paid for it alone."""

    def make():
        path = tmp_path / f"{uuid.uuid4().hex}.wav"
        pitch = f"volume={0.5 + uuid.uuid4().int % 1000 / 4000}"
        subprocess.run(["ffmpeg", "-v", "error", "-i", str(clip), "-af", pitch, str(path)], check=True)
        return path.read_bytes()

    return make


def test_nothing_is_left_of_a_recording_but_that_it_was_deleted(nodes, nodes_api, tone):
    made = nodes_api.accept(tone(), "Blue Heron.wav")
    media_id, job_id = made["media_id"], made["job_id"]
    assert nodes_api.wait(job_id)["status"] == "done"
    nodes_api.settled_trace(job_id)
    word = nodes_api.readable(f"/v1/media/{media_id}/transcript")["segments"][0]["text"].split()[0]
    everywhere = (media_id, job_id, word, "Blue Heron")
    assert {"passage", "segment", "media", "task_event"} <= tables_with(nodes, everywhere)
    assert objects_with(nodes, everywhere)
    assert rows_of_journals_with(nodes, job_id)
    address = f"/v1/media/{media_id}"
    assert nodes_api._ask("DELETE", address, {}).status == 204
    nodes.kill_part("index")  # whatever was removed by then
    assert tables_with(nodes, everywhere) == NAMED
    assert [nodes_api.get(f"{address}{part}").status for part in ("", "/transcript", "/stream")] == [410, 410, 410]
    assert [moment for moment in nodes_api.moments(word) if moment[0] == media_id] == []
    until(lambda: not objects_with(nodes, everywhere), "objects of it are left")
    assert rows_of_journals_with(nodes, word) == []


def test_a_recording_that_is_deleted_while_its_job_runs_does_not_come_back(nodes, nodes_api, tone):
    with nodes.endpoint.hang():
        made = nodes_api.accept(tone(), "Grey Heron.wav")
        media_id, job_id = made["media_id"], made["job_id"]
        until(lambda: nodes.endpoint.hanging, "the endpoint was not called")
        given_up = nodes.endpoint.given_up
        assert nodes_api._ask("DELETE", f"/v1/media/{media_id}", {}).status == 204
        until(lambda: nodes.endpoint.given_up > given_up, "the call went on")
    refused = [("POST", f"/v1/jobs/{job_id}/retry"), ("POST", f"/v1/ops/jobs/{job_id}/resend")]
    assert [nodes_api._ask(method, path, {}).json()["code"] for method, path in refused] == ["gone", "gone"]
    nodes.wipe_rabbitmq()
    after = nodes.drill()
    assert nodes.ended([after])[after]["status"] == "done"
    nodes.drained()
    until(lambda: not objects_with(nodes, (media_id, job_id, "Grey Heron")), "objects of it are left")
    assert tables_with(nodes, (media_id, job_id, "Grey Heron")) == NAMED
    assert nodes_api.get(f"/v1/jobs/{job_id}").status == 410
    assert media_id not in [item["id"] for item in nodes_api.get("/v1/media", limit=100).json()["items"]]


def tables_with(nodes, words):
    """The tables in which a row has one of the words."""
    url = (nodes.home.secrets / "database-url").read_text(encoding="utf-8").strip()
    found = set()
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")
            if any(has(text.encode(), words) for (text,) in cursor.fetchall()):
                found.add(table)
    return found


def objects_with(nodes, words):
    """The keys of objects that have one of the words, in the key or the content."""
    store = S3ObjectStore(
        endpoint=f"127.0.0.1:{remembered_ports(nodes.home.ports)['s3']}",
        access_key=(nodes.home.secrets / "s3-access-key").read_text().strip(),
        secret_key=(nodes.home.secrets / "s3-secret-key").read_text().strip(),
        bucket="winnow",
        region="us-east-1",
        secure=False,
    )
    found = []
    for key in store.keys(""):
        with contextlib.suppress(NotFound):  # removed since
            if has(key.encode(), words) or has(b"".join(store.chunks(key)), words):
                found.append(key)
    return found


def rows_of_journals_with(nodes, word):
    """The rows of any journal that have the word."""
    found = []
    for path in (folder / "journal.db" for folder in nodes.journals):
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as journal:
            tables = journal.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                rows = journal.execute(f"SELECT * FROM {table}").fetchall()
                found += [(path.parent.parent.name, table) for row in rows if has(repr(row).encode(), (word,))]
    return found


def has(content, words):
    return any(word.encode() in content or word.encode().hex().encode() in content for word in words)
