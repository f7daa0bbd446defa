"""How every program reads its arguments and says that it cannot run."""

import pytest

from winnow_chassis.composition import run_api_program, run_worker_program
from winnow_contracts.errors import Misconfigured

LANES = ("examine", "default", "bulk")


def worker(*arguments, run=None):
    asked = []
    run_worker_program(
        "winnow-media", "A test.", LANES, run or (lambda environment, lanes: asked.extend(lanes)), arguments
    )
    return asked


def test_a_worker_gets_each_lane_that_was_asked_for_once_and_in_order():
    assert worker("--lanes", "examine") == ["examine"]
    assert worker("--lanes", "default,bulk,default") == ["default", "bulk"]


@pytest.mark.parametrize("arguments", [(), ("--lanes", "express"), ("--lanes", "")])
def test_a_worker_without_a_known_lane_says_which_there_are(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        worker(*arguments)
    assert ended.value.code == 2
    assert "--lanes" in capsys.readouterr().err


def test_a_wrong_configuration_is_one_sentence():
    def run(*_):
        raise Misconfigured("WINNOW_S3_BUCKET is missing", hint="Set it.")

    for program in (
        lambda: worker("--lanes", "bulk", run=run),
        lambda: run_api_program("winnow-ai-api", "A test.", run, [], distribution="winnow-chassis"),
    ):
        with pytest.raises(SystemExit) as ended:
            program()
        assert str(ended.value).endswith(" cannot run: WINNOW_S3_BUCKET is missing. Set it.")
