"""The typed messages that ask a service for a task. Every command names its actor and its lane."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypedDict

from winnow_contracts import queues


class Whose(TypedDict):
    """Whose work a command is."""

    tenant_id: str
    job_id: str
    media_id: str


@dataclass(frozen=True, kw_only=True)
class Command:
    """The fields of every command: its tenant, job and media."""

    ACTOR: ClassVar[str]
    QUEUE: ClassVar[str]

    tenant_id: str
    job_id: str
    media_id: str

    @property
    def whose(self) -> Whose:
        """What the next command of the same job has too: ``StoreRecording(**command.whose, files=…)``."""
        return {"tenant_id": self.tenant_id, "job_id": self.job_id, "media_id": self.media_id}

    @property
    def part(self) -> str:
        """Which of several similar tasks of one job this is; empty if the job has one."""
        return ""

    @property
    def length_ms(self) -> int:
        """The recording's length in milliseconds; 0 if it is unknown, or this is no recording."""
        return 0


@dataclass(frozen=True, kw_only=True)
class RecordingFiles:
    """What media found in one recording and made of it; passed on unchanged until index stores it."""

    original_key: str
    duration_ms: int
    has_video: bool
    audio_key: str | None = None
    """16 kHz mono FLAC; None if the recording has no audio track."""
    poster_key: str | None = None
    thumbnail_key: str | None = None
    rendition_key: str | None = None
    """A playable form, if browsers cannot play the original."""
    rendition_type: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Examine(Command):
    """The gateway asks media for a verdict on a fresh upload."""

    ACTOR: ClassVar[str] = "media.examine"
    QUEUE: ClassVar[str] = queues.MEDIA_EXAMINE

    original_key: str
    filename: str
    size_bytes: int
    language: str | None = None
    """The code of ``SPEECH_LANGUAGES`` that the user chose; None to detect the language."""
    audio_track: int | None = None
    """The audio track that the user chose, 1 for the first; None lets media choose."""
    sha256: str = ""
    """What the sender says that the file's hash is, as hex, where nobody has compared it yet; empty for none."""
    captions_key: str | None = None
    """Key of a ``Captions`` object that came with the recording, and is taken as what is said in it."""


@dataclass(frozen=True, kw_only=True)
class FetchOriginal(Command):
    """The gateway asks media to fetch what a link leads to, and to go on as if that had been uploaded.

    The link may hold a secret, so it does not travel: it is an object of the store.
    """

    ACTOR: ClassVar[str] = "media.fetch_original"
    QUEUE: ClassVar[str] = queues.MEDIA_FETCH

    link_key: str
    """Key of a ``Link`` object."""
    kind: str
    """``recording`` or ``photo``."""
    filename: str
    limit_bytes: int
    """The most bytes that the file may have."""
    language: str | None = None
    """As in ``Examine``, or in ``PreparePhoto``."""
    audio_track: int | None = None
    region: str | None = None


@dataclass(frozen=True, kw_only=True)
class PrepareRecording(Command):
    """Media asks itself to make audio, poster, thumbnail and rendition of a valid recording."""

    ACTOR: ClassVar[str] = "media.prepare_recording"
    QUEUE: ClassVar[str] = queues.MEDIA

    original_key: str
    demuxer: str
    """The ffmpeg demuxer for the detected format."""
    duration_ms: int
    audio_stream: int | None
    """Index of the chosen audio stream among all streams; None if there is none."""
    has_video: bool
    playable: bool
    """True if browsers can play the original."""
    rendition: str | None = None
    """The rendition to make otherwise: ``mp4``, ``mp4-aac``, ``webm``, ``webm-opus`` or ``m4a``."""
    language: str | None = None
    warnings: tuple[str, ...] = ()
    sha256: str = ""
    """As in ``Examine``: it is compared when the whole file is read."""
    captions_key: str | None = None
    """As in ``Examine``: nothing is transcribed then."""

    @property
    def length_ms(self) -> int:
        """The length in milliseconds that media measured."""
        return self.duration_ms


@dataclass(frozen=True, kw_only=True)
class TranscribeAudio(Command):
    """Media asks ai to transcribe a recording's audio."""

    ACTOR: ClassVar[str] = "ai.transcribe_audio"
    QUEUE: ClassVar[str] = queues.AI_SPEECH

    files: RecordingFiles
    language: str | None = None

    @property
    def length_ms(self) -> int:
        """The length in milliseconds that media measured."""
        return self.files.duration_ms


