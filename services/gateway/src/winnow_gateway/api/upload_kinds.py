"""What sets one kind of upload apart from the others, and the job that is made of an uploaded file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from winnow_chassis.outbox.submission import AcceptedJob
from winnow_contracts.commands import Command
from winnow_contracts.envelope import now_ms
from winnow_contracts.events import JobAccepted
from winnow_contracts.job_options import JobOptions
from winnow_gateway.api import job_options
from winnow_gateway.http.operations import QueryParameter, Schema, read_value
from winnow_gateway.http.problems import FieldError
from winnow_gateway.uploads.filenames import title_of

BINARY: Schema = {"type": "string", "format": "binary"}


@dataclass(frozen=True, kw_only=True)
class JobIds:
    """The ids of an upload: its tenant, its job and media, and the store keys of its bytes and captions."""

    tenant_id: str
    job_id: str
    media_id: str
    original_key: str
    captions_key: str | None = None


class SentFile(Protocol):
    """A file that was sent whole. ``wishes`` holds the sender's options by name."""

    @property
    def filename(self) -> str:
        """Its name, cleaned."""

    @property
    def size_bytes(self) -> int:
        """Its size."""

    @property
    def wishes(self) -> Mapping[str, Any]:
        """The kind's own options, by name."""

    @property
    def promised_sha256(self) -> str:
        """The hash that media has yet to compare; empty if there is nothing to compare."""


@dataclass(frozen=True, kw_only=True)
class UploadKind:
    """What sets one kind of upload apart from the others.

    ``route`` is the scope of its Idempotency-Keys. ``wishes`` are the kind's own options, which come as parameters or
    as form fields; ``options`` are those and the ones that every job has.
    ``recognise`` returns the media type by the first bytes, or raises WinnowError.
    ``first_command`` returns the job's first command, for ``lane``; it is called after the whole file was sent.
    """

    name: str
    route: str
    limit_bytes: int
    form_limit_bytes: int
    wishes: tuple[QueryParameter, ...]
    recognise: Callable[[bytes], str]
    lane: str
    first_command: Callable[[JobIds, SentFile], Command]
    takes_captions: bool = False
    """Whether a form may have captions as a second file."""

    @property
    def options(self) -> tuple[QueryParameter, ...]:
        """Every option that an upload of this kind takes."""
        return (*self.wishes, *job_options.PARAMETERS)

    def read_wishes(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The kind's own options in a JSON body, by name. Raises FieldError."""
        return {wish.name: _wish(wish, body.get(wish.name)) for wish in self.wishes}

    def form(self) -> Schema:
        """The multipart form as the API documents it."""
        fields = {option.name: option.schema for option in self.options}
        files = {"file": BINARY, **({"captions": BINARY} if self.takes_captions else {})}
        return {"type": "object", "required": ["file"], "properties": {**files, **fields}}

    def job(
        self, ids: JobIds, file: SentFile, *, content_type: str, sha256: str, options: JobOptions, over_share: bool
    ) -> AcceptedJob:
        """The job that begins with this file, whose bytes are stored under the key of ``ids``."""
        accepted = JobAccepted(
            kind=self.name,
            title=title_of(file.filename),
            filename=file.filename,
            content_type=content_type,
            size_bytes=file.size_bytes,
            original_key=ids.original_key,
            created_ms=now_ms(),
            sha256=sha256,
            language=file.wishes.get("language"),
            options=options,
            over_share=over_share,
        )
        return AcceptedJob(command=self.first_command(ids, file), accepted=accepted)


def _wish(wish: QueryParameter, value: Any) -> Any:
    """An option of the kind. In JSON a number stands without quotes; as a parameter of an address it is text."""
    wanted, named = (int, "whole number") if wish.schema["type"] == "integer" else (str, "text")
    if value is not None and type(value) is not wanted:
        raise FieldError(f"The field {wish.name!r} must be a {named}.", pointer=f"#/{wish.name}")
    return read_value(wish, None if value is None else str(value), where="#/")
