"""The speech model where its weights are missing, where too many ask at once, and where a recording is too long."""

import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from winnow_contracts.errors import BadInput, Unavailable
from winnow_models import decoding
from winnow_models.app import create_app
from winnow_models.decoding import decode
from winnow_models.efficientnet import Network
from winnow_models.embeddings import Embedder
from winnow_models.waste import WasteModel
from winnow_models.waste_head import packaged_head
from winnow_models.whisper import PLACES, Whisper


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=440:d=1", path], check=True)
    return path


class SlowSource:
    """Weights that cannot be had, which takes a while to find out."""

    def __init__(self) -> None:
        self.found_out = threading.Event()

    def __call__(self) -> Path:
        self.found_out.wait(30)
        raise Unavailable("No source could be used.", dependency="package index", code="model-unavailable")


@pytest.fixture
def source() -> Iterator[SlowSource]:
    source = SlowSource()
    yield source
    source.found_out.set()


@pytest.fixture
def app(source: SlowSource) -> Flask:
    waste = WasteModel(network=Network(source, threads=1), head=packaged_head(), threshold=0.6)
    speech = Whisper(source, cores=1, idle_seconds=60)
    return create_app(speech=speech, embedder=Embedder(threads=1), waste=waste, api_key="k")


def send(app: Flask, recording: Path) -> TestResponse:
    form = {"model": "whisper-base", "file": (BytesIO(recording.read_bytes()), "tone.wav")}
    return app.test_client().post("/v1/audio/transcriptions", data=form, headers={"Authorization": "Bearer k"})


def test_missing_weights_are_503_and_the_endpoint_goes_on(source: SlowSource, app: Flask, tone: Path) -> None:
    source.found_out.set()

    answer = send(app, tone)

    assert answer.status_code == 503
    assert answer.get_json()["error"] == {
        "message": "No source could be used.",
        "type": "server_error",
        "param": None,
        "code": "model-unavailable",
    }
    assert app.test_client().get("/healthz").get_json()["status"] == "ok"


def test_one_call_more_than_are_served_and_wait_is_told_to_come_again(
    source: SlowSource, app: Flask, tone: Path
) -> None:
    def send_one(_: int) -> TestResponse:
        answer = send(app, tone)
        if answer.status_code == 429:
            source.found_out.set()
        return answer

    with ThreadPoolExecutor(2 * PLACES + 1) as threads:
        answers = list(threads.map(send_one, range(2 * PLACES + 1)))

    (refused,) = (answer for answer in answers if answer.status_code == 429)
    assert refused.get_json()["error"]["code"] == "busy"
    assert int(refused.headers["Retry-After"]) > 0
    assert {answer.headers["Winnow-Places"] for answer in answers} == {str(PLACES)}


def test_a_recording_longer_than_one_call_may_hold_is_refused(
    tone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "MAX_CALL_SECONDS", 0.5)

    with pytest.raises(BadInput, match=r"0\.5 s") as error:
        decode(tone, tmp_path / "samples")
    assert error.value.code == "too-long"


def test_samples_are_16_khz_mono_16_bits(tone: Path, tmp_path: Path) -> None:
    recording = decode(tone, tmp_path / "samples")

    samples = np.fromfile(recording.path, dtype="<i2")
    assert samples.shape == (recording.samples,) == (16_000,)
    assert 3_000 < int(np.abs(samples).max()) <= 32_767


def test_decoding_ends_when_its_caller_has_gone(tone: Path, tmp_path: Path) -> None:
    class Gone(Exception):
        pass

    def check() -> None:
        raise Gone

    with pytest.raises(Gone):
        decode(tone, tmp_path / "samples", check)
