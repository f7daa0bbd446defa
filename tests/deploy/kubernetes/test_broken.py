"""Manifests with one fault on purpose are refused by the rule that is about it."""

import copy
from collections.abc import Callable

import pytest

from .breaking import Break
from .breaks import BREAKS
from .manifests import Manifests
from .rules import RULES


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: f"{broken.rule}-{broken.what}".replace(" ", "-"))
def test_its_rule_refuses_it(broken: Break, rendered: Callable[[str], Manifests]) -> None:
    sound = rendered(broken.variant)
    manifests = Manifests(variant=sound.variant, documents=copy.deepcopy(sound.documents))
    broken.change(manifests)
    assert manifests.documents != sound.documents
    assert list(RULES[broken.rule](manifests)), f"{broken.rule} does not see: {broken.what}"


def test_every_rule_is_broken_once() -> None:
    assert {broken.rule for broken in BREAKS} == RULES.keys()
