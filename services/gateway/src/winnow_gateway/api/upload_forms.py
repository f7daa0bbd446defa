"""Reads an upload sent as a multipart form: one file in the field ``file``, and each option once."""

import os
from collections.abc import Collection
from dataclasses import dataclass

from flask import Request
from gunicorn.http.errors import ParseException
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from winnow_base.http.paced_socket import TooSlow
from winnow_gateway.http.client_pace import end_body_within
from winnow_gateway.http.problems import FieldError, too_slow
from winnow_gateway.uploads.upload_stream import too_large

_OVERHEAD_BYTES = 1 << 16
_HOW = "Send one file a form, in the field 'file': curl -F file=@talk.mp4"


@dataclass(frozen=True, kw_only=True)
class FormLimits:
    """Limits of a form: its size, and the size that a raw body to ``address`` may have instead."""

    form_bytes: int
    raw_bytes: int
    address: str

    @property
    def most_bytes(self) -> int:
        """The longest body of a form."""
        return self.form_bytes + _OVERHEAD_BYTES

    def too_large(self) -> FieldError:
        """The error for a form over the limit."""
        if self.raw_bytes <= self.form_bytes:
            return too_large(self.form_bytes)
        hint = (
            f"Send the file's bytes as the whole body of {self.address}?filename=NAME, up to {self.raw_bytes}, with "
            "Content-Type: application/octet-stream. ./winnow add and the page with JavaScript do so."
        )
        return too_large(self.form_bytes, what="form", hint=hint)


def read_form(request: Request, limits: FormLimits) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]]:
    """Returns fields, and files, which may be changed. Raises FieldError: ``too-large``, or ``size-mismatch`` if the
    form ends early; and TimedOut.
    """
    if (request.content_length or 0) > limits.most_bytes:
        raise limits.too_large()
    request.max_content_length = limits.most_bytes
    end_body_within(request, None)
    try:
        fields, files = request.form, request.files
    except RequestEntityTooLarge as error:
        raise limits.too_large() from error
    except (ClientDisconnected, OSError, ParseException) as error:
        if isinstance(error.__context__, TooSlow):
            # Werkzeug takes it for a client that has left.
            raise too_slow("form", error.__context__) from error
        raise FieldError(
            "The form ended early, or its framing broke.",
            pointer="#/file",
            code="size-mismatch",
            hint="Upload the file again.",
        ) from error
    if any(name is None for name in (*fields, *files)):
        raise FieldError("A part of the form has no name that can be read.", pointer="#/", hint=_HOW)
    return fields, files.copy()


def form_token(request: Request, limits: FormLimits) -> str | None:
    """Returns the page's token against forged requests."""
    return read_form(request, limits)[0].get("csrf")


def chosen_file(files: MultiDict[str, FileStorage], fields: MultiDict[str, str]) -> FileStorage:
    """Returns the one file of the form.

    Raises FieldError if there is none, more than one, or one under another name. A page may have several file inputs;
    browsers send an unused one as a part without name and bytes, which is ignored.
    """
    sent = [(name, file) for name, file in files.items(multi=True) if file.filename or size_bytes(file)]
    for name, _ in sent:
        if name != "file":
            detail = f"The form has a file in the field {name[:60]!r}; it is looked for in 'file'."
            raise FieldError(detail, pointer=f"#/{name[:60]}", hint=_HOW)
    if "file" in fields:
        detail = "The form's field 'file' is text: its part has no file name."
        raise FieldError(detail, pointer="#/file", hint=_HOW)
    if len(sent) > 1:
        detail = f"The form has {len(sent)} files in the field 'file', and one upload is one file. None was kept."
        raise FieldError(detail, pointer="#/file", hint="Send each in a form of its own.")
    if sent:
        return sent[0][1]
    if "file" in files:
        return files["file"]
    raise FieldError("The form has no file in the field 'file'.", pointer="#/file", hint=_HOW)


def chosen_captions(files: MultiDict[str, FileStorage]) -> FileStorage | None:
    """Takes the file in the field ``captions`` out of the form's files; None if there is none, or an unused input.

    Raises FieldError if there are several.
    """
    sent = [file for file in files.poplist("captions") if file.filename or size_bytes(file)]
    if len(sent) > 1:
        raise FieldError(f"The form has {len(sent)} files in the field 'captions'.", pointer="#/captions", hint=_HOW)
    return sent[0] if sent else None


def check_fields(fields: MultiDict[str, str], known: Collection[str], parameters: Collection[str]) -> None:
    """Raises FieldError for an unknown field, a repeated one, and one that is also a query parameter."""
    for name, texts in fields.lists():
        # The token belongs to the page, not to the upload.
        if name not in known and name != "csrf":
            raise FieldError(f"There is no field {name[:60]!r} here.", pointer=f"#/{name[:60]}")
        if len(texts) > 1 or name in parameters:
            raise FieldError(f"The field {name!r} is given more than once.", pointer=f"#/{name}")


def size_bytes(file: FileStorage) -> int:
    """Returns the size in bytes of a form's file, and rewinds it."""
    size = file.stream.seek(0, os.SEEK_END)
    file.stream.seek(0)
    return size
