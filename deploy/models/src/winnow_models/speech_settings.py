"""Settings of transcription: measured values (decision 20), which benchmarks of bare tools use as well."""

from typing import Any

SAMPLE_RATE_HZ = 16_000
WINDOW_SECONDS = 30.0
"""The length (s) of audio that the model reads at once; shorter windows cost as much to encode."""
BEAM_SIZE = 5
VAD: dict[str, Any] = {"threshold": 0.5, "min_silence_duration_ms": 160, "speech_pad_ms": 400}
"""Settings of the voice detector: it keeps 0.4 s before and after speech, so that no word is cut."""


def model_settings(cores: int) -> dict[str, Any]:
    """Arguments of ``faster_whisper.WhisperModel`` besides its folder: one thread per window, one window per core."""
    return {
        "device": "cpu",
        "compute_type": "int8",
        "cpu_threads": 1,
        "num_workers": cores,
        "local_files_only": True,
    }


def transcribe_settings() -> dict[str, Any]:
    """Arguments of ``BatchedInferencePipeline.transcribe`` that do the same work as a call here, for comparisons."""
    return {
        "beam_size": BEAM_SIZE,
        "word_timestamps": True,
        "vad_filter": True,
        "vad_parameters": dict(VAD),
        "without_timestamps": True,
        "multilingual": True,
        "batch_size": 1,
    }
