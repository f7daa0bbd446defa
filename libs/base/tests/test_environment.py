import pytest

from winnow_base.environment import Environment
from winnow_chassis.settings import read_chassis_settings
from winnow_contracts.errors import Misconfigured


def test_every_missing_and_bad_value_is_listed_at_once():
    environment = Environment({"WINNOW_PORT": "eighty", "WINNOW_RATE_SECONDS": "nan", "WINNOW_ON": "perhaps"})
    environment.text("WINNOW_NAME")
    environment.integer("WINNOW_PORT")
    environment.number("WINNOW_RATE_SECONDS")
    environment.flag("WINNOW_ON", False)
    with pytest.raises(Misconfigured) as refusal:
        environment.done()
    for name in ("WINNOW_NAME", "WINNOW_PORT", "WINNOW_RATE_SECONDS", "WINNOW_ON"):
        assert name in refusal.value.detail


def test_a_secret_may_come_from_a_file(tmp_path):
    path = tmp_path / "token"
    path.write_text("s3cret\n")
    assert Environment({"WINNOW_TOKEN_FILE": str(path)}).secret("WINNOW_TOKEN") == "s3cret"


def test_a_secret_file_that_is_not_there_is_a_fault_that_names_the_variable(tmp_path):
    environment = Environment({"WINNOW_TOKEN_FILE": str(tmp_path / "gone")})
    environment.secret("WINNOW_TOKEN")
    with pytest.raises(Misconfigured, match="WINNOW_TOKEN_FILE"):
        environment.done()


def test_the_shared_settings_name_everything_a_node_needs():
    environment = Environment({})
    read_chassis_settings(environment, "media")
    with pytest.raises(Misconfigured) as refusal:
        environment.done()
    assert "WINNOW_DATA_DIR" in refusal.value.detail
    assert "WINNOW_AMQP_URL" in refusal.value.detail


@pytest.mark.parametrize("given", ["", " "])
def test_a_required_secret_must_not_be_empty(tmp_path, given):
    file = tmp_path / "token"
    file.write_text(given)
    for variables in ({"WINNOW_TOKEN": given}, {"WINNOW_TOKEN_FILE": str(file)}):
        environment = Environment(variables)
        assert environment.secret("WINNOW_TOKEN") == ""
        with pytest.raises(Misconfigured, match="WINNOW_TOKEN is empty"):
            environment.done()
