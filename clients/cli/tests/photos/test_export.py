"""``winnow feedback export`` against a gateway's twin."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from winnow_cli import main as cli
from winnow_harness.fixtures.gateway import GatewayTwin


def correction(
    media_id: str, category: str, at: str = "2026-11-20T10:00:00Z", item: str | None = None
) -> dict[str, Any]:
    return {
        "id": f"fb_{media_id}_{at}",
        "at": at,
        "media_id": media_id,
        "said": {
            "category": "plastic",
            "item": "",
            "state": "unknown",
            "confidence": 0.7,
            "abstained": False,
            "model": "winnow-waste-1",
        },
        "correct": {"category": category, "item": item, "state": None},
        "note": "It is a jar.",
    }


def export(folder: Path, *more: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(["feedback", "export", str(folder), *more])
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.fixture
def pages(twin: GatewayTwin, home: Path) -> GatewayTwin:
    first = {
        "items": [correction("med_1", "glass", item="glass_jar"), correction("med_2", "metal")],
        "next_cursor": "n",
    }
    second = {"items": [correction("med_1", "paper", at="2026-11-19T10:00:00Z")], "next_cursor": None}
    twin.answers["GET /v1/feedback?limit=100"] = (200, first)
    twin.answers["GET /v1/feedback?limit=100&cursor=n"] = (200, second)
    twin.answers["GET /v1/photos/med_1/image"] = (200, "one")
    twin.answers["GET /v1/photos/med_2/image"] = (200, "two")
    return twin


def test_each_photo_lies_under_its_latest_correction_and_the_table_tells_both(
    pages: GatewayTwin, tmp_path: Path
) -> None:
    folder = tmp_path / "labelled"
    assert export(folder) == 0

    files = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.jpg"))
    assert files == ["glass/med_1.jpg", "metal/med_2.jpg"]
    assert (folder / "glass/med_1.jpg").read_bytes() == b'"one"'
    with (folder / "labels.csv").open(newline="") as table:
        rows = {row["path"]: row for row in csv.DictReader(table)}
    assert rows["glass/med_1.jpg"]["item"] == "glass_jar"
    assert rows["glass/med_1.jpg"]["said_category"] == "plastic"
    assert rows["glass/med_1.jpg"]["said_model"] == "winnow-waste-1"
    assert rows["metal/med_2.jpg"]["state"] == ""


def test_a_photo_corrected_once_more_leaves_the_folder_of_its_former_category(
    pages: GatewayTwin, tmp_path: Path
) -> None:
    folder = tmp_path / "labelled"
    export(folder)
    mine = folder / "glass" / "mine.jpg"
    mine.write_bytes(b"mine")
    later = "2026-11-21T10:00:00Z"
    anew = [correction("med_1", "metal", at=later), correction("med_2", "glass", at=later)]
    pages.answers["GET /v1/feedback?limit=100&cursor=n"] = (200, {"items": anew, "next_cursor": None})
    del pages.answers["GET /v1/photos/med_2/image"]
    assert export(folder) == 1
    files = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.jpg"))
    assert files == ["glass/mine.jpg", "metal/med_1.jpg"]


@pytest.mark.parametrize("note", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_words_that_a_spreadsheet_would_calculate_are_marked_as_words(
    pages: GatewayTwin, tmp_path: Path, note: str
) -> None:
    page = {"items": [correction("med_1", "glass") | {"note": note}], "next_cursor": None}
    pages.answers["GET /v1/feedback?limit=100"] = (200, page)
    assert export(tmp_path) == 0
    with (tmp_path / "labels.csv").open(newline="") as table:
        (row,) = csv.DictReader(table)
    assert (row["note"], row["said_confidence"]) == (f"'{note}", "0.7")


def test_a_photo_that_can_not_be_had_is_told_and_the_others_are_written(
    pages: GatewayTwin, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del pages.answers["GET /v1/photos/med_2/image"]
    assert export(tmp_path / "labelled", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert [row["path"] for row in told["rows"]] == ["glass/med_1.jpg"]
    assert told["left_out"] == ["med_2: There is no such thing."]


def test_an_id_can_not_choose_a_path(pages: GatewayTwin, tmp_path: Path) -> None:
    page = {"items": [correction("../../evil", "glass")], "next_cursor": None}
    pages.answers["GET /v1/feedback?limit=100"] = (200, page)
    pages.answers["GET /v1/photos/..%2F..%2Fevil/image"] = (200, "x")
    export(tmp_path / "labelled")
    assert [file.name for file in tmp_path.rglob("*.jpg")] == ["evil.jpg"]
    assert (tmp_path / "labelled" / "glass" / "evil.jpg").exists()


def test_a_folder_that_can_not_be_written_is_said_in_a_sentence(
    pages: GatewayTwin, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("here")
    assert export(tmp_path / "file") == 1
    assert "cannot be written" in capsys.readouterr().err