@dataclass(frozen=True, kw_only=True)
class EmbedTranscript(Command):
    """Ai, or media for a recording with captions, asks ai to cut a transcript into passages and embed them."""

    ACTOR: ClassVar[str] = "ai.embed_transcript"
    QUEUE: ClassVar[str] = queues.AI

    files: RecordingFiles
    transcript_key: str
    """Key of a ``Transcript`` object, of an ``EmbeddedTranscript`` that was stored before and contains one, or of
    ``Captions`` that become one."""


@dataclass(frozen=True, kw_only=True)
class StoreRecording(Command):
    """Ai, or media for a recording without words, asks index to store a finished recording."""

    ACTOR: ClassVar[str] = "index.store_recording"
    QUEUE: ClassVar[str] = queues.INDEX

    files: RecordingFiles
    embedded_key: str | None
    """Key of an ``EmbeddedTranscript`` object; None if the recording has neither an audio track nor captions."""


@dataclass(frozen=True, kw_only=True)
class PhotoFiles:
    """What media made of one photo; passed on unchanged until index stores it."""

    original_key: str
    """Private: its metadata may contain where it was taken."""
    image_key: str
    """JPEG, at most 2048 px a side, upright, sRGB, without metadata."""
    thumbnail_key: str
    """JPEG, at most 300 px a side, otherwise the same."""
    image_sha256: str
    width: int
    """In pixels, of the upright prepared image."""
    height: int
    """In pixels, of the upright prepared image."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PreparePhoto(Command):
    """The gateway asks media to prepare a photo for the models and for display."""

    ACTOR: ClassVar[str] = "media.prepare_photo"
    QUEUE: ClassVar[str] = queues.MEDIA_EXAMINE
    """The urgent lane: the task is short, and a person is waiting with the item in hand."""

    original_key: str
    filename: str
    size_bytes: int
    language: str
    """ISO 639-1 code of the guidance."""
    region: str
    """The region whose disposal rules apply."""
    sha256: str = ""
    """What the sender says that the file's hash is, as hex, where nobody has compared it yet; empty for none."""


@dataclass(frozen=True, kw_only=True)
class ClassifyPhoto(Command):
    """Media asks ai what a photo shows."""

    ACTOR: ClassVar[str] = "ai.classify_photo"
    QUEUE: ClassVar[str] = queues.AI_VISION

    files: PhotoFiles
    language: str
    region: str


@dataclass(frozen=True, kw_only=True)
class AdviseDisposal(Command):
    """Ai asks itself for the disposal advice for what was found."""

    ACTOR: ClassVar[str] = "ai.advise_disposal"
    QUEUE: ClassVar[str] = queues.AI

    files: PhotoFiles
    finding_key: str
    """Key of a ``Finding`` object, or of a ``PhotoAnswer`` that was stored before and contains one."""
    language: str
    region: str


@dataclass(frozen=True, kw_only=True)
class StorePhoto(Command):
    """Ai asks index to store a photo with its answer."""

    ACTOR: ClassVar[str] = "index.store_photo"
    QUEUE: ClassVar[str] = queues.INDEX

    files: PhotoFiles
    answer_key: str
    """Key of a ``PhotoAnswer`` object."""


@dataclass(frozen=True, kw_only=True)
class Drill(Command):
    """A job that touches nobody's data and goes through every service; media, ai and index each run one of these.

    It has ``steps`` steps of ``work_ms`` milliseconds each. ``misbehave`` makes the first service fail: ``permanent``,
    ``temporary`` (once), or ``die`` (kills its process, if faults are allowed; see ``failpoints``).
    """

    steps: int = 2
    work_ms: int = 0
    misbehave: str = ""


@dataclass(frozen=True, kw_only=True)
class DrillMedia(Drill):
    """The gateway asks media for its part of a drill."""

    ACTOR: ClassVar[str] = "media.drill"
    QUEUE: ClassVar[str] = queues.MEDIA


@dataclass(frozen=True, kw_only=True)
class DrillAi(Drill):
    """Media asks ai for its part of a drill."""

    ACTOR: ClassVar[str] = "ai.drill"
    QUEUE: ClassVar[str] = queues.AI


@dataclass(frozen=True, kw_only=True)
class StoreDrill(Drill):
    """Ai asks index to complete a drill."""

    ACTOR: ClassVar[str] = "index.store_drill"
    QUEUE: ClassVar[str] = queues.INDEX


