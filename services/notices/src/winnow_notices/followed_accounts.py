"""Reads what changes with the jobs of accounts that somebody follows: one reader serves all who follow an account."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress

from winnow_base.background import thread_pool
from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.errors import WinnowError
from winnow_contracts.events import TaskEvent
from winnow_contracts.index_api.job_changes import JobChanges, ListJobChanges, Position
from winnow_gateway.clients.followed_jobs import GAP_SECONDS, LEAST_SECONDS, MOST_SECONDS, within
from winnow_gateway.clients.live import LiveBoard
from winnow_notices.followed_account import FollowedAccount

_LOG = logging.getLogger(__name__)
_LOOKS_AT_ONCE = 4
_SLOWER = 1.5


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
