"""The declared uploads in the store: each is one small object, so that any gateway knows it, also after a restart."""

import json
from typing import Any

from winnow_base.objects.store import ObjectStore
from winnow_contracts import object_keys
from winnow_contracts.errors import NotFound, Unavailable
from winnow_contracts.json_codec import from_json, to_json
from winnow_contracts.uploads import DeclaredUpload


class DeclaredUploads:
    """Finds, declares and ends uploads. All methods raise Unavailable if the store does not answer."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def find(self, tenant_id: str, upload_id: str) -> DeclaredUpload | None:
        """The upload, or None if it was never declared, or has ended."""
        return self.read(object_keys.declared_upload(tenant_id, upload_id))

    def read(self, key: str) -> DeclaredUpload | None:
        """The upload under this key of the store. Raises Unavailable for what another version wrote."""
        try:
            return _read(self._objects.get_json(key))
        except NotFound:
            return None

    def declare(self, upload: DeclaredUpload) -> DeclaredUpload:
        """Declare an upload; returns the one that has its id now, which is another if that came first."""
        key = object_keys.declared_upload(upload.tenant_id, upload.upload_id)
        value = json.dumps(to_json(upload), ensure_ascii=False).encode()
        if self._objects.put_new(key, value, "application/json"):
            return upload
        return _read(self._objects.get_json(key))

    def change(self, upload: DeclaredUpload) -> None:
        """Replace what is known of an open upload, which nobody else changes or ends meanwhile."""
        self._objects.put_json(object_keys.declared_upload(upload.tenant_id, upload.upload_id), to_json(upload))

    def forget(self, upload: DeclaredUpload) -> None:
        """End an upload that is completed. What was sent stays."""
        self._objects.remove(object_keys.declared_upload(upload.tenant_id, upload.upload_id))

    def give_up(self, upload: DeclaredUpload) -> None:
        """End an upload that is not to be completed, and remove what was sent. It can be asked for again."""
        self.discard_bytes(upload)
        self.forget(upload)

    def discard_bytes(self, upload: DeclaredUpload) -> None:
        """Remove what was sent of an upload, in parts or whole, and its captions."""
        if upload.captions_key:
            self._objects.remove(upload.captions_key)
        if upload.parts_id:
            self._objects.parts.abort(upload.original_key, upload.parts_id)
        self._objects.remove(upload.original_key)


def _read(value: Any) -> DeclaredUpload:
    try:
        return from_json(DeclaredUpload, value)
    except (LookupError, AttributeError, TypeError, ValueError) as error:
        raise Unavailable(
            "An upload was declared by another version and cannot be read here.",
            dependency="s3",
            hint="Ask again once all gateways have one version, or declare it with a fresh Idempotency-Key.",
        ) from error
