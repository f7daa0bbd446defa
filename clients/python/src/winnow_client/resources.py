"""What ``Client`` offers: recordings, jobs and photos.

Made from async_resources.py by tools/apitypes: do not edit.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, Unpack

from winnow_client import requests
from winnow_client.calls import Call, call
from winnow_client.captions_file import captions_file
from winnow_client.driver import Driver
from winnow_client.file_body import Progress, file_body, silent
from winnow_client.flows import sending
from winnow_client.following import Told
from winnow_client.generated import operations, queries
from winnow_client.generated.models import Correction, Job, Media, Photo, ReprocessSlice, Transcript
from winnow_client.requests import CaptionForm, ItemState, Page, PhotoCategory, PhotoStage, RecordingStage
from winnow_client.retries import Retries
from winnow_client.saving import saving

T = TypeVar("T")


@dataclass(frozen=True)
class Asker:
    """Sends requests, again where that is safe and helps."""

    driver: Driver
    retries: Retries

    def ask(self, wanted: Call[T]) -> T:
        """Returns the result of one request. Raises WinnowError."""
        return self.driver.run(sending(wanted, self.retries))

    def pages(self, page: Callable[[Mapping[str, Any]], Call[Page[T]]], query: Mapping[str, Any]) -> Iterator[T]:
        """Yields the items of a page and of all that follow it."""
        cursor = query.get("cursor")
        while True:
            found = self.ask(page({**query, "cursor": cursor}))
            yield from found.items
            cursor = found.next_cursor
            if cursor is None:
                return


@dataclass(frozen=True)
class RunningJob:
    """A job that was accepted, of the recording ``media_id``; ``already_stored``: before, with the same file."""

    id: str
    media_id: str
    _asker: Asker = field(repr=False, compare=False)
    already_stored: bool = False

    def look(self) -> Job:
        """The job as it is now, with its stages."""
        return JobCalls(self._asker).get(self.id)

    def wait(self, on_progress: Told | None = None, limit_seconds: float | None = None) -> Media:
        """Waits for the job's end and returns its recording; calls ``on_progress`` with each change of the job.

        Raises JobFailed, with the job's own problem, and TimedOut.
        """
        JobCalls(self._asker).wait(self.id, on_progress, limit_seconds)
        return MediaCalls(self._asker).get(self.media_id)


class MediaCalls:
    """Recordings."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def upload(
        self,
        file: str | Path,
        *,
        on_progress: Progress | None = None,
        key: str | None = None,
        captions: str | Path | None = None,
        again: bool = False,
        **options: Unpack[queries.UploadMediaQuery],
    ) -> RunningJob:
        """Sends a recording, read from the disk block by block, and returns its job; ``options`` are the job's.

        ``on_progress`` is called with the bytes sent and the file's size. The same ``key`` is the same job, however
        often it is sent; each call makes one of its own if it is given none. A file above 32 MiB is sent in parts: a
        call after a break sends those that are missing. Without a ``key`` it is known by its path, size, time of change
        and options, and is the same job until that has failed, was cancelled or is deleted.

        ``captions`` is a WebVTT or SubRip file, ``talk.vtt`` or ``talk.ko.srt``: it is taken as what is said, and
        nothing is transcribed. ``captions_beside`` finds it. A recording with captions is sent in parts, too. If the
        account has stored such a file of up to 1 GiB already, under any name, and no captions come with it, nothing is
        sent, and that job is returned, unless ``again``.
        """
        body, beside = file_body(file, on_progress), captions_file(captions) if captions is not None else None
        flow = requests.uploading(body, key, again, options, self._asker.retries, beside)
        found, already_stored = self._asker.driver.run(flow)
        return RunningJob(found.job_id, found.media_id, self._asker, already_stored)

    def fetch(
        self,
        source_url: str,
        *,
        title: str | None = None,
        key: str | None = None,
        **options: Unpack[queries.UploadMediaQuery],
    ) -> RunningJob:
        """Has Winnow fetch the recording that a link leads to, and returns its job; ``options`` are the job's.

        The same ``key`` is the same job. Raises Forbidden (``url-ingest-disabled``) where links are not fetched, and
        BadInput (``url-not-allowed``).
        """
        found = self._asker.ask(requests.linking(source_url, title, key, options))
        return RunningJob(found.job_id, found.media_id, self._asker)

    def get(self, media_id: str) -> Media:
        """One recording."""
        return self._asker.ask(call(operations.GET_MEDIA, media_id=media_id))

    def list(self, **filters: Unpack[queries.ListMediaQuery]) -> Iterator[Media]:
        """Every recording that matches, newest first. ``limit`` is how many are asked for at a time."""
        return self._asker.pages(requests.media_page, filters)

    def edit(
        self, media_id: str, *, version: int, title: str | None = None, tags: Sequence[str] | None = None
    ) -> Media:
        """Changes the title or tags of a recording or photo, all of whose tags are given, and returns it as it is then.

        ``version`` is the one that was read. Raises Conflict (``precondition-failed``) if it was edited since.
        """
        return self._asker.ask(requests.editing(media_id, version, title, tags))

    def delete(self, media_id: str) -> None:
        """Deletes a recording with everything that was made of it. Raises Gone if it is deleted already."""
        self._asker.ask(call(operations.DELETE_MEDIA, media_id=media_id))

    def reprocess(self, media_id: str, stage: RecordingStage = "embed", *, replace_captions: bool = False) -> Job:
        """Processes a recording again from a stage on, and returns its job as it was before, whose next run begins.

        From ``transcribe`` it is heard anew, one with captions only if ``replace_captions``; from ``embed`` it gets the
        vectors of the present model. It is served meanwhile. Raises Conflict while its job runs.
        """
        wish = {"from": stage, "replace_captions": replace_captions or None}
        return self._asker.ask(requests.reprocessing(media_id, wish))

    def reprocess_matching(
        self, filters: Mapping[str, Any], stage: RecordingStage | PhotoStage, *, dry_run: bool = False, **wish: Any
    ) -> Iterator[ReprocessSlice]:
        """Processes all ready recordings, or photos, again that match, as ``reprocess``; yields each slice of a hundred
        once it is requested.

        ``filters`` are those of ``list`` but ``status`` and what pages it, one at least; ``wish`` as ``reprocess`` of
        recordings or photos takes it; None leaves one out. With ``dry_run`` nothing is done, and ``matches`` of the one
        slice says how many there are.
        """
        chosen, wished = ({name: one for name, one in given.items() if one is not None} for given in (filters, wish))
        wanted = {"filter": chosen, "from": stage, "dry_run": dry_run, **wished}
        place: dict[str, Any] = {}
        while True:
            done = self._asker.ask(call(operations.REPROCESS_MATCHING, value={**wanted, **place}))
            yield done
            if done.next_cursor is None:
                return
            place = {"audit_id": done.audit_id, "cursor": done.next_cursor}

    def transcript(self, media_id: str) -> Transcript:
        """What is said in it, word by word. Raises Conflict while it is not ready."""
        return self._asker.ask(call(operations.GET_TRANSCRIPT, media_id=media_id))

    def captions(self, media_id: str, form: CaptionForm = "vtt") -> str:
        """What is said in it as WebVTT, SubRip or plain text."""
        return self._asker.ask(requests.captions(media_id, form))

    def export(
        self,
        media_id: str,
        file: str | Path,
        *,
        on_progress: Progress | None = None,
        **options: Unpack[queries.ExportMediaQuery],
    ) -> Path:
        """Saves all that is known of a recording or photo as a ZIP file, which is there whole or not at all.

        ``on_progress`` is called with the bytes that came, and about how many there are. Raises Conflict while it is
        processed, Misconfigured if the file cannot be written.
        """
        small = options.get("original") == "false"
        size_bytes = 0 if small else (self.get(media_id)).size_bytes
        wanted = call(operations.EXPORT_MEDIA, query=options, media_id=media_id)
        told = on_progress or silent
        return self._asker.driver.run(saving(wanted, Path(file), told, size_bytes, self._asker.retries))


