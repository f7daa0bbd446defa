"""Reads what changes with the jobs of accounts that somebody follows: one reader serves all who follow an account."""

import asyncio
import itertools
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from winnow_base.background import thread_pool
from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.errors import WinnowError
from winnow_contracts.events import EventKind, TaskEvent
from winnow_contracts.index_api.job_changes import JobChanges, ListJobChanges, Position
from winnow_gateway.clients.followed_jobs import GAP_SECONDS, LEAST_SECONDS, MOST_SECONDS, within
from winnow_gateway.clients.live import LiveBoard
from winnow_notices.live_changes import LiveChanges, job_event, status_event

_LOG = logging.getLogger(__name__)
_KEPT = 1_000
"""So many events wait for followers that are slow; who is slower reads them from index."""
_LOOKS_AT_ONCE = 4
_SLOWER = 1.5


class FollowedAccount:
    """What is told of one account's jobs. ``number`` counts all of it; up to ``position`` index has told it."""

    def __init__(self, tenant_id: str, position: str) -> None:
        self.tenant_id = tenant_id
        self.position = position
        self.number = 0
        self.followers = 0
        self.reading: asyncio.Task[None]
        self.touched = asyncio.Event()
        self._live = LiveChanges()
        self._recent: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._changed = asyncio.Event()

    def since(self, number: int) -> list[dict[str, Any]] | None:
        """What was told after the first ``number`` events, or None if some of it is not kept here; -1 never is."""
        wanted = self.number - number
        if wanted > len(self._recent):
            return None
        return list(itertools.islice(self._recent, len(self._recent) - wanted, None))

    async def after(self, number: int, seconds: float) -> None:
        """Returns once there is more, or after so many seconds."""
        if self.number == number:
            await within(self._changed, seconds)

    def show(self, page: JobChanges) -> None:
        """Tells all followers what index has told."""
        for change in page.items:
            self._live.ended(change)
        reset = [job_event("reset", id=page.position)] if page.reset else []
        self._recent.extend([*reset, *map(status_event, page.items)])
        self.number += len(page.items) + len(reset)
        self.position = page.position
        self.wake()

    def heard(self, event: TaskEvent) -> None:
        """Tells all followers of a live event. What it may have changed of the job's status is soon read."""
        if event.kind is not EventKind.PROGRESS:
            self.touched.set()
        told = self._live.heard(event)
        if told is not None:
            self._recent.append(told)
            self.number += 1
            self.wake()

    def wake(self) -> None:
        """Lets all followers look up."""
        self._changed.set()
        self._changed = asyncio.Event()


class FollowedAccounts:
    """The followed accounts of this process, by the event loop in which they are followed.

    Index tells each status of a job once and in order. Stages and progress come as live events, best effort.
    """

    def __init__(self, index: IndexClient, board: LiveBoard) -> None:
        self._index = index
        self._board = board
        self._loops: dict[asyncio.AbstractEventLoop, dict[str, FollowedAccount]] = {}
        self._threads = thread_pool("followed-accounts", "reads the changes of accounts' jobs", _LOOKS_AT_ONCE)
        board.on_event(self._heard)
        board.on_change(self._stopped)

    def read(self, tenant_id: str, after: str | None) -> JobChanges:
        """Reads what comes after a position now. Raises Unavailable, and BadInput for what is no position."""
        return self._index.ask(ListJobChanges(tenant_id=tenant_id, after=after))

    async def read_on(self, account: FollowedAccount, after: str) -> JobChanges:
        """As ``read``, in an event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.read, account.tenant_id, after)

    @asynccontextmanager
    async def following(self, tenant_id: str, position: str) -> AsyncGenerator[FollowedAccount, None]:
        """Has what changes after a position read during the block, at the latest."""
        loop = asyncio.get_running_loop()
        accounts = self._loops.setdefault(loop, {})
        account = accounts.get(tenant_id)
        if account is None:
            account = accounts[tenant_id] = FollowedAccount(tenant_id, position)
            account.reading = asyncio.create_task(self._read_again(account))
        account.followers += 1
        try:
            yield account
        finally:
            account.followers -= 1
            if not account.followers:
                account.reading.cancel()
                del accounts[tenant_id]
                if not accounts:
                    del self._loops[loop]

    async def _read_again(self, account: FollowedAccount) -> None:
        pause_seconds = LEAST_SECONDS
        while not self._board.stopped:
            self._board.watch(account.tenant_id)
            if await self._read_once(account):
                continue
            heard = await within(account.touched, pause_seconds)
            pause_seconds = LEAST_SECONDS if heard else min(pause_seconds * _SLOWER, MOST_SECONDS)
            account.touched.clear()
            await asyncio.sleep(GAP_SECONDS)

    async def _read_once(self, account: FollowedAccount) -> bool:
        """Shows what index tells; returns whether there is more already."""
        try:
            page = await self.read_on(account, account.position)
            account.show(page)
        except WinnowError:  # index is away: the account's followers hear of what happened later
            return False
        except Exception:  # noqa: BLE001 - a bug must not end the reader: its followers would hear nothing, and not know
            _LOG.exception(
                "The changes of an account's jobs could not be read.", extra={"tenant_id": account.tenant_id}
            )
            return False
        return page.more

    def _heard(self, event: TaskEvent) -> None:
        self._in_loops(lambda account: account.heard(event), event.tenant_id)

    def _stopped(self, job_id: str | None) -> None:
        if job_id is None:
            self._in_loops(FollowedAccount.wake)

    def _in_loops(self, act: Callable[[FollowedAccount], None], tenant_id: str | None = None) -> None:
        """Does it to the accounts, or one tenant's, each in its event loop; called in any thread."""
        for loop, accounts in tuple(self._loops.items()):
            for account in tuple(accounts.values()):
                if tenant_id in (None, account.tenant_id):
                    with suppress(RuntimeError):  # the loop has ended since
                        loop.call_soon_threadsafe(act, account)


def is_before(position: str, other: str) -> bool:
    """Whether a position comes before another one."""
    return Position.read(position).order < Position.read(other).order
