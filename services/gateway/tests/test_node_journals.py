"""The gateway asks the nodes themselves for their journals, whatever state index is in."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_base.environment import Environment
from winnow_base.http.health import HealthServer
from winnow_base.http.journal_reads import JournalReads
from winnow_contracts.commands import DrillMedia
from winnow_contracts.envelope import Envelope
from winnow_contracts.errors import Misconfigured
from winnow_gateway.clients.node_journals import NodeJournals, resolve
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.settings import read_settings
from winnow_journal.journal import SqliteJournal
from winnow_journal.values import DeliveryContext

from .index_answers import JOB_ID

TOKEN = "service-token"
COMMAND = DrillMedia(tenant_id="drill", job_id=JOB_ID, media_id="med_1")


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[list[str]]:
    """Addresses of two nodes, media-1 with a running task of the job, and one where nobody listens."""
    journals = [SqliteJournal(tmp_path / name, name) for name in ("ai-1", "media-1")]
    journals[1].claim(Envelope(command=COMMAND), DeliveryContext())
    servers = [
        HealthServer(
            "127.0.0.1",
            0,
            dict,
            journal=JournalReads(tmp_path / name, service=name[:-2], node=name, service_token=TOKEN),
        )
        for name in ("ai-1", "media-1", "gone")
    ]
    for server in servers[:2]:
        server.start()
    addresses = [f"127.0.0.1:{server.port}" for server in servers]
    servers[2].stop()
    yield addresses
    for server in servers[:2]:
        server.stop()
    for journal in journals:
        journal.close()


@pytest.fixture
def parts(parts: Dependencies, nodes: list[str]) -> Dependencies:
    # One of the nodes is reached by two addresses, as a name and its number can be.
    port = nodes[0].partition(":")[2]
    return replace(parts, node_journals=NodeJournals([*nodes, f"localhost:{port}"], TOKEN))


def test_a_jobs_rows_come_from_the_node_that_has_them_while_index_is_away(
    operator: FlaskClient, index: Any, nodes: list[str]
) -> None:
    operator.get("/v1/ops/journals/now")  # the gateway learns of the key
    index.down = True
    found = operator.get(f"/v1/ops/jobs/{JOB_ID}/journals").get_json()
    (item,) = found["items"]
    assert (item["service"], item["node"]) == ("media", "media-1")
    assert [(task["state"], task["alive"]) for task in item["records"]["tasks"]] == [("running", True)]
    (missing,) = found["missing"]
    assert missing.startswith(f"Node {nodes[2]}: ")


def test_every_journal_is_counted_once(operator: FlaskClient) -> None:
    found = operator.get("/v1/ops/journals/now").get_json()
    assert [item["node"] for item in found["items"]] == ["ai-1", "media-1"]
    assert [item["tasks"] for item in found["items"]] == [{}, {"running": 1}]


def test_a_node_that_takes_another_token_is_told_as_missing(nodes: list[str]) -> None:
    found = NodeJournals(nodes[:1], "other").summaries()
    assert found["items"] == []
    assert "shown to Winnow's services alone" in found["missing"][0]


def test_a_name_without_an_address_is_told_as_missing() -> None:
    (sentence,) = NodeJournals(["nowhere.invalid:9100"], TOKEN).summaries()["missing"]
    assert sentence.startswith("Node nowhere.invalid:9100: its name has no address")


def test_an_address_may_be_a_number_of_either_kind() -> None:
    assert resolve("127.0.0.1:9100") == ("127.0.0.1:9100",)
    assert resolve("[::1]:9100") == ("[::1]:9100",)


@pytest.mark.parametrize("text", ["media", "media:x", "http://media:9100", "media:9100/x", ":9100", "[::1:9100"])
def test_a_setting_that_names_no_port_of_a_host_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured, match="WINNOW_GATEWAY_NODES must be a list like"):
        read_settings(Environment({"WINNOW_GATEWAY_NODES": f"ai:9100, {text}"}))
