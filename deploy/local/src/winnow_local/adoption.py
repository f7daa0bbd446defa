"""Adopts a dead node's journal: runs a node without lanes over it until everything in it is carried out."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_chassis.settings import ChassisSettings
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import TimedOut
from winnow_journal.inspect.adopt import Adoption, adopt
from winnow_journal.inspect.view import open_view
from winnow_journal.values import Flag
from winnow_local import broker_view

_LOOK_SECONDS = 0.5
_PATIENCE_SECONDS = 300.0
"""Adoption gives up after this long without progress; the rest stays in the journal."""


@dataclass(frozen=True, kw_only=True)
class AdoptionProgress:
    """What is left: commands the broker has not confirmed, events index has not applied."""

    unconfirmed: int
    unapplied: int


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """The result of an adoption.

    ``commands``: how many the broker confirmed; ``kept``: how many of them belong to jobs that have not ended;
    ``folder``: its new name.
    """

    node: str
    journal_id: str
    commands: int
    events: int
    released: int
    kept: int
    folder: Path


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The addresses of the broker and of index, and index's token."""

    amqp_url: str
    index_url: str
    service_token: str


def adopt_journal(
    path: Path,
    around: Surroundings,
    tell: Callable[[AdoptionProgress], None] = lambda progress: None,
    *,
    patience_seconds: float = _PATIENCE_SECONDS,
) -> Adopted:
    """Carries out the journal in ``path``, then renames its folder.

    Raises Unavailable if the broker is down, Conflict while a process owns the journal, TimedOut if index or broker
    accept nothing for ``patience_seconds``. A repeated call continues where the last one ended. For a journal that was
    adopted before, every kept command is sent again, because the broker may have lost its data since.
    """
    url = around.amqp_url
    with open_view(path) as view:
        old_sentinel = view.sentinel
        was_made = bool(view.flag(Flag.SENTINEL))
    # Checked first: without the broker nothing is changed.
    state = broker_view.queue_states(url, (old_sentinel,))[old_sentinel]
    stands = state is not None and state.ready > 0  # a sentinel without its message proves nothing
    adoption = adopt(path, resend=was_made and not stands)
    began_ms = now_ms()
    _carry_out(adoption, around, tell, patience_seconds)
    with open_view(adoption.folder) as view:
        after, sentinel = view.summary(), view.sentinel
        sent = view.value("SELECT count(*) FROM outbox WHERE kind = 'command' AND confirmed_ms >= ?", began_ms)
    # Without its sentinel, a journal that is adopted again rightly concludes that the broker lost its data.
    for name in (old_sentinel, sentinel):
        broker_view.remove(url, name)
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    renamed = adoption.folder.rename(adoption.folder.with_name(f"{_plain(adoption.folder.name)}.adopted-{stamp}"))
    before = adoption.before
    return Adopted(
        node=_plain(before.node),
        journal_id=adoption.journal_id,
        commands=max(before.unconfirmed, sent),
        events=before.unapplied,
        released=before.tasks.get("running", 0),
        kept=after.kept,
        folder=renamed,
    )


def _carry_out(
    adoption: Adoption, around: Surroundings, tell: Callable[[AdoptionProgress], None], patience_seconds: float
) -> None:
    with tempfile.TemporaryDirectory(prefix="winnow-adopt-") as data:
        # A node looks for its journal in its data folder, whatever the surviving folder is called.
        (Path(data) / "journal").symlink_to(adoption.folder)
        node = OutboxRuntime(_settings(adoption, around, Path(data)))
        node.start()
        try:
            _wait(adoption, node, tell, patience_seconds)
        finally:
            node.stop()


def _wait(
    adoption: Adoption, node: OutboxRuntime, tell: Callable[[AdoptionProgress], None], patience_seconds: float
) -> None:
    told: AdoptionProgress | None = None
    until = time.monotonic() + patience_seconds
    while True:
        # Until the node has looked for its sentinel, it is unknown what must be sent.
        looked = node.publisher.connected
        with open_view(adoption.folder) as view:
            summary = view.summary()
        progress = AdoptionProgress(unconfirmed=summary.unconfirmed, unapplied=summary.unapplied)
        if progress != told:
            told, until = progress, time.monotonic() + patience_seconds
            tell(progress)
        if looked and not progress.unconfirmed and not progress.unapplied:
            return
        if time.monotonic() > until:
            raise TimedOut(
                f"Nothing was taken of it for {patience_seconds:.0f} s: {progress.unconfirmed} commands and"
                f" {progress.unapplied} events are left.",
                hint="./winnow doctor looks for the reason; adopt it again afterwards.",
            )
        time.sleep(_LOOK_SECONDS)


def _settings(adoption: Adoption, around: Surroundings, data: Path) -> ChassisSettings:
    """Settings of a node with its own name: with the dead node's, index would take the living node of that name for
    lost.
    """
    before = adoption.before
    return ChassisSettings(
        service=before.service or "gateway",
        node=f"{_plain(before.node) or 'node'}.adopted-{adoption.journal_id[:8]}",
        data_dir=data,
        amqp_url=around.amqp_url,
        s3_endpoint="",
        s3_bucket="",
        s3_access_key="",
        s3_secret_key="",
        s3_region="",
        s3_secure=False,
        service_token=around.service_token,
        index_url=around.index_url,
        health_host="",
        health_port=0,
        log_level="WARNING",
    )


def _plain(name: str) -> str:
    """The name of a folder or node without the additions of an earlier adoption."""
    return name.partition(".adopted-")[0]
