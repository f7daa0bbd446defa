"""Access to PostgreSQL: a small pool, transactions, and its errors mapped to ours.

Only this module uses psycopg2; ``database_wait`` ends its waits.
"""

import logging
import math
import select
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2 import errors, extras
from psycopg2.extensions import make_dsn

from winnow_base import tracing
from winnow_contracts.errors import Conflict, TimedOut, Unavailable, WinnowError
from winnow_index.database_wait import WaitingConnection, seconds_left
from winnow_index.statements import prepared, statement
from winnow_journal.codec import encode

_LOG = logging.getLogger(__name__)
_TRY_AGAIN = "It is tried again by itself."
_SESSION = {
    # A process that is frozen inside a transaction lets go of its locks after this time.
    "idle_in_transaction_session_timeout": "15s",
    "lock_timeout": "5s",
    # While it works, the server looks whether the client is still connected.
    "client_connection_check_interval": "1s",
    "client_min_messages": "warning",
    # Of prepared statements alone, and those take arrays of any length: one plan for all.
    "plan_cache_mode": "force_generic_plan",
}
_SOCKET = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
"""A host that vanished is noticed within half a minute, also on an idle connection. Times in seconds, the last in
milliseconds."""
_GRACE_SECONDS = 5.0
"""How much longer than the server's limit for a statement this side waits for it."""


class Locked(TimedOut):
    """Another transaction holds a row or a lock that this one needs, for longer than it may wait."""


class Unstorable(WinnowError):
    """A value is none that its column can hold. It is refused again however often it comes."""


