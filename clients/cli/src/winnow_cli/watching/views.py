"""Prints the events of a watched folder: as sentences for people, or as lines of JSON for programs."""

import json
from typing import Any

from winnow_cli.output import say, say_aside
from winnow_client.files import readable

_SENTENCES = {
    "sent": "{name}: sent{captions} as {media_id}",
    "known": "{name}: known, it was sent before",
    "refused": "{name}: refused. {problem}",
    "done": "{name}: done, it can be searched",
    "failed": "{name}: failed. {problem}",
    "away": "{problem} Waiting ...",
}


class Sentences:
    """Prints a sentence for each event; what went wrong to stderr."""

    def tell(self, event: str, name: str, **facts: Any) -> None:
        """Prints the event."""
        error = facts.get("error") or {}
        problem = f"{error.get('detail', '')} {error.get('hint', '')}".strip()
        captions = f" with {facts['captions']}" if "captions" in facts else ""
        about = {"media_id": "", **facts, "name": readable(name), "captions": captions, "problem": problem}
        put = say_aside if event in ("refused", "failed", "away") else say
        put(_SENTENCES[event].format(**about))


class Lines:
    """Prints each event as one line of JSON: ``event``, ``file`` (its path within the folder) and its facts."""

    def tell(self, event: str, name: str, **facts: Any) -> None:
        """Prints the event."""
        say(json.dumps({"event": event, **({"file": readable(name)} if name else {}), **facts}))
