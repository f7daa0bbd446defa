"""The ai service's settings, read once from the environment."""

from dataclasses import dataclass, field

from winnow_chassis.environment import Environment


@dataclass(frozen=True, kw_only=True)
class EndpointSettings:
    """Where the OpenAI-compatible endpoint is, which models to ask, and how long to wait for them."""

    base_url: str
    """With the version path, for example ``https://api.openai.com/v1``."""
    api_key: str = field(repr=False)
    transcription_model: str
    embedding_model: str
    embedding_dimensions: int
    """Numbers in a vector; the database's column has the same."""
    embedding_ask_dimensions: bool = False
    """Whether to ask the model to shorten its vectors; models that can not do that refuse to be asked."""
    transcription_timeout_seconds: float = 60.0
    transcription_timeout_per_audio_second: float = 1.0
    """Added for each second of audio in the piece: a model on this machine is slower than a hosted one."""
    embedding_timeout_seconds: float = 30.0
    probe_timeout_seconds: float = 5.0
    speech_calls: int = 16
    """Calls at once; each kind has its own, so a short query never waits behind long pieces."""
    embedding_calls: int = 16


@dataclass(frozen=True, kw_only=True)
class PieceSettings:
    """How much audio one call may carry."""

    longest_ms: int = 300_000
    largest_bytes: int = 24_000_000

    @property
    def limit_ms(self) -> int:
        """The longest piece that keeps both limits even if its FLAC is no smaller than plain 16-bit samples."""
        return min(self.longest_ms, self.largest_bytes // _WORST_BYTES_PER_MS)


_WORST_BYTES_PER_MS = 33
"""16,000 samples a second of 2 bytes, and FLAC's own frames around samples that can not be compressed."""


@dataclass(frozen=True, kw_only=True)
class AiSettings:
    """Everything the worker and the internal API are told."""

    endpoint: EndpointSettings
    pieces: PieceSettings
    embedding_batch: int
    threads: int
    api_host: str
    api_port: int
    api_threads: int
    query_cache_entries: int
    query_timeout_seconds: float
    """A search waits this long for its query's vector, then goes on with words alone."""


def read_ai_settings(environment: Environment) -> AiSettings:
    """The settings; raises Misconfigured naming every missing or bad variable at once."""
    settings = AiSettings(
        endpoint=_read_endpoint(environment),
        pieces=PieceSettings(
            longest_ms=1000 * environment.integer("WINNOW_AI_PIECE_LIMIT_SECONDS", 300, at_least=30),
            largest_bytes=environment.integer("WINNOW_AI_PIECE_LIMIT_BYTES", 24_000_000, at_least=1_000_000),
        ),
        embedding_batch=environment.integer("WINNOW_AI_EMBEDDING_BATCH", 64, at_least=1),
        threads=environment.integer("WINNOW_AI_THREADS", 16, at_least=1),
        api_host=environment.text("WINNOW_AI_API_HOST", "127.0.0.1"),
        api_port=environment.integer("WINNOW_AI_API_PORT", 8083, at_least=1),
        api_threads=environment.integer("WINNOW_AI_API_THREADS", 8, at_least=1),
        query_cache_entries=environment.integer("WINNOW_AI_QUERY_CACHE_ENTRIES", 1024, at_least=1),
        query_timeout_seconds=environment.number("WINNOW_AI_QUERY_TIMEOUT_SECONDS", 5),
    )
    environment.done()
    return settings


def _read_endpoint(environment: Environment) -> EndpointSettings:
    return EndpointSettings(
        base_url=environment.text("WINNOW_AI_BASE_URL"),
        api_key=environment.secret("WINNOW_AI_API_KEY"),
        transcription_model=environment.text("WINNOW_AI_TRANSCRIPTION_MODEL"),
        embedding_model=environment.text("WINNOW_AI_EMBEDDING_MODEL"),
        embedding_dimensions=environment.integer("WINNOW_AI_EMBEDDING_DIMENSIONS", 384, at_least=1),
        embedding_ask_dimensions=environment.flag("WINNOW_AI_EMBEDDING_ASK_DIMENSIONS", False),
        transcription_timeout_seconds=environment.number("WINNOW_AI_TRANSCRIPTION_TIMEOUT_SECONDS", 60),
        transcription_timeout_per_audio_second=environment.number(
            "WINNOW_AI_TRANSCRIPTION_TIMEOUT_PER_AUDIO_SECOND", 1
        ),
        embedding_timeout_seconds=environment.number("WINNOW_AI_EMBEDDING_TIMEOUT_SECONDS", 30),
        probe_timeout_seconds=environment.number("WINNOW_AI_PROBE_TIMEOUT_SECONDS", 5),
        speech_calls=environment.integer("WINNOW_AI_SPEECH_CALLS", 16, at_least=1),
        embedding_calls=environment.integer("WINNOW_AI_EMBEDDING_CALLS", 16, at_least=1),
    )
