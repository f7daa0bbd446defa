"""Brings the corrections of an exported photo to the library that it was imported into."""

import time
from typing import Any

from winnow_cli.library.archive import Archive
from winnow_cli.text_times import counted
from winnow_client import Client
from winnow_client.errors import Conflict

_LOOK_SECONDS = 0.5
_FIELDS = ("correct_category", "correct_item", "correct_state", "note")


def corrections_of(archive: Archive) -> list[dict[str, Any]]:
    """The corrections that an export has, the oldest first. An export has the newest twenty of a photo."""
    found: list[dict[str, Any]] = archive.about.get("photo", {}).get("feedback") or []
    return found[::-1]


def bring_corrections(client: Client, archive: Archive, photo_id: str, until: float) -> str:
    """Adds those that the photo lacks here, each once; returns a note of what is left behind, empty if nothing is.

    A photo takes corrections once it has an answer, which is waited for ``until`` a moment of the monotonic clock.
    Raises as the client does.
    """
    here = client.get(f"/v1/photos/{photo_id}")
    known = [_said(one) for one in here["feedback"]]
    missing = [one for one in corrections_of(archive) if _said(one) not in known]
    for at, correction in enumerate(missing):
        if not _added(client, photo_id, correction, until):
            left = counted(len(missing) - at, "correction")
            return f"{left} left behind: it has no answer yet. Another import brings them."
    return ""


def _added(client: Client, photo_id: str, correction: dict[str, Any], until: float) -> bool:
    """Adds one; false if the photo has no answer in time."""
    headers = {"Idempotency-Key": f'"import-{correction["id"]}"'}
    while True:
        try:
            client.send("POST", f"/v1/photos/{photo_id}/feedback", _said(correction), headers=headers)
            return True
        except Conflict:
            if time.monotonic() > until:
                return False
        time.sleep(_LOOK_SECONDS)


def _said(correction: dict[str, Any]) -> dict[str, Any]:
    return {name: correction[name] for name in _FIELDS if correction.get(name) is not None}
