"""Every variant of deploy/k8s, as kubectl renders it, keeps every rule."""

from collections.abc import Callable

import pytest

from .manifests import Manifests
from .rules import RULES


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("variant", ["production", "local", "keda"])
def test_it_is_kept(variant: str, rule: str, rendered: Callable[[str], Manifests]) -> None:
    assert list(RULES[rule](rendered(variant))) == []
