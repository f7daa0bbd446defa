"""People's corrections of a photo's answer, stored and given out as labelled data."""

import re
from dataclasses import dataclass

from winnow_contracts import identity
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput, Conflict
from winnow_contracts.index_api.photos import KeptCorrection, LabelPage
from winnow_contracts.photo import Category, ItemState
from winnow_index.database import Database
from winnow_index.history.pages import read_page
from winnow_index.history.photos import find_photo
from winnow_index.photo_views import correction_fields, label_view
from winnow_index.words import normal

MOST_NOTE_CHARACTERS = 2000
_ITEM = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_MOST_ITEM_CHARACTERS = 64


@dataclass(frozen=True, kw_only=True)
class Correction:
    """The right values; None for those not given. An item may be any id, for example ``pet_bottle``."""

    correct_category: str
    correct_item: str | None = None
    correct_state: str | None = None
    note: str | None = None


class Feedback:
    """Stores and lists corrections. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, tenant_id: str, media_id: str, correction: Correction, *, by: str) -> KeptCorrection:
        """Store a correction together with the present answer. ``by`` is who made it.

        Raises NotFound (also for another tenant's photo), Conflict (``not-ready``) while there is no answer, and
        BadInput.
        """
        _check(correction)
        row = {
            "feedback_id": f"fb_{identity.uuid7()}",
            "media_id": media_id,
            "made_by": by,
            "at_ms": now_ms(),
            "correct_category": correction.correct_category,
            "correct_item": correction.correct_item,
            "correct_state": correction.correct_state,
            "note": normal(correction.note) if correction.note else None,
        }
        with self._database.transaction() as transaction:
            photo = find_photo(transaction, tenant_id, media_id)
            if photo["answer"] is None:
                hint = "Its job failed; look at the job." if photo["status"] == "failed" else "Ask again in a moment."
                raise Conflict(f"{media_id} has no answer yet.", code="not-ready", hint=hint)
            transaction.run("add_feedback", row)
        return KeptCorrection(**correction_fields(row), media_id=media_id)

    def labels(self, tenant_id: str, *, limit: int, cursor: str | None) -> LabelPage:
        """The tenant's corrections as labelled data, newest first. Raises BadInput (``invalid-cursor``)."""
        with self._database.transaction() as transaction:
            rows, next_cursor = read_page(
                transaction,
                "list_feedback",
                ("at_ms", "feedback_id"),
                limit=limit,
                cursor=cursor,
                filters={},
                tenant_id=tenant_id,
            )
        return LabelPage(items=tuple(label_view(row) for row in rows), next_cursor=next_cursor)


def _check(correction: Correction) -> None:
    item = correction.correct_item
    if correction.correct_category not in set(Category):
        raise _unusable("correct_category", "must be one of " + ", ".join(Category))
    if correction.correct_state is not None and correction.correct_state not in set(ItemState):
        raise _unusable("correct_state", "must be one of " + ", ".join(ItemState))
    if item is not None and (len(item) > _MOST_ITEM_CHARACTERS or not _ITEM.fullmatch(item)):
        raise _unusable("correct_item", f"must be an id such as pet_bottle, of {_MOST_ITEM_CHARACTERS} letters at most")
    if correction.note is not None and len(correction.note) > MOST_NOTE_CHARACTERS:
        raise _unusable("note", f"may have {MOST_NOTE_CHARACTERS} characters at most")


def _unusable(name: str, what: str) -> BadInput:
    return BadInput(f"{name} {what}.", code="invalid-field")
