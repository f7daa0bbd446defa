"""A job's stages in words, as people see them."""

RECORDING_STAGES: dict[str, str] = {
    "media.examine": "check",
    "media.prepare_recording": "audio",
    "ai.transcribe_audio": "transcribe",
    "ai.embed_transcript": "understand",
    "index.store_recording": "store",
}
"""Actor to stage of a recording's job, in order."""
