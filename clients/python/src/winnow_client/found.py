"""What a search found, moment by moment."""

from collections.abc import Iterator
from dataclasses import dataclass

from winnow_client.generated.models import Hits


@dataclass(frozen=True, kw_only=True)
class FoundMoment:
    """Where something is said: ``url`` opens the page there. Times are milliseconds from the recording's beginning."""

    media_id: str
    title: str
    kind: str
    start_ms: int
    end_ms: int
    text: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """A search's moments, the best recording first; iterate over it. ``degraded`` says what they were found without.

    ``hits`` is the answer itself: recordings with their scores, and why each moment was found.
    """

    hits: Hits
    address: str

    @property
    def degraded(self) -> tuple[str, ...]:
        """What could not be used, such as search by meaning; empty if all could."""
        return self.hits.degraded

    def __iter__(self) -> Iterator[FoundMoment]:
        for hit in self.hits.items:
            for moment in hit.moments:
                yield FoundMoment(
                    media_id=hit.media_id,
                    title=hit.title,
                    kind=hit.kind,
                    start_ms=moment.start_ms,
                    end_ms=moment.end_ms,
                    text=moment.text,
                    url=f"{self.address}{moment.play_url}",
                )

    def __len__(self) -> int:
        return sum(len(hit.moments) for hit in self.hits.items)
