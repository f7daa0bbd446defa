"""A program's upload by ``winnow_client``: a large file through the gateway, and straight to the real store."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from flask import Flask
from werkzeug.serving import make_server

from winnow_client import AsyncClient, Client
from winnow_gateway.dependencies import Dependencies

from ..sounds import wav


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("with_asyncio", [False, True])
def test_a_large_file_arrives_as_it_is(
    url: str, key: Any, parts: Dependencies, jobs: dict[str, Any], tmp_path: Path, with_asyncio: bool
) -> None:
    file = tmp_path / "My talk.wav"
    file.write_bytes(wav(1) + random.Random(1).randbytes(33 << 20))
    told: list[int] = []

    def on_progress(sent_bytes: int, size_bytes: int) -> None:
        told.append(sent_bytes)

    async def upload() -> str:
        async with AsyncClient(url, key.text()) as winnow:
            return (await winnow.media.upload(file, on_progress=on_progress)).id

    if with_asyncio:
        job_id = anyio.run(upload)
    else:
        job_id = Client(url, key.text()).media.upload(file, on_progress=on_progress).id
    accepted = jobs[job_id].accepted
    assert parts.objects.get_bytes(accepted.original_key, 0, accepted.size_bytes) == file.read_bytes()
    assert told == sorted(told)
    assert told[-1] == accepted.size_bytes == file.stat().st_size
