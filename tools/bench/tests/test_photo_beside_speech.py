"""What the bench of photos beside speech takes for a photo's time, and for recordings that are being transcribed."""

from collections.abc import Iterator

import pytest

from winnow_bench.photo_beside_speech import sort_photos_in_turn, transcribed_now
from winnow_client import Client
from winnow_client.errors import Conflict
from winnow_harness.fixtures.gateway import GatewayTwin


@pytest.fixture
def twin() -> Iterator[GatewayTwin]:
    made = GatewayTwin({})
    made.start()
    yield made
    made.stop()


def job(status: str, stage: str, how: str) -> tuple[int, object]:
    return 200, {"status": status, "stages": [{"name": "check", "status": "done"}, {"name": stage, "status": how}]}


def test_only_a_running_job_in_its_transcription_counts(twin: GatewayTwin) -> None:
    client = Client(twin.url, "key")
    twin.answers |= {
        "GET /v1/jobs/early": job("running", "audio", "running"),
        "GET /v1/jobs/now": job("running", "transcribe", "running"),
        "GET /v1/jobs/stopped": job("cancelled", "transcribe", "running"),
        "GET /v1/jobs/late": job("running", "transcribe", "done"),
    }
    assert not transcribed_now(client, ["early", "stopped", "late"])
    assert transcribed_now(client, ["early", "now"])


def test_a_photo_that_failed_is_no_figure(twin: GatewayTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = {"detail": "The model is away.", "hint": "Start it."}
    view = {"id": "p", "status": "failed", "error": problem}
    monkeypatch.setattr(Client, "send", lambda *arguments, **more: view)
    with pytest.raises(Conflict, match="The model is away"):
        sort_photos_in_turn(Client(twin.url, "key"), 1)
