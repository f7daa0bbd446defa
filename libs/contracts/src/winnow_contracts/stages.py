"""Names a job's stages in words for people."""

RECORDING_STAGES: dict[str, str] = {
    "media.examine": "check",
    "media.prepare_recording": "audio",
    "ai.transcribe_audio": "transcribe",
    "ai.embed_transcript": "understand",
    "index.store_recording": "store",
}
"""Actor to stage of a recording's job, in order."""

PHOTO_STAGES: dict[str, str] = {
    "media.prepare_photo": "prepare",
    "ai.classify_photo": "classify",
    "ai.advise_disposal": "guidance",
    "index.store_photo": "store",
}
"""Actor to stage of a photo's job, in order."""

FETCH_STAGES: dict[str, str] = {"media.fetch_original": "fetch"}
"""Actor to stage of what comes first for a recording or photo that was sent as a link."""

DRILL_STAGES: dict[str, str] = {"media.drill": "media", "ai.drill": "ai", "index.store_drill": "index"}
"""Actor to stage of a drill, in order."""

WEBHOOK_STAGES: dict[str, str] = {"ai.deliver_webhook": "deliver"}
"""Actor to stage of a webhook's delivery."""


FEED_STAGES: dict[str, str] = {"media.look_at_feed": "look"}
"""Actor to stage of a look at a feed."""


def stages(kind: str, *, by_link: bool = False) -> dict[str, str]:
    """Actor to stage of a job of this kind, in order; ``by_link`` if it began with fetching its file."""
    return {**FETCH_STAGES, **_of_kind(kind)} if by_link else _of_kind(kind)


def _of_kind(kind: str) -> dict[str, str]:
    match kind:
        case "drill":
            return DRILL_STAGES
        case "webhook":
            return WEBHOOK_STAGES
        case "feed":
            return FEED_STAGES
        case "photo":
            return PHOTO_STAGES
        case _:
            return RECORDING_STAGES
