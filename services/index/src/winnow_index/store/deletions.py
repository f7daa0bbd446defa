"""What is left of deleted media: that they were. Whatever comes late of them is forgotten at once."""

from collections.abc import Sequence

from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Gone, NotFound, WinnowError
from winnow_index.database import Transaction


def forget_late(transaction: Transaction, job_ids: Sequence[str]) -> None:
    """Forget what was just told of deleted jobs; their objects are removed once more."""
    transaction.run("note_late", {"job_ids": list(job_ids), "now_ms": now_ms()})
    transaction.run("forget_jobs", {"job_ids": list(job_ids)})


def missing(transaction: Transaction, tenant_id: str | None, what: str, its_id: str) -> WinnowError:
    """The error for a media or job that has no row: Gone where it was deleted, else NotFound."""
    if transaction.row("read_deleted", {"tenant_id": tenant_id, "id": its_id}):
        return Gone(
            f"The {what} {its_id} was deleted.",
            hint="Upload the file again if you need it, with another Idempotency-Key if it had one.",
        )
    return NotFound(f"There is no {what} {its_id}.")
