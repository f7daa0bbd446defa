"""Reads journals at the nodes that own them, so that what they hold is known while index is away."""

import socket
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from winnow_base.background import start_thread
from winnow_base.http.client import InternalClient
from winnow_contracts.errors import Unavailable, WinnowError
from winnow_contracts.internal_api import InternalRequest
from winnow_contracts.node_api import ReadJournalJob, ReadJournalSummary
from winnow_journal.codec import plain

A = TypeVar("A")
_SECONDS = 3.0
"""How long a node is waited for. All are asked at once."""


class NodeJournals:
    """Public JSON of the nodes' journals. ``addresses`` are their health ports, as ``host:port``.

    A host stands for every address that its name has, so one entry is enough for all replicas behind a name.
    """

    def __init__(self, addresses: Sequence[str] = (), service_token: str = "") -> None:
        self._addresses = tuple(addresses)
        self._token = service_token

    def summaries(self) -> dict[str, Any]:
        """Returns ``{items, missing}``: the counts of each journal, and sentences about nodes that did not answer."""
        found, missing = self._asked(ReadJournalSummary())
        once = {summary.journal_id: summary for summary in found}
        items = sorted(once.values(), key=lambda one: (one.node, one.journal_id))
        return {"items": plain(items), "missing": missing}

    def job(self, job_id: str) -> dict[str, Any]:
        """Returns ``{items, missing}``: every row of the job in each journal that has any."""
        found, missing = self._asked(ReadJournalJob(job_id=job_id))
        once = {one.journal_id: one for one in found if one.records.known}
        items = sorted(once.values(), key=lambda one: (one.node, one.journal_id))
        return {"items": plain(items), "missing": missing}

    def _asked(self, request: InternalRequest[A]) -> tuple[list[A], list[str]]:
        found: list[A] = []
        missing: list[str] = []

        def ask(address: str) -> None:
            client = InternalClient(f"http://{address}", self._token, f"node {address}", timeout_seconds=_SECONDS)
            try:
                found.append(client.answer(request))
            except WinnowError as error:
                missing.append(f"Node {address}: {error.detail}")

        threads = [
            start_thread("node journal", "asks a node what its journal holds", partial(ask, address))
            for address in dict.fromkeys(self._resolved(missing))
        ]
        for thread in threads:
            thread.join()
        return found, sorted(missing)

    def _resolved(self, missing: list[str]) -> Iterator[str]:
        for address in self._addresses:
            try:
                yield from resolve(address)
            except Unavailable as error:
                missing.append(error.detail)


def resolve(address: str) -> tuple[str, ...]:
    """The numeric ``address:port`` of every address of a host, its IPv4 ones if it has any. Raises Unavailable."""
    parts = urlsplit(f"//{address}")
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unavailable(
            f"Node {address}: its name has no address ({error.strerror}).",
            dependency="node",
            hint="See WINNOW_GATEWAY_NODES.",
        ) from error
    hosts = {
        kind: [str(where[0]) for family, *_, where in found if family == kind]
        for kind in (socket.AF_INET, socket.AF_INET6)
    }
    four = [f"{host}:{parts.port}" for host in hosts[socket.AF_INET]]
    six = [f"[{host}]:{parts.port}" for host in hosts[socket.AF_INET6]]
    return tuple(dict.fromkeys(four or six))
