"""What a worker talks to, the servers and index, without gateway, ai and media; alone, or with both workers beside."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from winnow_bench.pair.processes import IndexAddress
from winnow_bench.pair.sides import Sides, both_sides
from winnow_contracts import queues
from winnow_harness.fixtures.stack import StackFixture
from winnow_local.ports import remembered_ports

_PARTS = ("postgres", "rabbitmq", "s3", "index", "index-api")


@dataclass(frozen=True, kw_only=True)
class RunningIndex:
    """The broker's URL, where index is, and the first process of each part, by name."""

    amqp_url: str
    index: IndexAddress
    parts: Mapping[str, int]


@contextmanager
def running_index(home: Path) -> Iterator[RunningIndex]:
    """Starts the parts, so that a worker neither waits for index nor asks in vain."""
    stack = StackFixture(home / "stack")
    with ExitStack() as opened:
        opened.callback(stack.close)
        stack.start(only=_PARTS)
        yield RunningIndex(
            amqp_url=(stack.home.secrets / "amqp-url").read_text(encoding="utf-8").strip(),
            index=IndexAddress(
                url=f"http://127.0.0.1:{remembered_ports(stack.home.ports)['index_api']}",
                service_token=(stack.home.secrets / "service-token").read_text(encoding="utf-8").strip(),
            ),
            parts=stack.process_ids(),
        )


@contextmanager
def beside_index(home: Path) -> Iterator[Sides]:
    """Starts the parts and both workers, each warm; the Winnow one takes from the lane of media."""
    with (
        running_index(home) as running,
        both_sides(running.amqp_url, home / "sides", lanes=(queues.MEDIA,), index=running.index) as sides,
    ):
        yield sides
