"""``winnow sort`` against a gateway's twin."""

import json
from pathlib import Path

import pytest

from winnow_cli import main as cli
from winnow_cli.photos.progress import PhotoProgress
from winnow_cli.photos.sorting import Wishes, sort_photo
from winnow_client import Client
from winnow_harness.fixtures.gateway import GatewayTwin
from winnow_harness.fixtures.photo_views import photo_view

ACCEPTED = {"media_id": "med_1", "job_id": "job_1", "status": "queued"}


def sort(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(["sort", *words])
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.fixture
def photos(tmp_path: Path, home: Path) -> list[str]:
    files = [tmp_path / name for name in ("a.jpg", "b.jpg", "c.jpg")]
    for file in files:
        file.write_bytes(file.name.encode())
    return [str(file) for file in files]


def test_one_photo_is_answered_with_its_category_steps_bin_and_source(
    twin: GatewayTwin, photos: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    twin.answers["POST /v1/photos?filename=a.jpg"] = (200, photo_view())
    assert sort(photos[0]) == 0
    out = capsys.readouterr().out
    for words in ("Plastic, pet bottle (93 % sure)", "The bag for clear PET bottles", "1. Empty it.", "Ministry"):
        assert words in out
    for words in ("2025-01-01", "https://example.invalid/guide", "winnow-waste-1", "Coloured bottles go elsewhere."):
        assert words in out


def test_where_it_abstained_it_says_what_it_leaned_to_and_which_photo_would_help(
    twin: GatewayTwin, photos: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    twin.answers["POST /v1/photos?filename=a.jpg"] = (200, photo_view(confidence=0.5, sure=False))
    assert sort(photos[0]) == 0
    out = capsys.readouterr().out
    assert "not sorted. Not sure enough: plastic 50 %, glass 5 %; 60 % is needed. Take a photo of the label." in out
    assert "Where it goes" not in out


def test_many_photos_are_a_table_and_a_failed_one_makes_the_exit_code_1(
    twin: GatewayTwin, photos: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    problem = {"code": "corrupt-image", "detail": "The image cannot be decoded.", "hint": "Save it again."}
    failed = {"id": "med_2", "status": "failed", "error": problem, "classification": None}
    twin.answers["POST /v1/photos?filename=a.jpg"] = (200, photo_view())
    twin.answers["POST /v1/photos?filename=b.jpg"] = (200, failed)
    twin.answers["POST /v1/photos?filename=c.jpg"] = (415, {"code": "unsupported-type", "detail": "No photo."})
    assert sort(*photos) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["photo", "category", "item", "sure", "where", "it", "goes"]
    assert lines[1].endswith("plastic   pet bottle          93 %  The bag for clear PET bottles")
    assert "It failed: The image cannot be decoded. Save it again." in lines[2]
    assert "It failed: No photo." in lines[3]


def test_an_answer_that_is_not_there_at_once_is_waited_for(
    twin: GatewayTwin, photos: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    twin.answers["POST /v1/photos?filename=a.jpg&language=ko&region=kr-seoul&track=outcome"] = (202, ACCEPTED)
    twin.answers["GET /v1/photos/med_1"] = (200, photo_view())
    options = ("--language", "ko", "--region", "kr-seoul", "--track", "outcome")
    assert sort(photos[0], *options, "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["file"] == photos[0]
    assert told["photo"]["classification"]["items"][0]["category"] == "plastic"


def test_a_file_that_can_not_be_read_does_not_keep_the_others_from_being_sorted(
    twin: GatewayTwin, photos: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    twin.answers["POST /v1/photos?filename=a.jpg"] = (200, photo_view())
    assert sort("absent.jpg", photos[0]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "absent.jpg cannot be read: No such file or directory" in lines[1]
    assert "plastic" in lines[2]


def test_a_photo_that_takes_too_long_is_an_error_with_its_id(twin: GatewayTwin, client: Client) -> None:
    twin.answers["POST /v1/photos?filename=a.jpg"] = (202, ACCEPTED)
    done = sort_photo(client, "a.jpg", lambda: b"a", Wishes(limit_seconds=0))
    assert done.error is not None
    assert "med_1" in done.error["detail"]


def test_progress_goes_to_the_stderr_of_its_own_time(capsys: pytest.CaptureFixture[str]) -> None:
    PhotoProgress(1).step()
    assert capsys.readouterr().err == "1 of 1\n"
