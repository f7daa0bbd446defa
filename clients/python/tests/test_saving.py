"""Exports are saved whole or not at all."""

import asyncio
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from winnow_client import AsyncClient, Client, Conflict, Misconfigured, Retries, Unavailable
from winnow_client.generated.models import Media

from .conftest import Script, blank, gives, problem

MEDIA = gives(200, blank(Media, id="med_1", size_bytes=600_000))
ZIP = b"PK" + b"x" * 599_998
SOON = Retries(first_seconds=0.01)


def cut(handler: BaseHTTPRequestHandler) -> None:
    """Answers with less than it promises."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(ZIP)))
    handler.end_headers()
    handler.wfile.write(ZIP[:300_000])
    handler.close_connection = True


@pytest.fixture
def client(script: Script) -> Client:
    return Client(script.url, "secret", retries=SOON)


def test_an_export_is_saved_and_tells_its_progress(script: Script, client: Client, tmp_path: Path) -> None:
    script.answers = [MEDIA, gives(200, ZIP)]
    told: list[tuple[int, int]] = []
    file = client.media.export("med_1", tmp_path / "a.zip", on_progress=lambda sent, size: told.append((sent, size)))
    assert file.read_bytes() == ZIP
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]
    assert told[-1] == (600_000, 600_000)
    assert script.asked[-1].path == "/v1/media/med_1/export"


def test_an_export_that_is_cut_is_fetched_again_from_its_beginning(
    script: Script, client: Client, tmp_path: Path
) -> None:
    script.answers = [MEDIA, cut, gives(200, ZIP)]
    assert client.media.export("med_1", tmp_path / "a.zip").read_bytes() == ZIP


def test_an_export_that_stays_cut_leaves_what_was_there(script: Script, client: Client, tmp_path: Path) -> None:
    script.answers = [MEDIA, cut]
    (tmp_path / "a.zip").write_bytes(b"of yesterday")
    with pytest.raises(Unavailable):
        client.media.export("med_1", tmp_path / "a.zip")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.zip", b"of yesterday")]


def test_a_refused_export_leaves_nothing(script: Script, client: Client, tmp_path: Path) -> None:
    script.answers = [MEDIA, problem(409, "not-ready")]
    with pytest.raises(Conflict):
        client.media.export("med_1", tmp_path / "a.zip")
    assert not list(tmp_path.iterdir())


def test_a_place_that_can_not_be_written_is_named(script: Script, client: Client, tmp_path: Path) -> None:
    script.answers = [MEDIA, gives(200, ZIP)]
    with pytest.raises(Misconfigured, match="nowhere"):
        client.media.export("med_1", tmp_path / "nowhere" / "a.zip")


def test_an_export_is_saved_with_asyncio_too(script: Script, tmp_path: Path) -> None:
    script.answers = [cut, gives(200, ZIP)]

    async def save() -> Path:
        async with AsyncClient(script.url, "secret", retries=SOON) as client:
            return await client.media.export("med_1", tmp_path / "a.zip", original="false")

    assert asyncio.run(save()).read_bytes() == ZIP
    assert script.asked[-1].path == "/v1/media/med_1/export?original=false"


def test_whoever_is_interrupted_leaves_nothing(script: Script, client: Client, tmp_path: Path) -> None:
    script.answers = [MEDIA, gives(200, ZIP)]

    def interrupt(sent_bytes: int, size_bytes: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        client.media.export("med_1", tmp_path / "a.zip", on_progress=interrupt)
    assert not list(tmp_path.iterdir())