@dataclass(frozen=True, kw_only=True)
class JoinBatch(Drill):
    """The gateway asks index to begin this drill once all ``of`` other jobs of a batch have ended, however they did."""

    ACTOR: ClassVar[str] = "index.join_batch"
    QUEUE: ClassVar[str] = queues.INDEX

    batch_id: str
    of: int

    def first_command(self) -> DrillMedia:
        """The command that begins the drill."""
        return DrillMedia(
            tenant_id=self.tenant_id,
            job_id=self.job_id,
            media_id=self.media_id,
            steps=self.steps,
            work_ms=self.work_ms,
            misbehave=self.misbehave,
        )


class Reprocess(StrEnum):
    """The stage at which a recording or photo that is served is processed again.

    Where the text came as captions, ``transcribe`` keeps it and is ``embed``; ``replace_captions`` says otherwise.
    """

    TRANSCRIBE = "transcribe"
    EMBED = "embed"
    CLASSIFY = "classify"
    GUIDANCE = "guidance"

    @property
    def kind(self) -> str:
        """The kind of media that has this stage: ``recording`` or ``photo``."""
        return "photo" if self in (Reprocess.CLASSIFY, Reprocess.GUIDANCE) else "recording"


@dataclass(frozen=True, kw_only=True)
class ReplayTask(Command):
    """The gateway asks index to begin the job's next run, at a dead or cancelled task or at a stage of what is served.

    ``expected_run`` is the run that ended. If the job is past that run already, nothing happens.
    """

    ACTOR: ClassVar[str] = "index.replay_task"
    QUEUE: ClassVar[str] = queues.INDEX

    task_id: str
    expected_run: int
    asked_hour: int = 0
    """Hours since 1970. Two requests in one hour are one task; a later request is another, in case the first ended
    dead."""
    reprocess: Reprocess | None = None
    """Where the run of a served recording or photo begins; ``task_id`` is empty then."""
    replace_captions: bool = False
    """Whether a run from ``transcribe`` replaces a text that came as captions by what the model hears."""
    captions_key: str | None = None
    """Key of ``Captions`` that a run from ``embed`` takes as what is said."""
    language: str | None = None
    """ISO 639-1 code of a photo's guidance; None for that of before."""
    region: str | None = None
    """The region whose disposal rules apply to a photo; None for that of before."""
    bulk: bool = False
    """Whether the run stands behind all other work."""

    @property
    def part(self) -> str:
        """One task for each hour, each file of captions, language and region, and for whether captions go."""
        of_captions = f" {self.captions_key}" if self.captions_key else " heard" if self.replace_captions else ""
        of_photo = f" {self.language or ''} {self.region or ''}" if self.language or self.region else ""
        return f"{self.reprocess or self.task_id} {self.asked_hour}{of_captions}{of_photo}"


@dataclass(frozen=True, kw_only=True)
class DeliverWebhook(Command):
    """Index asks ai to tell a webhook of an event.

    The job is the delivery's own, of the tenant ``WEBHOOK_TENANT``. Where it goes and what signs it, ai asks index:
    neither address nor secret travels.
    """

    ACTOR: ClassVar[str] = "ai.deliver_webhook"
    QUEUE: ClassVar[str] = queues.AI_WEBHOOKS

    delivery_id: str


@dataclass(frozen=True, kw_only=True)
class LookAtFeed(Command):
    """Index asks media to look at a feed for new episodes.

    The job is the look's own, of the tenant ``FEED_TENANT``. Media asks index for the feed's address, which does not
    travel.
    """

    ACTOR: ClassVar[str] = "media.look_at_feed"
    QUEUE: ClassVar[str] = queues.MEDIA_FETCH

    feed_id: str
    look: int
    """Counts the feed's looks."""


COMMANDS: dict[str, type[Command]] = {
    command.ACTOR: command
    for command in (
        FetchOriginal,
        Examine,
        PrepareRecording,
        TranscribeAudio,
        EmbedTranscript,
        StoreRecording,
        PreparePhoto,
        ClassifyPhoto,
        AdviseDisposal,
        StorePhoto,
        DrillMedia,
        DrillAi,
        StoreDrill,
        JoinBatch,
        ReplayTask,
        DeliverWebhook,
        LookAtFeed,
    )
}
"""Every command by its actor's name."""
