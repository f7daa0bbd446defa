"""Runs the bare tools as a script would: ffmpeg, then faster-whisper, one file after the other.

Run as ``python -m winnow_bench.folder.bare_tools WEIGHTS CORES FILE…``; prints a JSON list, one object per file.
Model, threads and settings are those of the local endpoint.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel

from winnow_models.speech_settings import SAMPLE_RATE_HZ, model_settings, transcribe_settings


def main() -> None:
    """Transcribes the files named on the command line."""
    weights, cores, *files = sys.argv[1:]
    began = time.monotonic()
    model = BatchedInferencePipeline(WhisperModel(weights, **model_settings(int(cores))))
    load_seconds = time.monotonic() - began
    heard = [_hear(model, Path(file)) for file in files]
    heard[0]["seconds"] += load_seconds  # the first one waits for the model
    print(json.dumps(heard))


def _hear(model: BatchedInferencePipeline, file: Path) -> dict[str, Any]:
    began = time.monotonic()
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(file), "-vn", "-ac", "1", "-ar", str(SAMPLE_RATE_HZ)]
    decoded = subprocess.run([*command, "-f", "s16le", "-"], stdout=subprocess.PIPE, check=True).stdout
    samples = np.frombuffer(decoded, dtype=np.int16).astype(np.float32) / 32768
    segments, _ = model.transcribe(samples, **transcribe_settings())
    words = sum(len(segment.words or ()) for segment in segments)
    return {
        "file": file.name,
        "seconds": time.monotonic() - began,
        "length_seconds": len(samples) / SAMPLE_RATE_HZ,
        "words": words,
    }


if __name__ == "__main__":
    main()
