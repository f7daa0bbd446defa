"""What ``AsyncClient`` offers of podcast feeds."""

from typing import Any

from winnow_client.async_resources import AsyncAsker
from winnow_client.calls import call
from winnow_client.generated import operations
from winnow_client.generated.models import Feed, FeedWithEpisodes


class AsyncFeedCalls:
    """Podcast feeds whose new episodes become recordings. No answer has an address, which may hold a secret."""

    def __init__(self, asker: AsyncAsker) -> None:
        self._asker = asker

    async def add(self, url: str, *, keep: int | None = None, since: str | None = None) -> Feed:
        """Subscribes to a feed, and takes its newest episodes: ``keep`` of them (0 to 20), or all that were published
        since a day, such as 2026-11-30. With neither it takes three. One that is there already stays as it is.
        """
        return await self._asker.ask(call(operations.CREATE_FEED, value=_given(url=url, keep=keep, since=since)))

    async def list(self) -> tuple[Feed, ...]:
        """Every feed of the account, the newest first."""
        return (await self._asker.ask(call(operations.LIST_FEEDS))).items

    async def get(self, feed_id: str) -> FeedWithEpisodes:
        """One feed, with those of its recordings that were published last."""
        return await self._asker.ask(call(operations.GET_FEED, feed_id=feed_id))

    async def update(
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
        return await self._asker.ask(call(operations.CHANGE_FEED, value=value, feed_id=feed_id))

    async def check(self, feed_id: str) -> Feed:
        """Looks at a feed now, unless a look is under way."""
        return await self._asker.ask(call(operations.CHECK_FEED, feed_id=feed_id))

    async def remove(self, feed_id: str) -> None:
        """Takes nothing more of a feed. Its recordings stay."""
        await self._asker.ask(call(operations.DELETE_FEED, feed_id=feed_id))


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
