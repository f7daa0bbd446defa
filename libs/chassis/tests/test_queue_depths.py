import pytest

from winnow_chassis.broker.messages import Outbound
from winnow_chassis.broker.publisher import Publisher
from winnow_chassis.broker.queue_depths import LaneDepth, lane_depths
from winnow_contracts import queues
from winnow_contracts.errors import Unavailable
from winnow_harness.fixtures.nodes import BrokerView, wait_for


@pytest.mark.real
def test_messages_that_wait_are_counted_by_lane(amqp_url: str) -> None:
    BrokerView(amqp_url).clean()
    publisher = Publisher(amqp_url, "test")
    publisher.start()
    try:
        wait_for(lambda: publisher.connected)
        publisher.publish(Outbound(exchange="", routing_key=queues.AI_BULK, body=b"{}"))
        # A busy broker may report any lane as empty now and then, so only this lane is compared.
        wait_for(lambda: lane_depths(amqp_url, "test")[queues.AI_BULK] == LaneDepth(ready=1, consumers=0))
        assert set(lane_depths(amqp_url, "test")) == set(queues.LANES)
    finally:
        publisher.stop()


def test_a_broker_that_is_away_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        lane_depths("amqp://127.0.0.1:1", "test")
