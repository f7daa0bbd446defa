import pytest

from winnow_base.environment import Environment
from winnow_contracts.errors import Misconfigured
from winnow_index.search.floors import MEASURED, UNMEASURED, read_floors


def floors(**variables):
    environment = Environment({f"WINNOW_INDEX_{name}": value for name, value in variables.items()})
    found = read_floors(environment)
    environment.done()
    return found


def test_a_measured_model_has_its_own_floor_whatever_is_put_before_its_texts():
    found = floors()
    assert found.of("e5-use-joined-1") == found.of("e5-use-joined-1#0a1b2c3d") == MEASURED["e5-use-joined-1"]
    assert found.of("a-model") == found.of(None) == UNMEASURED


def test_what_is_set_for_a_model_goes_before_what_is_set_for_all_and_that_before_what_was_measured():
    found = floors(MEANING_FLOOR="0.5", MEANING_FLOORS='{"a-model": 0.7}')
    assert [found.of(name) for name in ("a-model", "a-model#0a1b2c3d", "another", "e5-use-joined-1")] == [
        0.7,
        0.7,
        0.5,
        0.5,
    ]
    assert floors(MEANING_FLOOR="0").of("e5-use-joined-1") == 0


def test_empty_settings_are_none_as_a_compose_file_passes_them():
    assert floors(MEANING_FLOOR="", MEANING_FLOORS="") == floors()


@pytest.mark.parametrize(
    "text", ["0.5", "[]", "{", '{"m": "0.5"}', '{"m": true}', '{"m": 1.5}', '{"m": -1}', '{"m": NaN}']
)
def test_floors_that_are_none_are_refused(text):
    with pytest.raises(Misconfigured, match="WINNOW_INDEX_MEANING_FLOORS must be"):
        floors(MEANING_FLOORS=text)


@pytest.mark.parametrize("text", ["1.5", "-1", "many", "nan"])
def test_a_floor_that_is_none_is_refused(text):
    with pytest.raises(Misconfigured, match="WINNOW_INDEX_MEANING_FLOOR must be"):
        floors(MEANING_FLOOR=text)
