"""The dependencies of the gateway's app. ``server.py`` supplies the real ones, tests supply twins."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from winnow_base.http.internal_clients import AiClient, IndexClient
from winnow_base.http.readiness import Readiness
from winnow_base.objects.store import ObjectStore
from winnow_chassis.outbox.submission import Submissions
from winnow_contracts.control import ControlMessage
from winnow_gateway.clients.job_control import JobSteering
from winnow_gateway.clients.keys import KeyRing
from winnow_gateway.clients.live import LiveBoard
from winnow_gateway.clients.media_reads import IndexReads
from winnow_gateway.clients.node_journals import NodeJournals
from winnow_gateway.clients.operator_reads import OperatorReads
from winnow_gateway.uploads.storage_quota import StorageQuotas
from winnow_gateway.uploads.tenant_share import TenantShare


@dataclass(frozen=True, kw_only=True)
class Dependencies:
    """Store, submissions, reads, keys and live events.

    ``ai`` is asked what it knows at once, such as rules, and is soon given up. ``links`` is the store as browsers reach
    it, or None if they do not. ``readiness`` watches what no upload can be accepted without, and what only some answers
    need. ``data_dir`` holds locks; ``session_secret`` signs cookies. ``broadcast_confirmed`` sends a message that is
    not stored to all nodes; it raises Unavailable.
    """

    objects: ObjectStore
    intake: Submissions
    reads: IndexReads
    index: IndexClient
    ai: AiClient
    operator_reads: OperatorReads
    steering: JobSteering
    broadcast_confirmed: Callable[[ControlMessage], None]
    keys: KeyRing
    board: LiveBoard
    data_dir: Path
    session_secret: bytes
    links: ObjectStore | None = None
    node_journals: NodeJournals = field(default_factory=NodeJournals)
    share: TenantShare = field(default_factory=TenantShare)
    quotas: StorageQuotas = field(default_factory=StorageQuotas)
    readiness: Readiness = field(default_factory=Readiness)
