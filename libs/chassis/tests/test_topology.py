"""Connection parameters: the heartbeat."""

import pytest

from winnow_chassis.broker.topology import HEARTBEAT_SECONDS, parameters


@pytest.mark.parametrize(
    ("query", "seconds"), [("", HEARTBEAT_SECONDS), ("?heartbeat=5", 5), ("?connection_attempts=2", HEARTBEAT_SECONDS)]
)
def test_the_heartbeat_is_the_urls_where_it_names_one(query, seconds):
    assert parameters(f"amqp://u:p@broker:5672/%2F{query}", "node").heartbeat == seconds
