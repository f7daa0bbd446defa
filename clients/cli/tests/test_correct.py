"""``winnow correct`` against a twin of the gateway."""

import json
from collections.abc import Callable

from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
ADDRESS = "POST /v1/photos/med_1/feedback"
KEPT = {"id": "fb_1", "correct_category": "glass", "correct_item": "glass_jar", "correct_state": None, "note": "A jar."}


def test_a_photo_is_corrected_by_what_was_given_alone(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers[ADDRESS] = (201, KEPT)
    code, out, _ = winnow("correct", "med_1", "glass", "--item", "glass_jar", "--note", "A jar.")
    assert (code, out.partition(".")[0]) == (0, "med_1: glass, glass_jar")
    assert json.loads(twin.bodies[-1]) == {"correct_category": "glass", "correct_item": "glass_jar", "note": "A jar."}
    assert json.loads(winnow("correct", "med_1", "glass", "--json")[1]) == KEPT
    assert json.loads(twin.bodies[-1]) == {"correct_category": "glass"}


def test_an_item_of_another_category_is_refused_in_the_gateways_words(twin: GatewayTwin, winnow: Winnow) -> None:
    refused = {
        "detail": "glass_jar belongs to glass, not to metal.",
        "hint": "Correct one of the two.",
        "code": "invalid-field",
    }
    twin.answers[ADDRESS] = (422, refused)
    code, out, err = winnow("correct", "med_1", "metal", "--item", "glass_jar")
    assert (code, out, err) == (1, "", "glass_jar belongs to glass, not to metal. Correct one of the two.\n")


def test_a_category_that_there_is_not_is_wrong_usage(winnow: Winnow) -> None:
    code, _, err = winnow("correct", "med_1", "wood")
    assert code == 2
    assert "plastic" in err
