"""A node whose connections to the broker can fall silent without being closed."""

from pathlib import Path
from urllib.parse import urlsplit

from winnow_harness.fixtures.proxy import Proxy
from winnow_local.secret_files import write_secret

LEASE_SECONDS = 20
"""After so long without news of it the run's index takes a journal for one whose node is gone."""


class FarNode:
    """The node named ``node`` with a proxy of its own before the broker at ``amqp_url``.

    The proxy's URL is written to ``url_file``. Its HTTP calls and its store go other ways and are answered.
    """

    def __init__(self, node: str, amqp_url: str, url_file: Path) -> None:
        self.node = node
        broker = urlsplit(amqp_url)
        assert broker.port is not None
        self._proxy = Proxy(broker.port)
        near = f"{broker.username}:{broker.password}@127.0.0.1:{self._proxy.port}"
        self._url_file = url_file
        write_secret(url_file, broker._replace(netloc=near).geturl())

    @property
    def variables(self) -> dict[str, str]:
        """The node's environment."""
        return {"WINNOW_AMQP_URL_FILE": str(self._url_file)}

    def fall_silent(self) -> None:
        """Lets nothing pass between the node and the broker; no connection ends by that."""
        self._proxy.hold()

    def speak(self) -> None:
        """Lets pass what waited, and all that follows."""
        self._proxy.release()

    def close(self) -> None:
        """Closes the proxy."""
        self._proxy.close()
