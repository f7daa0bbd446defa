"""The whole stack as acceptance tests hold it: the code of ``./winnow up``, in a home and on ports of its own."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from winnow_local.gateway_client import GatewayClient, client_of
from winnow_local.home import Home
from winnow_local.part import Part
from winnow_local.ports import DEFAULT_PORTS
from winnow_local.settings import read_settings
from winnow_local.stack import PartStatus, Stack

_READY_SECONDS = 300
"""A machine may do more than these tests; what takes longer to be ready hangs."""


class StackFixture:
    """A stack that ends with the test process. ``variables`` are settings of the one-machine stack besides its home.

    ``scale`` is the number of nodes by worker, such as ``{"ai": 3}``: parts ``ai``, ``ai-2`` and ``ai-3``. ``dress``
    may change each part before it is started.
    """

    def __init__(
        self,
        home: Path,
        variables: dict[str, str] | None = None,
        *,
        scale: Mapping[str, int] | None = None,
        dress: Callable[[Part], Part] = lambda part: part,
    ) -> None:
        patient = {"WINNOW_LOCAL_READY_SECONDS": str(_READY_SECONDS)}
        settings = read_settings({"WINNOW_HOME": str(home), **patient, **(variables or {})})
        self._stack = Stack(settings, port_wishes=dict.fromkeys(DEFAULT_PORTS, 0), dress=dress)
        self._scale = dict(scale or {})

    @property
    def home(self) -> Home:
        """Where its files are: logs, nodes, secrets."""
        return self._stack.home

    @property
    def gateway_url(self) -> str:
        """The gateway's address."""
        return self._stack.gateway_url

    @property
    def key(self) -> str:
        """The admin's API key."""
        return self.home.admin_key.read_text(encoding="utf-8").strip()

    @property
    def client(self) -> GatewayClient:
        """A client with the admin's key."""
        return client_of(self.home, self.gateway_url)

    def start(self, *, only: Iterable[str] = (), without: Iterable[str] = ()) -> None:
        """Start the parts and wait until all are ready."""
        self._stack.up(only=only, without=without, scale=self._scale, tied=True)

    def close(self) -> None:
        """End everything."""
        self._stack.down()

    def statuses(self) -> dict[str, PartStatus]:
        """Each part by name."""
        return {status.name: status for status in self._stack.statuses()}

    def pid(self, name: str) -> int:
        """A part's process id, 0 while it is stopped."""
        return self.statuses()[name].pid

    def stop_part(self, name: str) -> None:
        """Stop a part cleanly; it stays stopped."""
        self._stack.stop_part(name)

    def start_part(self, name: str) -> None:
        """Start a stopped part and wait until it is ready."""
        self._stack.start_part(name)

    def kill_part(self, name: str) -> int:
        """SIGKILL a part by its process id, which is returned; the runner starts it again."""
        return self._stack.kill_part(name)

    def wait_part(self, name: str) -> float:
        """Wait until a part is ready; the seconds that took."""
        return self._stack.wait_part(name)
