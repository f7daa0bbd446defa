import pytest

from winnow_chassis.depths import LaneDepth, lane_depths
from winnow_chassis.messages import Outbound
from winnow_chassis.publisher import Publisher
from winnow_chassis.testing.nodes import wait_for
from winnow_contracts import queues
from winnow_contracts.errors import Unavailable


@pytest.mark.real
def test_messages_that_wait_are_counted_by_lane(amqp_url: str) -> None:
    publisher = Publisher(amqp_url, "test")
    publisher.start()
    try:
        wait_for(lambda: publisher.connected)
        before = lane_depths(amqp_url, "test")
        assert set(before) == set(queues.LANES)
        publisher.publish(Outbound(exchange="", routing_key=queues.AI_BULK, body=b"{}"))
        after = {**before, queues.AI_BULK: LaneDepth(ready=before[queues.AI_BULK].ready + 1, consumers=0)}
        wait_for(lambda: lane_depths(amqp_url, "test") == after)
    finally:
        publisher.stop()


def test_a_broker_that_is_away_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        lane_depths("amqp://127.0.0.1:1", "test")
