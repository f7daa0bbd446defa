from pathlib import Path
from urllib.parse import urlsplit

import pytest

from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_harness.fixtures.nodes import BrokerView, Nodes, Sender, settings, wait_for
from winnow_harness.fixtures.proxy import Proxy


def pytest_collection_modifyitems(items):
    """Set a time limit of 300 seconds for each test.

    A broker that restarts is slow on a busy machine, and each wait in a test has its own deadline.
    """
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture
def broker(amqp_url):
    view = BrokerView(amqp_url)
    view.clean()
    return view


@pytest.fixture
def nodes(broker, tmp_path):
    made = Nodes(broker.amqp_url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def send(broker, tmp_path):
    """A function that sends envelopes as the gateway does, from a node of its own without a lane."""
    node = OutboxRuntime(settings(broker.amqp_url, tmp_path, "gateway"), exclusive=False)
    node.start()
    wait_for(lambda: node.publisher.connected)
    yield Sender(node)
    node.stop()


@pytest.fixture
def proxy(broker):
    made = Proxy(urlsplit(broker.amqp_url).port)
    yield made
    made.close()


@pytest.fixture
def through(broker, proxy):
    """The broker's URL through the proxy."""
    parts = urlsplit(broker.amqp_url)
    return parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{proxy.port}")).geturl()
