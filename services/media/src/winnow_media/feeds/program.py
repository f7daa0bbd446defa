"""Runs the program that reads feeds: one sandboxed child per feed, whose answer is checked."""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from winnow_contracts.errors import BadInput, TimedOut
from winnow_contracts.feeds import LONGEST_NAME, MOST_LISTED, episode_key
from winnow_contracts.languages import SPEECH_LANGUAGES
from winnow_contracts.links import LONGEST_LINK, LinkRules
from winnow_media.child_end import ChildFailed
from winnow_media.feeds.listing import Episode, Listing, NoFeed
from winnow_media.sandbox import PYTHON_FOLDERS, ChildLimits, Sandbox
from winnow_media.scratch import Scratch
from winnow_media.transfers import Check

_LIMITS = ChildLimits(memory_bytes=1 << 30, cpu_seconds=20, wall_seconds=80, output_bytes=32 << 20)
"""A feed of 10 MB with 14,000 episodes takes 5 seconds and 130 MB."""
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_SAFE = "%:/?#[]@!$&'()*+,;=~"
"""What stands for itself in an address. Feeds have spaces and letters of any language in theirs, too."""
_REFUSED = {
    "no-xml": "What the feed's address leads to is no feed: it is not well-formed XML.",
    "no-feed": "What the feed's address leads to is neither RSS nor Atom.",
    "entities": "The feed declares entities of its own, which is refused.",
}
TOO_MUCH = "Reading the feed takes more memory or computing than is allowed."


class FeedProgram:
    """Runs ``winnow_media.feeds.child``, which alone loads the parser. Its answers are checked, not trusted."""

    def __init__(self, sandbox: Sandbox, scratch: Scratch, rules: LinkRules) -> None:
        self._sandbox, self._scratch, self._rules = sandbox, scratch, rules

    def read(self, content: bytes, address: str, check: Check) -> Listing:
        """What a feed lists: those of its newest episodes whose files may be fetched.

        Raises NoFeed, TryAlone, and whatever ``check`` raises.
        """
        # -I ignores the environment, the user's site folder and the worker's current directory.
        line = [sys.executable, "-I", "-m", "winnow_media.feeds.child"]
        with self._scratch.folder(need_bytes=len(content)) as folder:
            (folder / "feed").write_bytes(content)
            (folder / "address").write_text(address)  # no argument: those any process of this machine may see
            bounds = [str(MOST_LISTED), str(LONGEST_LINK)]
            try:
                done = self._sandbox.run(
                    [*line, str(folder / "feed"), str(folder / "address"), *bounds],
                    _LIMITS,
                    check,
                    folder=folder,
                    readable=PYTHON_FOLDERS,
                )
            except ChildFailed as error:
                if error.code < 0:  # the parser itself crashed
                    raise NoFeed(_REFUSED["no-feed"]) from None
                raise RuntimeError(f"the feed program failed: {error.messages}") from None
            except BadInput:
                raise NoFeed(TOO_MUCH) from None
            except TimedOut as error:
                if error.code != "resource-limit":  # the task's own time is over
                    raise
                raise NoFeed(TOO_MUCH) from None
        told = json.loads(done.output)
        if "refused" in told:
            raise NoFeed(_REFUSED.get(told["refused"], TOO_MUCH))
        return Listing(
            name=_shown(told["name"]),
            language=_code(told["language"]),
            episodes=tuple(self._episodes(told["episodes"])),
        )

    def _episodes(self, told: list[dict[str, Any]]) -> Iterator[Episode]:
        for one in told[:MOST_LISTED]:
            url = self._fit(str(one["url"]))
            if url:
                published, size_bytes = int(one["published"]), int(one["size_bytes"])
                captions = one["captions"] or {}
                captions_url = self._fit(str(captions["url"])) if captions else ""
                yield Episode(
                    key=episode_key(str(one["guid"])),
                    title=_shown(one["title"]),
                    url=url,
                    published_ms=published * 1000 if 0 < published < 1 << 33 else None,
                    size_bytes=size_bytes if 0 < size_bytes < 1 << 53 else 0,
                    captions_url=captions_url,
                    captions_name=_captions_name(captions) if captions_url else "",
                )

    def _fit(self, url: str) -> str:
        """The address if it may be fetched, by https where the feed says http; empty if it may not."""
        written = quote(url, safe=_SAFE)
        safe = re.sub("^http:", "https:", written)
        return next((one for one in (written, safe) if not self._rules.fault(one)), "")


def _captions_name(captions: dict[str, Any]) -> str:
    parts = ("captions", _code(captions["language"]), "srt" if captions["form"] == "srt" else "vtt")
    return ".".join(part for part in parts if part)


def _code(language: object) -> str:
    """The code of ``SPEECH_LANGUAGES`` that a feed means, as with ``ko-KR``; empty for another."""
    code = re.split("[-_]", str(language).strip().lower())[0]
    return code if code in SPEECH_LANGUAGES else ""


def _shown(text: object) -> str:
    """A title as it can be shown and stored."""
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub(" ", str(text))).split())[:LONGEST_NAME]
