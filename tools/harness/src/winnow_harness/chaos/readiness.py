"""Reads from each node's log when its processes began to consume."""

import contextlib
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

CONSUMED = "The lane is consumed."


def read_readiness(logs: Iterable[Path]) -> dict[int, int]:
    """Returns by process id when it first consumed all of its lanes, Unix milliseconds."""
    first_ms: dict[tuple[int, str], int] = {}
    for log in logs:
        for text in log.read_text(encoding="utf-8", errors="replace").splitlines():
            if CONSUMED not in text:
                continue
            with contextlib.suppress(ValueError, KeyError):  # a line that a kill cut off
                line = json.loads(text)
                at_ms = round(datetime.fromisoformat(line["at"]).timestamp() * 1000)
                first_ms.setdefault((line["pid"], line["lane"]), at_ms)
    ready_ms: dict[int, int] = {}
    for (pid, _), at_ms in first_ms.items():
        ready_ms[pid] = max(at_ms, ready_ms.get(pid, 0))
    return ready_ms
