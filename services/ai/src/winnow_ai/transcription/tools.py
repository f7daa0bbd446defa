"""What every transcription of a node uses."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from winnow_ai.admission.place import Admission
from winnow_ai.llm.ports import SpeechModel
from winnow_ai.llm.prices import Prices
from winnow_ai.settings import ChunkSettings
from winnow_base.objects.store import ObjectStore
from winnow_contracts.usage import Spending


@dataclass(frozen=True, kw_only=True)
class TranscriptionTools:
    """The store, the speech model, and a folder for the audio while it is read."""

    objects: ObjectStore
    speech: SpeechModel
    admission: Admission
    model: str
    limits: ChunkSettings
    folder: Path
    prices: Prices
    spent: Callable[[Spending], None] = lambda spending: None
    """Called for every chunk's answer, whether paid for or found in the cache."""
