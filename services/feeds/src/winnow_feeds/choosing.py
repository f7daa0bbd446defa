"""Decides which of a feed's episodes become recordings. Every episode is decided on once, when it is first seen."""

from collections.abc import Mapping, Sequence
from typing import Any

from winnow_contracts.feeds import MOST_A_LOOK
from winnow_contracts.index_api.feed_looks import ChosenEpisodes, ListedEpisode

LATE_MS = 7 * 86_400_000
"""How much older than its subscription an episode may say that it is, and still be new. A feed that gives its whole
past new guids does not bring it back so."""
_OVER_QUOTA = "The account may not store more now: {} wait until it has room."


def wanted_keys(feed: Mapping[str, Any], new: Sequence[ListedEpisode], *, first: bool) -> set[str]:
    """The keys of those of a feed's ``new`` episodes that its account wants; the others are passed over for good.

    ``first``: none was seen before. Then ``keep`` limits those of before the subscription; later all are wanted that
    were published since.
    """
    since_ms, keep = feed["since_ms"], feed["keep"]
    if first:
        since = [one for one in new if since_ms is None or (one.published_ms or 0) >= since_ms]
        later = {one.key for one in since if (one.published_ms or 0) >= feed["created_ms"]}
        return later | {one.key for one in newest_first(since)[:keep]}
    from_ms = feed["created_ms"] - LATE_MS if since_ms is None else since_ms
    return {one.key for one in new if one.published_ms is None or one.published_ms >= from_ms}


def newest_first(episodes: Sequence[ListedEpisode]) -> list[ListedEpisode]:
    """By time of publishing; those without one come last, in the feed's order."""
    return sorted(episodes, key=lambda one: one.published_ms or 0, reverse=True)


def chosen(wanted: Sequence[ListedEpisode], room_bytes: int | None, open_episodes: int) -> ChosenEpisodes:
    """What one look takes of the wanted episodes. ``room_bytes`` is what the tenant may store yet, None for no limit.

    ``open_episodes`` of the tenant's feeds are not ready yet: links that somebody waits for share their lane, so no
    more are taken than make ``MOST_A_LOOK`` with them.
    A size that the feed does not say counts as none, as that of a link does.
    """
    ordered = newest_first(wanted)
    fitting: list[str] = []
    for one in ordered:
        if room_bytes is not None:
            if one.size_bytes > room_bytes:
                break
            room_bytes -= one.size_bytes
        fitting.append(one.key)
    keys = tuple(fitting[: max(0, MOST_A_LOOK - open_episodes)])
    over_quota = len(ordered) - len(fitting)
    return ChosenEpisodes(
        keys=keys,
        waiting=len(ordered) - len(keys),
        problem=_OVER_QUOTA.format(_episodes(over_quota)) if over_quota else "",
    )


def _episodes(count: int) -> str:
    return "1 episode has to" if count == 1 else f"{count} episodes have to"
