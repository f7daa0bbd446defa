"""What ``Client`` offers of podcast feeds.

Made from async_feeds.py by tools/apitypes: do not edit.
"""

from typing import Any

from winnow_client.calls import call
from winnow_client.generated import operations
from winnow_client.generated.models import Feed, FeedWithEpisodes
from winnow_client.resources import Asker


class FeedCalls:
    """Podcast feeds whose new episodes become recordings. No answer has an address, which may hold a secret."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def add(self, url: str, *, keep: int | None = None, since: str | None = None) -> Feed:
        """Subscribes to a feed, and takes its newest episodes: ``keep`` of them (0 to 20), or all that were published
        since a day, such as 2026-11-30. With neither it takes three. One that is there already stays as it is.
        """
        return self._asker.ask(call(operations.CREATE_FEED, value=_given(url=url, keep=keep, since=since)))

    def list(self) -> tuple[Feed, ...]:
        """Every feed of the account, the newest first."""
        return (self._asker.ask(call(operations.LIST_FEEDS))).items

    def get(self, feed_id: str) -> FeedWithEpisodes:
        """One feed, with those of its recordings that were published last."""
        return self._asker.ask(call(operations.GET_FEED, feed_id=feed_id))

    def update(
        self,
        feed_id: str,
        *,
        url: str | None = None,
        keep: int | None = None,
        since: str | None = None,
        name: str | None = None,
    ) -> Feed:
        """Changes what is given of a feed. ``keep`` and ``since`` are one choice, as in ``add``: the next look decides
        by it on all episodes that were not taken. An empty ``name`` is the feed's own.
        """
        value = _given(url=url, keep=keep, since=since, name=name)
        return self._asker.ask(call(operations.CHANGE_FEED, value=value, feed_id=feed_id))

    def check(self, feed_id: str) -> Feed:
        """Looks at a feed now, unless a look is under way."""
        return self._asker.ask(call(operations.CHECK_FEED, feed_id=feed_id))

    def remove(self, feed_id: str) -> None:
        """Takes nothing more of a feed. Its recordings stay."""
        self._asker.ask(call(operations.DELETE_FEED, feed_id=feed_id))


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
