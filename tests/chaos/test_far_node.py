"""A node that fell silent keeps its connections, and what it had sent arrives when it speaks again."""

import socket

import pytest

from winnow_harness.chaos.far_node import FarNode

SECONDS = 30


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(SECONDS)
        yield listening


@pytest.fixture
def far(server, tmp_path):
    port = server.getsockname()[1]
    made = FarNode("ai", f"amqp://user:word@127.0.0.1:{port}/%2F?heartbeat=5", tmp_path / "url")
    yield made
    made.close()


def test_the_node_is_told_the_proxys_address_and_the_brokers_query(far, server, tmp_path):
    assert far.variables == {"WINNOW_AMQP_URL_FILE": str(tmp_path / "url")}
    url = (tmp_path / "url").read_text().strip()
    assert url.startswith("amqp://user:word@127.0.0.1:")
    assert url.endswith("/%2F?heartbeat=5")
    assert f":{server.getsockname()[1]}/" not in url


def test_silence_passes_nothing_and_closes_nothing_and_what_waited_comes_after_it(far, server, tmp_path):
    port = int((tmp_path / "url").read_text().split(":")[3].split("/")[0])
    with socket.create_connection(("127.0.0.1", port), SECONDS) as node, server.accept()[0] as broker:
        broker.settimeout(SECONDS)
        node.sendall(b"heard")
        assert broker.recv(100) == b"heard"
        far.fall_silent()
        node.sendall(b"late")
        broker.settimeout(0.5)
        with pytest.raises(TimeoutError):
            broker.recv(100)
        broker.settimeout(SECONDS)
        far.speak()
        assert broker.recv(100) == b"late"