class Transaction:
    """Runs statements inside a transaction. A statement is named by its file in ``queries/``."""

    def __init__(self, connection: WaitingConnection) -> None:
        self._connection = connection

    def lift_limits(self) -> None:
        """Let statements and waits for locks take as long as they need, until the end of the transaction."""
        self.run("lift_limits")
        self._connection.limit_seconds = math.inf

    def rows(self, name: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """All rows of the statement's result, as dictionaries."""
        text = self._text(name)
        with self._connection.cursor(cursor_factory=extras.RealDictCursor) as cursor:
            cursor.execute(text, parameters)
            return [dict(row) for row in cursor.fetchall()]

    def row(self, name: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """The first row, or None."""
        found = self.rows(name, parameters)
        return found[0] if found else None

    def run(self, name: str, parameters: Mapping[str, Any] | None = None) -> int:
        """Run the statement; returns how many rows it changed."""
        return self.run_text(self._text(name), parameters)

    def run_text(self, text: str, parameters: Mapping[str, Any] | None = None) -> int:
        """Run SQL that is not a named statement, for example a migration. Returns how many rows it changed."""
        with self._connection.cursor() as cursor:
            cursor.execute(text, parameters)
            return cursor.rowcount

    def add(self, name: str, rows: Sequence[Sequence[Any]], template: str | None = None) -> None:
        """Insert many rows; the statement must contain ``VALUES %s``."""
        if rows:
            with self._connection.cursor() as cursor:
                extras.execute_values(cursor, statement(name), rows, template=template, page_size=500)

    def add_json(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert many rows; the statement reads them from the JSON list ``rows``, by the names of their columns."""
        if rows:
            self.run(name, {"rows": encode(rows).decode()})

    def _text(self, name: str) -> str:
        """The statement as it is executed: prepared first, if it is one that is."""
        known = prepared(name)
        if known is None:
            return statement(name)
        if name not in self._connection.prepared:
            self.run_text(known.prepare)
            self._connection.prepared.add(name)
        return known.execute


class Database:
    """A pool of at most ``connections`` connections, opened when needed; broken ones are dropped. Safe for threads.

    ``statement_seconds`` limits each statement, ``wait_seconds`` the wait for a free connection. ``by_index`` is for
    those that only look rows up: no table is read as a whole where an index can be used. A prepared plan that was made
    while the tables were small would go on to do that until PostgreSQL analyses them.

    Raises Unavailable(dependency="postgres") if PostgreSQL does not answer, TimedOut if a statement takes too long or
    its caller waits no longer (``database_wait.on_behalf_of``), Locked if another transaction holds what is needed,
    Unstorable for a value that no column holds, and Conflict for a violated constraint.
    """

    def __init__(
        self,
        url: str,
        *,
        connections: int = 4,
        statement_seconds: int = 60,
        wait_seconds: float = 10,
        application: str = "winnow-index",
        by_index: bool = False,
    ) -> None:
        self._url = url
        session = {**_SESSION, "statement_timeout": f"{statement_seconds}s"}
        if by_index:
            session["enable_seqscan"] = "off"
        self._options = " ".join(f"-c {name}={value}" for name, value in session.items())
        self._limit_seconds = statement_seconds + _GRACE_SECONDS
        self._application = application
        self._wait_seconds = wait_seconds
        self._slots = threading.BoundedSemaphore(connections)
        self._lock = threading.Lock()
        self._idle: list[WaitingConnection] = []
        self._disk_was_full = False
        self._was_refused = False

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One transaction: committed at the end of the block, rolled back if it raises."""
        with tracing.call("postgres: transaction"), self._connection() as connection:
            try:
                yield Transaction(connection)
                connection.commit()
            finally:
                connection.limit_seconds = self._limit_seconds

    @contextmanager
    def _connection(self) -> Iterator[WaitingConnection]:
        """A connection for the length of the block. What it raises is one of our errors."""
        left_seconds = seconds_left()
        wait_seconds = self._wait_seconds if left_seconds is None else min(self._wait_seconds, left_seconds)
        if not self._slots.acquire(timeout=wait_seconds):
            raise Unavailable("Every connection to PostgreSQL is busy.", dependency="postgres", hint=_TRY_AGAIN)
        connection = None
        try:
            connection = self._take()
            yield connection
        except psycopg2.Error as error:
            if isinstance(error, errors.DiskFull):
                self._disk_was_full = True
            raise _ours(error) from error
        finally:
            if connection is not None:
                self._give_back(connection)
            self._slots.release()

    @contextmanager
    def lock(self, name: str) -> Iterator[bool]:
        """Hold the advisory lock ``name`` for the block; yields False if another process holds it.

        The lock belongs to the connection, without a transaction: it may be held for long.
        """
        with self._connection() as connection:
            connection.autocommit = True
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (name,))
                    (taken,) = cursor.fetchone() or (False,)
                yield taken
            finally:
                _unlock(connection)

    def run_alone(self, name: str) -> None:
        """Run a statement that PostgreSQL takes outside of transactions only, for as long as it needs."""
        with self._connection() as connection:
            connection.autocommit = True
            connection.limit_seconds = math.inf
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
                    cursor.execute(statement(name))
            finally:
                connection.close()  # and its settings with it

    def probe(self) -> None:
        """Raise Unavailable if PostgreSQL does not answer or takes no writes, for example as a standby.

        After a full disk, or a connection that could not be opened, it raises until there is room, or a new connection:
        what is left of both would let a probe pass, and not the work.
        """
        if self._was_refused:
            self._connect().close()
            self._was_refused = False
        with self.transaction() as transaction:
            transaction.run_text("SELECT txid_current()")  # a read-only server refuses this
            if self._disk_was_full:
                transaction.run_text("SET LOCAL work_mem = '64kB'")  # more than this goes into a file
                transaction.run("check_room")
        self._disk_was_full = False

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _take(self) -> WaitingConnection:
        """An idle connection that is still open, else a new one."""
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return self._connect()
            if not _server_spoke(connection):
                return connection
            _LOG.info("A connection to PostgreSQL was lost; a new one is opened.")
            connection.close()

    def _connect(self) -> WaitingConnection:
        dsn = make_dsn(self._url, application_name=self._application, options=self._options, **_SOCKET)
        try:
            connection = psycopg2.connect(dsn, connection_factory=WaitingConnection)
        except psycopg2.OperationalError as error:
            self._was_refused = True
            raise Unavailable(
                "PostgreSQL takes no new connection: it is down, or others hold all that it allows.",
                dependency="postgres",
                hint=_TRY_AGAIN,
            ) from error
        connection.limit_seconds = self._limit_seconds
        return connection

    def _give_back(self, connection: WaitingConnection) -> None:
        try:
            if not connection.closed:
                connection.rollback()  # after a commit this does nothing and sends nothing
        except (psycopg2.Error, WinnowError) as error:
            _LOG.info("A connection to PostgreSQL is broken.", extra={"error": str(error).strip()})
            connection.close()
        if not connection.closed:
            with self._lock:
                self._idle.append(connection)


def _unlock(connection: WaitingConnection) -> None:
    """Let go of a connection's locks, and give it back its transactions.

    One that cannot is closed: its locks end with it, and nobody gets it without transactions.
    """
    try:
        if not connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_all()")
            connection.autocommit = False
    except (psycopg2.Error, WinnowError) as error:
        _LOG.info("A lock ends with its connection.", extra={"error": str(error).strip()})
        connection.close()


def _server_spoke(connection: WaitingConnection) -> bool:
    """Whether an idle connection has data to read, which means that PostgreSQL has closed it."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _ours(error: psycopg2.Error) -> WinnowError:
    """Map a psycopg2 error to ours. It contains no SQL and no data, because people see its detail."""
    match error:
        case errors.LockNotAvailable() | errors.DeadlockDetected():
            return Locked("Another transaction holds what this one needs.", code="unavailable", hint=_TRY_AGAIN)
        case errors.QueryCanceled():
            return TimedOut("A statement took PostgreSQL longer than its limit.", code="unavailable", hint=_TRY_AGAIN)
        case errors.UndefinedTable() | errors.UndefinedColumn() | errors.UndefinedObject():
            return Unavailable(
                "The database is not prepared for this version yet.",
                dependency="postgres",
                hint="The index worker prepares it when it starts.",
            )
        case errors.ReadOnlySqlTransaction():
            return Unavailable("PostgreSQL takes no writes here.", dependency="postgres", hint=_TRY_AGAIN)
        case errors.DiskFull():
            return Unavailable("PostgreSQL's disk is full.", dependency="postgres", hint=f"Give it room. {_TRY_AGAIN}")
        case psycopg2.DataError():
            return Unstorable(f"PostgreSQL cannot store a value ({type(error).__name__}).")
        case psycopg2.IntegrityError():
            return Conflict(f"PostgreSQL refused rows that break a rule ({type(error).__name__}).")
        case psycopg2.OperationalError() | psycopg2.InterfaceError():
            return Unavailable(
                f"PostgreSQL does not answer ({type(error).__name__}).", dependency="postgres", hint=_TRY_AGAIN
            )
        case _:
            return WinnowError(f"PostgreSQL could not do what it was asked ({type(error).__name__}).")
