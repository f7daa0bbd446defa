import dataclasses
import re

import pytest

from winnow_contracts import ai_api, index_api

REQUESTS = (*index_api.REQUESTS, *ai_api.REQUESTS)


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: one.__name__)
def test_a_request_has_a_field_for_each_part_of_its_path(request_):
    named = set(re.findall(r"{(\w+)}", request_.ROUTE.path))
    assert named <= {field.name for field in dataclasses.fields(request_)}
    assert request_.ROUTE.rule.count("<") == len(named)


@pytest.mark.parametrize("kind", {kind for one in REQUESTS for kind in (one, one.answer_type())})
def test_requests_and_answers_are_values_of_which_no_field_can_be_misspelt(kind):
    assert dataclasses.is_dataclass(kind)
    assert kind.__dataclass_params__.frozen


def test_no_two_requests_have_one_route():
    assert len({request_.ROUTE for request_ in REQUESTS}) == len(REQUESTS)
