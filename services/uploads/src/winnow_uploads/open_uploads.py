"""Uploads that are open: declared, and neither completed nor given up."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from winnow_base.objects.declared_uploads import DeclaredUploads
from winnow_base.objects.parts import StoredPart
from winnow_base.objects.store import ObjectStore
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.uploads import DeclaredUpload
from winnow_gateway.http.problems import FieldError
from winnow_gateway.uploads.sent_captions import SentCaptions
from winnow_uploads.addresses import Addresses


class OpenUploads:
    """Begins, finds and gives up uploads. All methods raise Unavailable if the store does not answer."""

    def __init__(self, objects: ObjectStore, addresses: Addresses) -> None:
        self._objects, self._addresses = objects, addresses
        self._declared = DeclaredUploads(objects)

    def begin(self, wanted: DeclaredUpload) -> tuple[DeclaredUpload, bool]:
        """The upload as it was declared first, and whether that was now. Raises FieldError if it was another one."""
        known = self._declared.find(wanted.tenant_id, wanted.upload_id)
        if known is not None and known.expires_ms < now_ms():
            self._declared.give_up(known)
            known = None
        if known is None:
            fresh = wanted
            if not self._addresses.takes_whole(wanted):
                parts_id = self._objects.parts.begin(wanted.original_key, wanted.content_type)
                fresh = replace(wanted, parts_id=parts_id)
            known = self._declared.declare(fresh)
            if known.original_key == fresh.original_key:
                return known, True
            self._declared.discard_bytes(fresh)  # another gateway was faster
        if _asked(known) != _asked(wanted):
            raise another_upload()
        return known, False

    def find(self, tenant_id: str, upload_id: str) -> DeclaredUpload | None:
        """An open upload, or None. Raises NotFound (``upload-expired``)."""
        found = self._declared.find(tenant_id, upload_id)
        if found is not None and found.expires_ms < now_ms():
            raise expired()
        return found

    def get(self, tenant_id: str, upload_id: str) -> DeclaredUpload:
        """An open upload. Raises NotFound (also ``upload-expired``)."""
        found = self.find(tenant_id, upload_id)
        if found is None:
            raise NotFound(
                f"There is no open upload {upload_id!r}.", hint="GET it: it may be completed. Or declare it again."
            )
        return found

    def stored(self, upload: DeclaredUpload, marks: Mapping[int, str] | None = None) -> dict[int, StoredPart]:
        """The parts that the store has, as ``PartStore.stored``; all of them, unmarked, once they are one object.

        Raises NotFound (``upload-expired``) if it gave them up.
        """
        if upload.parts_id:
            with suppress(NotFound):
                return self._objects.parts.stored(upload.original_key, upload.parts_id, marks)
        if self._objects.exists(upload.original_key):
            numbers = range(1, upload.part_count + 1)
            return {n: StoredPart(number=n, size_bytes=upload.bytes_of(n), etag="") for n in numbers}
        if upload.parts_id:
            raise expired()
        return {}

    def keep_captions(self, upload: DeclaredUpload, captions: SentCaptions) -> None:
        """Keep the captions of an upload, in place of those that were sent before. Nobody else changes it meanwhile."""
        key = captions.key(upload.tenant_id, upload.media_id)
        captions.store(self._objects, key)
        self._declared.change(replace(upload, captions_key=key))
        if upload.captions_key and upload.captions_key != key:
            self._objects.remove(upload.captions_key)

    def forget(self, upload: DeclaredUpload) -> None:
        """End an upload that is completed."""
        self._declared.forget(upload)

    def give_up(self, upload: DeclaredUpload) -> None:
        """End an upload that is not to be completed, and remove what was sent."""
        self._declared.give_up(upload)


def expired() -> NotFound:
    """The error for an upload whose parts are gone."""
    return NotFound(
        "The upload was not completed in time, and what was sent is removed.",
        code="upload-expired",
        hint="Declare it again with the same Idempotency-Key, and send all of it.",
    )


def completed_already() -> Conflict:
    """The error for what cannot be done to a completed upload."""
    return Conflict("The upload is completed.", code="already-ended", hint="GET it: its links name the job.")


def another_upload() -> FieldError:
    """The error for an Idempotency-Key that stands for another upload."""
    return FieldError(
        "This Idempotency-Key was used for another file or name, or with other wishes.",
        pointer="Idempotency-Key",
        code="idempotency-mismatch",
        hint="Use a fresh key for a fresh upload.",
    )


def _asked(upload: DeclaredUpload) -> DeclaredUpload:
    """What a repeat is compared with: everything but what each request makes anew, and what was sent since."""
    return replace(upload, original_key="", parts_id="", captions_key=None, created_ms=0, expires_ms=0)
