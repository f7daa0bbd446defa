"""The speech model where its weights are missing, where too many ask at once, and where a recording is too long."""

import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from winnow_contracts.errors import BadInput, RateLimited, Unavailable
from winnow_local.models.app import create_app
from winnow_local.models.decoding import MAX_CALL_SECONDS, decode
from winnow_local.models.efficientnet import Network
from winnow_local.models.embeddings import Embedder
from winnow_local.models.waste import WasteModel
from winnow_local.models.waste_head import packaged_head
from winnow_local.models.whisper import Whisper


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


def test_missing_weights_are_503_and_the_endpoint_goes_on(source: SlowSource, tone: Path) -> None:
    source.found_out.set()
    waste = WasteModel(network=Network(source, threads=1), head=packaged_head(), threshold=0.6)
    app = create_app(speech=Whisper(source, threads=1), embedder=Embedder(threads=1), waste=waste, api_key="k")
    form = {"model": "whisper-base", "file": (BytesIO(tone.read_bytes()), "tone.wav")}

    answer = app.test_client().post("/v1/audio/transcriptions", data=form, headers={"Authorization": "Bearer k"})

    assert answer.status_code == 503
    assert answer.get_json()["error"] == {
        "message": "No source could be used.",
        "type": "server_error",
        "param": None,
        "code": "model-unavailable",
    }
    assert app.test_client().get("/healthz").get_json()["status"] == "ok"


def test_a_ninth_recording_at_once_is_told_to_come_again(source: SlowSource) -> None:
    speech, second = Whisper(source, threads=1), np.zeros(16_000, dtype=np.float32)
    refused: list[RateLimited] = []

    def hear(_: int) -> None:
        try:
            speech.hear(second)
        except RateLimited as error:
            refused.append(error)
            source.found_out.set()
        except Unavailable:
            pass

    with ThreadPoolExecutor(9) as threads:
        list(threads.map(hear, range(9)))

    assert [error.retry_after_seconds for error in refused] == [5]


def test_a_recording_longer_than_one_call_may_hold_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.flac"
    silence = f"anullsrc=r=16000:cl=mono:d={MAX_CALL_SECONDS + 2}"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", silence, path], check=True)

    with pytest.raises(BadInput, match="1800 s") as error:
        decode(path)
    assert error.value.code == "too-long"


def test_samples_are_16_khz_mono_between_minus_one_and_one(tone: Path) -> None:
    samples = decode(tone)
    assert samples.dtype == np.float32
    assert samples.shape == (16_000,)
    assert 0.1 < float(np.abs(samples).max()) <= 1
