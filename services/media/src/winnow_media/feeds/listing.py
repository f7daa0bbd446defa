"""What a feed lists, as its reader told it, and why a feed cannot be read."""

from dataclasses import dataclass

from winnow_contracts.index_api.feed_looks import ListedEpisode


class NoFeed(Exception):
    """A feed cannot be read. Its text is the reason, in sentences for its account that hold nothing secret."""


@dataclass(frozen=True, kw_only=True)
class Episode:
    """One episode with a file that may be fetched from ``url``, which may be a secret. Times are Unix milliseconds."""

    key: str
    title: str
    url: str
    published_ms: int | None
    size_bytes: int
    captions_url: str = ""
    """Where its captions are, which may be a secret too; empty if the feed names none."""
    captions_name: str = ""
    """What tells their form and language: ``captions.ko.vtt``."""

    def listed(self) -> ListedEpisode:
        """The fields that index chooses by, before the episode is taken."""
        return ListedEpisode(key=self.key, published_ms=self.published_ms, size_bytes=self.size_bytes)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A feed's name and episodes, in its order, with what its server said of this version.

    ``language`` is a code of ``SPEECH_LANGUAGES``, empty if the feed names none of them.
    """

    name: str
    episodes: tuple[Episode, ...]
    language: str = ""
    etag: str = ""
    last_modified: str = ""

    @property
    def newest_ms(self) -> int | None:
        """When its newest episode was published."""
        return max((one.published_ms for one in self.episodes if one.published_ms is not None), default=None)
