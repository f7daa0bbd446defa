"""What the response cache holds, as the last pass over the object store counted it."""

from winnow_contracts.index_api.response_cache import KeptAnswers
from winnow_index.database import Database
from winnow_journal.codec import decode, encode

_FLAG = "response cache"


def note_kept_answers(database: Database, kept: KeptAnswers) -> None:
    """Replace the count. Raises Unavailable."""
    with database.transaction() as transaction:
        transaction.run("set_flag", {"name": _FLAG, "value": encode(kept).decode()})


def read_kept_answers(database: Database) -> KeptAnswers | None:
    """The last count, None before the first. Raises Unavailable."""
    with database.transaction() as transaction:
        row = transaction.row("read_flag", {"name": _FLAG})
    return None if row is None else decode(KeptAnswers, row["value"])
