import pytest

from winnow_harness.fixtures.cluster import Cluster


@pytest.fixture
def cluster(tmp_path):
    """Two nodes of each worker and two gateways, each a host of its own."""
    made = Cluster(tmp_path / "cluster", scale={"media": 2, "ai": 2, "index": 2})
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture
def second_gateway(cluster):
    """The address of a gateway on another host."""
    gateway, url = cluster.another_gateway("gateway-2")
    gateway.start()
    return url.replace("127.0.0.1", cluster.network.address("gateway-2"))
