"""The photo demo against a gateway's twin: its counts, and its criteria for success."""

import io
from pathlib import Path

import pytest
from PIL import Image

from winnow_cli.photos.collection import Photo
from winnow_cli.photos.sorting import SortedPhoto
from winnow_client import Client
from winnow_contracts.photo import Category
from winnow_harness.fixtures.gateway import GatewayTwin
from winnow_harness.fixtures.photo_views import photo_view
from winnow_local.photos.demo import PhotoDemo
from winnow_local.photos.drawings import drawings
from winnow_local.photos.score import Judged, Score, score_lines, true_category


def judged(view: dict[str, object], truth: Category) -> Judged:
    return Judged(photo=SortedPhoto(name="a.jpg", view=view, error=None, seconds=1), truth=truth)


def test_coverage_counts_all_photos_and_accuracy_those_that_were_answered() -> None:
    plastic, silent = photo_view(), photo_view(confidence=0.4, sure=False)
    score = Score(
        judged=[
            *[judged(plastic, Category.PLASTIC)] * 9,
            judged(plastic, Category.GLASS),
            *[judged(silent, Category.PLASTIC)] * 4,
        ]
    )
    assert (score.answered, score.right) == (10, 9)
    assert score.accuracy == 0.9
    assert score.coverage == pytest.approx(10 / 14)
    assert score.good_enough
    table = list(score_lines(score))
    assert table[-2].split() == ["plastic", "9", ".", ".", ".", ".", "4"]
    assert table[-1].split() == ["glass", "1", ".", ".", ".", ".", "."]


@pytest.mark.parametrize(("right", "wrong", "silent"), [(8, 1, 0), (9, 0, 5), (0, 0, 3)])
def test_too_few_right_or_too_few_answered_is_not_good_enough(right: int, wrong: int, silent: int) -> None:
    leaning = photo_view(confidence=0.4, sure=False)
    all_of_them = [
        *[judged(photo_view(), Category.PLASTIC)] * right,
        *[judged(photo_view(), Category.GLASS)] * wrong,
        *[judged(leaning, Category.PLASTIC)] * silent,
    ]
    assert not Score(judged=all_of_them).good_enough


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    for name in ("plastic/a.jpg", "plastic/b.jpg", "glass/c.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "split.csv").write_text("path,split\nplastic/a.jpg,val\nplastic/b.jpg,train\nglass/c.jpg,val\n")
    return tmp_path


def test_only_the_validation_part_is_sorted_where_there_is_a_split(
    twin: GatewayTwin, client: Client, labelled: Path
) -> None:
    twin.answers["POST /v1/photos?filename=a.jpg"] = (200, photo_view())
    twin.answers["POST /v1/photos?filename=c.jpg"] = (200, photo_view(category="glass", item=""))
    said: list[str] = []

    assert PhotoDemo(client=client, say=said.append).sort_collection(labelled)

    assert sorted(twin.asked) == ["POST /v1/photos?filename=a.jpg", "POST /v1/photos?filename=c.jpg"]
    assert any("2 of 3 photos" in line for line in said)
    assert any(line.startswith("Right 2 of these 2") for line in said)


def test_wrong_answers_silence_and_failures_are_listed(twin: GatewayTwin, client: Client, labelled: Path) -> None:
    (labelled / "split.csv").unlink()
    twin.answers["POST /v1/photos?filename=a.jpg"] = (200, photo_view(confidence=0.5, sure=False))
    twin.answers["POST /v1/photos?filename=c.jpg"] = (200, photo_view())
    said: list[str] = []

    assert not PhotoDemo(client=client, say=said.append).sort_collection(labelled)

    assert "  plastic/b.jpg: It failed: There is no such thing." in said
    assert "  glass/c.jpg: glass, sorted as plastic (93 % sure)" in said
    assert any(line.startswith("  plastic/a.jpg: Not sure enough: plastic 50 %") for line in said)


def test_photos_without_labels_are_sorted_and_not_judged(twin: GatewayTwin, client: Client, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    twin.answers["POST /v1/photos?filename=a.jpg"] = (200, photo_view(confidence=0.5, sure=False))
    assert PhotoDemo(client=client, say=lambda line: None).sort_collection(tmp_path)


def test_drawings_are_said_to_prove_nothing_about_the_model(twin: GatewayTwin, client: Client) -> None:
    for name in drawings():
        twin.answers[f"POST /v1/photos?filename={name}"] = (200, photo_view())
    said: list[str] = []
    assert PhotoDemo(client=client, say=said.append).sort_drawings()
    assert any("nothing about how well photos are sorted" in line for line in said)


def test_drawings_are_pictures_and_all_different() -> None:
    drawn = drawings()
    assert len(set(drawn.values())) == len(drawn) >= 5
    assert {Image.open(io.BytesIO(content)).size for content in drawn.values()} == {(640, 640)}


@pytest.mark.parametrize(
    ("folder", "truth"),
    [
        ("glass", Category.GLASS),
        ("cardboard", Category.PAPER),
        ("pet_bottle", Category.PLASTIC),
        ("holiday", None),
        ("", None),
    ],
)
def test_a_folder_s_name_says_a_category_an_item_or_a_class(folder: str, truth: Category | None) -> None:
    assert true_category(Photo(name=f"{folder}/a.jpg", split="", read=bytes)) is truth
