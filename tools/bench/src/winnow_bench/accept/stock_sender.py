"""The stock side: a bare send of stock Dramatiq, which returns once the broker has confirmed it."""

from winnow_bench.pair.stock_worker import make_actors, make_broker

NAME = "job_0123456789abcdef0123456789abcdef"


class StockSender:
    """Sends an empty task when called, over a connection of its own."""

    def __init__(self, amqp_url: str) -> None:
        self._broker = make_broker(amqp_url)
        self._actor = make_actors(self._broker)[0]

    def __call__(self) -> None:
        """Send one task."""
        self._actor.send(NAME, 0)

    def close(self) -> None:
        """Close the connection."""
        self._broker.close()