class JobCalls:
    """Jobs."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def get(self, job_id: str) -> Job:
        """One job with its stages."""
        return self._asker.ask(call(operations.GET_JOB, job_id=job_id))

    def list(self, **filters: Unpack[queries.ListJobsQuery]) -> Iterator[Job]:
        """Every job that matches, newest first. ``limit`` is how many are asked for at a time."""
        return self._asker.pages(requests.job_page, filters)

    def wait(self, job_id: str, on_progress: Told | None = None, limit_seconds: float | None = None) -> Job:
        """Waits for a job's end, a day at most unless told otherwise. Raises JobFailed and TimedOut."""
        return self._asker.driver.run(requests.waiting(job_id, on_progress, limit_seconds))

    def cancel(self, job_id: str) -> Job:
        """Stops a job. Raises Conflict if it has ended."""
        return self._asker.ask(call(operations.CANCEL_JOB, job_id=job_id))

    def retry(self, job_id: str) -> Job:
        """Runs a failed or cancelled job again, from where it ended. Raises Conflict if it did not fail."""
        return self._asker.ask(call(operations.RETRY_JOB, job_id=job_id))


class PhotoCalls:
    """Photos of waste."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def sort(
        self,
        file: str | Path,
        *,
        key: str | None = None,
        limit_seconds: float | None = None,
        **options: Unpack[queries.SendPhotoQuery],
    ) -> Photo:
        """Sends a photo and waits for what is on it and how it is thrown away. Raises JobFailed and TimedOut."""
        body = file_body(file)
        return self._asker.driver.run(requests.sorting(body, key, options, self._asker.retries, limit_seconds))

    def get(self, photo_id: str) -> Photo:
        """One photo."""
        return self._asker.ask(call(operations.GET_PHOTO, photo_id=photo_id))

    def list(self, **filters: Unpack[queries.ListPhotosQuery]) -> Iterator[Photo]:
        """Every photo that matches, newest first. ``limit`` is how many are asked for at a time."""
        return self._asker.pages(requests.photo_page, filters)

    def correct(
        self,
        photo_id: str,
        category: PhotoCategory,
        *,
        item: str | None = None,
        state: ItemState | None = None,
        note: str | None = None,
    ) -> Correction:
        """Says what is really on a photo; ``item`` is an id such as ``glass_jar``. The correction is kept beside the
        answer. Raises Conflict while there is no answer.
        """
        return self._asker.ask(requests.correcting(photo_id, category, item, state, note))

    def reprocess(
        self, photo_id: str, stage: PhotoStage = "guidance", *, language: str | None = None, region: str | None = None
    ) -> Job:
        """Processes a photo again from a stage on, and returns its job as it was before, whose next run begins.

        From ``classify`` the present model looks at it; from ``guidance`` the present rules apply to what was found.
        Either in another ``language``, or by the rules of another ``region``. Its answer is served meanwhile, and
        corrections stay. Raises Conflict while its job runs.
        """
        wish = {"from": stage, "language": language, "region": region}
        return self._asker.ask(requests.reprocessing(photo_id, wish))

    def image(self, photo_id: str) -> bytes:
        """The photo as a JPEG, upright and without metadata."""
        return self._asker.ask(call(operations.GET_PHOTO_IMAGE, photo_id=photo_id))
