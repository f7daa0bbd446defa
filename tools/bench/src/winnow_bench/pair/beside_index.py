"""Both workers beside what a worker talks to: the servers and index, without gateway, ai and media."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from winnow_bench.pair.processes import IndexAddress
from winnow_bench.pair.sides import Sides, both_sides
from winnow_contracts import queues
from winnow_harness.fixtures.stack import StackFixture
from winnow_local.ports import remembered_ports

_PARTS = ("postgres", "rabbitmq", "s3", "index", "index-api")


@contextmanager
def beside_index(home: Path) -> Iterator[Sides]:
    """Starts the parts and both workers, each warm; the Winnow one takes from the lane of media.

    Index answers as it does in a stack, so that the worker neither waits for it nor asks in vain.
    """
    stack = StackFixture(home / "stack")
    with ExitStack() as opened:
        opened.callback(stack.close)
        stack.start(only=_PARTS)
        yield opened.enter_context(
            both_sides(
                (stack.home.secrets / "amqp-url").read_text(encoding="utf-8").strip(),
                home / "sides",
                lanes=(queues.MEDIA,),
                index=IndexAddress(
                    url=f"http://127.0.0.1:{remembered_ports(stack.home.ports)['index_api']}",
                    service_token=(stack.home.secrets / "service-token").read_text(encoding="utf-8").strip(),
                ),
            )
        )
