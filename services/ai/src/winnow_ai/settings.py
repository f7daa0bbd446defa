"""The ai service's settings, read once from the environment."""

from dataclasses import dataclass

from winnow_ai.llm.endpoint_settings import EndpointSettings, read_endpoint_settings
from winnow_ai.llm.prices import Prices, read_prices
from winnow_ai.photo_settings import PhotoSettings, read_photo_settings
from winnow_base.environment import Environment
from winnow_chassis.worker.lane import Lane, read_lane
from winnow_contracts import queues


@dataclass(frozen=True, kw_only=True)
class ChunkSettings:
    """The most audio of one call."""

    longest_ms: int = 300_000
    """The longest stretch of audio of one call."""
    largest_bytes: int = 24_000_000
    """The largest file of audio of one call."""

    @property
    def limit_ms(self) -> int:
        """The longest chunk (ms) within both limits, even if its FLAC is no smaller than plain 16-bit samples."""
        return min(self.longest_ms, self.largest_bytes // _WORST_BYTES_PER_MS)


_WORST_BYTES_PER_MS = 33
"""16,000 samples of 2 bytes per second, and FLAC's frames around samples that cannot be compressed."""


@dataclass(frozen=True, kw_only=True)
class AiSettings:
    """Settings of the worker and the internal API."""

    endpoint: EndpointSettings
    pieces: ChunkSettings
    photos: PhotoSettings
    prices: Prices
    embedding_batch: int
    """Passages of one call for vectors."""
    lanes: tuple[Lane, ...]
    webhook_allow_private: bool
    """Whether webhooks may be of this machine and of private networks."""
    api_host: str
    """The address of the internal API."""
    api_port: int
    """The port of the internal API."""
    api_threads: int
    """Threads of the internal API."""
    query_cache_entries: int
    """Vectors of queries that the internal API remembers."""
    query_timeout_seconds: float
    """A search waits this long for its query's vector; after that it uses only words."""


def read_ai_settings(environment: Environment) -> AiSettings:
    """The settings; raises Misconfigured naming every missing or bad variable at once."""
    settings = AiSettings(
        endpoint=read_endpoint_settings(environment),
        pieces=ChunkSettings(
            longest_ms=1000 * environment.integer("WINNOW_AI_PIECE_LIMIT_SECONDS", 300, at_least=30),
            largest_bytes=environment.integer("WINNOW_AI_PIECE_LIMIT_BYTES", 24_000_000, at_least=1_000_000),
        ),
        photos=read_photo_settings(environment),
        prices=read_prices(environment),
        embedding_batch=environment.integer("WINNOW_AI_EMBEDDING_BATCH", 64, at_least=1),
        # Threads wait for an endpoint: as many as Winnow calls it at once. Bulk work has time.
        lanes=(
            read_lane(environment, queues.AI_SPEECH, threads=16),
            read_lane(environment, queues.AI_VISION, threads=16),
            read_lane(environment, queues.AI, threads=16),
            read_lane(environment, queues.AI_BULK, threads=8),
            read_lane(environment, queues.AI_WEBHOOKS, threads=16),
        ),
        webhook_allow_private=environment.flag("WINNOW_AI_WEBHOOK_ALLOW_PRIVATE", False),
        api_host=environment.text("WINNOW_AI_API_HOST", "127.0.0.1"),
        api_port=environment.integer("WINNOW_AI_API_PORT", 8083, at_least=1),
        api_threads=environment.integer("WINNOW_AI_API_THREADS", 8, at_least=1),
        query_cache_entries=environment.integer("WINNOW_AI_QUERY_CACHE_ENTRIES", 1024, at_least=1),
        query_timeout_seconds=environment.number("WINNOW_AI_QUERY_TIMEOUT_SECONDS", 5),
    )
    environment.done()
    return settings
