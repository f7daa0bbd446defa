"""Whether a tenant has stored a file already, so that it need not be sent again."""

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.errors import WinnowError
from winnow_contracts.index_api.tenants import FindStoredFile, StoredFile
from winnow_contracts.uploads import DeclaredUpload

_KINDS = {"av": "recording", "photo": "photo"}


class StoredFiles:
    """Asks index for files by their hash, each tenant's own alone."""

    def __init__(self, index: IndexClient) -> None:
        self._index = index

    def find(self, upload: DeclaredUpload) -> StoredFile | None:
        """The tenant's newest media of this file that did not fail, or None.

        None too while index is away, or of an earlier version: uploads do not depend on it, and the file is stored
        twice.
        """
        if not upload.promised_sha256:
            return None
        asked = FindStoredFile(tenant_id=upload.tenant_id, kind=_KINDS[upload.kind], sha256=upload.promised_sha256)
        try:
            found = self._index.ask(asked)
        except WinnowError:
            return None
        return found if found.media_id else None
