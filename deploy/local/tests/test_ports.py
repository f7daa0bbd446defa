import json
import socket
from pathlib import Path

import pytest

from winnow_local.ports import DEFAULT_PORTS, SHARE_VARIABLE, SHARES, choose_ports, is_free, keep_ports, random_ports


def test_wished_ports_are_given_where_they_are_free() -> None:
    assert choose_ports({"a": 18001, "b": 18002}, lambda port: True) == {"a": 18001, "b": 18002}


def test_a_taken_port_is_replaced_and_no_port_is_given_twice() -> None:
    ports = choose_ports({"a": 18001, "b": 18001, "c": 0}, lambda port: port != 18001)
    assert 18001 not in ports.values()
    assert len(set(ports.values())) == 3


def test_the_stores_second_admin_port_lies_where_its_worker_looks_and_is_free_too() -> None:
    taken = {18093, 28094}
    for wish in (0, 18093, 18094):
        ports = choose_ports({"s3_admin": wish, "s3_admin_grpc": 18094, "a": 28095}, lambda port: port not in taken)
        assert ports["s3_admin_grpc"] == ports["s3_admin"] + 10_000
        assert not taken & set(ports.values())
        assert ports["a"] == 28095


def test_a_listener_makes_its_port_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)


def test_a_start_remembers_its_ports(tmp_path: Path) -> None:
    first = keep_ports(tmp_path / "ports.json", {"a": 0, "b": 0})
    assert keep_ports(tmp_path / "ports.json", {"a": 0, "b": 0}) == first


def test_a_remembered_port_that_a_stranger_took_is_chosen_anew(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = stranger.getsockname()[1]
        file.write_text(json.dumps({"a": taken}))
        chosen = keep_ports(file, {"a": 1})["a"]
    assert chosen != taken
    assert json.loads(file.read_text()) == {"a": chosen}


def test_a_port_added_by_a_newer_version_joins_the_remembered_ones(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = keep_ports(file, {"a": 0})
    assert keep_ports(file, {"a": 0, "b": 0})["a"] == first["a"]


def test_the_page_is_at_8080_by_default_and_no_two_parts_share_a_port() -> None:
    assert DEFAULT_PORTS["gateway"] == 8080
    assert len(set(DEFAULT_PORTS.values())) == len(DEFAULT_PORTS)


def test_shares_have_no_port_in_common_and_together_are_all(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = []
    for number in range(SHARES):
        monkeypatch.setenv(SHARE_VARIABLE, str(number))
        shares.append(set(random_ports()))
    monkeypatch.delenv(SHARE_VARIABLE)
    assert set.union(*shares) == set(random_ports())
    assert sum(map(len, shares)) == len(random_ports())


def test_every_random_port_of_a_stack_lies_in_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SHARE_VARIABLE, "7")
    assert set(choose_ports(dict.fromkeys(DEFAULT_PORTS, 0)).values()) <= set(random_ports())
