"""Settings of the AI endpoint: its address, models, time limits and concurrent calls."""

from dataclasses import dataclass, field

from winnow_base.environment import Environment
from winnow_contracts.generations import generation_of

LIMIT_PARAMETERS = ("max_tokens", "max_completion_tokens")


@dataclass(frozen=True, kw_only=True)
class EndpointSettings:
    """Address, models, time limits and concurrent calls of the OpenAI-compatible endpoint."""

    base_url: str
    """URL with the version path, for example ``https://api.openai.com/v1``."""
    api_key: str = field(repr=False)
    """The key for it; any text where none is asked for."""
    transcription_model: str
    """The speech model's name there."""
    embedding_model: str
    """The name of the model that makes vectors."""
    embedding_dimensions: int
    """The length of a vector."""
    embedding_query_prefix: str = ""
    """Text put before every query. Many models are trained to distinguish queries from passages by a prefix."""
    embedding_passage_prefix: str = ""
    """Text put before every passage."""
    vision_model: str = ""
    """The model that looks at photos; if empty, they cannot be classified."""
    text_model: str = ""
    """The chat model that writes guidance; if empty, that is the rule's own text."""
    text_base_url: str = ""
    """URL of the text model, if it is not where the others are."""
    text_api_key: str = field(default="", repr=False)
    """The key for the text model, where it has an address of its own."""
    embedding_ask_dimensions: bool = False
    """Whether to send ``dimensions`` so that the model shortens its vectors; models that cannot refuse the call."""
    limit_parameter: str = "max_tokens"
    """The name of the parameter that limits a chat model's answer.

    Nearly every server knows ``max_tokens``, and many know no other. Newer hosted models take only
    ``max_completion_tokens``. Some refuse both at once, and repeating a refused call would need another reservation.
    """
    transcription_timeout_seconds: float = 60.0
    """How long a call that transcribes may take, besides what its audio adds."""
    transcription_timeout_per_audio_second: float = 1.0
    """Seconds added per second of audio in the chunk, because a local model is slower than a hosted one."""
    embedding_timeout_seconds: float = 30.0
    """How long a call for vectors may take."""
    vision_timeout_seconds: float = 60.0
    """How long a call that looks at a photo may take."""
    text_timeout_seconds: float = 30.0
    """How long a call that writes guidance may take."""
    probe_timeout_seconds: float = 5.0
    """How long the endpoint may take to say that it is there."""
    speech_calls: int = 16
    """The most concurrent calls of speech. Each kind has a limit: no short query waits behind long chunks."""
    embedding_calls: int = 16
    """The same for vectors."""
    vision_calls: int = 16
    """The same for photos."""
    text_calls: int = 16
    """The same for guidance."""
    speech_per_minute: int = 0
    """The most calls of the speech model a minute, over all nodes; 0 for no such limit."""
    embedding_per_minute: int = 0
    """The same for vectors."""

    @property
    def generation(self) -> str:
        """Names the vectors that can be compared with each other: those of the same model and prefixes."""
        return generation_of(
            self.embedding_model,
            query_prefix=self.embedding_query_prefix,
            passage_prefix=self.embedding_passage_prefix,
        )


def read_endpoint_settings(environment: Environment) -> EndpointSettings:
    """The endpoint's settings. ``environment`` collects missing and bad variables."""
    limit_parameter = environment.text("WINNOW_AI_LIMIT_PARAMETER", "max_tokens")
    if limit_parameter not in LIMIT_PARAMETERS:
        environment.fault(
            f"WINNOW_AI_LIMIT_PARAMETER must be one of {', '.join(LIMIT_PARAMETERS)}, not {limit_parameter!r}"
        )
    return EndpointSettings(
        base_url=environment.text("WINNOW_AI_BASE_URL"),
        api_key=environment.secret("WINNOW_AI_API_KEY"),
        transcription_model=environment.text("WINNOW_AI_TRANSCRIPTION_MODEL"),
        embedding_model=environment.text("WINNOW_AI_EMBEDDING_MODEL"),
        embedding_dimensions=environment.integer("WINNOW_AI_EMBEDDING_DIMENSIONS", 384, at_least=1),
        embedding_query_prefix=environment.text("WINNOW_AI_EMBEDDING_QUERY_PREFIX", ""),
        embedding_passage_prefix=environment.text("WINNOW_AI_EMBEDDING_PASSAGE_PREFIX", ""),
        vision_model=environment.text("WINNOW_AI_VISION_MODEL", ""),
        text_model=environment.text("WINNOW_AI_TEXT_MODEL", ""),
        text_base_url=environment.text("WINNOW_AI_TEXT_BASE_URL", ""),
        text_api_key=environment.secret("WINNOW_AI_TEXT_API_KEY", ""),
        embedding_ask_dimensions=environment.flag("WINNOW_AI_EMBEDDING_ASK_DIMENSIONS", False),
        limit_parameter=limit_parameter,
        transcription_timeout_seconds=environment.number("WINNOW_AI_TRANSCRIPTION_TIMEOUT_SECONDS", 60),
        transcription_timeout_per_audio_second=environment.number(
            "WINNOW_AI_TRANSCRIPTION_TIMEOUT_PER_AUDIO_SECOND", 1
        ),
        embedding_timeout_seconds=environment.number("WINNOW_AI_EMBEDDING_TIMEOUT_SECONDS", 30),
        vision_timeout_seconds=environment.number("WINNOW_AI_VISION_TIMEOUT_SECONDS", 60),
        text_timeout_seconds=environment.number("WINNOW_AI_TEXT_TIMEOUT_SECONDS", 30),
        probe_timeout_seconds=environment.number("WINNOW_AI_PROBE_TIMEOUT_SECONDS", 5),
        speech_calls=environment.integer("WINNOW_AI_SPEECH_CALLS", 16, at_least=1),
        embedding_calls=environment.integer("WINNOW_AI_EMBEDDING_CALLS", 16, at_least=1),
        vision_calls=environment.integer("WINNOW_AI_VISION_CALLS", 16, at_least=1),
        text_calls=environment.integer("WINNOW_AI_TEXT_CALLS", 16, at_least=1),
        speech_per_minute=environment.integer("WINNOW_AI_SPEECH_PER_MINUTE", 0, at_least=0),
        embedding_per_minute=environment.integer("WINNOW_AI_EMBEDDING_PER_MINUTE", 0, at_least=0),
    )
