"""Generations: only comparable vectors have the same name."""

import pytest

from winnow_contracts.generations import generation_of, model_of


def test_without_prefixes_the_generation_is_the_model() -> None:
    assert generation_of("a-model", query_prefix="", passage_prefix="") == "a-model"


def test_every_pair_of_prefixes_has_a_generation_of_its_own() -> None:
    pairs = [("", ""), ("query: ", ""), ("", "query: "), ("query: ", "passage: "), ("query:", " passage: "), ("a", "")]
    names = {generation_of("m", query_prefix=query, passage_prefix=passage) for query, passage in pairs}
    assert len(names) == len(pairs)


@pytest.mark.parametrize("model", ["a-model", "vendor/model:latest", "odd#model"])
@pytest.mark.parametrize("prefix", ["", "query: "])
def test_a_generation_tells_its_model(model: str, prefix: str) -> None:
    assert model_of(generation_of(model, query_prefix=prefix, passage_prefix="")) == model
