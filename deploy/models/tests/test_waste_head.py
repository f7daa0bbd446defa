"""The head that ships says of itself what is true: measured again on the photos that it never saw."""

import math
from pathlib import Path

import numpy as np
import pytest

from winnow_cli.photos.collection import photos_in
from winnow_models.efficientnet import Network
from winnow_models.efficientnet_file import checkpoint_sha256, network_file
from winnow_models.figures import calibration_error, figures, threshold_for
from winnow_models.head_card import MODEL_ID, head_card, threshold
from winnow_models.pictures import read_picture
from winnow_models.settings import models_folder
from winnow_models.waste_head import CATEGORIES, CLASSES, by_category, packaged_head

PHOTOS = Path(__file__).parents[3].parent / "shared" / "data" / "trashnet"


def test_the_file_says_where_the_head_comes_from_and_what_it_is_worth() -> None:
    card = head_card()
    assert card["model"] == MODEL_ID
    assert card["provenance"]["checkpoint_sha256"] == checkpoint_sha256()
    assert "MIT" in card["provenance"]["data_licence"]
    assert {"script", "date", "network", "libraries"} <= set(card["provenance"])
    val = card["figures"]["val"]
    assert val["photos"] == card["provenance"]["photos"]["val"] == sum(map(sum, val["confusion"].values()))
    assert val["at_threshold"]["threshold"] == threshold()
    assert val["at_threshold"]["right"] >= 0.95
    assert val["at_threshold"]["coverage"] >= 0.70


def test_the_head_gives_probabilities_over_six_classes_and_five_categories() -> None:
    head = packaged_head()
    probabilities = head.probabilities(np.random.default_rng(1).random((3, 1280)))
    assert probabilities.shape == (3, len(CLASSES))
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert np.allclose(by_category(probabilities).sum(axis=1), 1)
    assert by_category(probabilities).shape == (3, len(CATEGORIES))


@pytest.mark.real
@pytest.mark.timeout(600)  # it may download the weights
@pytest.mark.skipif(not PHOTOS.is_dir(), reason=f"the photos it was measured on are not at {PHOTOS}")
def test_the_shipped_head_has_the_figures_that_it_states() -> None:
    network = Network(lambda: network_file(models_folder()), threads=2)
    with photos_in(PHOTOS) as photos:
        unseen = [photo for photo in photos if photo.split == "val"]
        features = np.array([network.look(read_picture(photo.read()).pixels).features for photo in unseen])
    measured = figures(packaged_head().probabilities(features), [photo.folder for photo in unseen], threshold())
    stated = head_card()["figures"]["val"]

    assert measured["photos"] == stated["photos"] == 325
    # Another processor or decoder moves a photo that lies on the edge, and not more.
    one_photo = 1.5 / len(unseen)
    for name in ("right_of_6_classes", "right_of_5_categories"):
        assert measured[name] == pytest.approx(stated[name], abs=one_photo)
    for name in ("coverage", "right"):
        assert measured["at_threshold"][name] == pytest.approx(stated["at_threshold"][name], abs=one_photo)
    assert measured["ece"] == pytest.approx(stated["ece"], abs=0.01)


def test_the_threshold_is_the_lowest_from_which_on_enough_are_right() -> None:
    confidence = np.array([0.2, 0.4, 0.6, 0.8, 0.9])
    right = np.array([0.0, 0.0, 1.0, 1.0, 1.0])
    assert threshold_for(0.95, confidence, right) == 0.41
    assert threshold_for(0.75, confidence, right) == 0.21
    assert threshold_for(0.95, confidence, np.zeros(5)) == 1.0


def test_confidence_that_means_what_it_says_has_no_calibration_error() -> None:
    confidence = np.repeat(0.75, 4)
    assert calibration_error(confidence, np.array([1.0, 1.0, 1.0, 0.0])) == 0
    assert math.isclose(calibration_error(confidence, np.zeros(4)), 0.75)
