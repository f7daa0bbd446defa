"""RabbitMQ from another Debian's root folder: only the commands change, and an error names what is missing."""

import os
from pathlib import Path

import pytest

from winnow_contracts.errors import Misconfigured
from winnow_local.servers.rabbitmq import RabbitMq, require_rabbitmq


def broker(folder: Path) -> RabbitMq:
    return RabbitMq(data=folder / "data", port=1, nodes_port=2, epmd_port=3, password="secret")


def test_the_machines_own_rabbitmq_is_run_unless_a_root_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WINNOW_RABBITMQ_ROOT", raising=False)
    assert broker(tmp_path).part().command == ("/usr/lib/rabbitmq/bin/rabbitmq-server",)


def test_a_named_roots_rabbitmq_is_run_by_the_same_words_within_its_usr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = broker(tmp_path)
    monkeypatch.setenv("WINNOW_RABBITMQ_ROOT", str(tmp_path / "root"))
    other = broker(tmp_path)
    for command, within in (
        (own.part().command, other.part().command),
        (own.epmd_part().command, other.epmd_part().command),
        (own.ctl_command("status"), other.ctl_command("status")),
    ):
        assert within[:3] == ("unshare", "--mount", "sh")
        assert within[-len(command) :] == command
        assert str(tmp_path / "root") in within
    assert own.environment() == other.environment()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is told what is missing in the folder")
def test_a_root_without_rabbitmq_is_refused_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as refused:
        require_rabbitmq(tmp_path)
    assert f"deploy/rabbitmq4/make.sh {tmp_path}" in refused.value.hint
