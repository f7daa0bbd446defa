import pytest

from winnow_base.environment import Environment
from winnow_contracts.errors import Misconfigured
from winnow_index.settings import read_index_settings

URL = {"WINNOW_INDEX_DATABASE_URL": "postgresql://x"}


def budgets(**given):
    names = {"usd": "WINNOW_INDEX_BUDGET_USD_PER_DAY", "tenants": "WINNOW_INDEX_BUDGETS_USD_PER_DAY"}
    return read_index_settings(Environment(URL | {names[name]: value for name, value in given.items()})).budgets


def test_nobody_is_limited_unless_told():
    assert budgets().limit_usd("t") == 0


def test_a_tenant_may_have_a_limit_of_its_own():
    given = budgets(usd="1.5", tenants='{"rich": 20, "free": 0}')
    assert [given.limit_usd(tenant) for tenant in ("t", "rich", "free")] == [1.5, 20, 0]


@pytest.mark.parametrize("tenants", ["[]", "1", "{", '{"t": "1"}', '{"t": -1}', '{"t": true}', '{"t": NaN}'])
def test_budgets_that_are_none_are_refused_by_name(tenants):
    with pytest.raises(Misconfigured, match="WINNOW_INDEX_BUDGETS_USD_PER_DAY"):
        budgets(tenants=tenants)
