"""Checks that every part of the stack works, and reports the reasons of those that do not."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator

from winnow_local.doctor.finding import RESTART, DoctorFinding
from winnow_local.home import Home
from winnow_local.stack import PartStatus

_SECONDS = 2.0


def look(statuses: Iterable[PartStatus], home: Home) -> Iterator[DoctorFinding]:
    """A finding for each part that does not run, or runs without being ready, with its own reasons."""
    for status in statuses:
        match status.state:
            case "running" | "elsewhere":
                continue
            case "stopped":
                yield DoctorFinding(kind="part_stopped", what=status.name, detail="It does not run.", mend=RESTART)
            case _:
                detail = reasons(status.url) or f"It is {status.state}, and does not say why."
                mend = f"less {home.log(status.name)}"
                yield DoctorFinding(kind="part_not_ready", what=status.name, detail=detail, mend=mend)


def reasons(url: str) -> str:
    """Why a node is not ready, from its ``/readyz``; empty if it gives no reason."""
    if not url.startswith("http"):
        return ""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=_SECONDS):
            return ""
    except urllib.error.HTTPError as error:
        try:
            found = json.loads(error.read()).get("reasons") or {}
        except (ValueError, AttributeError):
            return ""
        return " ".join(f"{name}: {reason}" for name, reason in found.items())
    except (OSError, ValueError):
        return ""
