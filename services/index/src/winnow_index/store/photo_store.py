"""Stores a photo with its answer, in the transaction that completes its job."""

import json
from typing import Any

from winnow_contracts.commands import StorePhoto
from winnow_contracts.errors import BadInput
from winnow_contracts.json_codec import from_json
from winnow_contracts.photo import FoundItem, PhotoAnswer
from winnow_index.database import Database, Transaction
from winnow_index.store.completion import Completions, Stored, result_hash
from winnow_index.store.sanitize import sanitize


class PhotoStore:
    """Writes photos. Safe for threads."""

    def __init__(self, database: Database) -> None:
        self._results = Completions(database)

    def store(self, command: StorePhoto, run: int, answer: Any) -> Stored:
        """Serve the photo from now on, or say why not. ``answer`` is a ``PhotoAnswer`` as JSON and stored unchanged.

        A later run replaces what was stored; corrections stay. Raises BadInput (``upstream-invalid``) if the answer
        is not valid, Conflict if the job belongs to another tenant, Unavailable and TimedOut.
        """
        photo = _photo(command, sanitize(answer))

        def write(transaction: Transaction, now_ms: int) -> None:
            transaction.run("store_photo_media", {**photo, "now_ms": now_ms})
            transaction.run("store_photo", photo)

        result = result_hash(command.files, command.answer_key)
        return self._results.apply(command, run=run, result=result, write=write)


def _photo(command: StorePhoto, answer: Any) -> dict[str, Any]:
    try:
        known = from_json(PhotoAnswer, answer)
        found = _surest(known)
    except (TypeError, ValueError, AttributeError) as error:
        raise BadInput(
            f"{command.answer_key} holds no answer about a photo.",
            code="upstream-invalid",
            hint="Replay the job; if it happens again, look at the versions of ai and index.",
        ) from error
    files = command.files
    return {
        "media_id": command.media_id,
        "tenant_id": command.tenant_id,
        "answer": json.dumps(answer, ensure_ascii=False),
        "category": found.category.value if found else None,
        "item": found.item if found else None,
        "state": found.state.value if found else None,
        "confidence": found.confidence if found else None,
        "abstained": known.finding.abstained,
        "model": known.finding.model,
        "language": known.language,
        "region": known.region,
        "original_key": files.original_key,
        "image_key": files.image_key,
        "thumbnail_key": files.thumbnail_key,
        "image_sha256": files.image_sha256,
        "width": files.width,
        "height": files.height,
        "warnings": sanitize([*files.warnings, *known.warnings]),
    }


def _surest(answer: PhotoAnswer) -> FoundItem | None:
    """The item with the highest confidence, the first among equals; None without items."""
    return max(answer.finding.items, key=lambda item: item.confidence, default=None)
